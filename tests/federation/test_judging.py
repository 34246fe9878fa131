"""What follows from each activity: the rules about who may do what, and what is ignored."""

import pytest
from msgspec.structs import replace

from federation import activities
from federation.effects import (
    AcceptFollow,
    ActorFact,
    BlockAccount,
    CancelFollow,
    DeleteAccount,
    DeleteStatus,
    Favourite,
    FollowFact,
    Ignored,
    Refused,
    RejectFollow,
    RequestFollow,
    StatusFact,
    StoreStatus,
    UpdateAccount,
    UpdateStatus,
)
from federation.reasons import PeerError, Reason
from tests.federation.people import (
    ASHA,
    BEN,
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


# who may speak


def test_activity_signed_by_another_is_refused() -> None:
    """Nobody acts for somebody else, on the same host or not."""
    judgement = judged(activity("Create", note()), signer=FINCH)

    assert judgement == Refused(Reason.NOT_OWNER, "the signature is not the actor's")


def test_activity_with_an_id_of_another_origin_is_refused() -> None:
    """An id of somebody else's origin could make their real activity look like a repetition."""
    assert reason_of(judged(activity("Like", OURS, id="https://gts.example/likes/1"))) == Reason.FOREIGN_ORIGIN


def test_activity_over_plain_http_is_refused_except_from_loopback_when_allowed() -> None:
    """The demo may speak http on this machine; nobody else may."""
    local = "http://127.0.0.1:9002/users/okapi"
    document = {"id": f"{local}#likes/1", "type": "Like", "actor": local, "object": OURS}

    assert reason_of(judged(document)) == Reason.INSECURE_ADDRESS
    assert judged(document, replace(FOLLOWED, loopback_http=True)) == (Favourite(f"{local}#likes/1", local, OURS),)


@pytest.mark.parametrize(
    "about",
    [
        note(attributedTo=ASHA),
        note(attributedTo=FINCH),
        note(id="https://gts.example/users/heron/statuses/1"),
    ],
    ids=["a local person", "the same host", "another origin"],
)
@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_post_that_is_not_the_senders_is_refused(kind: str, about: dict[str, object]) -> None:
    """What is attributed to another, or lives elsewhere, cannot be made or changed by the sender."""
    document = activity(kind, about)

    assert reason_of(judged(document)) == Reason.NOT_OWNER


@pytest.mark.parametrize("nobody", [None, []])
def test_post_that_names_no_author_is_the_senders(nobody: object) -> None:
    """Some leave out what the signature says anyway; of another origin it stays another's."""
    kept = judged(activity("Create", note(attributedTo=nobody)))
    refused = judged(activity("Create", note(attributedTo=nobody, id="https://gts.example/users/heron/statuses/1")))

    assert isinstance(kept, tuple)
    assert [effect.note.author_uri for effect in kept if isinstance(effect, StoreStatus)] == [OKAPI]
    assert reason_of(refused) == Reason.NOT_OWNER


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_post_held_as_anothers_is_not_taken_over(kind: str) -> None:
    """A neighbour on the same host who claims a post that is known to be somebody else's is refused."""
    known = facts(statuses={THEIRS: StatusFact(THEIRS, FINCH, "public", is_local=False)})

    assert reason_of(judged(activity(kind, note()), known)) == Reason.NOT_OWNER


def test_post_of_a_group_of_the_same_host_counts_when_its_origin_vouches_for_it() -> None:
    """Mobilizon: a person creates what belongs to a group; the embedded form is a hint, the fetched one counts."""
    group = "https://masto.example/groups/repair"
    document = activity("Create", note(attributedTo=group, content="<p>forged</p>"))
    fetched = {THEIRS: note(attributedTo=group, content="<p>real</p>")}

    judgement = judged(document, facts(signer_has_local_followers=True, fetched=fetched))

    assert activities.refers_to(activities.parse(document)).fetch_objects == (THEIRS,)
    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], StoreStatus)
    assert (judgement[0].note.author_uri, judgement[0].note.content_html) == (group, "<p>real</p>")


