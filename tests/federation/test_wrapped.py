"""What a group passes on: its own host's people as they are embedded, everybody else as their origin answers."""

import pytest
from msgspec.structs import replace

from federation import activities, loose
from federation.activities import wrapped
from federation.effects import (
    ActorFact,
    AddToGroup,
    Effect,
    Facts,
    Favourite,
    ForgetModerators,
    Ignored,
    Moderate,
    Recheck,
    RejectFollow,
    StatusFact,
    StoreStatus,
    UpdateAccount,
    UpdateStatus,
)
from federation.reasons import Reason
from tests.federation.people import ASHA, FINCH, HERON, NOW, OKAPI, OURS, THEIRS, facts, judged, note, reason_of

GROUP = "https://masto.example/groups/repair"
Document = dict[str, object]


def known(**changes: object) -> Facts:
    """What ward.example knows where somebody follows the group, which lives with okapi and finch."""
    made = facts(signer_has_local_followers=True)
    people = {
        GROUP: ActorFact(GROUP, is_local=False, followers_uri=f"{GROUP}/followers", kind="group", moderators=(FINCH,)),
        FINCH: ActorFact(FINCH, is_local=False),
    }
    return replace(made, **{"actors": {**made.actors, **people}, **changes})


def inner(kind: str, about: object, *, by: str = OKAPI, **changes: object) -> Document:
    """An activity of a member."""
    return {"id": f"{by}/acts/1", "type": kind, "actor": by, "object": about, **changes}


def announce(*passed_on: Document) -> Document:
    """The group's Announce."""
    about: object = passed_on[0] if len(passed_on) == 1 else list(passed_on)
    made = {"id": f"{GROUP}/announces/1", "type": "Announce", "actor": GROUP, "object": about}
    return {**made, "to": [loose.PUBLIC], "cc": [f"{GROUP}/followers"]}


def kinds(judgement: object) -> list[type[Effect]]:
    """Return what follows, by type."""
    assert isinstance(judgement, tuple)
    return [type(effect) for effect in judgement]


HELD = {THEIRS: StatusFact(THEIRS, OKAPI, "public", is_local=False, updated=NOW)}


def test_a_create_of_the_groups_host_is_believed_as_embedded() -> None:
    """It is kept and put into the group under the id of the Announce."""
    judgement = judged(announce(inner("Create", note())), known())

    assert kinds(judgement) == [StoreStatus, AddToGroup]
    assert judgement[1] == AddToGroup(f"{GROUP}/announces/1", GROUP, THEIRS, "public", NOW)  # type: ignore[index]


def test_a_post_that_is_known_is_put_into_the_group() -> None:
    """Whatever stands in the embedded form."""
    forged = inner("Create", note(content="forged"))

    assert kinds(judged(announce(forged), known(statuses=HELD))) == [AddToGroup]


def test_the_sender_must_be_known_as_a_group() -> None:
    """A person of the same host who wraps a neighbour's post is believed in nothing."""
    person = {**known().actors, GROUP: ActorFact(GROUP, is_local=False)}

    judgement = judged(announce(inner("Create", note())), known(actors=person))

    assert judgement == Ignored(Reason.UNKNOWN_OBJECT)


@pytest.mark.parametrize(
    "passed_on",
    [
        inner("Create", note(), id=f"{HERON}/acts/1"),
        inner("Create", note(), by=HERON),
        inner("Create", note(id=f"{HERON}/statuses/1", attributedTo=HERON), by=HERON),
        inner("Create", note(attributedTo=HERON)),
        inner("Create", note(attributedTo=FINCH)),
        inner("Create", THEIRS),
    ],
    ids=["its id", "who did it", "all of it", "its author", "another's of the host", "only named"],
)
def test_what_is_of_another_host_or_another_person_is_not_believed(passed_on: Document) -> None:
    """It is fetched from where it lives first."""
    document = announce(passed_on)

    assert judged(document, known()) == Ignored(Reason.UNKNOWN_OBJECT)
    assert activities.refers_to(activities.parse(document)).fetch_objects == (loose.id_of(passed_on["object"]),)


def test_an_unknown_author_of_the_host_is_met_first() -> None:
    """The post waits for who made it."""
    document = announce(inner("Create", note(attributedTo=f"{OKAPI}2"), by=f"{OKAPI}2"))

    assert judged(document, known()) == Ignored(Reason.UNKNOWN_ACTOR)
    assert activities.refers_to(activities.parse(document)).fetch_actors == (GROUP, f"{OKAPI}2")


