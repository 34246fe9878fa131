"""Where what one feature lets through meets what another keeps out."""

from typing import Any

import pytest

from federation.signatures import multikeys, proofs
from federation.signatures.keys import generate_ed25519
from node.errors import Problem
from node.services import following, policing
from node.social.policy import Level
from node.store import accounts, statuses
from node.store.accounts import Account
from node.store.domains import Domain
from tests.node.federating.conftest import Ward, ward
from tests.node.federating.test_groups import Forum, forum
from tests.support.peers import PUBLIC, PeerActor

__all__ = ["forum", "ward"]

ASHA = "https://ward.example/users/asha"
PRIVATE, PUBLIC_PEM = generate_ed25519()


def _with_key(actor: PeerActor, **changes: Any) -> dict[str, Any]:
    """Return an actor's document that lists an Ed25519 key beside the one that signs its requests."""
    key = {
        "id": f"{actor.uri}#ed25519-key",
        "type": "Multikey",
        "controller": actor.uri,
        "publicKeyMultibase": multikeys.from_pem(PUBLIC_PEM),
    }
    return actor.document(assertionMethod=[key], **changes)


def _proven(actor: PeerActor, activity: dict[str, Any]) -> dict[str, Any]:
    """Return an activity with a proof of its actor's."""
    now = actor.peer.clock.now()
    return proofs.make(activity, key_id=f"{actor.uri}#ed25519-key", private_pem=PRIVATE, now=now)


async def _decide(ward: Ward, host: str, level: Level) -> None:
    """Take a decision as the command line does."""
    await ward.node.db.write(policing.decide, Domain(host, level), by="moderator")


async def _suspend(ward: Ward, handle: str) -> Account:
    """Suspend one account and not its host."""
    found = await ward.node.find(handle)
    await ward.node.db.write(accounts.change, found, is_suspended=True)
    return found


# ------------------------------------------------------------------ suspended accounts


async def test_a_suspended_account_cannot_pass_a_like_off_as_a_farewell(ward: Ward) -> None:
    """What is both a Like and a Delete by its types is what it is judged as."""
    status = await ward.node.post(ward.asha, "Hello")
    await _suspend(ward, ward.okapi.handle)

    answer = await ward.takes(ward.okapi.like(status.uri) | {"type": ["Like", "Delete"]})

    assert answer.status_code == 403
    assert await ward.node.count(ward.asha, "favourite") == 0


async def test_a_group_does_not_bring_what_a_suspended_member_did(forum: Forum) -> None:
    """Neither its new words, nor its likes of our posts, as the group's host would speak for it."""
    status = await forum.ward.node.post(forum.ward.asha, "Hello")
    page = forum.page()
    await forum.takes(forum.passes_on(page))
    await _suspend(forum.ward, forum.stork.handle)
    forum.ward.network.clock.pass_time(minutes=1)
    now = forum.ward.network.clock.now().isoformat()
    update = forum.stork.activity("Update", page["object"] | {"content": "<p>Altered</p>", "updated": now})

    await forum.takes(forum.passes_on(update))
    await forum.takes(forum.passes_on(forum.stork.like(status.uri)))

    held = await forum.ward.holds(page["object"]["id"])
    assert "Altered" not in held.content_html
    assert await forum.ward.node.count(forum.ward.asha, "favourite") == 0


async def test_a_post_of_a_suspended_account_is_not_renewed_by_asking_its_origin(forum: Forum) -> None:
    """A group says that its post changed; the post is asked for, and stays as it was."""
    create = forum.ward.okapi.create("As it was")
    await forum.ward.takes(create)
    await _suspend(forum.ward, forum.ward.okapi.handle)
    forum.ward.network.clock.pass_time(minutes=5)
    now = forum.ward.network.clock.now().isoformat()
    newer = create["object"] | {"content": "<p>Altered</p>", "updated": now}
    forum.ward.peer.publish(newer)

    await forum.takes(forum.passes_on(forum.ward.okapi.activity("Update", newer)))

    assert "Altered" not in (await forum.ward.holds(create["object"]["id"])).content_html