# Create


def test_create_of_a_followed_author_is_stored() -> None:
    """The whole post is read, and kept as it came."""
    received = note()

    judgement = judged(activity("Create", received))

    assert isinstance(judgement, tuple)
    (stored,) = judgement
    assert isinstance(stored, StoreStatus)
    assert (stored.note.uri, stored.note.author_uri, stored.note.visibility) == (THEIRS, OKAPI, "public")
    assert stored.note.raw is received
    assert stored.record is None


@pytest.mark.parametrize(
    ("changes", "is_kept"),
    [
        ({}, False),
        ({"cc": [ASHA]}, True),
        ({"cc": [HERON]}, False),
        ({"inReplyTo": OURS}, True),
        ({"quote": OURS}, True),
        ({"tag": [{"type": "Mention", "href": ASHA}]}, False),
    ],
    ids=["nobody", "addressed to asha", "addressed elsewhere", "a reply to us", "a quote of us", "named only"],
)
def test_create_of_a_stranger_is_kept_only_when_somebody_here_is_concerned(
    changes: dict[str, object], is_kept: bool
) -> None:
    """A mention without addressing concerns nobody."""
    judgement = judged(activity("Create", note(**changes)), facts())

    assert isinstance(judgement, tuple) is is_kept
    assert is_kept or judgement == Ignored(Reason.NOT_RELEVANT)


def test_create_after_its_delete_is_ignored() -> None:
    """A tombstone outlives the post."""
    assert judged(activity("Create", note()), replace(FOLLOWED, gone=frozenset({THEIRS}))) == Ignored(Reason.GONE)


def test_create_of_a_held_post_changes_nothing() -> None:
    """Deliveries arrive twice."""
    assert judged(activity("Create", note()), HELD) == Ignored(Reason.SEEN)


def test_create_naming_its_post_by_id_needs_the_fetched_document() -> None:
    """The answer of the origin is checked like an embedded object: id and author."""
    document = activity("Create", THEIRS)
    good, wrong_id = {THEIRS: note()}, {THEIRS: note(id=f"{THEIRS}9")}
    foreign = {THEIRS: note(attributedTo=HERON)}

    assert judged(document) == Ignored(Reason.UNKNOWN_OBJECT)
    assert isinstance(judged(document, replace(FOLLOWED, fetched=good)), tuple)
    assert reason_of(judged(document, replace(FOLLOWED, fetched=wrong_id))) == Reason.WRONG_ID
    assert reason_of(judged(document, replace(FOLLOWED, fetched=foreign))) == Reason.FOREIGN_ORIGIN


def test_create_of_an_unknown_object_is_ignored_without_offence() -> None:
    """What says nothing to readers is answered 202; what does is shown."""
    assert judged(activity("Create", note(type="Sandwich", content=""))) == Ignored(Reason.UNKNOWN_TYPE)
    assert isinstance(judged(activity("Create", note(type="Sandwich"))), tuple)


@pytest.mark.parametrize("uri", [None, ""])
def test_activity_without_an_id_has_one_made_of_its_words(uri: str | None) -> None:
    """It is of the actor's origin, the same for the same words and another for others."""
    one, other = activity("Like", OURS) | {"id": uri}, activity("Like", OKAPI) | {"id": uri}

    first, again, second = (activities.parse(document) for document in (one, dict(one), other))

    assert first.is_nameless
    assert first.id.startswith(f"{OKAPI}#")
    assert (first.id, first.id != second.id) == (again.id, True)
    assert judged(one) == (Favourite(first.id, OKAPI, OURS),)


@pytest.mark.parametrize("uri", [7, {}, ["", 3], {"id": 5}])
def test_activity_whose_id_is_no_address_is_malformed(uri: object) -> None:
    """What is there and cannot be read is not nothing."""
    with pytest.raises(PeerError) as refusal:
        activities.parse(activity("Like", OURS) | {"id": uri})

    assert refusal.value.reason == Reason.MALFORMED


