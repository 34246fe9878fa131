"""Relays of both kinds: asked once, heard, and believed in nothing that the origin does not say itself."""

from dataclasses import dataclass
from typing import Any

import pytest

from node.errors import Problem
from node.services import policing, posting, relaying
from node.services.posting import Draft
from node.store import relays, statuses, timelines
from node.store.domains import Domain
from node.store.lines import Page
from node.store.timelines import Feed
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, Document, Peer, PeerActor

INBOX = "https://relay.example/inbox"


@dataclass(frozen=True)
class Relayed:
    """A relay that our node can subscribe to, and heron, whom nobody here follows."""

    ward: Ward
    peer: Peer
    actor: PeerActor
    heron: PeerActor

    async def add(self, address: str) -> None:
        """Subscribe as an administrator does."""
        await self.ward.node.db.write(relaying.add, address, by="tests")
        await self.ward.network.settle()

    async def answers(self, kind: str, follow: Document | None = None) -> Document:
        """Let the relay accept or refuse what it was asked."""
        about = follow or self.peer.got("Follow")[-1]
        return await self.sends(self.actor.activity(kind, {k: v for k, v in about.items() if k != "@context"}))

    async def sends(self, activity: Document, *, by: PeerActor | None = None) -> Document:
        """Let the relay, or another, send something."""
        answer: Document = (await self.ward.takes(activity, by=by or self.actor)).json()
        return answer

    async def states(self) -> list[str]:
        """Return how the subscriptions stand."""
        return [view.state for view in await self.ward.node.db.read(relaying.listed)]

    async def public(self) -> list[str]:
        """Return the public timeline of other servers, as asha sees it."""
        feed = Feed(is_remote=True)
        found = await self.ward.node.db.read(timelines.public, self.ward.asha.id, Page(), feed)
        return [line.json for line in found]

    def published(self, text: str = "A word from afar", **changes: Any) -> Document:
        """Return a post of heron, to be found at its id."""
        return self.heron.peer.publish(self.heron.note(text, **changes))


@pytest.fixture
def relayed(ward: Ward) -> Relayed:
    """Return a relay whose actor is a Service."""
    peer = ward.network.peer("relay.example")
    heron = ward.network.peer("gts.example").actor("heron")
    return Relayed(ward, peer, peer.actor("relay", type="Service"), heron)


@pytest.fixture
async def mastodon(relayed: Relayed) -> Relayed:
    """Return an accepted relay of the Mastodon kind."""
    await relayed.add(INBOX)
    await relayed.answers("Accept")
    return relayed


@pytest.fixture
async def litepub(relayed: Relayed) -> Relayed:
    """Return an accepted relay of the LitePub kind."""
    await relayed.add(relayed.actor.uri)
    await relayed.answers("Accept")
    return relayed


async def test_an_inbox_is_asked_with_a_follow_of_the_public_collection(relayed: Relayed) -> None:
    """From the server's own actor; then its answer is waited for."""
    await relayed.add(INBOX)

    [follow] = relayed.peer.got("Follow")
    assert (follow["actor"], follow["object"]) == ("https://ward.example/actor", PUBLIC)
    assert await relayed.states() == ["pending"]


@pytest.mark.parametrize("kind", ["Application", "Service", "Group"])
async def test_an_actor_is_followed_whatever_its_type(relayed: Relayed, kind: str) -> None:
    """It is looked up first, and accepts as any actor does."""
    actor = relayed.peer.actor(f"relay_{kind.lower()}", type=kind)

    await relayed.add(actor.uri)
    [follow] = relayed.peer.got("Follow")
    await relayed.sends(actor.activity("Accept", follow["id"]), by=actor)

    assert (follow["actor"], follow["object"]) == ("https://ward.example/actor", actor.uri)
    assert await relayed.states() == ["accepted"]


async def test_B06_a_relay_that_says_no_is_never_asked_again(relayed: Relayed) -> None:
    """The refusal is shown with its time; a late Accept still wins."""
    await relayed.add(INBOX)
    await relayed.answers("Reject")
    refused = await relayed.ward.node.db.read(relaying.listed)

    relayed.ward.network.clock.pass_time(days=30)
    await relayed.ward.network.settle()
    asked = len(relayed.peer.got("Follow"))
    await relayed.answers("Accept")

    assert [(view.state, view.answered is not None) for view in refused] == [("refused", True)]
    assert asked == 1
    assert await relayed.states() == ["accepted"]


