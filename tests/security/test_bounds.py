"""Whatever is large, deep, many or slow is cut or refused at a bound that is written down."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import loose
from federation.audience import MAX_RECIPIENTS
from federation.reasons import PeerError, Reason
from federation.vocab.note import MAX_MENTIONS
from node.gateways.fetch import HttpFetcher
from node.store import media
from tests.node.federating.conftest import Ward, ward
from tests.node.gateways.doubles import StillClock, Web, signing_key
from tests.security.forging import asked, counts, refused
from tests.support.peers import PUBLIC
from tests.support.world import Person, World

__all__ = ["ward"]

MOST = loose.MAX_BYTES
NOTE = "https://peer.example/notes/1"


async def pieces(size: int, *, at_once: int = 65536) -> AsyncIterator[bytes]:
    """Give so many bytes of white space, then nothing."""
    for _ in range(size // at_once + 1):
        yield b" " * at_once


@pytest.mark.parametrize("length", ["right", "none", "small", "nonsense"])
async def test_S141_a_large_body_is_refused_while_it_is_read(ward: Ward, length: str) -> None:
    """413 after a mebibyte at most, whatever its length is said to be; nonsense is 400 at once."""
    read: list[int] = []
    size = 50 * MOST

    async def body() -> AsyncIterator[bytes]:
        async for piece in pieces(size):
            read.append(len(piece))
            yield piece

    said = {
        "right": {"content-length": str(size)},
        "small": {"content-length": "10"},
        "nonsense": {"content-length": "-1"},
    }
    signed = dict(ward.okapi.signed(ward.node, b"{}").headers)
    signed.pop("content-length", None)
    request = httpx.Request("POST", "https://ward.example/inbox", headers=signed | said.get(length, {}), content=body())

    answer = await ward.node.world.anybody.send(request)

    assert answer.status_code == (400 if length == "nonsense" else 413)
    assert sum(read) <= 2 * MOST


async def test_S141_a_body_just_over_a_mebibyte_is_refused(ward: Ward) -> None:
    """Before anything is parsed, although it is well signed."""
    body = json.dumps(ward.okapi.create("x" * MOST)).encode()

    assert await refused(ward, ward.okapi.signed(ward.node, body), 413) == "too-large"


@pytest.mark.parametrize(
    "deep", [b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"]
)
async def test_S142_deep_nesting_is_refused(ward: Ward, deep: bytes) -> None:
    """400, and the node goes on."""
    within = json.dumps(ward.okapi.create()).encode()[:-1] + b',"x":' + deep + b"}"
    for body in (deep, within):
        assert await refused(ward, ward.okapi.signed(ward.node, body), 400) == "too-deep"

    create = ward.okapi.create()
    assert (await ward.takes(create)).status_code == 202
    assert await ward.holds(create["object"]["id"])


@pytest.mark.parametrize("where", ["to", "cc", "both", "activity"])
async def test_S143_very_many_recipients_are_cut_and_nobody_is_asked_about(ward: Ward, where: str) -> None:
    """As many as fit into a body: a few hundred count, none is fetched."""
    many = [f"https://a{number}.example/u" for number in range(30_000)]
    create = ward.okapi.create()
    note = create["object"]
    for names in {"to": [note], "cc": [note], "both": [create, note], "activity": [create]}[where]:
        for name in ("to", "cc"):
            if where in (name, "both", "activity"):
                names[name] = [PUBLIC, ward.asha.account.uri, *(many if where != "both" else many[:7_000])]
    questions = asked(ward)

    answer = await ward.takes(create)

    assert answer.status_code in (202, 413)
    assert asked(ward) == questions
    kept = await counts(ward)
    assert kept["mentions"] <= MAX_RECIPIENTS
    assert kept["jobs"] == 0
    huge = ward.okapi.create(
        cc=[f"https://very-long-name-of-a-host-{number}.example/users/u" for number in range(100_000)]
    )
    assert await refused(ward, ward.okapi.signed(ward.node, huge), 413) == "too-large"


async def test_S144_very_many_mentions_are_cut_with_their_notifications(ward: Ward) -> None:
    """Half of them are of our people; a hundred at most count, nobody is fetched for the rest."""
    people = [await ward.node.user(f"person{number}") for number in range(12)]
    ours = [person.account.uri for person in people]
    named = [uri for number in range(450) for uri in (ours[number % 12], f"https://a{number}.example/users/u")]
    strangers = [f"https://b{number}.example/users/u" for number in range(4_000)]
    tags = [{"type": "Mention", "href": uri, "name": "@u"} for uri in (*strangers[:95], *named, *strangers)]
    create = ward.okapi.create("hello", tag=tags, to=[PUBLIC, *ours])
    questions = asked(ward)

    answer = await ward.takes(create)

    kept = await counts(ward)
    assert answer.status_code == 202
    assert asked(ward) == questions
    told = [await ward.node.count(person, "mention") for person in people]
    assert sum(told) <= MAX_MENTIONS - 95
    assert set(told) <= {0, 1}
    assert kept["mentions"] <= MAX_MENTIONS + MAX_RECIPIENTS


async def test_S146_very_many_parts_of_an_actor_and_a_post_are_cut(ward: Ward) -> None:
    """At the documented bounds: 50 fields, 100 emoji, 16 files, names of 2048 and bios of 20000 characters."""
    emoji = [
        {"type": "Emoji", "name": f":e{n}:", "icon": {"type": "Image", "url": f"https://m.example/{n}"}}
        for n in range(900)
    ]
    fields = [{"type": "PropertyValue", "name": f"f{number}", "value": "v" * 3000} for number in range(100)]
    files = [
        {"type": "Image", "mediaType": "image/png", "url": f"https://m.example/{n}.png", "name": "a" * 400}
        for n in range(900)
    ]
    finch = ward.peer.actor("finch", key=1)
    large = {"name": "n" * 100_000, "summary": "<p>" + "s" * 100_000, "attachment": fields, "tag": emoji}
    ward.peer.publish(finch.document(**large, alsoKnownAs=[f"https://x.example/{n}" for n in range(2000)]))
    create = finch.create("hello", to=[ward.asha.account.uri], attachment=files, tag=emoji, name="t" * 9000)
    create["object"] |= {"summary": "w" * 50_000, "content": "c" * 200_000}

    await ward.takes(create, by=finch)

    account = await ward.node.find(finch.handle)
    status = await ward.holds(create["object"]["id"])
    kept = await ward.node.db.read(media.of_status, status.id)
    shown = await ward.node.shown(ward.asha, create["object"]["id"])
    assert len(account.display_name) <= 2048
    assert len(account.note_html) <= 20_100
    assert len(account.fields) <= 50
    assert len(kept) <= 16
    assert len(status.spoiler_text) <= 2048
    assert len(status.content_html) <= 200_100 + 2048  # the words, and the name above them
    assert shown is not None
    assert len(shown.json) < 600_000
    profile = (await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{account.id}")).json()
    assert len(profile["emojis"]) <= 100


async def test_S146_documents_over_a_mebibyte_are_not_read(ward: Ward) -> None:
    """A name of a mebibyte, a bio of five: the actor is not taken."""
    for part, size in (("name", MOST), ("summary", 5 * MOST)):
        finch = ward.peer.actor(f"finch{part}", key=1)
        ward.peer.publish(finch.document(**{part: "x" * size}))
        with pytest.raises(PeerError, match=Reason.TOO_LARGE.value):
            await ward.node.find(finch.handle)


ODD_PAGES = [
    {"limit": "100000"},
    {"limit": "-1"},
    {"limit": "0"},
    {"limit": "x"},
    {"limit": "9" * 400},
    {"max_id": "x"},
    {"max_id": "9" * 30, "limit": "2"},
    {"min_id": "-5"},
    {"since_id": "\u0663"},
    {"offset": "9" * 18},
    {"offset": "-1"},
    {"limit": "2", "offset": "1" * 40, "q": "a", "min_id": "1e3"},
]


async def crowded(world: World) -> tuple[Person, int]:
    """Return somebody with more of everything than a page holds."""
    ines = await world.user("ines")
    client = world.client(ines)
    said = [(await client.post("/api/v1/statuses", json={"status": f"Post {n} #hands"})).json() for n in range(45)]
    for one in said:
        await client.post(f"/api/v1/statuses/{one['id']}/favourite")
        await client.post(f"/api/v1/statuses/{one['id']}/bookmark")
    return ines, int(said[0]["id"])


async def test_S148_limits_and_cursors_out_of_range_are_clamped_or_refused(world: World) -> None:
    """On every list there is: never an error of ours, and never more than a page holds."""
    ines, status_id = await crowded(world)
    client = world.client(ines)
    paths = sorted({route.path for route in world.app.router.routes if route.method == "GET" and "/api/" in route.path})
    lengths: dict[str, int] = {}

    for path in paths:
        identifier = status_id if "statuses" in path else ines.id
        filled = path.replace("{id}", str(identifier)).replace("{name}", "hands").replace("{day}", "2026-11-25")
        for query in ODD_PAGES:
            answer = await client.get(filled, params=query)
            assert answer.status_code < 500, (path, query)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("application/json"):
                found: Any = answer.json()
                lengths[path] = max(lengths.get(path, 0), len(found) if isinstance(found, list) else 0)

    assert {path: length for path, length in lengths.items() if length > 80} == {}
    assert lengths["/api/v1/timelines/home"] == 40
    assert lengths["/api/v1/favourites"] == 40


async def drops(pause: int = 10**9) -> AsyncIterator[bytes]:
    """Give one byte after the other without an end."""
    for _ in range(pause):
        yield b" "
        await asyncio.sleep(0)


@pytest.mark.parametrize("kind", ["activity", "json", "text", "blob"])
async def test_S152_an_answer_byte_by_byte_ends_at_the_deadline(kind: str) -> None:
    """One deadline for the whole of it, headers and redirects included, however steadily it drips."""
    headers = {"content-type": "application/activity+json"}
    web = Web({NOTE: httpx.Response(200, content=drops(), headers=headers)})
    fetcher = HttpFetcher(web.client(), signing_key, StillClock(), total_timeout_s=0.05)
    reads = {
        "activity": lambda: fetcher.activity(NOTE),
        "json": lambda: fetcher.json(NOTE, accept="application/json"),
        "text": lambda: fetcher.text(NOTE, accept="text/plain"),
        "blob": lambda: fetcher.blob(NOTE, max_bytes=10**9),
    }

    with pytest.raises(PeerError) as caught:
        await reads[kind]()

    assert caught.value.reason in (Reason.UNREACHABLE, Reason.TOO_LARGE)


@settings(max_examples=50)
@given(st.integers(0, 40), st.integers(0, 40))
def test_S142_depth_is_counted_through_objects_and_lists_alike(objects: int, lists: int) -> None:
    """Thirty-two levels of either."""
    text = '{"a":' * (objects + 1) + "[" * lists + "]" * lists + ("1" if not lists else "") + "}" * (objects + 1)

    if objects + 1 + lists <= loose.MAX_DEPTH:
        assert loose.decode(text.encode())
    else:
        with pytest.raises(PeerError, match=Reason.TOO_DEEP.value):
            loose.decode(text.encode())