def test_unknown_activity_is_ignored() -> None:
    """What we do not know is no error."""
    document = activity("Listen", OURS)

    assert judged(document) == Ignored(Reason.UNKNOWN_TYPE)
    assert activities.refers_to(activities.parse(document)).fetch_actors == (OKAPI,)


@pytest.mark.parametrize("missing", ["type", "actor", "object"])
def test_activity_without_what_it_needs_is_malformed(missing: str) -> None:
    """Nothing can be judged that has no type, actor or object."""
    document = activity("Like", OURS)
    del document[missing]

    with pytest.raises(PeerError) as refusal:
        activities.parse(document)

    assert refusal.value.reason == Reason.MALFORMED


# Update


def test_update_of_a_held_post_replaces_it_unless_it_is_older() -> None:
    """Versions may come in any order; the newer one stands."""
    newer = activity("Update", note(updated="2026-06-02T08:00:01Z"))
    older = activity("Update", note(updated="2026-06-02T07:59:59Z"))

    judgement = judged(newer, HELD)

    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], UpdateStatus)
    assert judged(older, HELD) == Ignored(Reason.OUTDATED)


def test_update_with_a_record_is_not_put_off_by_its_time() -> None:
    """The revision of a record decides, and the node that holds it compares; a broken record brings nothing."""
    record = {"schemaVersion": 1, "type": "Learning", "title": "Ask twice.", "revision": 2}
    older = note(updated="2026-06-02T07:59:59Z")

    told = judged(activity("Update", older | {"content": "<p>Ask twice.</p>", "learningRecord": record}), HELD)
    broken = judged(activity("Update", older | {"learningRecord": record | {"schemaVersion": 99}}), HELD)

    assert isinstance(told, tuple)
    assert isinstance(told[0], UpdateStatus)
    assert broken == Ignored(Reason.OUTDATED)


def test_update_of_an_unseen_post_is_kept_only_when_relevant() -> None:
    """An Update may arrive before its Create."""
    assert isinstance(judged(activity("Update", note()), FOLLOWED), tuple)
    assert judged(activity("Update", note()), facts()) == Ignored(Reason.NOT_RELEVANT)


def test_update_of_oneself_is_taken_and_of_another_actor_refused() -> None:
    """An actor changes only itself."""
    person = {"id": OKAPI, "type": "Person", "preferredUsername": "okapi", "inbox": f"{OKAPI}/inbox", "name": "New"}

    judgement = judged(activity("Update", person))

    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], UpdateAccount)
    assert judgement[0].actor.name == "New"
    assert reason_of(judged(activity("Update", person | {"id": FINCH}))) == Reason.NOT_OWNER


# Delete


def test_delete_of_own_post_leaves_a_tombstone_even_when_unseen() -> None:
    """The id alone, or a Tombstone."""
    assert judged(activity("Delete", THEIRS)) == (DeleteStatus(THEIRS, OKAPI),)
    assert judged(activity("Delete", {"type": "Tombstone", "id": THEIRS}), HELD) == (DeleteStatus(THEIRS, OKAPI),)
    assert judged(activity("Delete", THEIRS), facts(gone=frozenset({THEIRS}))) == Ignored(Reason.GONE)


def test_delete_of_oneself_removes_the_account() -> None:
    """The object is the actor, bare or embedded."""
    assert judged(activity("Delete", OKAPI)) == (DeleteAccount(OKAPI),)


@pytest.mark.parametrize("uri", [OURS, f"{HERON}/statuses/1", FINCH])
def test_delete_of_what_is_anothers_is_refused(uri: str) -> None:
    """Another's post, another host's post, another actor."""
    known = facts(actors={FINCH: ActorFact(FINCH, is_local=False)})

    assert reason_of(judged(activity("Delete", uri), known)) == Reason.NOT_OWNER


def test_delete_asks_for_nothing_to_be_fetched() -> None:
    """What is deleted is gone, and so may be its author's key."""
    refs = activities.refers_to(activities.parse(activity("Delete", OKAPI)))

    assert (refs.fetch_actors, refs.fetch_objects) == ((), ())


