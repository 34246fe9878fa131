"""What a post says about who may answer, boost or favourite it, and answers that need their author's word."""

from typing import Any

import httpx
import pytest

from federation.reasons import PeerError
from node.errors import Problem
from node.services import fetching, reacting
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, PeerActor

STATUSES = "/api/v1/statuses"


async def theirs(ward: Ward, **changes: Any) -> str:
    """Let okapi post something and return its id."""
    note = ward.okapi.note("The bus is back", **changes)
    await ward.takes(ward.okapi.activity("Create", note))
    return str(note["id"])


async def answering(ward: Ward, uri: str) -> httpx.Response:
    """Let asha answer a post that the node holds."""
    sent = {"status": "Which one?", "in_reply_to_id": str((await ward.holds(uri)).id)}
    answer = await ward.node.world.client(ward.asha).post(STATUSES, json=sent)
    await ward.network.settle()
    return answer


async def follower(ward: Ward) -> PeerActor:
    """Return somebody elsewhere who follows asha."""
    heron = ward.network.peer("gts.example").actor("heron")
    await ward.takes(heron.follow(ward.asha.account.uri), by=heron)
    return heron


def asks_first(ward: Ward) -> dict[str, Any]:
    """Return the policy of a post that only its author may answer at once."""
    return {"canReply": {"always": ward.okapi.uri, "approvalRequired": [PUBLIC]}}


NOBODY: dict[str, dict[str, Any]] = {
    "interactionPolicy": {"interactionPolicy": {"canReply": {"automaticApproval": [], "manualApproval": []}}},
    "capabilities": {"capabilities": {"reply": "[]", "announce": PUBLIC}},
    "commentsEnabled": {"commentsEnabled": False},
    "canReply": {"canReply": []},
}


@pytest.mark.parametrize("name", NOBODY)
async def test_a_post_that_lets_nobody_answer_is_not_answered(ward: Ward, name: str) -> None:
    """However its server says it; the author is told in words."""
    uri = await theirs(ward, **NOBODY[name])

    answer = await answering(ward, uri)

    assert (answer.status_code, answer.json()["code"]) == (422, "author-refuses")
    assert ward.peer.got("Create") == []


async def test_who_is_named_may_always_answer(ward: Ward) -> None:
    """A question to somebody is no trap."""
    mention = {"type": "Mention", "href": ward.asha.account.uri, "name": "@asha@ward.example"}
    policy = {"canReply": {"automaticApproval": ward.okapi.uri}}
    uri = await theirs(ward, interactionPolicy=policy, tag=[mention], cc=[ward.asha.account.uri])

    answer = await answering(ward, uri)

    assert answer.status_code == 200


async def test_a_post_that_lets_nobody_boost_or_favourite_it_is_left_alone(ward: Ward) -> None:
    """Missing words let everybody."""
    alone = {"automaticApproval": ward.okapi.uri}
    guarded = await ward.holds(await theirs(ward, interactionPolicy={"canAnnounce": alone, "canLike": alone}))
    free = await ward.holds(await theirs(ward, interactionPolicy={"canReply": alone}))

    for act in (reacting.boost, reacting.favourite):
        with pytest.raises(Problem) as refusal:
            await ward.node.db.write(act, ward.asha.id, guarded.id)
        await ward.node.db.write(act, ward.asha.id, free.id)
        assert refusal.value.code == "author-refuses"

    await ward.network.settle()
    assert [like["object"] for like in ward.peer.got("Like")] == [free.uri]


async def test_an_answer_that_needs_approval_goes_to_whom_it_answers_first(ward: Ward) -> None:
    """Then, with the author's word, to everybody it is for."""
    heron = await follower(ward)
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()
    before = (len(ward.peer.got("Create")), len(heron.peer.got("Create")))
    word = f"{ward.okapi.uri}/approvals/1"

    await ward.takes(ward.okapi.activity("Accept", made["uri"], result=word, target=uri, to=[ward.asha.account.uri]))

    [create] = heron.peer.got("Create")
    assert before == (1, 0)
    assert (create["object"]["id"], create["object"]["approvedBy"]) == (made["uri"], word)


async def test_a_later_request_type_is_answered_alike(ward: Ward) -> None:
    """Newer servers echo a ReplyRequest with our post as its instrument."""
    heron = await follower(ward)
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()
    request = {"type": "ReplyRequest", "id": f"{made['uri']}#request", "actor": ward.asha.account.uri}
    request |= {"object": uri, "instrument": made["uri"]}

    await ward.takes(ward.okapi.activity("Accept", request, result=f"{ward.okapi.uri}/authorizations/1"))

    assert [create["object"]["id"] for create in heron.peer.got("Create")] == [made["uri"]]


