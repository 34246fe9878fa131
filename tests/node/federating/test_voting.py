"""Votes over the wire, both ways: counted once, for the right thing, in time, and told to those whom it concerns."""

import asyncio
from typing import Any

from node.services import following, polling, posting
from node.services.polling import NewPoll
from node.services.posting import Draft
from node.store import edits, polls
from node.store.polls import Poll
from node.store.statuses import Status
from tests.node.federating.conftest import Ward
from tests.node.federating.test_polls import question, shown
from tests.support.network import Network
from tests.support.peers import PUBLIC, Document, PeerActor


async def asks(ward: Ward, *options: str, **more: Any) -> Status:
    """Let asha ask for a day."""
    poll = NewPoll(options=options or ("Monday", "Tuesday"), lasts_s=86400, **more)
    status_id = await ward.node.db.write(posting.post, ward.asha.id, Draft(text="Which day?", poll=poll))
    return await ward.node.status(status_id)


def vote(ward: Ward, poll: Status, name: str, *, by: PeerActor | None = None, **changes: Any) -> Document:
    """Return the answer of somebody elsewhere, as Mastodon writes it."""
    actor = by or ward.okapi
    note = actor.note(name=name, inReplyTo=poll.uri, to=ward.asha.account.uri, cc=[])
    del note["content"]
    return actor.activity("Create", note | changes)


async def poll_of(ward: Ward, status: Status) -> Poll:
    """Return how a poll stands."""
    found = await ward.node.db.read(polls.of_status, status.id)
    assert found is not None
    return found


async def test_a_vote_of_a_peer_is_counted_and_no_post(ward: Ward) -> None:
    """Nobody is told of a reply; the author's numbers change."""
    poll = await asks(ward)
    create = vote(ward, poll, "Tuesday")

    answer = await ward.takes(create)

    counted = await poll_of(ward, poll)
    assert answer.json()["verdict"] == "accepted"
    assert (counted.tallies, counted.voters_count) == ([0, 1], 1)
    assert await ward.node.held(create["object"]["id"]) is None
    assert await ward.node.count(ward.asha, "mention") == 0


async def test_S068_fifty_votes_count_once(ward: Ward) -> None:
    """One of a single choice; late, unknown and unwanted ones not at all. The numbers are those of the table."""
    poll = await asks(ward)
    finch, heron = ward.peer.actor("finch"), ward.peer.actor("heron")
    for stranger in (finch, heron):
        await ward.takes(stranger.create("hello"), by=stranger)
    account = await ward.node.find(finch.handle)
    await ward.node.db.write(following.block, ward.asha.id, account.id)

    for number in range(50):
        await ward.okapi.sends(ward.node, vote(ward, poll, ("Monday", "Tuesday")[number % 2]))
    unknown = await ward.takes(vote(ward, poll, "Sunday", by=heron), by=heron)
    await ward.takes(vote(ward, poll, "Monday", by=finch), by=finch)
    ward.network.clock.pass_time(days=2)
    late = await ward.takes(vote(ward, poll, "Monday", by=heron), by=heron)

    counted = await poll_of(ward, poll)
    okapi = await ward.node.find(ward.okapi.handle)
    assert (counted.tallies, counted.voters_count) == ([1, 0], 1)
    assert await ward.node.db.read(polls.choices, [poll.id], okapi.id) == {poll.id: [0]}
    assert unknown.json()["reason"] == "unknown-object"
    assert late.json()["reason"] == "closed"
    line = await ward.node.shown(ward.asha, poll.uri)
    assert line is not None
    assert '"replies_count":0' in line.json


async def test_S068_votes_at_the_same_moment_count_once(ward: Ward) -> None:
    """Whoever comes first holds the poll until the vote is counted."""
    poll = await asks(ward)
    await ward.takes(ward.okapi.create("hello"))
    sent = [vote(ward, poll, ("Monday", "Tuesday")[number % 2]) for number in range(20)]

    answers = await asyncio.gather(*(ward.okapi.sends(ward.node, create) for create in sent))
    await ward.network.settle()

    counted = await poll_of(ward, poll)
    assert {answer.status_code for answer in answers} == {202}
    assert (sum(counted.tallies), counted.voters_count) == (1, 1)


