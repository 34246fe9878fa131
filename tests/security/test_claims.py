"""What a document says of itself counts only where it may: its id, its author, its meaning, its type."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from federation import uris
from federation.reasons import PeerError
from node.services import fetching
from node.store import accounts, keys
from tests.node.federating.conftest import Ward, ward
from tests.security.forging import asked, counts
from tests.security.test_redirects import sought
from tests.support.peers import CONTEXT, PUBLIC, PeerActor

__all__ = ["ward"]

AP = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
EVIL = "evil.example"
VICTIM = "victim.example"


def mallory_of(ward: Ward) -> PeerActor:
    """Return somebody at evil.example."""
    return ward.network.peer(EVIL).actor("mallory", key=1)


async def known(ward: Ward) -> PeerActor:
    """Return somebody at evil.example whose key is known here."""
    await ward.node.find(mallory_of(ward).handle)
    return mallory_of(ward)


async def nothing_follows(ward: Ward, answer_to: Mapping[str, Any], *, by: PeerActor) -> httpx.Response:
    """Send an activity of which nothing may be kept; return how it was answered."""
    before = await counts(ward)
    answer = await ward.takes(dict(answer_to), by=by)
    after = await counts(ward)
    assert {name for name in after if after[name] != before[name]} <= {"arrivals"}
    return answer


@pytest.mark.parametrize("keyword", ["@graph", "@included", "@reverse"])
async def test_S045_a_signed_graph_in_another_place_is_refused(ward: Ward, keyword: str) -> None:
    """Wherever the victim's signed words were moved to, and whoever sends them."""
    mallory = await known(ward)
    signed = ward.okapi.create("said once") | {"signature": {"type": "RsaSignature2017", "signatureValue": "aGk="}}
    for document in (
        {keyword: [signed], "@context": CONTEXT, "id": signed["id"], "type": "Create", "actor": ward.okapi.uri},
        mallory.create("new", **{keyword: signed}, to=[ward.asha.account.uri]),
    ):
        answer = await nothing_follows(ward, {"object": "https://evil.example/1", **document}, by=mallory)
        assert (answer.status_code, answer.json()["reason"]) == (400, "forbidden-keyword")


async def test_S045_a_signature_within_a_document_gives_no_authority(ward: Ward) -> None:
    """An altered text of the victim under its own signature, passed on by another, is dropped."""
    mallory = await known(ward)
    signed = ward.okapi.create("altered") | {"signature": {"type": "RsaSignature2017", "signatureValue": "aGk="}}

    answer = await nothing_follows(ward, signed, by=mallory)

    assert answer.status_code in (401, 403)


BENT: dict[str, Any] = {
    "content": {"content": "https://evil.example/ns#content"},
    "actor": {"actor": {"@id": "as:attributedTo", "@type": "@id"}},
    "null": {"object": None},
    "prefix": {"as": "https://evil.example/ns#", "content": "as:content"},
    "own prefix": {"x": "https://evil.example/ns#", "content": "x:content"},
    "type": {"Note": "as:Tombstone"},
    "swapped": {"to": "as:bto", "bto": "as:to"},
    "keyword": {"id": "@type", "type": "@id"},
}


@pytest.mark.parametrize("bent", BENT)
async def test_S046_a_context_that_bends_our_words_is_refused(ward: Ward, bent: str) -> None:
    """At the top, in a list, and within the object; no context is ever fetched."""
    plain = ward.okapi.create()
    for document in (
        plain | {"@context": [CONTEXT, BENT[bent]]},
        plain | {"@context": BENT[bent]},
        plain | {"object": plain["object"] | {"@context": [BENT[bent]]}},
    ):
        questions = asked(ward)
        answer = await nothing_follows(ward, document, by=ward.okapi)
        assert (answer.status_code, answer.json()["reason"]) == (400, "forbidden-keyword")
        assert asked(ward) == questions


