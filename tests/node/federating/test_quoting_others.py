"""Our posts that quote: the author is asked, the answer is shown and sent on, and our own policies are promises."""

import json
from typing import Any

import httpx

from node.store import quotes
from tests.node.federating.conftest import Ward
from tests.node.services import loops
from tests.support.network import Network
from tests.support.peers import PUBLIC

STATUSES = "/api/v1/statuses"
ANYBODY = {"canQuote": {"automaticApproval": [PUBLIC]}}


async def quoting(ward: Ward, uri: str, **more: Any) -> httpx.Response:
    """Let asha quote a post that the node holds."""
    held = await ward.holds(uri)
    sent = {"status": "Worth a look", "quoted_status_id": str(held.id)} | more
    answer = await ward.node.world.client(ward.asha).post(STATUSES, json=sent)
    await ward.network.settle()
    return answer


async def theirs(ward: Ward, **changes: Any) -> str:
    """Let okapi post something and return its id."""
    note = ward.okapi.note("The bus is back", **changes)
    await ward.takes(ward.okapi.activity("Create", note))
    return str(note["id"])


async def shown(ward: Ward, status_id: str) -> dict[str, Any]:
    """Return a post as asha sees it."""
    answer = await ward.node.world.client(ward.asha).get(f"{STATUSES}/{status_id}")
    found: dict[str, Any] = answer.json()
    return found


async def granted(ward: Ward, uri: str) -> tuple[str, str]:
    """Let asha quote a post and okapi accept; return the quoting post and the authorization."""
    made = (await quoting(ward, uri)).json()
    [request] = ward.peer.got("QuoteRequest")
    word = f"{ward.okapi.uri}/quote_authorizations/12"
    await ward.takes(ward.okapi.activity("Accept", _echo(request), result=word, to=[ward.asha.account.uri]))
    return str(made["id"]), word


def _echo(request: dict[str, Any]) -> dict[str, Any]:
    return {name: request[name] for name in ("type", "id", "actor", "object")} | {
        "instrument": request["instrument"]["id"]
    }


async def test_a_peers_author_is_asked_with_the_post_inside(ward: Ward) -> None:
    """Until they answer the quote waits, and shows as a line that leads there."""
    uri = await theirs(ward, interactionPolicy=ANYBODY)

    made = (await quoting(ward, uri)).json()

    [request] = ward.peer.got("QuoteRequest")
    names = (request["actor"], request["object"], request["instrument"]["id"], request["instrument"]["quote"])
    assert names == (ward.asha.account.uri, uri, made["uri"], uri)
    assert made["quote"] == {"state": "pending", "quoted_status": None}
    assert 'class="quote-inline"' in made["content"]


async def test_an_accept_shows_the_quote_and_tells_the_audience_whose_word_it_has(ward: Ward) -> None:
    """Everybody who has the post gets an Update with the authorization."""
    uri = await theirs(ward, interactionPolicy=ANYBODY)

    status_id, word = await granted(ward, uri)

    found = await shown(ward, status_id)
    assert (found["quote"]["state"], found["quote"]["quoted_status"]["uri"]) == ("accepted", uri)
    assert "quote-inline" not in found["content"]
    assert {update["object"]["quoteAuthorization"] for update in ward.peer.got("Update")} == {word}


async def test_a_reject_ends_the_wait(ward: Ward) -> None:
    """The line that leads there stays."""
    uri = await theirs(ward, interactionPolicy=ANYBODY)
    made = (await quoting(ward, uri)).json()
    [request] = ward.peer.got("QuoteRequest")

    await ward.takes(ward.okapi.activity("Reject", _echo(request), to=[ward.asha.account.uri]))

    assert (await shown(ward, made["id"]))["quote"] == {"state": "rejected", "quoted_status": None}


async def test_only_the_quoted_author_can_answer(ward: Ward) -> None:
    """Somebody else on the same host cannot, and an authorization must be of the author's host."""
    uri = await theirs(ward, interactionPolicy=ANYBODY)
    made = (await quoting(ward, uri)).json()
    [request] = ward.peer.got("QuoteRequest")
    finch = ward.peer.actor("finch")
    here, elsewhere = f"{finch.uri}/quote_authorizations/1", "https://gts.example/words/1"

    answers = [
        await ward.takes(finch.activity("Accept", _echo(request), result=here), by=finch),
        await ward.takes(ward.okapi.activity("Accept", _echo(request), result=elsewhere)),
    ]

    assert [answer.json()["reason"] for answer in answers if answer.status_code == 403] == ["foreign-origin"]
    assert (await shown(ward, made["id"]))["quote"]["state"] == "pending"


async def test_a_word_taken_back_ends_our_quote_and_is_passed_on(ward: Ward) -> None:
    """The audience gets okapi's own Delete, and a version of the post without the word."""
    heron = ward.network.peer("gts.example").actor("heron")
    await ward.takes(heron.follow(ward.asha.account.uri), by=heron)
    status_id, word = await granted(ward, await theirs(ward, interactionPolicy=ANYBODY))
    inner = {"id": word, "type": "QuoteAuthorization", "attributedTo": ward.okapi.uri}
    delete = ward.okapi.activity("Delete", inner, to=[PUBLIC])

    await ward.takes(delete)

    assert (await shown(ward, status_id))["quote"] == {"state": "revoked", "quoted_status": None}
    assert heron.peer.got("Delete") == [delete]
    words = [update["object"].get("quoteAuthorization") for update in heron.peer.got("Update")]
    assert sorted(words, key=str) == [None, word]


