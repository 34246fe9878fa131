"""What the inbox refuses, with which status and reason, and that nothing follows from it."""

import json

import httpx
import pytest

from node.store import accounts, keys
from tests.node.federating.conftest import Ward
from tests.support.peers import PeerActor
from tests.support.world import key_pair


async def _post(ward: Ward, request: httpx.Request) -> tuple[int, str | None]:
    answer = await ward.peer.client.send(request)
    body = answer.json()
    return answer.status_code, body.get("reason") or body.get("code")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": "SHA-256=AAAA"}, "bad-digest"),
        ({"date": "Wed, 25 Nov 2026 08:59:00 GMT"}, "bad-signature"),
        ({"date": "Mon, 23 Nov 2026 08:59:00 GMT"}, "expired"),
        ({"date": "Thu, 26 Nov 2026 12:00:00 GMT"}, "not-yet-valid"),
        (
            {"signature": 'keyId="https://masto.example/users/okapi#main-key",headers="date",signature="aGk="'},
            "uncovered-header",
        ),
        ({"signature": "nonsense"}, "bad-signature"),
    ],
)
async def test_a_wrongly_signed_request_is_refused_with_the_reason(
    ward: Ward, changes: dict[str, str], reason: str
) -> None:
    """401 with a code that an administrator can look up."""
    create = ward.okapi.create()

    request = ward.okapi.signed(ward.node, create)
    request.headers.update(changes)
    found = await _post(ward, request)
    await ward.network.settle()

    assert found == (401, reason)
    assert await ward.node.held(create["object"]["id"]) is None


async def test_a_body_over_one_mebibyte_is_refused(ward: Ward) -> None:
    """413, before anything is parsed."""
    body = json.dumps(ward.okapi.create("x" * 1024 * 1024)).encode()

    assert await _post(ward, ward.okapi.signed(ward.node, body)) == (413, "too-large")


async def test_another_content_type_is_refused(ward: Ward) -> None:
    """415: what is no activity is not read as one."""
    found = await _post(ward, ward.okapi.signed(ward.node, ward.okapi.create(), content_type="application/json"))

    assert found == (415, "wrong-content-type")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"id":"https://masto.example/1","id":"https://masto.example/2","type":"Like"}', "duplicate-key"),
        (b'{"type":' + b"[" * 40 + b"]" * 40 + b"}", "too-deep"),
        (b"[]", "malformed"),
        (b"{", "malformed"),
        (b"\xff\xfe{\x00}\x00", "malformed"),
        (b'{"id":"https://masto.example/1","type":"Like","actor":"https://masto.example/users/okapi"}', "malformed"),
    ],
)
async def test_a_document_that_cannot_be_read_is_refused(ward: Ward, body: bytes, reason: str) -> None:
    """400 with the reason."""
    assert await _post(ward, ward.okapi.signed(ward.node, body)) == (400, reason)


async def test_the_deletion_of_somebody_unknown_costs_nothing(ward: Ward) -> None:
    """202 without asking for a key that is gone."""
    gone = PeerActor(ward.network.peer("gone.example"), "ghost", key=1)

    answer = await gone.sends(ward.node, gone.activity("Delete", gone.uri))
    await ward.network.settle()

    assert answer.json() == {"verdict": "ignored", "reason": "unknown-actor"}
    assert ward.network.wire.asked("gone.example") == 0


@pytest.mark.parametrize("form", ["#main-key", "/main-key", ""])
async def test_a_key_is_found_in_every_form_that_peers_name_it(ward: Ward, form: str) -> None:
    """A fragment, a document of its own that leads to its owner, or the actor itself."""
    heron = ward.network.peer("gts.example").actor("heron", key=1)
    heron.key_id = f"{heron.uri}{form}"
    document = heron.document()
    heron.peer.publish(document)
    if form.startswith("/"):
        heron.peer.shelf[heron.key_id] = {name: document[name] for name in ("@context", "id", "publicKey", "type")}
    create = heron.create("hello", to=[ward.asha.account.uri])

    answer = await ward.takes(create, by=heron)

    assert answer.json()["verdict"] == "queued"
    assert await ward.node.held(create["object"]["id"]) is not None


