"""Posts that quote: what peers say of it, whose word counts, and what a reader then sees."""

import itertools
import json
from functools import partial
from typing import Any

import pytest

from federation.reasons import PeerError
from node.services import approving, following, shunning
from node.store import follows, quotes
from node.store.follows import Pair
from node.store.statuses import Status
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, PeerActor
from tests.support.world import Person


async def entity(ward: Ward, uri: str, who: Person | None = None) -> dict[str, Any]:
    """Return a post as somebody sees it."""
    line = await ward.node.shown(who or ward.asha, uri)
    assert line is not None
    found: dict[str, Any] = json.loads(line.json)
    return found


async def state(ward: Ward, uri: str) -> str:
    """Return how the quote of a post stands."""
    held = await ward.node.db.read(quotes.of, (await ward.holds(uri)).id)
    assert held is not None
    return held.state


def authorization(by: PeerActor, quoting: str, quoted: str, **changes: Any) -> dict[str, Any]:
    """Return the word of a peer's author that a post may quote theirs."""
    return {
        "id": f"{by.uri}/quote_authorizations/1",
        "type": "QuoteAuthorization",
        "attributedTo": by.uri,
        "interactingObject": quoting,
        "interactionTarget": quoted,
        **changes,
    }


def request(ward: Ward, note: dict[str, Any], target: str) -> dict[str, Any]:
    """Return okapi's request to quote a post."""
    return ward.okapi.activity("QuoteRequest", target, instrument=note, to=[ward.asha.account.uri])


def quote_of(ward: Ward, status: Status, **changes: Any) -> dict[str, Any]:
    """Return a post of okapi that quotes ours."""
    return ward.okapi.note("Worth a look", quote=status.uri, **changes)


async def test_a_request_that_the_policy_allows_is_accepted_and_its_quote_shown(ward: Ward) -> None:
    """Request, Accept with a result, then the post: its reader sees what it quotes, its author is told once."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = quote_of(ward, post)

    await ward.takes(request(ward, note, post.uri))
    [accept] = ward.peer.got("Accept")
    await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": accept["result"]}))

    shown = await entity(ward, note["id"])
    assert (shown["quote"]["state"], shown["quote"]["quoted_status"]["id"]) == ("accepted", str(post.id))
    assert (await entity(ward, post.uri))["quotes_count"] == 1
    assert await ward.node.count(ward.asha, "quote") == 1


async def test_the_word_of_our_author_is_found_at_its_address(ward: Ward) -> None:
    """Whoever gets the quoting post can ask us whether it may."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = quote_of(ward, post)

    await ward.takes(request(ward, note, post.uri))

    [accept] = ward.peer.got("Accept")
    mercy = await ward.network.node("mercy.example")
    found = await mercy.fetcher.activity(accept["result"])
    names = ("type", "attributedTo", "interactingObject", "interactionTarget")
    expected = ["QuoteAuthorization", ward.asha.account.uri, note["id"], post.uri]
    assert [found.document[name] for name in names] == expected


async def test_the_same_request_again_gets_the_same_answer(ward: Ward) -> None:
    """One approval for a post and what quotes it, however often it is asked for."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = quote_of(ward, post)

    for _ in range(3):
        await ward.takes(request(ward, note, post.uri))

    assert len({accept["result"] for accept in ward.peer.got("Accept")}) == 1
    assert len(ward.peer.got("Accept")) == 3


async def test_a_request_that_the_policy_refuses_is_rejected(ward: Ward) -> None:
    """Nobody is left waiting for an answer."""
    post = await ward.node.post(ward.asha, "For us alone", quote_policy="nobody")

    await ward.takes(request(ward, quote_of(ward, post), post.uri))

    [reject] = ward.peer.got("Reject")
    assert reject["object"]["object"] == post.uri
    assert ward.peer.got("Accept") == []


async def test_followers_may_quote_where_the_author_says_followers(ward: Ward) -> None:
    """The same request is refused to a stranger and granted to a follower."""
    post = await ward.node.post(ward.asha, "For those who follow me", quote_policy="followers")
    await ward.takes(request(ward, quote_of(ward, post), post.uri))

    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    await ward.takes(request(ward, quote_of(ward, post), post.uri))

    assert len(ward.peer.got("Reject")) == 1
    assert [accept["object"]["type"] for accept in ward.peer.got("Accept")] == ["Follow", "QuoteRequest"]


async def test_a_quote_with_an_authorization_we_never_gave_waits(ward: Ward) -> None:
    """What a peer writes into its own post is no word of ours, and nobody is asked for it."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    forged = f"{ward.asha.account.uri}/quote_authorizations/31"
    note = quote_of(ward, post, quoteAuthorization=forged)

    await ward.takes(ward.okapi.activity("Create", note))

    shown = await entity(ward, note["id"])
    assert shown["quote"] == {"state": "pending", "quoted_status": None}
    assert ward.network.wire.asked("ward.example", "/users/asha/quote_authorizations") == 0