async def test_an_answer_that_is_refused_is_hidden(ward: Ward) -> None:
    """It stays for who wrote it, and goes nowhere any more."""
    heron = await follower(ward)
    ben = await ward.node.user("ben")
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()

    await ward.takes(ward.okapi.activity("Reject", made["uri"], to=[ward.asha.account.uri]))
    await ward.node.world.client(ward.asha).put(f"{STATUSES}/{made['id']}", json={"status": "Which one, please?"})
    await ward.network.settle()

    assert await ward.node.shown(ben, made["uri"]) is None
    assert await ward.node.shown(ward.asha, made["uri"]) is not None
    assert heron.peer.received == heron.peer.got("Accept")


async def test_another_cannot_approve_an_answer(ward: Ward) -> None:
    """Only whom it answers."""
    heron = await follower(ward)
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()

    answer = await ward.takes(heron.activity("Accept", made["uri"], result=f"{heron.uri}/approvals/1"), by=heron)

    assert (answer.status_code, heron.peer.got("Create")) == (403, [])


@pytest.mark.parametrize(("kind", "type_"), [("ReplyRequest", "reply"), ("LikeRequest", "like")])
async def test_requests_for_what_everybody_may_are_accepted(ward: Ward, kind: str, type_: str) -> None:
    """The answer leads to a word that others can check."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = ward.okapi.note("Which one?", inReplyTo=post.uri)

    await ward.takes(ward.okapi.activity(kind, post.uri, instrument=note))

    [accept] = ward.peer.got("Accept")
    lake = await ward.network.node("lake.example")
    found = (await lake.fetcher.activity(accept["result"])).document
    assert (found["interactingObject"], found["interactionTarget"], accept["object"]["type"]) == (
        note["id"],
        post.uri,
        kind,
    )
    assert type_ in found["type"].lower()


async def test_an_approval_that_is_taken_back_hides_the_answer(ward: Ward) -> None:
    """As if it had been refused; only who gave the word can take it back."""
    heron = await follower(ward)
    ben = await ward.node.user("ben")
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()
    word = f"{ward.okapi.uri}/approvals/1"
    await ward.takes(ward.okapi.activity("Accept", made["uri"], result=word))

    await ward.takes(heron.activity("Delete", word), by=heron)
    before = await ward.node.shown(ben, made["uri"])
    await ward.takes(ward.okapi.activity("Delete", word))

    assert before is not None
    assert await ward.node.shown(ben, made["uri"]) is None


async def test_an_approval_counts_as_it_is_found_at_its_address(ward: Ward) -> None:
    """Whoever looks it up: of whom is answered, and about this answer."""
    uri = await theirs(ward, interactionPolicy=asks_first(ward))
    made = (await answering(ward, uri)).json()
    finch = ward.peer.actor("finch")
    common = {"type": "ReplyApproval", "object": made["uri"], "target": uri}
    wrong = ward.peer.publish({"id": f"{finch.uri}/approvals/1", "attributedTo": finch.uri} | common)
    right = ward.peer.publish({"id": f"{ward.okapi.uri}/approvals/2", "attributedTo": ward.okapi.uri} | common)

    with pytest.raises(PeerError, match="not-requested"):
        await fetching.thing(ward.node.db, ward.node.fetcher, wrong["id"], site=ward.node.site)
    kind, status_id = await fetching.thing(ward.node.db, ward.node.fetcher, right["id"], site=ward.node.site)

    assert (kind, status_id) == ("status", int(made["id"]))
    assert (await ward.holds(made["uri"])).approved_by == right["id"]


async def test_a_request_about_a_post_that_is_not_seen_is_not_answered(ward: Ward) -> None:
    """An answer would say that there is such a post."""
    post = await ward.node.post(ward.asha, "For those who follow me", visibility="private")
    note = ward.okapi.note("Look", quote=post.uri)

    answer = await ward.takes(ward.okapi.activity("QuoteRequest", post.uri, instrument=note))

    assert answer.status_code == 202
    assert (ward.peer.got("Accept"), ward.peer.got("Reject")) == ([], [])


async def test_an_answer_that_waits_is_not_in_what_everybody_may_read(ward: Ward) -> None:
    """Not in the outbox, and not passed on by the institution."""
    uri = await theirs(ward, interactionPolicy=asks_first(ward))

    made = (await answering(ward, uri)).json()
    lake = await ward.network.node("lake.example")
    outbox = await lake.fetcher.activity(f"{ward.asha.account.uri}/outbox?page=true")

    assert made["uri"] not in str(outbox.document)