# ------------------------------------------------------------------ hosts that wait for a person


@pytest.mark.parametrize("way", ["announce", "group", "quote", "parent", "proof", "like", "update"])
async def test_what_a_held_host_says_does_not_come_in_through_others(forum: Forum, way: str) -> None:
    """It waits for a person whoever passes it on: nothing of it is fetched, kept or told."""
    peer = forum.ward.network.peer("held.example")
    mallory = peer.actor("mallory", key=1)
    peer.shelf[mallory.uri] = _with_key(mallory)
    await forum.ward.node.find(mallory.handle)
    create = mallory.create("Look at me", tag=[{"type": "Mention", "href": ASHA}], cc=[ASHA])
    note = peer.publish(create["object"])
    status = await forum.ward.node.post(forum.ward.asha, "Hello")
    like = peer.publish(mallory.like(status.uri))
    if way == "update":
        await forum.ward.takes(create, by=mallory)
        assert await forum.ward.node.held(note["id"]) is not None
    await _decide(forum.ward, "held.example", "review")
    forum.ward.network.clock.pass_time(minutes=5)
    asked = forum.ward.network.wire.asked("held.example")
    newer = note | {"content": "<p>Altered</p>", "updated": forum.ward.network.clock.now().isoformat()}

    if way == "announce":
        await forum.ward.takes(forum.ward.okapi.announce(note["id"]))
    elif way == "group":
        await forum.takes(forum.passes_on(create))
    elif way == "quote":
        await forum.ward.takes(forum.ward.okapi.create("See", quote=note["id"], quoteUrl=note["id"]))
    elif way == "parent":
        await forum.ward.takes(forum.ward.okapi.create("Indeed", inReplyTo=note["id"]))
    elif way == "proof":
        await forum.ward.takes(_proven(mallory, create))
    elif way == "like":
        await forum.takes(forum.passes_on(like))
    else:
        peer.publish(newer)
        await forum.takes(forum.passes_on(mallory.activity("Update", newer)))

    held = await forum.ward.node.held(note["id"])
    assert (held is not None) is (way == "update")
    assert held is None or "Altered" not in held.content_html
    assert await forum.ward.node.count(forum.ward.asha, "favourite") == 0
    assert await forum.ward.node.count(forum.ward.asha, "mention") == 0
    assert forum.ward.network.wire.asked("held.example") == asked


# ------------------------------------------------------------------ who was blocked


async def test_S091_a_group_whom_an_author_blocks_does_not_show_their_post(forum: Forum) -> None:
    """Announced plainly or wrapped: it is not boosted, and not in the group."""
    status = await forum.ward.node.post(forum.ward.asha, "Hello")
    group = await forum.ward.node.find(forum.group.handle)
    await forum.ward.node.db.write(following.block, forum.ward.asha.id, group.id)

    await forum.takes(forum.group.announce(status.uri) | {"cc": [ASHA]})

    assert await forum.posted(status.uri) is None
    line = await forum.ward.node.shown(forum.ward.asha, status.uri)
    assert line is not None
    assert '"reblogs_count":0' in line.json


# ------------------------------------------------------------------ proofs


async def test_S040_an_old_proven_profile_does_not_come_back(ward: Ward) -> None:
    """A copy of an Update of itself, years old and well proven, brought by somebody else, changes nothing."""
    ward.peer.shelf[ward.okapi.uri] = _with_key(ward.okapi)
    carrier = ward.network.peer("relay.example").actor("carrier", key=1)
    old = _proven(ward.okapi, ward.okapi.activity("Update", _with_key(ward.okapi, name="Old name"), to=[PUBLIC]))
    ward.network.clock.pass_time(days=60)
    await ward.takes(ward.okapi.activity("Update", _with_key(ward.okapi, name="New name"), to=[PUBLIC]))

    await ward.takes(old, by=carrier)

    assert (await ward.node.find(ward.okapi.handle)).display_name == "New name"