async def test_an_approval_is_for_the_one_post_it_names(ward: Ward) -> None:
    """Another post of the same author cannot use it."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = quote_of(ward, post)
    await ward.takes(request(ward, note, post.uri))
    [accept] = ward.peer.got("Accept")
    other = quote_of(ward, post, quoteAuthorization=accept["result"])

    await ward.takes(ward.okapi.activity("Create", other))

    assert await state(ward, other["id"]) == "pending"


async def test_the_word_of_a_third_server_is_fetched_from_there(ward: Ward) -> None:
    """Okapi quotes heron: heron's host says that it may."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river", interactionPolicy={"canQuote": {"automaticApproval": PUBLIC}}))
    note = ward.okapi.note("See this", quote=quoted["id"])
    word = heron.peer.publish(authorization(heron, note["id"], quoted["id"]))

    await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": word["id"]}))

    shown = await entity(ward, note["id"])
    assert (shown["quote"]["state"], shown["quote"]["quoted_status"]["uri"]) == ("accepted", quoted["id"])


async def test_a_word_that_says_something_else_is_not_believed(ward: Ward) -> None:
    """Another author, another post, another kind, or a copy on the quoting host: the quote waits."""
    heron = ward.network.peer("gts.example").actor("heron")
    egret = heron.peer.actor("egret")
    quoted = heron.peer.publish(heron.note("Slow river"))
    found = []
    for number, changes in enumerate(
        (
            {"attributedTo": egret.uri},
            {"interactingObject": "https://masto.example/users/okapi/statuses/999"},
            {"interactionTarget": "https://gts.example/users/heron/statuses/999"},
            {"type": "ReplyApproval"},
            {"id": "https://masto.example/words/1"},
        )
    ):
        note = ward.okapi.note("See this", quote=quoted["id"])
        default = f"{heron.uri}/quote_authorizations/{number}"
        word = authorization(heron, note["id"], quoted["id"], **({"id": default} | changes))
        (ward.peer if "masto.example" in word["id"] else heron.peer).publish(word)
        await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": word["id"]}))
        found.append(await state(ward, note["id"]))

    assert found == ["pending"] * 5


async def test_an_older_quote_of_an_open_post_is_shown(ward: Ward) -> None:
    """Servers that know of no consent: shown where the quoted post's server says nothing against it."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river"))
    nobody = {"canQuote": {"automaticApproval": heron.uri}}
    guarded = heron.peer.publish(heron.note("Mine", interactionPolicy=nobody))
    notes = [ward.okapi.note("See", _misskey_quote=one["id"], quoteUrl=one["id"]) for one in (quoted, guarded)]

    for note in notes:
        await ward.takes(ward.okapi.activity("Create", note))

    assert [await state(ward, note["id"]) for note in notes] == ["accepted", "pending"]


async def test_the_line_that_points_at_a_quote_is_hidden_where_the_quote_is_shown(ward: Ward) -> None:
    """It stays where the quote waits, because then it is all there is."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river"))
    line = f'<p class="quote-inline">RE: <a href="{quoted["id"]}">{quoted["id"]}</a></p><p>See</p>'
    shown = ward.okapi.note("", content=line, quoteUrl=quoted["id"])
    waiting = ward.okapi.note("", content=line, quote=quoted["id"])

    for note in (shown, waiting):
        await ward.takes(ward.okapi.activity("Create", note))

    assert (await entity(ward, shown["id"]))["content"] == "<p>See</p>"
    assert quoted["id"] in (await entity(ward, waiting["id"]))["content"]