async def test_a_person_may_ask_a_relay_again(relayed: Relayed) -> None:
    """Only after it refused, and under another id."""
    await relayed.add(INBOX)
    with pytest.raises(Problem):
        await relayed.add(INBOX)
    await relayed.answers("Reject")

    await relayed.add(INBOX)

    first, second = relayed.peer.got("Follow")
    assert first["id"] != second["id"]
    assert await relayed.states() == ["pending"]


async def test_nobody_else_answers_for_a_relay(relayed: Relayed) -> None:
    """An Accept of another host changes nothing."""
    await relayed.add(INBOX)
    [follow] = relayed.peer.got("Follow")

    answer = await relayed.sends(relayed.ward.okapi.activity("Accept", follow), by=relayed.ward.okapi)

    assert answer["reason"] == "not-owner"
    assert await relayed.states() == ["pending"]


@pytest.mark.parametrize(
    "address",
    ["http://relay.example/inbox", "https://ward.example/inbox", "relay", f"https://relay.example/{'a' * 3000}"],
)
async def test_an_address_that_is_no_relay_is_refused(relayed: Relayed, address: str) -> None:
    """Nothing is kept and nobody is asked."""
    with pytest.raises(Problem):
        await relayed.add(address)

    assert await relayed.states() == []


async def test_leaving_a_relay_is_said(mastodon: Relayed) -> None:
    """Undo of the Follow, and nothing more goes there."""
    await mastodon.ward.node.db.write(relaying.remove, INBOX, by="tests")
    await mastodon.ward.node.post(mastodon.ward.asha, "Gel by every bed")
    await mastodon.ward.network.settle()

    [undo] = mastodon.peer.got("Undo")
    assert undo["object"] == {k: v for k, v in mastodon.peer.got("Follow")[0].items() if k in undo["object"]}
    assert mastodon.peer.got("Create") == []
    assert await mastodon.states() == []


async def test_public_posts_go_to_a_relay_signed_by_their_authors(mastodon: Relayed) -> None:
    """New, changed and deleted; nothing else, and nothing before it accepted."""
    node, asha = mastodon.ward.node, mastodon.ward.asha
    post = await node.post(asha, "Gel by every bed")
    await node.post(asha, "For followers", visibility="private")
    await node.post(asha, "Quietly", visibility="unlisted")
    await mastodon.ward.network.settle()

    await node.db.write(posting.edit, asha.id, post.id, Draft(text="Gel by every door"))
    await mastodon.ward.network.settle()
    await node.db.write(posting.delete, asha.id, post.id)
    await mastodon.ward.network.settle()

    sent = [(one["type"], one["actor"]) for one in mastodon.peer.received if one["type"] != "Follow"]
    assert sent == [(kind, asha.account.uri) for kind in ("Create", "Update", "Delete")]


async def test_nothing_goes_to_a_relay_that_did_not_accept(relayed: Relayed) -> None:
    """Off unless an administrator asked and the relay took it."""
    await relayed.add(INBOX)

    await relayed.ward.node.post(relayed.ward.asha, "Gel by every bed")
    await relayed.ward.network.settle()

    assert relayed.peer.got("Create") == []


async def test_a_litepub_relay_gets_the_servers_announce_and_may_follow_back(litepub: Relayed) -> None:
    """It is mutual: the server actor accepts it and nobody else."""
    post = await litepub.ward.node.post(litepub.ward.asha, "Gel by every bed")
    await litepub.sends(litepub.actor.follow("https://ward.example/actor"))
    await litepub.sends(litepub.ward.okapi.follow("https://ward.example/actor"), by=litepub.ward.okapi)

    [announce] = litepub.peer.got("Announce")
    assert (announce["actor"], announce["object"]) == ("https://ward.example/actor", post.uri)
    assert len(litepub.peer.got("Accept")) == 1
    assert litepub.ward.peer.got("Accept") == []