async def test_each_option_of_several_counts_once(ward: Ward) -> None:
    """However often it is sent; one actor is one voter."""
    poll = await asks(ward, "Mon", "Tue", "Wed", is_multiple=True)

    for name in ("Mon", "Wed", "Mon"):
        await ward.takes(vote(ward, poll, name))

    counted = await poll_of(ward, poll)
    assert (counted.tallies, counted.voters_count) == ([1, 0, 1], 1)


async def test_a_reply_with_a_name_is_a_post_only_with_words(ward: Ward) -> None:
    """One that names an option is a vote, whatever else it says."""
    poll = await asks(ward)
    reply = vote(ward, poll, "My view", content="<p>Neither suits us.</p>")
    both = vote(ward, poll, "Monday", content="<p>Monday</p>")

    await ward.takes(reply)
    await ward.takes(both)

    assert await ward.node.held(reply["object"]["id"]) is not None
    assert await ward.node.held(both["object"]["id"]) is None
    assert (await poll_of(ward, poll)).tallies == [1, 0]


async def test_a_removed_account_takes_its_votes_along(ward: Ward) -> None:
    """The numbers stay those of the table."""
    poll = await asks(ward)
    await ward.takes(vote(ward, poll, "Monday"))

    await ward.takes(ward.okapi.activity("Delete", ward.okapi.uri))

    counted = await poll_of(ward, poll)
    assert (counted.tallies, counted.voters_count) == ([0, 0], 0)


async def test_results_go_to_followers_and_voters_once_in_a_while(ward: Ward) -> None:
    """Many votes, one Update, which is no edit; and one more at the end."""
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    other = ward.network.peer("elsewhere.example")
    poll = await asks(ward)
    await ward.network.settle()
    for number in range(5):
        voter = other.actor(f"voter{number}")
        await ward.takes(vote(ward, poll, "Monday", by=voter), by=voter)
    early = len(ward.peer.got("Update"))

    ward.network.clock.pass_time(minutes=4)
    await ward.network.settle()
    ward.network.clock.pass_time(minutes=4)
    await ward.network.settle()
    told = [*ward.peer.got("Update")], [*other.got("Update")]
    ward.network.clock.pass_time(days=1)
    await ward.network.settle()

    assert early == 0
    assert [len(one) for one in told] == [1, 1]
    question = told[0][0]["object"]
    assert [option["replies"]["totalItems"] for option in question["oneOf"]] == [5, 0]
    assert (question["type"], question["votersCount"]) == ("Question", 5)
    assert "updated" not in question
    assert "closed" not in question
    last = ward.peer.got("Update")[-1]["object"]
    assert last["closed"] == last["endTime"]
    assert len(ward.peer.got("Update")) == 2


async def test_a_vote_goes_to_the_author_alone(ward: Ward) -> None:
    """One Create for each choice, with a name and no words; the poll shows it at once."""
    create = question(ward, ("Leek", 4), ("Lentil", 3), several=True)
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])

    await ward.node.db.write(polling.vote, ward.asha.id, post.id, [1, 0])
    await ward.network.settle()

    sent = ward.peer.got("Create")
    notes = sorted((activity["object"] for activity in sent), key=lambda note: str(note["name"]))
    assert [(note["type"], note["name"], note["inReplyTo"]) for note in notes] == [
        ("Note", "Leek", post.uri),
        ("Note", "Lentil", post.uri),
    ]
    assert {tuple(activity["to"]) for activity in sent} == {(ward.okapi.uri,)}
    assert not any("content" in note for note in notes)
    posted = [request.url for request in ward.network.wire.sent if request.method == "POST"]
    assert [url.path for url in posted if url.host == ward.peer.host][-2:] == ["/users/okapi/inbox"] * 2
    poll = await shown(ward, create)
    assert (poll["voted"], poll["own_votes"]) == (True, [0, 1])
    assert [option["votes_count"] for option in poll["options"]] == [5, 4]