async def test_quoting_oneself_needs_nobodys_word(ward: Ward) -> None:
    """The only shortcut there is."""
    first = ward.okapi.note("First")
    second = ward.okapi.note("Second", quote=first["id"])

    for note in (first, second):
        await ward.takes(ward.okapi.activity("Create", note))

    assert await state(ward, second["id"]) == "accepted"


async def test_a_quote_that_comes_before_what_it_quotes_is_tied_to_it(ward: Ward) -> None:
    """The order of two deliveries makes no difference."""
    first = ward.okapi.note("First")
    second = ward.okapi.note("Second", quote=first["id"])

    for note in (second, first):
        await ward.takes(ward.okapi.activity("Create", note))

    shown = await entity(ward, second["id"])
    assert (shown["quote"]["state"], shown["quote"]["quoted_status"]["uri"]) == ("accepted", first["id"])


async def test_a_quote_of_a_deleted_post_says_so(ward: Ward) -> None:
    """Deleted later, or said to be a Tombstone from the start."""
    first = ward.okapi.note("First")
    second = ward.okapi.note("Second", quote=first["id"])
    third = ward.okapi.note("Third", quote={"type": "Tombstone"})
    for note in (first, second, third):
        await ward.takes(ward.okapi.activity("Create", note))

    await ward.takes(ward.okapi.activity("Delete", first["id"], to=[PUBLIC]))

    gone = {"state": "deleted", "quoted_status": None}
    assert [(await entity(ward, note["id"]))["quote"] for note in (second, third)] == [gone, gone]


async def test_what_is_quoted_is_shown_as_far_as_the_reader_may_see_it(ward: Ward) -> None:
    """Followers-only for one who does not follow, blocked, muted, of a blocked host: a state instead of the post."""
    heron = ward.network.peer("gts.example").actor("heron")
    open_post = heron.peer.publish(heron.note("Slow river"))
    note = ward.okapi.note("See", quoteUrl=open_post["id"])
    closed = ward.okapi.note("First", to=[f"{ward.okapi.uri}/followers"], cc=[])
    own = ward.okapi.note("Second", quote=closed["id"])
    for one in (note, closed, own):
        await ward.takes(ward.okapi.activity("Create", one))
    ben, cat, dan = [await ward.node.user(name) for name in ("ben", "cat", "dan")]
    author = await ward.node.find(heron.handle)

    await ward.node.db.write(following.block, ward.asha.id, author.id)
    await ward.node.db.write(lambda unit: follows.set_mute(unit, Pair(ben.id, author.id), is_on=True))

    await ward.node.db.write(shunning.block, cat.id, "gts.example")
    await ward.node.db.write(partial(following.mute, lasts_s=60), dan.id, author.id)
    ward.node.world.clock.pass_time(seconds=60)

    states = [(await entity(ward, note["id"], who))["quote"]["state"] for who in (ward.asha, ben, cat, dan)]
    assert states == ["blocked_account", "muted_account", "blocked_domain", "accepted"]
    assert (await entity(ward, own["id"], ben))["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert (await entity(ward, own["id"]))["quote"]["state"] == "accepted"


async def test_S150_a_ring_of_quotes_ends(ward: Ward) -> None:
    """Two posts that quote each other, and one that quotes itself: shown once inside each other, then by id."""
    first, second, self_quoting = ward.okapi.note("A"), ward.okapi.note("B"), ward.okapi.note("C")
    first["quote"], second["quote"], self_quoting["quote"] = second["id"], first["id"], self_quoting["id"]

    for note in (first, second, self_quoting):
        await ward.takes(ward.okapi.activity("Create", note))

    shown = await entity(ward, first["id"])
    inner = shown["quote"]["quoted_status"]
    assert inner["uri"] == second["id"]
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": shown["id"]}
    assert (await entity(ward, self_quoting["id"]))["quote"]["quoted_status"]["uri"] == self_quoting["id"]


async def test_a_chain_of_quotes_is_not_followed_without_end(ward: Ward) -> None:
    """Each post quotes the next: one is fetched for the post that came, and no more."""
    heron = ward.network.peer("gts.example").actor("heron")
    chain = [heron.note(f"Link {number}") for number in range(6)]
    for this, following_one in itertools.pairwise(chain):
        this["quote"] = following_one["id"]
        heron.peer.publish(this)
    heron.peer.publish(chain[-1])

    await ward.takes(ward.okapi.create("See", quoteUrl=chain[0]["id"]))

    assert [await ward.node.held(link["id"]) is not None for link in chain] == [True] + [False] * 5


async def test_S091_a_quote_by_somebody_who_is_blocked_is_dropped(ward: Ward) -> None:
    """No post, no notification, and okapi is not told either."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    await ward.node.db.write(following.block, ward.asha.id, (await ward.node.find(ward.okapi.handle)).id)
    note = quote_of(ward, post)

    answer = await ward.takes(ward.okapi.activity("Create", note | {"cc": [ward.asha.account.uri]}))

    assert answer.status_code == 202
    assert await ward.node.held(note["id"]) is None
    assert await ward.node.count(ward.asha, "quote") == 0


async def test_an_authorization_that_is_deleted_ends_the_quote(ward: Ward) -> None:
    """Heron takes the word back; okapi, whose post quotes, cannot."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river"))
    note = ward.okapi.note("See this", quote=quoted["id"])
    word = heron.peer.publish(authorization(heron, note["id"], quoted["id"]))
    await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": word["id"]}))

    forged = await ward.takes(ward.okapi.activity("Delete", word["id"], to=[PUBLIC]))
    before = await state(ward, note["id"])
    await ward.takes(heron.activity("Delete", word["id"], to=[PUBLIC]), by=heron)

    assert (forged.status_code, before) == (403, "accepted")
    assert await state(ward, note["id"]) == "revoked"