@pytest.mark.parametrize("kind", ["Update", "Delete"])
@pytest.mark.parametrize("by", [HERON, OKAPI])
def test_S063_a_change_of_another_hosts_post_only_makes_us_ask_there(kind: str, by: str) -> None:
    """Whoever is said to have done it; who is neither its author nor a moderator removes nothing."""
    uri = f"{HERON}/statuses/1"
    held = {uri: StatusFact(uri, HERON, "public", is_local=False, updated=NOW)}
    about = note(id=uri, attributedTo=HERON, content="forged") if kind == "Update" else uri

    judgement = judged(announce(inner(kind, about, by=by)), known(statuses=held))

    if kind == "Delete" and by == OKAPI:
        assert reason_of(judgement) == Reason.NOT_OWNER
    else:
        assert judgement == (Recheck(uri),)


@pytest.mark.parametrize("kind", ["Update", "Delete", "Undo"])
def test_S063_a_group_does_nothing_to_what_is_ours(kind: str) -> None:
    """Our people's posts and likes are theirs to change, through no group."""
    about: object = {"Update": note(id=OURS, attributedTo=ASHA), "Delete": OURS}.get(kind)
    about = about or {"id": f"{ASHA}#likes/1", "type": "Like", "actor": ASHA, "object": OURS}

    judgement = judged(announce(inner(kind, about, by=ASHA, id=f"{ASHA}#acts/1")), known())

    assert isinstance(judgement, Ignored) or reason_of(judgement) == Reason.NOT_OWNER


def test_an_edit_and_a_deletion_of_the_groups_host_take_effect() -> None:
    """They are their author's word."""
    later = note(content="better", updated="2026-06-02T09:00:00Z")

    assert kinds(judged(announce(inner("Update", later)), known(statuses=HELD))) == [UpdateStatus]
    assert [k.__name__ for k in kinds(judged(announce(inner("Delete", THEIRS)), known(statuses=HELD)))] == [
        "DeleteStatus"
    ]


def test_a_moderators_removal_is_for_the_group_alone() -> None:
    """Known moderators are believed at once, others refused; where nobody is known the group is asked."""
    removal = announce(inner("Delete", THEIRS, by=FINCH, summary="off topic"))
    unknown = {**known().actors, GROUP: replace(known().actors[GROUP], moderators=None)}
    others = {**known().actors, GROUP: replace(known().actors[GROUP], moderators=(HERON,))}

    assert judged(removal, known(statuses=HELD)) == (Moderate(GROUP, THEIRS, FINCH, "off topic"),)
    assert judged(removal, known(statuses=HELD, actors=unknown)) == (
        Moderate(GROUP, THEIRS, FINCH, "off topic", is_proven=False),
    )
    assert reason_of(judged(removal, known(statuses=HELD, actors=others))) == Reason.NOT_OWNER


def test_a_like_counts_for_posts_of_ours_alone() -> None:
    """Likes elsewhere are another server's numbers, and not worth a question."""
    assert judged(announce(inner("Like", OURS)), known()) == (Favourite(f"{OKAPI}/acts/1", OKAPI, OURS),)
    assert judged(announce(inner("Like", THEIRS)), known(statuses=HELD)) == Ignored(Reason.NOT_RELEVANT)
    assert judged(announce(inner("Like", OURS, by=HERON)), known()) == Ignored(Reason.UNKNOWN_OBJECT)


def test_a_like_that_its_host_answers_for_counts() -> None:
    """The same actor, object and id, as its own host has them."""
    real = inner("Like", OURS, by=HERON)
    people = {**known().actors, HERON: ActorFact(HERON, is_local=False)}

    for fetched, counts in ((real, True), (real | {"object": THEIRS}, False), (real | {"actor": OKAPI}, False)):
        judgement = judged(announce(real), known(actors=people, fetched={f"{HERON}/acts/1": fetched}))
        assert isinstance(judgement, tuple) is counts


def test_a_list_is_bounded_and_waits_until_all_was_asked_for() -> None:
    """Then what is there takes effect, each under an id of its own."""
    creates = [inner("Create", note(id=f"{OKAPI}/statuses/{n}"), id=f"{OKAPI}/acts/{n}") for n in range(80)]
    missing = inner("Create", f"{HERON}/statuses/1", by=HERON)
    document = announce(missing, *creates)

    first = judged(document, known())
    second = judged(document, known(has_asked=True))

    refs = activities.refers_to(activities.parse(document))
    assert first == Ignored(Reason.UNKNOWN_OBJECT)
    assert isinstance(second, tuple)
    added = [effect.uri for effect in second if isinstance(effect, AddToGroup)]
    assert len(added) == len(set(added)) == wrapped.MAX_ITEMS - 1
    assert refs.is_partial
    assert len(refs.fetch_objects) + len(refs.fetch_actors) <= 2 * wrapped.MAX_FETCHES


