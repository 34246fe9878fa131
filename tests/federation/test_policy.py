"""Who may do what with a post, in every spelling, and who that is in a given case."""

import pytest

from federation import loose
from federation.reasons import PeerError, Reason
from federation.vocab.approval import approval_from
from federation.vocab.policy import (
    MAX_NAMED,
    Asking,
    Policy,
    Rule,
    as_document,
    as_kept,
    from_kept,
    lets_anybody,
    policy_of,
    verdict,
)
from federation.vocab.quote import Quote, quote_from
from tests.federation.people import ASHA, BEN, OKAPI, OURS, recorded

FOLLOWERS = f"{OKAPI}/followers"
FOLLOWING = f"{OKAPI}/following"


def test_old_and_new_names_say_the_same() -> None:
    """GoToSocial sends both; the new ones win."""
    note = loose.plain(recorded("gotosocial-create-note-interaction-policy"))["object"]
    assert isinstance(note, dict)
    heron = str(note["attributedTo"])

    said = policy_of(note)

    assert said == Policy(
        reply=Rule((heron, ASHA), ("public",)), boost=Rule((heron,)), like=Rule(("public",)), quote=None
    )
    assert from_kept(as_kept(said)) == said


SPELLINGS = [
    ({"interactionPolicy": {"canQuote": {"automaticApproval": "as:Public"}}}, Policy(quote=Rule(("public",)))),
    ({"interactionPolicy": {"canQuote": {"always": [BEN], "approvalRequired": "as:Public"}}},
     Policy(quote=Rule((BEN,), ("public",)))),
    ({"interactionPolicy": {"canQuote": {}}}, Policy(quote=Rule())),
    ({"interactionPolicy": {"canQuote": "nonsense"}}, Policy(quote=Rule())),
    ({"interactionPolicy": {"canQuote": None}}, None),
    ({"interactionPolicy": []}, None),
    ({"capabilities": {"reply": "[]", "announce": loose.PUBLIC}}, Policy(reply=Rule(), boost=Rule(("public",)))),
    ({"commentsEnabled": False}, Policy(reply=Rule())),
    ({"commentsEnabled": True}, None),
    ({"canReply": [FOLLOWERS]}, Policy(reply=Rule((FOLLOWERS,)))),
    ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), SPELLINGS)
def test_each_spelling_is_read(document: dict[str, object], expected: Policy | None) -> None:
    """One id or a list; what is said in no known way says nothing, what names nobody lets nobody."""
    assert policy_of(document) == expected


def test_who_is_named_is_bounded() -> None:
    """A list without end is cut."""
    names = [f"https://masto.example/users/{number}" for number in range(900)]

    said = policy_of({"interactionPolicy": {"canReply": {"automaticApproval": names}}})

    assert said is not None
    assert said.reply is not None
    assert len(said.reply.automatic) == MAX_NAMED


VERDICTS = [
    (None, {}, "automatic"),
    (Rule(("public",)), {}, "automatic"),
    (Rule(), {}, "denied"),
    (Rule((), ("public",)), {}, "manual"),
    (Rule((ASHA,)), {}, "automatic"),
    (Rule((FOLLOWERS,)), {}, "denied"),
    (Rule((FOLLOWERS,)), {"is_follower": True}, "automatic"),
    (Rule(("followers",)), {"is_follower": True}, "automatic"),
    (Rule((FOLLOWING,), (FOLLOWERS,)), {"is_follower": True}, "manual"),
    (Rule(("following",)), {"is_followed": True}, "automatic"),
    (Rule((f"{BEN}/followers",)), {"is_follower": True}, "denied"),
]


@pytest.mark.parametrize(("rule", "standing", "expected"), VERDICTS)
def test_a_rule_decides_by_who_asks(rule: Rule | None, standing: dict[str, bool], expected: str) -> None:
    """At once comes before after a word; a collection of somebody else is nobody's."""
    asking = Asking(ASHA, OKAPI, FOLLOWERS, FOLLOWING, **standing)

    assert verdict(rule, asking) == expected


def test_an_author_may_always() -> None:
    """Whatever they said."""
    assert verdict(Rule(), Asking(OKAPI, OKAPI)) == "automatic"


def test_what_we_say_names_nobody_as_the_author_alone() -> None:
    """Only what is said is promised."""
    said = as_document(Policy(quote=Rule()), author=ASHA, followers=f"{ASHA}/followers")

    assert said == {"canQuote": {"automaticApproval": [ASHA]}}
    assert not lets_anybody(policy_of({"interactionPolicy": said}), "quote")
    assert lets_anybody(None, "quote")


QUOTES: list[tuple[dict[str, object], Quote | None]] = [
    ({"quote": OURS, "_misskey_quote": "https://masto.example/other"}, Quote(OURS)),
    ({"quote": [{"id": OURS, "type": "Note"}]}, Quote(OURS)),
    (
        {"quote": OURS, "quoteAuthorization": f"{ASHA}/quote_authorizations/1"},
        Quote(OURS, f"{ASHA}/quote_authorizations/1"),
    ),
    ({"quote": {"type": "Tombstone"}}, Quote("", is_gone=True)),
    ({"quote": {"type": "Tombstone", "id": OURS}}, Quote(OURS, is_gone=True)),
    ({"quoteUri": OURS}, Quote(OURS, asks=False)),
    ({"quoteUrl": OURS, "quoteUri": "https://masto.example/other"}, Quote(OURS, asks=False)),
    ({"tag": [{"type": "Link", "rel": "https://w3id.org/fep/044f#quote", "href": OURS}]}, Quote(OURS, asks=False)),
    ({"tag": [{"type": "Link", "rel": "nofollow", "href": OURS}]}, None),
    ({"quote": "javascript:alert(1)"}, None),
    ({"quote": 7}, None),
]


@pytest.mark.parametrize(("document", "expected"), QUOTES)
def test_each_way_to_quote_is_read(document: dict[str, object], expected: Quote | None) -> None:
    """In this order, and with the word for it where it is said to lie."""
    assert quote_from(document) == expected


def test_the_word_for_a_quote_embedded_in_a_post_is_an_address_at_most() -> None:
    """What stands beside its id is not even read."""
    embedded = {"id": f"{ASHA}/quote_authorizations/1", "type": "QuoteAuthorization", "attributedTo": ASHA}

    assert quote_from({"quote": OURS, "quoteAuthorization": embedded}) == Quote(OURS, str(embedded["id"]))


FAULTY = [
    ({"type": "Note"}, Reason.UNKNOWN_TYPE),
    ({"attributedTo": None}, Reason.MALFORMED),
    ({"interactingObject": 5}, Reason.MALFORMED),
    ({"id": "https://elsewhere.example/1"}, Reason.FOREIGN_ORIGIN),
]


@pytest.mark.parametrize(("changes", "reason"), FAULTY)
def test_a_word_that_cannot_be_one_is_refused(changes: dict[str, object], reason: Reason) -> None:
    """Another kind of thing, nobody's, about nothing, on another host."""
    with pytest.raises(PeerError) as refusal:
        approval_from(loose.plain(recorded("mastodon-quote-authorization")) | changes)

    assert refusal.value.reason is reason


def test_both_shapes_of_a_word_are_read() -> None:
    """FEP-044f's and the older one of GoToSocial."""
    found = [approval_from(recorded(name)) for name in ("mastodon-quote-authorization", "gotosocial-reply-approval")]

    assert [(one.act, one.interaction_uri) for one in found] == [
        ("quote", f"{ASHA}/statuses/1002"),
        ("reply", f"{ASHA}/statuses/1002"),
    ]