async def test_S046_a_context_that_adds_words_is_fine(ward: Ward) -> None:
    """What everybody sends; a context at an address is not even looked at."""
    inline = {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive", "Hashtag": "as:Hashtag", "id": "@id"}
    inline |= {"as": "https://www.w3.org/ns/activitystreams#", "name": "schema:name", "content": "as:content"}
    create = ward.okapi.create() | {"@context": [CONTEXT, "https://context.example/v1", inline]}

    await ward.takes(create)

    assert await ward.holds(create["object"]["id"])
    assert ward.network.wire.asked("context.example") == 0


@pytest.mark.parametrize(
    "key", ["https://www.w3.org/ns/activitystreams#actor", "as:actor", "http://www.w3.org/ns/activitystreams#actor"]
)
async def test_S047_a_property_under_two_names_is_refused(ward: Ward, key: str) -> None:
    """Two readers could take different ones; within the object as well."""
    plain = ward.okapi.create()
    within = plain | {"object": plain["object"] | {key.replace("actor", "attributedTo"): ward.asha.account.uri}}
    for document in (plain | {key: ward.asha.account.uri}, within):
        answer = await nothing_follows(ward, document, by=ward.okapi)

        assert (answer.status_code, answer.json()["reason"]) == (400, "duplicate-key")


async def test_S048_a_document_that_claims_an_id_of_another_host_is_refused(ward: Ward) -> None:
    """Nobody speaks for another server."""
    victim = ward.network.peer(VICTIM).actor("heron", key=2)
    note = victim.note("never said")
    ward.network.peer(EVIL).shelf[f"https://{EVIL}/n/1"] = note | {"@context": CONTEXT}

    found = await sought(ward, f"https://{EVIL}/n/1")

    assert found == []
    assert await ward.node.held(note["id"]) is None


async def test_S049_only_what_an_id_answers_itself_is_used(ward: Ward) -> None:
    """A note at another address of its host is fetched again under its own id."""
    heron = ward.network.peer(VICTIM).actor("heron", key=2)
    note = heron.peer.publish(heron.note("said"))
    elsewhere = f"https://{VICTIM}/a"
    heron.peer.shelf[elsewhere] = note | {"content": "<p>altered</p>", "@context": CONTEXT}

    found = await sought(ward, elsewhere)

    assert [status["uri"] for status in found] == [note["id"]]
    assert (await ward.holds(note["id"])).content_html == "<p>said</p>"
    assert await ward.node.held(elsewhere) is None


async def test_S050_a_post_attributed_to_somebody_of_another_host_is_dropped(ward: Ward) -> None:
    """Alone, in a list, as an object, or with its id there as well."""
    mallory = await known(ward)
    for author in (ward.okapi.uri, [ward.okapi.uri, mallory.uri][:1], {"type": "Person", "id": ward.okapi.uri}):
        for changes in ({}, {"id": f"{ward.okapi.uri}/statuses/999"}):
            create = mallory.create("never said", attributedTo=author, to=[ward.asha.account.uri], **changes)
            answer = await nothing_follows(ward, create, by=mallory)
            assert (answer.status_code, answer.json()["reason"]) == (403, "not-owner")


@pytest.mark.parametrize(
    "author", ["https://ward.example/users/asha", "https://ward.example/actor", 1, "1", [1], {"type": "Person"}]
)
async def test_S051_a_post_attributed_to_us_or_to_nonsense_is_dropped(ward: Ward, author: object) -> None:
    """No post of ours appears, and no message."""
    mallory = await known(ward)
    create = mallory.create("never said", attributedTo=author, to=[ward.asha.account.uri])

    answer = await nothing_follows(ward, create, by=mallory)

    assert answer.status_code in (400, 403)


async def test_S052_a_post_with_an_id_of_ours_is_dropped(ward: Ward) -> None:
    """403, whether the post is there or not and however our host is spelt; ours stays what it was."""
    mallory = await known(ward)
    ours = await ward.node.post(ward.asha, "Gel by every bed")
    for uri in (
        ours.uri,
        "https://ward.example/users/asha/statuses/1",
        "https://WARD.example:443/x",
        "https://ward.example./x",
    ):
        create = mallory.create("never said", id=uri, to=[ward.asha.account.uri])
        for document in (create, create | {"type": "Update", "id": f"{mallory.uri}#updates/1"}):
            answer = await nothing_follows(ward, document, by=mallory)
            assert answer.status_code == 403

    assert (await ward.holds(ours.uri)).content_html == ours.content_html


SAME = [
    "https://VICTIM.example/a",
    "https://victim.example:443/b",
    "https://victim.example./c",
    "HTTPS://victim.example/d",
]
IDN = [
    "https://bücher.example/a",
    "https://xn--bcher-kva.example/b",
    "https://BÜCHER.example:443/c",
    "https://bücher\u3002example/",
]
OTHER = [
    "https://victim.example:8443/",
    "https://victim.example.evil.example/",
    "https://victimexample/",
    "http://victim.example/",
]
OTHER += ["https://vıctim.example/", "https://evil.example/victim.example", "https://victim.example@evil.example/"]


def test_S053_hosts_in_other_spellings_are_one() -> None:
    """Case, the port of the scheme, the last dot, Unicode and its coding make no difference; all else does."""
    for spellings in (SAME, IDN):
        assert all(uris.is_same_origin(one, other) for one in spellings for other in spellings)
    assert not any(uris.is_same_origin(SAME[0], other) for other in OTHER + IDN)


async def test_S054_of_an_embedded_actor_only_the_id_counts(ward: Ward) -> None:
    """Neither its key nor its name is taken over."""
    mallory = await known(ward)
    stolen = {"id": ward.okapi.key_id, "owner": ward.okapi.uri, "publicKeyPem": mallory.keys.public_pem}
    embedded = {
        "type": "Person",
        "id": ward.okapi.uri,
        "name": "Not me",
        "publicKey": stolen,
        "inbox": f"https://{EVIL}/in",
    }
    create = ward.okapi.create() | {"actor": embedded}
    unknown = mallory.create(to=[ward.asha.account.uri]) | {"actor": embedded}

    await ward.takes(create)
    answer = await nothing_follows(ward, unknown, by=mallory)

    okapi = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    key = await ward.node.db.read(keys.by_uri, ward.okapi.key_id)
    assert await ward.holds(create["object"]["id"])
    assert answer.status_code in (401, 403)
    assert okapi is not None
    assert key is not None
    assert (okapi.display_name, okapi.inbox) == ("Okapi", f"{ward.okapi.uri}/inbox")
    assert key.public_pem == ward.okapi.keys.public_pem


def served(ward: Ward, host: str, document: Mapping[str, Any], kind: str) -> None:
    """Let a host answer with a document, whatever is asked, and call it a type."""
    peer = ward.network.peer(host)

    async def hook(request: httpx.Request, _send: object) -> httpx.Response:
        if str(request.url) != document["id"]:
            return await peer.answer(request)
        return httpx.Response(200, content=json.dumps(document).encode(), headers={"content-type": kind})

    ward.network.wire.hooks[host] = hook


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream", "image/png", ""])
async def test_S055_an_upload_that_looks_like_a_post_is_none(ward: Ward, kind: str) -> None:
    """Whoever may put a file on a host does not speak for it."""
    heron = ward.network.peer(VICTIM).actor("heron", key=2)
    note = heron.note("uploaded", id=f"https://{VICTIM}/media/x") | {"@context": CONTEXT}
    served(ward, VICTIM, note, kind)

    assert await sought(ward, note["id"]) == []
    assert await ward.node.held(note["id"]) is None


@pytest.mark.parametrize(
    ("kind", "is_fine"),
    [
        (AP, True),
        ("Application/Activity+JSON; charset=utf-8", True),
        (LD, True),
        ('application/LD+json;profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://evil.example/ns"', False),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams.evil"', False),
        (f"text/plain, {AP}", False),
        ("text/html; x=application/activity+json", False),
        ("application/activity+json+x", False),
        ("application/x-activity+json", False),
    ],
)
async def test_S056_only_the_exact_types_are_activities(ward: Ward, kind: str, is_fine: bool) -> None:
    """Their case does not matter, a hidden or incomplete type does."""
    heron = ward.network.peer(VICTIM).actor("heron", key=2)
    note = heron.note("said") | {"@context": CONTEXT}
    served(ward, VICTIM, note, kind)

    found = await sought(ward, note["id"])

    assert bool(found) is is_fine
    assert (await ward.node.held(note["id"]) is not None) is is_fine


async def test_S057_an_upload_of_ours_is_never_an_activity(ward: Ward) -> None:
    """JSON is no picture; what is hidden behind a picture is gone; and a file is served as what it is."""
    note = json.dumps(
        {"@context": CONTEXT, "id": "https://ward.example/media/x", "type": "Note", "to": PUBLIC}
    ).encode()
    asha = ward.node.world.client(ward.asha)
    for name, kind in (
        ("note.json", "application/json"),
        ("note.jsonld", AP),
        ("note.png", "image/png"),
        ("n.png", AP),
    ):
        refused = await asha.post("/api/v2/media", files={"file": (name, note, kind)})
        assert refused.status_code == 422

    taken = await asha.post("/api/v2/media", files={"file": ("tail.png", picture() + note, AP)})
    url = taken.json()["url"]
    served = await ward.node.world.anybody.get(url, headers={"accept": AP})

    assert taken.status_code == 200
    assert b"activitystreams" not in served.content
    assert served.headers["content-type"].startswith("image/")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]


def picture() -> bytes:
    """Return a small PNG."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


async def test_S049_asking_for_our_own_host_asks_nobody(ward: Ward) -> None:
    """However it is spelt."""
    for address in (
        "https://ward.example/users/nobody",
        "https://WARD.example./users/asha",
        "https://ward.example:443/x",
    ):
        questions = len(ward.network.wire.sent)
        with pytest.raises(PeerError):
            await fetching.thing(ward.node.db, ward.node.fetcher, address, site=ward.node.site)
        assert len(ward.network.wire.sent) == questions
