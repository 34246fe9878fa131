"""Faults reported of other servers, rebuilt: the smallest input, and others of its kind."""

from typing import Any

import httpx
import pytest

from node.store import accounts, statuses
from tests.node.federating.conftest import Ward, ward
from tests.support.peers import CONTEXT, PUBLIC

__all__ = ["ward"]

TIMES: list[Any] = [
    *("2026-02-01 12:34:56", "2026-02-01T12:34:56", "2026-02-01", "Sun, 01 Feb 2026 12:34:56 GMT", "", 1769949296),
    *(["2026-02-01T12:34:56Z"], "0000-00-00 00:00:00", None, {}, "2026-13-45T99:99:99Z"),
]


@pytest.mark.parametrize("moment", TIMES, ids=str)
async def test_B01_a_post_is_kept_however_its_times_are_written(ward: Ward, moment: Any) -> None:
    """Readable without a zone is UTC, unreadable is the time of receipt; equal times are no edit."""
    create = ward.okapi.create("Kettle descaled.", published=moment, updated=moment)
    create["published"] = moment

    answer = await ward.takes(create)

    shown = await ward.node.shown(ward.asha, create["object"]["id"])
    held = await ward.holds(create["object"]["id"])
    assert answer.status_code == 202
    assert shown is not None
    assert held.edited_at is None
    readable = ("2026-02-01 12:34:56", "2026-02-01T12:34:56", ["2026-02-01T12:34:56Z"], "Sun, 01 Feb 2026 12:34:56 GMT")
    if moment in readable:
        assert '"created_at":"2026-02-01T12:34:56.000Z"' in shown.json
    elif moment != "2026-02-01":
        assert held.created_at == ward.network.clock.now()


async def test_B02_an_edit_without_a_time_is_one_when_it_says_something_else(ward: Ward) -> None:
    """The new words are shown, the old ones kept; the same again and mere tallies mark nothing; older ones are ignored."""
    create = ward.okapi.create("40 mg")
    await ward.takes(create)
    ward.network.clock.pass_time(minutes=3)
    received = ward.network.clock.now()
    corrected = create["object"] | {"content": "<p>Correction: 4 mg</p>"}
    await ward.takes(ward.okapi.activity("Update", corrected))

    for changes in ({}, {"votersCount": 9}, {"likes": {"totalItems": 3}}):
        ward.network.clock.pass_time(minutes=3)
        await ward.takes(ward.okapi.activity("Update", corrected | changes))
    older = corrected | {"content": "<p>400 mg</p>", "updated": "2026-11-25T08:00:00Z"}
    await ward.takes(ward.okapi.activity("Update", older))

    held = await ward.holds(create["object"]["id"])
    history = await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{held.id}/history")
    assert (held.content_html, held.edited_at) == ("<p>Correction: 4 mg</p>", received)
    assert [version["content"] for version in history.json()] == ["<p>40 mg</p>", "<p>Correction: 4 mg</p>"]


PIX = "https://pix.example"
PAGE = '<!doctype html><html><head><link rel="stylesheet" href="/x.css"><link {}></head><body>p</body></html>'
ALTERNATE = 'rel="alternate" type="application/activity+json" href="{}"'


async def sought(ward: Ward, path: str, answer: httpx.Response) -> list[str]:
    """Search for a page of pix.example that answers so; return the ids of the posts that were found."""
    finch = ward.network.peer("pix.example").actor("finch", key=1)
    finch.peer.publish(finch.note("Look", id=f"{PIX}/p/finch/77", url=f"{PIX}/p/finch/77"))

    async def hook(request: httpx.Request, _send: object) -> httpx.Response:
        return answer if request.url.path == path else await finch.peer.answer(request)

    ward.network.wire.hooks["pix.example"] = hook
    asha = ward.node.world.client(ward.asha)
    found = await asha.get("/api/v2/search", params={"q": PIX + path, "resolve": "true", "type": "statuses"})
    assert found.status_code == 200
    return [status["uri"] for status in found.json()["statuses"]]


def html(head: str, kind: str = "text/html; charset=utf-8") -> httpx.Response:
    """Return a page with a link in its head."""
    return httpx.Response(200, content=PAGE.format(head).encode(), headers={"content-type": kind})


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"location": "/p/finch/77"}),
        html(ALTERNATE.format("/p/finch/77")),
        html(ALTERNATE.format(f"{PIX}/p/finch/77")),
        html(f"href='{PIX}/p/finch/77' type='application/activity+json' rel='alternate'"),
    ],
)
async def test_B03_the_address_in_the_browser_leads_to_the_post(ward: Ward, answer: httpx.Response) -> None:
    """By a redirect, or by what the page names as its other form."""
    assert await sought(ward, "/i/web/post/77", answer) == [f"{PIX}/p/finch/77"]


