"""Nobody changes, removes or takes back what is another's: listed or not, next door or far away, known or not."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from node.services import policing
from node.store import accounts, favourites, follows, keys
from node.store.accounts import Account
from node.store.domains import Domain
from tests.node.federating.conftest import Ward
from tests.support.network import Network
from tests.support.peers import CONTEXT, PUBLIC, PeerActor

HOSTS = ("masto.example", "evil.example", "gts.example")
Document = dict[str, Any]


@pytest.fixture(params=["open", "allowlist"])
async def ward(network: Network, request: pytest.FixtureRequest) -> Ward:
    """Return a node where asha follows okapi; open, or with all who appear here on its list."""
    node = await network.node("ward.example", federation_mode=request.param)
    for host in HOSTS if request.param == "allowlist" else ():
        await node.db.write(policing.decide, Domain(host, "allow"), by="moderator")
    peer = network.peer("masto.example")
    made = Ward(network, node, await node.user("asha"), peer, peer.actor("okapi"))
    await node.follow(made.asha, made.okapi.handle)
    await network.settle()
    await made.okapi.sends(node, made.okapi.activity("Accept", peer.got("Follow")[0]))
    await network.settle()
    return made


@pytest.fixture(params=["elsewhere", "next door"])
async def mallory(ward: Ward, request: pytest.FixtureRequest) -> PeerActor:
    """Return somebody whose key is known, on another host or on okapi's."""
    host = "evil.example" if request.param == "elsewhere" else "masto.example"
    made = ward.network.peer(host).actor("mallory", key=1)
    await ward.node.find(made.handle)
    return made


async def dropped(ward: Ward, activity: Mapping[str, Any], by: PeerActor) -> httpx.Response:
    """Send what must have no effect: it is ignored, or refused by its reason."""
    answer = await ward.takes(dict(activity), by=by)
    assert answer.status_code in (202, 403), answer.text
    assert answer.json().get("verdict") != "accepted"
    return answer


async def okapi_of(ward: Ward) -> Account:
    """Return what is kept of okapi."""
    found = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert found is not None
    return found


async def test_S058_what_is_anothers_is_not_deleted(ward: Ward, mallory: PeerActor) -> None:
    """Neither a post nor its author, by id, as a tombstone or as the whole object; nor anything of ours."""
    create = ward.okapi.create("mine")
    await ward.takes(create)
    ours = await ward.node.post(ward.asha, "ours")
    note = create["object"]
    things: list[Any] = [note["id"], {"type": "Tombstone", "id": note["id"]}, note, ward.okapi.uri, ours.uri]
    things += [ward.asha.account.uri, {"id": ward.okapi.uri, "type": "Person"}, note | {"attributedTo": mallory.uri}]

    for thing in things:
        await dropped(ward, mallory.activity("Delete", thing), mallory)

    assert await ward.holds(note["id"])
    assert await ward.holds(ours.uri)
    assert await ward.node.db.read(follows.between, ward.asha.id, (await okapi_of(ward)).id) is not None


async def test_S059_anothers_post_is_not_changed(ward: Ward, mallory: PeerActor) -> None:
    """The stored author must be the signer, whatever the new version says of it."""
    create = ward.okapi.create("mine")
    await ward.takes(create)
    ward.peer.publish(create["object"])
    ward.network.clock.pass_time(minutes=1)
    stolen = create["object"] | {"content": "<p>yours</p>", "updated": "2026-11-25T09:01:00Z"}
    versions: list[Document] = [stolen, stolen | {"attributedTo": mallory.uri}, stolen | {"attributedTo": None}]
    versions += [stolen | {"attributedTo": [mallory.uri, ward.okapi.uri]}, stolen | {"actor": mallory.uri}]

    for version in versions:
        for kind in ("Update", "Create"):
            await ward.takes(mallory.activity(kind, version), by=mallory)

    kept = await ward.holds(create["object"]["id"])
    assert (kept.content_html, kept.edited_at) == ("<p>mine</p>", None)
    assert kept.account_id == (await okapi_of(ward)).id