async def test_a_version_without_the_word_has_it_looked_up_again(ward: Ward) -> None:
    """Versions come in any order: only where the word is gone from its address, the quote ends."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river"))
    note = ward.okapi.note("See this", quote=quoted["id"])
    word = heron.peer.publish(authorization(heron, note["id"], quoted["id"]))
    await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": word["id"]}))

    await ward.takes(ward.okapi.activity("Update", note))
    there = await state(ward, note["id"])
    del heron.peer.shelf[word["id"]]
    await ward.takes(ward.okapi.activity("Update", note))

    assert (there, await state(ward, note["id"])) == ("accepted", "revoked")


async def test_a_word_that_was_taken_back_may_be_given_again(ward: Ward) -> None:
    """Under another address: the old one stays gone."""
    heron = ward.network.peer("gts.example").actor("heron")
    quoted = heron.peer.publish(heron.note("Slow river"))
    note = ward.okapi.note("See this", quote=quoted["id"])
    words = [
        heron.peer.publish(
            authorization(heron, note["id"], quoted["id"], id=f"{heron.uri}/quote_authorizations/{number}")
        )
        for number in (1, 2)
    ]
    await ward.takes(ward.okapi.activity("Create", note | {"quoteAuthorization": words[0]["id"]}))
    await ward.takes(heron.activity("Delete", words[0]["id"]), by=heron)

    found = []
    for word in words:
        await ward.takes(ward.okapi.activity("Update", note | {"quoteAuthorization": word["id"]}))
        found.append(await state(ward, note["id"]))

    assert found == ["revoked", "accepted"]


async def test_our_author_takes_back_what_they_allowed(ward: Ward) -> None:
    """The quote ends here, who quotes is told, and the word is gone from its address."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    note = quote_of(ward, post)
    await ward.takes(request(ward, note, post.uri))
    await ward.takes(ward.okapi.activity("Create", note))
    [accept] = ward.peer.got("Accept")
    quoting_id = (await ward.holds(note["id"])).id

    await ward.node.db.write(approving.revoke, ward.asha.id, post.id, quoting_id)
    await ward.network.settle()

    mercy = await ward.network.node("mercy.example")
    with pytest.raises(PeerError, match="gone"):
        await mercy.fetcher.activity(accept["result"])
    assert await state(ward, note["id"]) == "revoked"
    assert {delete["object"]["id"] for delete in ward.peer.got("Delete")} == {accept["result"]}
