"""What follows from acts on posts: likes, boosts, what takes them back, and objects that were fetched."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from federation import activities, loose
from federation.effects import (
    ActFact,
    Boost,
    CancelFollow,
    DeleteStatus,
    Favourite,
    FollowFact,
    Ignored,
    React,
    RememberUndone,
    StatusFact,
    StoreStatus,
    Unboost,
    Unfavourite,
    UpdateStatus,
)
from federation.reasons import Reason
from tests.federation.people import (
    ASHA,
    FINCH,
    FOLLOW,
    HERON,
    NOW,
    OKAPI,
    OURS,
    THEIRS,
    activity,
    facts,
    judged,
    note,
    reason_of,
)

FOLLOWED = facts(signer_has_local_followers=True)
HELD = facts(statuses={THEIRS: StatusFact(THEIRS, OKAPI, "public", is_local=False, updated=NOW)})


# Like, Undo


def test_like_counts_for_our_posts_only() -> None:
    """With an emoji it is a reaction, which replaces the one before."""
    assert judged(activity("Like", OURS)) == (Favourite(f"{OKAPI}#like/1", OKAPI, OURS),)
    assert judged(activity("Like", OURS, content="🍵")) == (React(f"{OKAPI}#like/1", OKAPI, OURS, "🍵", None, True),)
    assert judged(activity("Like", f"{OURS}9")) == Ignored(Reason.UNKNOWN_OBJECT)
    assert judged(activity("Like", THEIRS), HELD) == Ignored(Reason.NOT_RELEVANT)


def test_undo_of_a_held_act_matches_by_id() -> None:
    """A bare id is enough when the node still knows it."""
    like, boost = f"{OKAPI}#like/1", f"{OKAPI}#announce/1"
    known = facts(acts=(ActFact(like, "favourite", OKAPI, OURS), ActFact(boost, "boost", OKAPI, OURS)))

    assert judged(activity("Undo", like), known) == (Unfavourite(OKAPI, OURS),)
    assert judged(activity("Undo", boost), known) == (Unboost(OKAPI, OURS),)


def test_undo_of_an_act_under_another_id_matches_by_its_ends_and_is_remembered() -> None:
    """The Like may come later than its Undo, or may have come under another id."""
    inner = activity("Like", OURS)

    assert judged(activity("Undo", inner)) == (Unfavourite(OKAPI, OURS), RememberUndone(str(inner["id"]), OKAPI))
    assert judged(inner, facts(gone=frozenset({str(inner["id"])}))) == Ignored(Reason.UNDONE)


def test_undo_of_a_follow_ends_it_by_id_or_by_its_ends() -> None:
    """Without a type, too."""
    edge = FollowFact(f"{OKAPI}#follow/1", OKAPI, ASHA, is_accepted=True)
    known = facts(follows=(edge,))

    for inner in (edge.uri, activity("Follow", ASHA), {"actor": OKAPI, "object": ASHA}):
        assert judged(activity("Undo", inner), known) == (CancelFollow(OKAPI, ASHA),)


def test_undo_of_anothers_act_is_refused() -> None:
    """Whether the document says so or the node knows it."""
    like = f"{FINCH}#like/1"
    known = facts(acts=(ActFact(like, "favourite", FINCH, OURS),))

    assert reason_of(judged(activity("Undo", activity("Like", OURS, actor=FINCH)))) == Reason.NOT_OWNER
    assert reason_of(judged(activity("Undo", like), known)) == Reason.NOT_OWNER
    assert reason_of(judged(activity("Undo", FOLLOW), known)) == Reason.NOT_OWNER


def test_undo_of_a_foreign_unknown_id_remembers_nothing() -> None:
    """Nobody may have another origin's ids refused in advance."""
    assert judged(activity("Undo", f"{HERON}#like/1")) == Ignored(Reason.UNKNOWN_OBJECT)


# Announce


def test_announce_of_our_public_post_is_a_boost() -> None:
    """Relevant because the post is ours; dated no later than now."""
    document = activity("Announce", OURS, to=[loose.PUBLIC], published="2030-01-01T00:00:00Z")

    assert judged(document, facts()) == (Boost(f"{OKAPI}#announce/1", OKAPI, OURS, "public", NOW),)


@pytest.mark.parametrize("visibility", ["private", "direct", "house", "circle"])
def test_announce_never_widens_who_sees_a_post(visibility: str) -> None:
    """Only public and unlisted posts are passed on by others."""
    known = facts(statuses={OURS: StatusFact(OURS, ASHA, visibility, is_local=True)})

    assert judged(activity("Announce", OURS, to=[loose.PUBLIC]), known) == Ignored(Reason.NOT_BOOSTABLE)