@pytest.mark.parametrize(
    "answer",
    [
        html('rel="canonical" href="/p/finch/77"'),
        html(ALTERNATE.format("https://masto.example/x")),
        html(ALTERNATE.format("javascript:alert(1)")),
        html(ALTERNATE.format("/i/web/post/78")),
        html(ALTERNATE.format("/p/nowhere")),
        html(ALTERNATE.format("/p/finch/77"), kind="text/plain"),
        httpx.Response(302, headers={"location": "/login"}),
    ],
)
async def test_B03_a_page_that_is_no_post_gives_nothing(ward: Ward, answer: httpx.Response) -> None:
    """200 and empty lists; a page is followed once, and within its host."""
    assert await sought(ward, "/i/web/post/78", answer) == []


@pytest.mark.parametrize("host", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
async def test_B04_a_colleague_at_a_host_with_an_umlaut_is_named(ward: Ward, host: str) -> None:
    """However the host is spelt: one account, mentioned, linked, and told."""
    kea = ward.network.peer("xn--bcher-kva.example").actor("kea", key=1)
    client = ward.node.world.client(ward.asha)

    posted = (await client.post("/api/v1/statuses", json={"status": f"@kea@{host} could you look?"})).json()
    await ward.network.settle()

    shown = (await client.get(f"/api/v1/statuses/{posted['id']}")).json()
    [create] = kea.peer.got("Create")
    assert [one["acct"] for one in shown["mentions"]] == ["kea@xn--bcher-kva.example"]
    assert [tag["href"] for tag in create["object"]["tag"]] == [kea.uri]
    assert await ward.node.db.read(accounts.by_handle, "kea", "xn--bcher-kva.example") is not None


async def test_B05_comments_of_a_group_stay_in_their_thread(ward: Ward) -> None:
    """The page appears in home once; twenty comments, wrapped or plain, do not."""
    forum = ward.network.peer("forum.example")
    group, stork = forum.actor("wound_care", key=1), forum.actor("stork", key=0)
    forum.publish(group.document(type="Group"))
    await ward.node.follow(ward.asha, group.handle)
    await ward.network.settle()
    await ward.takes(group.activity("Accept", forum.got("Follow")[0]), by=group)
    page = forum.publish(
        stork.note("A page", id="https://forum.example/post/4", type="Page", name="Wounds", audience=group.uri)
    )
    followers = {"to": [PUBLIC], "cc": [f"{group.uri}/followers"]}
    await ward.takes(group.activity("Announce", page["id"], **followers), by=group)
    before = len(await ward.node.home(ward.asha))

    for number in range(20):
        uri = f"https://forum.example/comment/{number}"
        comment = forum.publish(stork.note("Same here.", id=uri, inReplyTo=page["id"], audience=group.uri))
        wrapped = {"@context": CONTEXT, **stork.activity("Create", comment)}
        await ward.takes(group.activity("Announce", wrapped if number % 2 else uri, **followers), by=group)

    post = await ward.holds(page["id"])
    thread = (await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{post.id}/context")).json()
    assert before == 1
    assert len(await ward.node.home(ward.asha)) == 1
    assert len(thread["descendants"]) == 20


def emoji(host: str, name: str) -> dict[str, Any]:
    """Return the tag of an emoji."""
    icon = {"type": "Image", "mediaType": "image/png", "url": f"https://{host}/e/{name.strip(':')}.png"}
    return {"type": "Emoji", "id": f"https://{host}/emoji/{name}", "name": name, "icon": icon}


NAMES = ["smh", "kafija-mājās", "鹅"]


@pytest.mark.parametrize("text", [":smh: :kafija-mājās: :鹅: done :untagged:", ":smh::kafija-mājās::鹅:"])
async def test_B07_emoji_have_any_name_and_the_picture_of_their_host(ward: Ward, text: str) -> None:
    """Accents, other scripts, hyphens; with colons or without; each from its author's host; the untagged stay text."""
    client = ward.node.world.client(ward.asha)
    for host, colons in (("a.example", ":{}:"), ("b.example", "{}")):
        author = ward.network.peer(host).actor("a", key=1)
        tags = [emoji(host, colons.format(name)) for name in NAMES]
        create = author.create(text, to=[PUBLIC, ward.asha.account.uri], tag=tags)
        await ward.takes(create, by=author)

        status = await ward.node.db.read(statuses.by_uri, create["object"]["id"])
        assert status is not None
        shown = (await client.get(f"/api/v1/statuses/{status.id}")).json()

        assert sorted(one["shortcode"] for one in shown["emojis"]) == sorted(NAMES)
        assert text in shown["content"]
        assert all(host in one["url"] or "ward.example" in one["url"] for one in shown["emojis"])