@pytest.mark.parametrize("kind", ["mastodon", "litepub"])
async def test_an_announced_post_is_fetched_for_the_public_timeline(
    kind: str, request: pytest.FixtureRequest, relayed: Relayed
) -> None:
    """It is no boost, and nobody is told of the relay."""
    await relayed.add(INBOX if kind == "mastodon" else relayed.actor.uri)
    await relayed.answers("Accept")
    note = relayed.published("From afar")

    await relayed.sends(relayed.actor.activity("Announce", note["id"], to=[f"{relayed.actor.uri}/followers"]))

    [line] = await relayed.public()
    assert note["id"] in line
    assert '"reblogs_count":0' in line
    assert await relayed.ward.node.home(relayed.ward.asha) == []
    assert await relayed.ward.node.count(relayed.ward.asha, "reblog") == 0


async def test_an_announce_by_a_relay_that_we_left_is_nothing_to_us(litepub: Relayed) -> None:
    """Nothing is even fetched."""
    await litepub.ward.node.db.write(relaying.remove, litepub.actor.uri, by="tests")
    note = litepub.published()

    answer = await litepub.sends(litepub.actor.activity("Announce", note["id"]))

    assert answer == {"verdict": "ignored", "reason": "not-relevant"}
    assert await litepub.public() == []


async def test_a_forwarded_create_is_fetched_from_its_origin(mastodon: Relayed) -> None:
    """Whatever the relay made of it; and the real activity is not used up by the relay's."""
    note = mastodon.published("The real words")
    create = mastodon.heron.activity("Create", note | {"content": "<p>forged</p>"})

    await mastodon.sends(create)

    held = await mastodon.ward.node.held(note["id"])
    assert held is not None
    assert held.content_html == "<p>The real words</p>"
    answer = await mastodon.sends(create, by=mastodon.heron)
    assert answer == {"verdict": "ignored", "reason": "seen"}


async def test_what_a_relay_says_of_edits_and_deletions_is_asked_for(mastodon: Relayed) -> None:
    """A forged Delete removes nothing; a true one does."""
    note = mastodon.published("First")
    await mastodon.sends(mastodon.heron.activity("Create", note))

    await mastodon.sends(mastodon.heron.activity("Delete", note["id"]))
    kept = await mastodon.ward.node.db.read(statuses.by_uri, note["id"])
    del mastodon.heron.peer.shelf[note["id"]]
    mastodon.ward.network.clock.pass_time(minutes=2)
    await mastodon.sends(mastodon.heron.activity("Delete", {"id": note["id"], "type": "Tombstone"}))

    assert kept is not None
    assert await mastodon.ward.node.db.read(statuses.by_uri, note["id"]) is None


async def test_somebody_who_is_no_relay_forwards_nothing(mastodon: Relayed) -> None:
    """The signature is not the actor's, and nothing is asked of anybody."""
    note = mastodon.published()
    before = mastodon.ward.network.wire.asked("gts.example")

    answer = await mastodon.sends(mastodon.heron.activity("Create", note), by=mastodon.ward.okapi)

    assert answer["reason"] == "not-owner"
    assert mastodon.ward.network.wire.asked("gts.example") == before


async def test_a_post_that_is_not_for_all_is_not_taken_from_a_relay(mastodon: Relayed) -> None:
    """Even if its origin shows it to us."""
    note = mastodon.published(to=[f"{mastodon.heron.uri}/followers"], cc=[])

    await mastodon.sends(mastodon.heron.activity("Create", note))

    assert await mastodon.ward.node.held(note["id"]) is None


async def test_the_number_of_relays_is_bounded(relayed: Relayed) -> None:
    """An administrator who wants more removes one first."""
    for number in range(relays.MAX_RELAYS):
        await relayed.ward.node.db.write(relaying.add, f"https://relay{number}.example/inbox", by="tests")

    with pytest.raises(Problem):
        await relayed.ward.node.db.write(relaying.add, INBOX, by="tests")


async def test_S092_a_post_of_a_suspended_host_does_not_come_by_a_relay(mastodon: Relayed) -> None:
    """Neither announced nor forwarded: it is not fetched, not kept, not shown."""
    note = mastodon.published()
    await mastodon.ward.node.db.write(policing.decide, Domain("gts.example", "suspend"), by="tests")
    before = mastodon.ward.network.wire.asked("gts.example")

    await mastodon.sends(mastodon.actor.activity("Announce", note["id"], to=[PUBLIC]))
    await mastodon.sends(mastodon.heron.activity("Create", note))

    assert await mastodon.ward.node.held(note["id"]) is None
    assert mastodon.ward.network.wire.asked("gts.example") == before