def test_announce_of_ones_own_private_post_stays_private() -> None:
    """Embedded by its owner, it needs no fetching; announced to all, it still is for followers."""
    own = note(to=[f"{OKAPI}/followers"], cc=[])
    document = activity("Announce", own, to=[loose.PUBLIC], published="2026-06-02T07:30:00Z")

    judgement = judged(document, FOLLOWED)

    assert activities.refers_to(activities.parse(document)).fetch_objects == ()
    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], StoreStatus)
    assert judgement[1] == Boost(
        f"{OKAPI}#announce/1", OKAPI, THEIRS, "private", datetime(2026, 6, 2, 7, 30, tzinfo=UTC)
    )


def test_announce_of_an_unknown_post_stores_it_from_its_origin_before_the_boost() -> None:
    """An embedded foreign post is never believed: its origin is asked."""
    uri = f"{HERON}/statuses/1"
    genuine = note(id=uri, attributedTo=HERON, content="real", cc=[])
    document = activity("Announce", genuine | {"content": "forged"}, to=[loose.PUBLIC])

    judgement = judged(document, replace(FOLLOWED, fetched={uri: genuine}))

    assert activities.refers_to(activities.parse(document)).fetch_objects == (uri,)
    assert judged(document) == Ignored(Reason.UNKNOWN_OBJECT)
    assert isinstance(judgement, tuple)
    assert [type(effect) for effect in judgement] == [StoreStatus, Boost]
    assert isinstance(judgement[0], StoreStatus)
    assert (judgement[0].note.author_uri, judgement[0].note.content_html) == (HERON, "real")


def test_announce_by_a_stranger_of_a_strangers_post_is_not_even_fetched() -> None:
    """Relevance is decided before anything is asked of another server."""
    assert judged(activity("Announce", THEIRS, to=[loose.PUBLIC]), facts()) == Ignored(Reason.NOT_RELEVANT)


def test_announce_of_a_create_by_a_group_stores_the_post_without_a_boost() -> None:
    """FEP-1b12: the group passes on what its members did."""
    uri = f"{HERON}/statuses/1"
    genuine = note(id=uri, attributedTo=HERON)
    wrapped = {"type": "Create", "id": f"{uri}/activity", "actor": HERON, "object": genuine}

    judgement = judged(activity("Announce", wrapped), replace(FOLLOWED, fetched={uri: genuine}))

    assert isinstance(judgement, tuple)
    assert [type(effect) for effect in judgement] == [StoreStatus]


# objects fetched outside any activity


def test_fetched_object_is_stored_or_renewed_if_its_origin_speaks_for_it() -> None:
    """Unknown: stored. Held: renewed, unless older. Attributed elsewhere: refused. Gone: ignored."""
    later = (NOW + timedelta(minutes=1)).isoformat()

    fresh = activities.judge_object(note(), facts=facts())
    renewed = activities.judge_object(note(updated=later), facts=HELD)

    assert isinstance(fresh, tuple)
    assert isinstance(renewed, tuple)
    assert (type(fresh[0]), type(renewed[0])) == (StoreStatus, UpdateStatus)
    assert reason_of(activities.judge_object(note(attributedTo=HERON), facts=facts())) == Reason.FOREIGN_ORIGIN
    assert activities.judge_object(note(), facts=facts(gone=frozenset({THEIRS}))) == Ignored(Reason.GONE)


def test_refers_to_object_names_its_author_and_what_it_answers_and_quotes() -> None:
    """Enough to judge it and to place it in its thread."""
    refs = activities.refers_to_object(note(inReplyTo=OURS, quote=f"{OURS}2"))

    assert (refs.fetch_actors, refs.objects) == ((OKAPI,), (THEIRS, OURS, f"{OURS}2"))


def test_tombstone_of_a_neighbour_does_not_hold_for_a_post_it_does_not_own() -> None:
    """Finch cannot have okapi's posts, likes or boosts refused by deleting or undoing them in advance."""
    own, foreign = {THEIRS: frozenset({OKAPI, FINCH})}, {THEIRS: frozenset({FINCH})}
    known = replace(FOLLOWED, gone=frozenset({THEIRS}))
    create, boost = activity("Create", note()), activity("Announce", note(), to=[loose.PUBLIC])

    for document in (create, boost):
        assert judged(document, replace(known, gone_by=own)) == Ignored(Reason.GONE)
        assert isinstance(judged(document, replace(known, gone_by=foreign)), tuple)
    assert judged(activity("Delete", THEIRS), replace(known, gone_by=foreign)) == (DeleteStatus(THEIRS, OKAPI),)
    assert isinstance(activities.judge_object(note(), facts=replace(known, gone_by=foreign)), tuple)