async def test_a_new_key_is_learnt_once_the_old_one_no_longer_fits(ward: Ward) -> None:
    """The first request asks the owner again; then requests are verified in place."""
    ward.okapi.keys = key_pair(1)
    ward.peer.publish(ward.okapi.document())
    too_early = await ward.okapi.sends(ward.node, ward.okapi.create("too early"))
    ward.network.clock.pass_time(minutes=6)
    create = ward.okapi.create("with the new key")

    answer = await ward.takes(create)
    after = await ward.takes(ward.okapi.create("again"))

    assert (too_early.status_code, too_early.json()["reason"]) == (401, "bad-signature")
    assert answer.json()["verdict"] == "queued"
    assert await ward.node.held(create["object"]["id"]) is not None
    assert after.json()["verdict"] == "accepted"


async def test_a_forged_signature_makes_us_ask_for_the_key_once_in_five_minutes(ward: Ward) -> None:
    """Nobody can turn us on their own server's neighbour."""
    forger = PeerActor(ward.peer, "okapi", key=1)
    ward.network.clock.pass_time(minutes=6)
    asked = ward.network.wire.asked("masto.example", "/users/okapi")

    answers = []
    for _ in range(5):
        answers.append((await forger.sends(ward.node, forger.create("forged"))).status_code)
        await ward.network.settle()

    assert answers == [202, 401, 401, 401, 401]
    assert ward.network.wire.asked("masto.example", "/users/okapi") == asked + 1


async def test_a_host_that_is_away_is_asked_for_keys_once_for_all_that_waits(ward: Ward) -> None:
    """When it is back, everything that waited is carried out."""
    other = ward.network.peer("gts.example")
    heron, egret = other.actor("heron", key=1), other.actor("egret", key=2)
    ward.network.down("gts.example")
    creates = [who.create("hello", to=[ward.asha.account.uri]) for who in (heron, egret, heron)]
    for who, create in zip((heron, egret, heron), creates, strict=True):
        request = who.signed(ward.node, create)
        await ward.node.world.client().post("/inbox", content=request.content, headers=dict(request.headers))
    await ward.network.settle()
    asked = ward.network.wire.asked("gts.example")

    ward.network.up("gts.example")
    ward.network.clock.pass_time(minutes=6)
    await ward.network.settle()

    assert asked == 1
    assert all([await ward.node.held(create["object"]["id"]) for create in creates])


async def test_a_peer_cannot_take_the_handle_of_another_host(ward: Ward) -> None:
    """A claimed handle counts only where WebFinger at its host leads back."""
    thief = ward.network.peer("evil.example").actor("okapi", key=1, webfinger="okapi@masto.example")

    await ward.takes(thief.create("I am okapi", to=[ward.asha.account.uri]), by=thief)

    kept = await ward.node.db.read(accounts.by_uri, thief.uri)
    assert kept is not None
    assert kept.acct == "okapi@evil.example"


async def test_a_peer_cannot_take_over_the_key_of_a_neighbour(ward: Ward) -> None:
    """An actor that lists another's key id gets no key under it."""
    finch = ward.peer.actor("finch", key=1)
    ward.peer.publish(
        finch.document(
            publicKey={
                "id": ward.okapi.key_id,
                "owner": finch.uri,
                "publicKeyPem": finch.keys.public_pem,
            }
        )
    )

    await ward.node.find(finch.handle)

    kept = await ward.node.db.read(keys.by_uri, ward.okapi.key_id)
    assert kept is not None
    assert kept.account_uri == ward.okapi.uri


async def test_a_neighbour_cannot_use_up_the_id_of_an_activity(ward: Ward) -> None:
    """An id that somebody else of the host has sent first still counts when its own actor sends it."""
    create = ward.okapi.create()
    finch = ward.peer.actor("finch", key=1)
    theirs = {**finch.activity("Undo", {"type": "Follow", "actor": finch.uri, "object": ward.asha.account.uri})}

    await ward.takes({**theirs, "id": create["id"]}, by=finch)
    await ward.takes(create)

    assert await ward.node.held(create["object"]["id"]) is not None