@pytest.mark.parametrize("odd", [5, None, [], {}, "x", {"type": "Create"}, {"type": "Create", "id": 5, "actor": {}}])
def test_nonsense_in_a_list_is_left_out(odd: object) -> None:
    """The rest counts."""
    document = announce(inner("Create", note())) | {"object": [inner("Create", note()), odd]}

    assert kinds(judged(document, known(has_asked=True))) == [StoreStatus, AddToGroup]


@pytest.mark.parametrize("to", [[f"{OKAPI}/followers"], [], [ASHA]])
def test_a_post_that_is_not_for_all_does_not_come_by_a_group(to: list[str]) -> None:
    """A group widens nobody's audience."""
    assert judged(announce(inner("Create", note(to=to, cc=[]))), known()) == Ignored(Reason.NOT_BOOSTABLE)


def group(**changes: object) -> Document:
    """The group's own document."""
    return {"id": GROUP, "type": "Group", "preferredUsername": "repair", "inbox": f"{GROUP}/inbox", **changes}


def test_a_group_changes_its_own_profile_by_whichever_moderator() -> None:
    """Its Announce is its own word; that of a person who is followed, or about another group, is none."""
    changed = inner("Update", group(name="Repair & reuse"), by=FINCH)
    elsewhere = inner("Update", group(id=f"{GROUP}2", inbox=f"{GROUP}2/inbox"), by=FINCH)
    person = {**known().actors, GROUP: ActorFact(GROUP, is_local=False)}

    judgement = judged(announce(changed), known())

    assert kinds(judgement) == [UpdateAccount]
    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], UpdateAccount)
    assert judgement[0].actor.name == "Repair & reuse"
    assert not isinstance(judged(announce(changed), known(actors=person)), tuple)
    assert not isinstance(judged(announce(elsewhere), known()), tuple)


def test_a_profile_without_words_or_of_another_kind_changes_nothing() -> None:
    """An id alone, and a person under the id of the group."""
    by_id = judged(announce(inner("Update", GROUP, by=FINCH)), known())
    as_person = judged(announce(inner("Update", group(type="Person"), by=FINCH)), known())

    assert (by_id, reason_of(as_person)) == (Ignored(Reason.UNKNOWN_TYPE), Reason.NOT_OWNER)


@pytest.mark.parametrize("kind", ["Add", "Remove"])
def test_a_change_of_moderators_has_them_asked_for_again(kind: str) -> None:
    """Pins of the group, and lists of others, are no business of ours."""
    listed = f"{GROUP}/moderators"
    facts = known()
    facts = replace(facts, actors={**facts.actors, GROUP: replace(facts.actors[GROUP], moderators_uri=listed)})

    appointed = judged(announce(inner(kind, OKAPI, by=FINCH, target=listed)), facts)
    pinned = judged(announce(inner(kind, THEIRS, by=FINCH, target=f"{GROUP}/featured")), facts)

    assert appointed == (ForgetModerators(GROUP),)
    assert pinned == Ignored(Reason.UNKNOWN_TYPE)


def test_a_ban_ends_the_follow_of_the_group_alone() -> None:
    """It is no block by the moderator; whom it bans elsewhere is no business of ours."""
    assert judged(announce(inner("Block", ASHA, by=FINCH, target=GROUP)), known()) == (RejectFollow(ASHA, GROUP),)
    assert reason_of(judged(announce(inner("Block", ASHA, by=FINCH, target=OKAPI)), known())) is Reason.NOT_RELEVANT
    assert reason_of(judged(announce(inner("Block", OKAPI, by=FINCH, target=GROUP)), known())) is Reason.NOT_RELEVANT


@pytest.mark.parametrize(
    ("target", "expected"),
    [(GROUP, True), (f"{GROUP}2", False), ("https://masto.example/", False)],
)
def test_a_ban_that_a_moderator_sends_itself_counts_for_its_group(target: str, *, expected: bool) -> None:
    """Whose moderator it is must be known; a ban from a whole server ends nothing between two people."""
    ban = inner("Block", ASHA, target=target)
    facts = known()
    facts = replace(facts, actors={**facts.actors, GROUP: replace(facts.actors[GROUP], moderators=(OKAPI,))})

    judgement = judged(ban, facts)

    assert judgement == ((RejectFollow(ASHA, GROUP),) if expected else Ignored(Reason.NOT_RELEVANT))


def test_a_post_that_a_group_embeds_plainly_is_believed_of_its_own_host() -> None:
    """Lemmy before 1.0 announced pages whole; what another host houses, or a person shows, is fetched."""
    plainly = announce(note())
    person = {**known().actors, GROUP: ActorFact(GROUP, is_local=False)}

    assert kinds(judged(plainly, known())) == [StoreStatus, AddToGroup]
    assert judged(plainly, known(actors=person)) == Ignored(Reason.UNKNOWN_OBJECT)
    assert judged(announce(note(attributedTo=HERON)), known()) == Ignored(Reason.UNKNOWN_OBJECT)