async def test_what_may_not_be_quoted_is_refused_in_words(ward: Ward) -> None:
    """Its author alone, a followers-only post, a direct one; unknown ones are not there."""
    uris = [
        await theirs(ward, interactionPolicy={"canQuote": {"automaticApproval": ward.okapi.uri}}),
        await theirs(ward, to=[f"{ward.okapi.uri}/followers"], cc=[]),
        await theirs(ward, to=[ward.asha.account.uri], cc=[]),
    ]

    answers = [await quoting(ward, uri) for uri in uris]

    words = "The author of this post does not let you quote it."
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(404, words)] * 3
    assert ward.peer.got("QuoteRequest") == []


async def test_a_server_that_knows_no_consent_is_asked_and_not_waited_for(ward: Ward) -> None:
    """Its post says nothing about quotes: the quote is shown at once."""
    uri = await theirs(ward)

    made = (await quoting(ward, uri)).json()

    assert (made["quote"]["state"], len(ward.peer.got("QuoteRequest"))) == ("accepted", 1)


async def test_every_post_of_ours_says_who_may_quote_it(ward: Ward) -> None:
    """Everybody, followers, nobody but the author; and a followers-only post is for nobody."""
    heron = ward.network.peer("gts.example").actor("heron")
    await ward.takes(heron.follow(ward.asha.account.uri), by=heron)
    client = ward.node.world.client(ward.asha)

    for sent in (
        {},
        {"quote_approval_policy": "followers"},
        {"quote_approval_policy": "nobody"},
        {"visibility": "private"},
    ):
        await client.post(STATUSES, json={"status": "Gel"} | sent)
    await ward.network.settle()

    asha = ward.asha.account.uri
    said = [create["object"]["interactionPolicy"]["canQuote"] for create in heron.peer.got("Create")]
    expected = [PUBLIC, f"{asha}/followers", asha, asha]
    assert sorted(one["automaticApproval"][0] for one in said) == sorted(expected)


async def test_two_of_our_nodes_and_a_third_that_checks(network: Network) -> None:
    """Ward quotes lake: lake allows it by policy, its author is told, and hill finds the word at lake."""
    ward, lake, hill = [await network.node(f"{name}.example") for name in ("ward", "lake", "hill")]
    asha, wen, tom = await ward.user("asha"), await lake.user("wen"), await hill.user("tom")
    await ward.follow(asha, "@wen@lake.example")
    await hill.follow(tom, "@asha@ward.example")
    await network.settle()
    post = await lake.post(wen, "Gel by every bed")
    await network.settle()
    held = await ward.held(post.uri)
    assert held is not None

    made = await ward.post(asha, "We try this", quote_of_id=held.id)
    await network.settle()

    states = []
    for node, who in ((ward, asha), (lake, wen), (hill, tom)):
        line = await node.shown(who, made.uri)
        assert line is not None
        quote = json.loads(line.json)["quote"]
        states.append((quote["state"], quote["quoted_status"]["uri"]))
    assert states == [("accepted", post.uri)] * 3
    assert await lake.count(wen, "quote") == 1
    assert hill.site.host != lake.site.host


async def test_an_edit_of_what_is_quoted_is_told_to_who_quotes_it(network: Network) -> None:
    """They show it under their name."""
    ward, lake = await network.node("ward.example"), await network.node("lake.example")
    asha, wen = await ward.user("asha"), await lake.user("wen")
    await ward.follow(asha, "@wen@lake.example")
    await network.settle()
    post = await lake.post(wen, "Gel by every bed")
    await network.settle()
    held = await ward.held(post.uri)
    assert held is not None
    await ward.post(asha, "We try this", quote_of_id=held.id)
    await network.settle()

    await lake.world.client(wen).put(f"{STATUSES}/{post.id}", json={"status": "Gel by every second bed"})
    await network.settle()

    assert await ward.count(asha, "quoted_update") == 1


async def test_a_share_quotes_the_learning_of_another_hospital_with_its_consent(network: Network) -> None:
    """The loop asks as every post does; the other node lets it by its policy."""
    ward, lake = await network.node("ward.example"), await network.node("lake.example")
    ines, wen = await ward.user("ines"), await lake.user("wen")
    await lake.follow(wen, "@ines@ward.example")
    await network.settle()
    learned = await ward.status(await loops.learned(ward.world, ines))
    await network.settle()
    action_id = await loops.begun(lake.world, wen, learned.uri, measures=())
    await network.settle()

    share = await lake.status(await loops.shared(lake.world, wen, action_id))
    await network.settle()

    held = await lake.db.read(quotes.of, share.id)
    there = await ward.held(share.uri)
    assert held is not None
    assert there is not None
    word = await ward.db.read(quotes.of, there.id)
    assert word is not None
    assert (held.state, word.state) == ("accepted", "accepted")
    assert held.authorization_uri == word.authorization_uri
    assert str(held.authorization_uri).startswith("https://ward.example/users/ines/quote_authorizations/")