async def test_S060_another_actor_is_not_changed(ward: Ward, mallory: PeerActor) -> None:
    """By its id or by a whole document with the attacker's key."""
    listed = {"id": mallory.key_id, "owner": ward.okapi.uri, "publicKeyPem": mallory.keys.public_pem}
    key = await ward.node.db.read(keys.by_uri, ward.okapi.key_id)

    await dropped(ward, mallory.activity("Update", ward.okapi.document(name="Not me", publicKey=listed)), mallory)
    await dropped(ward, mallory.activity("Update", ward.okapi.document(name="Not me") | {"type": "Service"}), mallory)

    assert (await okapi_of(ward)).display_name == "Okapi"
    assert await ward.node.db.read(keys.by_uri, ward.okapi.key_id) == key


async def test_S060_an_actor_does_not_become_another(ward: Ward, mallory: PeerActor) -> None:
    """Nor does it move its inbox to another host, or list a key that is not its own."""
    key = await ward.node.db.read(keys.by_uri, ward.okapi.key_id)
    foreign = {"id": "https://evil.example/key", "owner": mallory.uri, "publicKeyPem": mallory.keys.public_pem}
    documents: list[Document] = [
        ward.okapi.document(id=f"{ward.okapi.uri}x", name="Not me"),
        ward.okapi.document(id=mallory.uri, name="Not me"),
        ward.okapi.document(inbox="https://gts.example/inbox", name="Not me"),
        ward.okapi.document(publicKey=foreign),
    ]

    for document in documents:
        await ward.takes(ward.okapi.activity("Update", document))

    okapi, theirs = await okapi_of(ward), await ward.node.db.read(accounts.by_uri, mallory.uri)
    assert (okapi.display_name, okapi.inbox) == ("Okapi", f"{ward.okapi.uri}/inbox")
    assert await ward.node.db.read(keys.by_uri, ward.okapi.key_id) in (key, None)
    assert await ward.node.db.read(keys.by_uri, "https://evil.example/key") is None
    assert await ward.node.db.read(accounts.by_uri, f"{ward.okapi.uri}x") is None
    assert theirs is not None
    assert theirs.display_name == "Mallory"


async def test_S061_what_another_did_is_not_undone(ward: Ward, mallory: PeerActor) -> None:
    """A follow, a like, a boost: by id, by its ends, or by both, whoever the Undo says that it was."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    acts = [ward.okapi.follow(ward.asha.account.uri), ward.okapi.like(post.uri), ward.okapi.announce(post.uri)]
    for act in acts:
        await ward.takes(act)

    for act in acts:
        whole = {name: act[name] for name in ("id", "type", "actor", "object")}
        for named in (act["id"], {"id": act["id"]}, whole, whole | {"actor": mallory.uri}, whole | {"id": None}):
            await ward.takes(mallory.activity("Undo", named), by=mallory)

    okapi = await okapi_of(ward)
    line = await ward.node.shown(ward.asha, post.uri)
    assert await ward.node.db.read(follows.between, okapi.id, ward.asha.id) is not None
    assert await ward.node.db.read(favourites.of, okapi.id, post.id) is not None
    assert line is not None
    assert '"favourites_count":1' in line.json
    assert '"reblogs_count":1' in line.json


@pytest.mark.parametrize("is_up", [True, False])
async def test_S062_a_copy_within_a_boost_is_never_used(ward: Ward, mallory: PeerActor, is_up: bool) -> None:
    """The post comes from its own origin, or not at all while that is away."""
    heron = ward.network.peer("gts.example").actor("heron", key=2)
    note = heron.peer.publish(heron.note("said"))
    altered = note | {"content": "<p>altered</p>"}
    if not is_up:
        ward.network.down("gts.example")

    await ward.takes(mallory.activity("Announce", altered, to=[PUBLIC, ward.asha.account.uri]), by=mallory)
    await ward.takes(ward.okapi.activity("Announce", altered, to=[PUBLIC]))

    held = await ward.node.held(note["id"])
    assert (held.content_html if held else None) == ("<p>said</p>" if is_up else None)


async def test_S062_a_wrapped_copy_within_a_boost_is_never_used(ward: Ward, mallory: PeerActor) -> None:
    """The same for a Create around the copy."""
    heron = ward.network.peer("gts.example").actor("heron", key=2)
    note = heron.note("never said")
    wrapped = {"@context": CONTEXT, **heron.activity("Create", note)}

    await ward.takes(mallory.activity("Announce", wrapped, to=[PUBLIC, ward.asha.account.uri]), by=mallory)
    await ward.takes(ward.okapi.activity("Announce", wrapped, to=[PUBLIC]))

    assert await ward.node.held(note["id"]) is None