async def test_S040_an_old_proven_version_of_an_undated_post_does_not_come_back(ward: Ward) -> None:
    """A version that does not say when it was made cannot be told from a newer one by its time."""
    ward.peer.shelf[ward.okapi.uri] = _with_key(ward.okapi)
    carrier = ward.network.peer("relay.example").actor("carrier", key=1)
    create = ward.okapi.create("First")
    await ward.takes(create)
    old = _proven(ward.okapi, ward.okapi.activity("Update", create["object"] | {"content": "<p>Second</p>"}))
    ward.network.clock.pass_time(days=60)
    await ward.takes(ward.okapi.activity("Update", create["object"] | {"content": "<p>Third</p>"}))

    await ward.takes(old, by=carrier)

    assert "Third" in (await ward.holds(create["object"]["id"])).content_html


async def test_a_boost_is_not_boosted(ward: Ward) -> None:
    """The id of a boost of ours is not that of a post."""
    create = ward.okapi.create("Hello")
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    boost = await ward.node.status(await ward.node.boost(ward.asha, post))

    await ward.takes(ward.okapi.announce(boost.uri))

    assert len(await ward.node.home(ward.asha)) == 2


# ------------------------------------------------------------------ hosts of handles


async def _lives_at(ward: Ward, host: str, handle_host: str) -> PeerActor:
    """Return somebody whose id is at one host and whose handle, confirmed by both, at another."""
    mallory = ward.network.peer(host).actor("mallory", key=1)
    found = await ward.node.find(mallory.handle)
    await ward.node.db.write(accounts.change, found, host=handle_host)  # type: ignore[call-arg]  # no code of ours changes it
    return mallory


async def test_S090_review_of_a_handles_host_holds_what_its_people_say_from_elsewhere(ward: Ward) -> None:
    """Whoever goes by a host belongs to it, wherever their documents lie."""
    mallory = await _lives_at(ward, "social.example", "evil.example")
    status = await ward.node.post(ward.asha, "Hello")
    await _decide(ward, "evil.example", "review")

    answer = await ward.takes(mallory.like(status.uri), by=mallory)

    assert answer.json()["reason"] == "held"
    assert await ward.node.count(ward.asha, "favourite") == 0


async def test_S090_no_reports_of_a_handles_host_are_taken_from_elsewhere(ward: Ward) -> None:
    """The same of those whose reports nobody wants."""
    mallory = await _lives_at(ward, "social.example", "evil.example")
    decision = Domain("evil.example", "none", no_reports=True)
    await ward.node.db.write(policing.decide, decision, by="moderator")

    answer = await ward.takes(mallory.activity("Flag", [ASHA]), by=mallory)

    assert answer.json()["reason"] == "not-allowed"


@pytest.mark.parametrize("refused", ["social.example", "other.example", "cdn.example"])
async def test_S090_no_picture_comes_in_through_a_reaction(ward: Ward, refused: str) -> None:
    """Of a host whose pictures nobody wants: that of the id, that of the handle, or where the picture lies."""
    mallory = await _lives_at(ward, "social.example", "other.example")
    status = await ward.node.post(ward.asha, "Hello")
    await ward.node.db.write(policing.decide, Domain(refused, "none", no_media=True), by="moderator")
    tag = {"type": "Emoji", "name": ":blob:", "icon": {"type": "Image", "url": "https://cdn.example/a.png"}}

    await ward.takes(mallory.like(status.uri) | {"type": "EmojiReact", "content": ":blob:", "tag": [tag]}, by=mallory)

    line = await ward.node.shown(ward.asha, status.uri)
    assert line is not None
    assert "cdn.example" not in line.json


# ------------------------------------------------------------------ the house


