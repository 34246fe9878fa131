"""What follows from Add and Remove: pins of the actor's own posts in the actor's own collection, and nothing else."""

import pytest
from msgspec.structs import replace

from federation.effects import Ignored, Judgement, Pin, StatusFact, StoreStatus, Unpin
from federation.reasons import Reason
from tests.federation.people import FINCH, OKAPI, OURS, THEIRS, activity, facts, judged, note

FEATURED = f"{OKAPI}/collections/featured"
HELD = {THEIRS: StatusFact(THEIRS, OKAPI, "public", is_local=False)}


def _known(**changes: object) -> object:
    known = facts(signer_has_local_followers=True)
    okapi = replace(known.actors[OKAPI], featured_uri=FEATURED)
    return replace(known, actors={**known.actors, OKAPI: okapi}, **changes)


def _judged(kind: str, about: object, target: object, **changes: object) -> Judgement:
    return judged(activity(kind, about, target=target), _known(**changes))  # type: ignore[arg-type]


def test_a_known_post_is_pinned_and_unpinned() -> None:
    """By its id alone, or embedded."""
    assert _judged("Add", THEIRS, FEATURED, statuses=HELD) == (Pin(OKAPI, THEIRS),)
    assert _judged("Add", note(), {"id": FEATURED}, statuses=HELD) == (Pin(OKAPI, THEIRS),)
    assert _judged("Remove", THEIRS, FEATURED) == (Unpin(OKAPI, THEIRS),)


def test_an_unknown_post_is_fetched_and_kept_as_an_old_one() -> None:
    """It may be years old: nobody is told."""
    before = _judged("Add", THEIRS, FEATURED)
    after = _judged("Add", THEIRS, FEATURED, fetched={THEIRS: note()})

    assert before == Ignored(Reason.UNKNOWN_OBJECT)
    assert isinstance(after, tuple)
    stored, pinned = after
    assert isinstance(stored, StoreStatus)
    assert (stored.is_old, stored.note.uri, pinned) == (True, THEIRS, Pin(OKAPI, THEIRS))


@pytest.mark.parametrize("kind", ["Add", "Remove"])
@pytest.mark.parametrize("target", [f"{FINCH}/collections/featured", f"{FEATURED}/", None, [], OKAPI])
def test_S064_another_collection_than_the_actors_own_is_left_alone(kind: str, target: object) -> None:
    """Of a neighbour on the same host, or nothing like one."""
    assert _judged(kind, THEIRS, target, statuses=HELD) == Ignored(Reason.NOT_RELEVANT)


def test_a_post_of_another_is_not_pinned() -> None:
    """Known as another's, or found to be another's."""
    finch = {"fetched": {THEIRS: note(attributedTo=FINCH)}}

    assert _judged("Add", OURS, FEATURED) == Ignored(Reason.NOT_RELEVANT)
    assert _judged("Add", THEIRS, FEATURED, **finch) == Ignored(Reason.NOT_RELEVANT)


def test_a_deleted_post_is_not_pinned() -> None:
    """Its Delete came first."""
    assert _judged("Add", THEIRS, FEATURED, gone=frozenset({THEIRS})) == Ignored(Reason.GONE)


def test_hashtags_are_not_posts() -> None:
    """Mastodon adds them to another collection, which is nothing to us."""
    tag = {"type": "Hashtag", "name": "#gel", "href": "https://masto.example/@okapi/tagged/gel"}
    target = f"{OKAPI}/collections/tags"

    assert judged(activity("Add", {**tag, "id": THEIRS}, target=target)) == Ignored(Reason.NOT_RELEVANT)
