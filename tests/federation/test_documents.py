"""Recorded documents of many servers: each read and judged as ward.example should."""

import pytest

from federation import activities
from federation.effects import ActorFact, Facts, FollowFact, Ignored, Refused, StoreStatus
from federation.records.fields import Learning, LearningAction, LearningShare
from tests.federation.people import ASHA, BEN, FOLLOW, NOW, facts, judged, recorded

EXPECTED = {
    "bridgyfed-accept-follow": "AcceptFollow",
    "friendica-create-note": "StoreStatus unlisted",
    "funkwhale-create-audio": "StoreStatus public",
    "ghost-create-article": "StoreStatus public",
    "glitch-create-note-limited": "StoreStatus direct",
    "hostile-create-foreign-attribution": "refused not-owner",
    "hostile-create-foreign-id": "refused not-owner",
    "hostile-delete-other-host": "refused not-owner",
    "hubzilla-follow-embedded-actor": "RequestFollow",
    "lemmy-announce-create-page": "ignored unknown-object",
    "mastodon-accept-follow": "AcceptFollow",
    "mastodon-announce": "Boost public",
    "mastodon-announce-own-private": "StoreStatus private, Boost private",
    "mastodon-block": "CancelFollow, RejectFollow, BlockAccount",
    "mastodon-create-note-direct": "StoreStatus direct",
    "mastodon-create-note-followers-cw": "StoreStatus private",
    "mastodon-create-note-public": "StoreStatus public",
    "mastodon-create-note-unlisted-image": "StoreStatus unlisted",
    "mastodon-create-question": "StoreStatus public",
    "mastodon-delete-actor": "DeleteAccount",
    "mastodon-delete-note": "DeleteStatus",
    "mastodon-flag": "Report",
    "mastodon-follow": "RequestFollow",
    "mastodon-like": "Favourite",
    "mastodon-reject-follow": "RejectFollow",
    "mastodon-undo-follow": "CancelFollow, RememberUndone",
    "mastodon-undo-like": "Unfavourite, RememberUndone",
    "mastodon-update-note": "UpdateStatus public",
    "mastodon-update-person": "UpdateAccount",
    "mastodon-vote": "ignored unknown-object",
    "misskey-create-note-quote": "StoreStatus public",
    "mobilizon-create-event": "refused not-owner",
    "peertube-create-video": "StoreStatus public",
    "pleroma-create-chatmessage": "StoreStatus direct",
    "threads-create-note-quote": "StoreStatus public",
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_recorded_activity_is_judged_as_it_should_be(name: str, expected: str) -> None:
    """Its actor signed it and asha follows that actor; nothing could be fetched."""
    document = recorded(name)
    actor = activities.parse(document).actor
    known = facts(signer_has_local_followers=True, follows=(FollowFact(FOLLOW, ASHA, actor, is_accepted=False),))
    known.actors[actor] = ActorFact(actor, is_local=False, followers_uri=f"{actor}/followers")  # type: ignore[index]

    assert described(judged(document, known)) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("own-create-learning", Learning),
        ("own-create-action", LearningAction),
        ("own-create-share", LearningShare),
    ],
)
def test_learning_record_is_kept_with_its_post(name: str, kind: type[object]) -> None:
    """A verified record goes with the effect; without it the post is an ordinary one."""
    judgement = judged(recorded(name), elsewhere())

    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], StoreStatus)
    assert isinstance(judgement[0].record, kind)


def test_broken_learning_record_leaves_an_ordinary_post_and_a_warning() -> None:
    """The words count for everybody; the record does not."""
    document = recorded("own-create-learning")
    document["object"]["learningRecord"]["title"] = "Something else entirely"  # type: ignore[index]

    judgement = judged(document, elsewhere())

    assert isinstance(judgement, tuple)
    assert isinstance(judgement[0], StoreStatus)
    assert (judgement[0].record, judgement[0].record_warnings) == (None, ("ignored:T1",))


def test_case_that_is_addressed_to_everyone_is_refused_whole() -> None:
    """Nothing of it is kept."""
    document = recorded("own-create-case")
    document["object"]["cc"] = ["as:Public"]  # type: ignore[index]

    judgement = judged(document, elsewhere())

    assert isinstance(judgement, Refused)
    assert judgement.reason == "case-audience"


def elsewhere() -> Facts:
    """A node that knows asha and ben as remote people and follows them."""
    actors = {uri: ActorFact(uri, is_local=False, followers_uri=f"{uri}/followers") for uri in (ASHA, BEN)}
    return facts(now=NOW, actors=actors, statuses={}, signer_has_local_followers=True)


def described(judgement: object) -> str:
    """Say a judgement in a few words."""
    if isinstance(judgement, Ignored | Refused):
        return f"{type(judgement).__name__.lower()} {judgement.reason}"
    assert isinstance(judgement, tuple)
    return ", ".join(described_effect(effect) for effect in judgement)


def described_effect(effect: object) -> str:
    """Name an effect, and for whom it is."""
    visibility = getattr(getattr(effect, "note", effect), "visibility", "")
    return f"{type(effect).__name__} {visibility}".strip()