@pytest.mark.parametrize("wanted", [None, "public", "private"])
async def test_an_answer_within_the_house_stays_there(ward: Ward, wanted: str | None) -> None:
    """Whatever its author chose: it would tell others that there is something to answer."""
    await ward.takes(ward.okapi.follow(ASHA))
    inside = await ward.node.post(ward.asha, "For us", visibility="unlisted")
    await ward.node.db.write(statuses.change, inside.id, {"visibility": "house"})
    await ward.network.settle()
    before = len(ward.peer.received)

    answer = await ward.node.post(ward.asha, "@okapi@masto.example look", reply_to_id=inside.id, visibility=wanted)
    await ward.network.settle()

    assert answer.visibility == "house"
    assert ward.peer.received[before:] == []


async def test_a_direct_answer_within_the_house_is_refused(ward: Ward) -> None:
    """The whole house would see it, which its author did not want."""
    inside = await ward.node.post(ward.asha, "For us", is_for_house=True)
    before = len(ward.peer.received)

    with pytest.raises(Problem):
        await ward.node.post(ward.asha, "@okapi@masto.example look", reply_to_id=inside.id, visibility="direct")
    await ward.network.settle()

    assert ward.peer.received[before:] == []


# ------------------------------------------------------------------ keys


async def test_S038_a_neighbour_cannot_silence_somebody_by_listing_their_key(ward: Ward) -> None:
    """The key and its address, in the document of another on the same host that came first."""
    finch = ward.peer.actor("finch", key=1)
    mallory = ward.peer.actor("mallory")
    claimed = {"id": finch.key_id, "owner": mallory.uri, "publicKeyPem": finch.keys.public_pem}
    ward.peer.shelf[mallory.uri] = mallory.document(publicKey=[mallory.document()["publicKey"], claimed])
    await ward.node.find(mallory.handle)
    create = finch.create("Hello", to=[PUBLIC, ASHA])

    await ward.takes(create, by=finch)
    again = await ward.takes(finch.like((await ward.node.post(ward.asha, "Hi")).uri), by=finch)

    assert await ward.node.held(create["object"]["id"]) is not None
    assert again.json()["verdict"] == "accepted"


async def test_S040_nobody_is_told_that_something_was_seen_who_does_not_prove_who_they_are(ward: Ward) -> None:
    """A copy with a broken signature, and one under a key that nobody here knows, are answered as anything new is."""
    create = ward.okapi.create("For you", to=[ASHA], cc=[])
    await ward.takes(create)
    stranger = ward.peer.actor("stranger", key=1)
    new = ward.okapi.create("Never sent", to=[ASHA], cc=[])

    told = []
    for activity in (create, new):
        right = ward.okapi.signed(ward.node, activity)
        wrong = right.headers["signature"].replace(',signature="', ',signature="AAAA')
        broken = await ward.peer.client.send(ward.okapi.signed(ward.node, activity, signature=wrong))
        unknown = await stranger.sends(ward.node, activity)
        told.append([(answer.status_code, answer.json().get("reason")) for answer in (broken, unknown)])

    assert told[0] == told[1] == [(401, "bad-signature"), (202, None)]


async def test_S040_a_follow_that_was_undone_does_not_come_back_by_a_copy_of_its_proof(ward: Ward) -> None:
    """Its actor may follow again under the same id; somebody who kept what they proved may not have them do so."""
    ward.peer.shelf[ward.okapi.uri] = _with_key(ward.okapi)
    carrier = ward.network.peer("relay.example").actor("carrier", key=1)
    follow = _proven(ward.okapi, ward.okapi.follow(ASHA))
    await ward.takes(follow)
    await ward.takes(ward.okapi.undo(follow))

    await ward.takes(follow, by=carrier)

    assert (await ward.node.find("@asha")).followers_count == 0
    await ward.takes(follow)
    assert (await ward.node.find("@asha")).followers_count == 1