# Follow, Accept, Reject, Block


def test_follow_of_one_of_ours_is_asked_with_its_id() -> None:
    """The answer will echo the id."""
    document = activity("Follow", ASHA)

    assert judged(document) == (RequestFollow(f"{OKAPI}#follow/1", OKAPI, ASHA),)
    assert judged(activity("Follow", OURS)) == Ignored(Reason.UNKNOWN_ACTOR)


@pytest.mark.parametrize(
    "about",
    [
        FOLLOW,
        {"type": "Follow", "id": FOLLOW, "actor": ASHA, "object": OKAPI},
        {"type": "Follow", "actor": ASHA, "object": OKAPI},
        {"actor": ASHA, "object": {"id": OKAPI}},
        {"type": "Follow", "id": "https://other.example/x", "actor": ASHA, "object": OKAPI},
    ],
    ids=["id", "embedded", "without id", "without type", "another id"],
)
def test_accept_and_reject_find_the_follow_in_every_form(about: object) -> None:
    """By its id, or by its two ends."""
    assert judged(activity("Accept", about)) == (AcceptFollow(ASHA, OKAPI),)
    assert judged(activity("Reject", about)) == (RejectFollow(ASHA, OKAPI),)


def test_accept_of_what_was_never_asked_is_ignored() -> None:
    """Nobody becomes a follower by somebody else's word."""
    stray = {"type": "Follow", "actor": BEN, "object": OKAPI}

    assert judged(activity("Accept", stray)) == Ignored(Reason.NOT_REQUESTED)
    assert judged(activity("Accept", f"{BEN}/follows/1")) == Ignored(Reason.NOT_REQUESTED)
    assert judged(activity("Accept", {"type": "QuoteRequest", "id": FOLLOW})) == Ignored(Reason.NOT_REQUESTED)


@pytest.mark.parametrize("kind", ["Accept", "Reject"])
def test_follow_is_answered_by_its_target_alone(kind: str) -> None:
    """Another actor cannot answer, whatever it knows of the follow."""
    known = facts(follows=(FollowFact(FOLLOW, ASHA, HERON, is_accepted=False),))

    assert reason_of(judged(activity(kind, FOLLOW), known)) == Reason.NOT_OWNER


def test_reject_after_accept_removes_the_follower_and_accept_twice_does_nothing() -> None:
    """A granted follow can be taken away."""
    known = facts(follows=(FollowFact(FOLLOW, ASHA, OKAPI, is_accepted=True),))

    assert judged(activity("Reject", FOLLOW), known) == (RejectFollow(ASHA, OKAPI),)
    assert judged(activity("Accept", FOLLOW), known) == Ignored(Reason.SEEN)


def test_block_ends_the_follows_in_both_directions() -> None:
    """Both edges go and the block is kept; a block of somebody who is not ours is nothing to us."""
    ends = (CancelFollow(OKAPI, ASHA), RejectFollow(ASHA, OKAPI))

    assert judged(activity("Block", ASHA)) == (*ends, BlockAccount(OKAPI, ASHA))
    assert judged(activity("Block", ASHA, target=OKAPI)) == ends
    assert judged(activity("Block", HERON)) == Ignored(Reason.UNKNOWN_ACTOR)


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_an_activity_under_the_id_of_its_post_is_taken_again_and_again(kind: str) -> None:
    """WriteFreely gives all that it does with a post the post's own id: none of it may count as seen."""
    made = activities.parse({"id": THEIRS, "type": kind, "actor": OKAPI, "object": note()})

    assert (made.id, made.is_nameless) == (THEIRS, True)


def test_a_thread_that_moves_is_no_account_that_does() -> None:
    """NodeBB says where it was."""
    moved = activity("Move", f"{OKAPI}/topics/1", target=f"{OKAPI}/categories/2", origin=f"{OKAPI}/categories/1")

    assert judged(moved) == Ignored(Reason.NOT_RELEVANT)