async def test_the_end_of_a_peers_poll_is_told_with_its_last_numbers(ward: Ward) -> None:
    """It is asked for once more."""
    create = question(ward, ("Leek", 4), ("Lentil", 3))
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    await ward.node.db.write(polling.vote, ward.asha.id, post.id, [0])
    counted = question(ward, ("Leek", 40), ("Lentil", 30))["object"]
    kept = {name: create["object"][name] for name in ("id", "published", "endTime")}
    ward.peer.publish(counted | kept)

    ward.network.clock.pass_time(days=2)
    await ward.network.settle()

    assert await ward.node.count(ward.asha, "poll") == 1
    assert [option["votes_count"] for option in (await shown(ward, create))["options"]] == [40, 30]


async def test_a_poll_that_its_author_closes_is_over_at_once(ward: Ward) -> None:
    """Who voted hears of it."""
    create = question(ward, ("Leek", 4), ("Lentil", 3), endTime=None)
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    await ward.node.db.write(polling.vote, ward.asha.id, post.id, [0])

    for _ in range(2):
        await ward.takes(ward.okapi.activity("Update", create["object"] | {"closed": True}))

    assert (await shown(ward, create))["expired"] is True
    assert await ward.node.count(ward.asha, "poll") == 1


async def test_an_old_poll_is_asked_for_anew_when_somebody_looks(ward: Ward) -> None:
    """By an app of ours, and not with every look."""
    create = question(ward, ("Leek", 4), ("Lentil", 3))
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    counted = question(ward, ("Leek", 9), ("Lentil", 9))["object"]
    ward.peer.publish(counted | {name: create["object"][name] for name in ("id", "published", "endTime")})
    client = ward.node.world.client(ward.asha)

    ward.network.clock.pass_time(minutes=10)
    for _ in range(3):
        await client.get(f"/api/v1/polls/{post.id}")
    await ward.network.settle()

    assert ward.network.wire.asked("masto.example", f"/users/okapi/statuses/{post.uri.rsplit('/', 1)[-1]}") == 1
    assert (await shown(ward, create))["votes_count"] == 18


async def test_two_nodes_hold_the_same_poll(network: Network) -> None:
    """Asked on one, answered on the other, counted on the first, told to the second."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    asha, olu = await ward.user("asha"), await clinic.user("olu")
    await clinic.follow(olu, "@asha@ward.example")
    await network.settle()
    poll = NewPoll(options=("Monday", "Tuesday"), lasts_s=600)
    asked = await ward.db.write(posting.post, asha.id, Draft(text="Which day?", poll=poll))
    await network.settle()
    there = await clinic.held((await ward.status(asked)).uri)
    assert there is not None

    await clinic.db.write(polling.vote, olu.id, there.id, [1])
    await network.settle()
    network.clock.pass_time(minutes=15)
    await network.settle()

    here, copy = await ward.db.read(polls.of_status, asked), await clinic.db.read(polls.of_status, there.id)
    assert here is not None
    assert copy is not None
    assert (here.tallies, here.voters_count) == (copy.tallies, copy.voters_count) == ([0, 1], 1)
    assert copy.closed_at == here.closed_at == here.ends_at
    assert [await node.count(who, "poll") for node, who in ((ward, asha), (clinic, olu))] == [1, 1]
    assert (await clinic.db.read(edits.of, there.id)) == []


async def test_our_question_is_fetched_as_one(ward: Ward) -> None:
    """Served at its id with everything a peer needs to vote."""
    poll = await asks(ward)

    clinic = await ward.network.node("clinic.example")

    document = (await clinic.fetcher.activity(poll.uri)).document

    assert document["type"] == "Question"
    assert [option["name"] for option in document["oneOf"]] == ["Monday", "Tuesday"]
    assert document["to"] == [PUBLIC]
    assert document["endTime"]
