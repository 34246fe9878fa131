"""Who and what the federation tests are about: asha and ben are ours, okapi lives at masto.example."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from federation import activities, loose
from federation.effects import ActorFact, Facts, FollowFact, Ignored, Judgement, Refused, StatusFact
from federation.reasons import Reason

DOCUMENTS = Path(__file__).parent.parent / "recorded" / "documents"
NOW = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
ASHA = "https://ward.example/users/asha"
BEN = "https://ward.example/users/ben"
OKAPI = "https://masto.example/users/okapi"
FINCH = "https://masto.example/users/finch"
HERON = "https://gts.example/users/heron"
OURS = f"{ASHA}/statuses/1001"
THEIRS = f"{OKAPI}/statuses/1"
FOLLOW = f"{ASHA}/follows/500"


def facts(**changes: object) -> Facts:
    """What ward.example knows: its two people, okapi, asha's post and her pending follow of okapi."""
    known = Facts(
        now=NOW,
        actors={
            ASHA: ActorFact(ASHA, is_local=True, followers_uri=f"{ASHA}/followers"),
            BEN: ActorFact(BEN, is_local=True, followers_uri=f"{BEN}/followers"),
            OKAPI: ActorFact(OKAPI, is_local=False, followers_uri=f"{OKAPI}/followers"),
        },
        statuses={OURS: StatusFact(OURS, ASHA, "public", is_local=True)},
        follows=(FollowFact(FOLLOW, ASHA, OKAPI, is_accepted=False),),
    )
    return replace(known, **changes)


def recorded(name: str) -> loose.Document:
    """Read a document as it came over the wire."""
    return loose.decode((DOCUMENTS / f"{name}.json").read_bytes())


def note(**changes: object) -> dict[str, object]:
    """A public post of okapi."""
    return {
        "id": THEIRS,
        "type": "Note",
        "attributedTo": OKAPI,
        "content": "<p>The bus is back.</p>",
        "published": "2026-06-02T07:00:00Z",
        "to": [loose.PUBLIC],
        "cc": [f"{OKAPI}/followers"],
        **changes,
    }


def activity(kind: str, about: object, **changes: object) -> dict[str, object]:
    """An activity of okapi."""
    return {"id": f"{OKAPI}#{kind.lower()}/1", "type": kind, "actor": OKAPI, "object": about, **changes}


def judged(document: Mapping[str, object], known: Facts | None = None, *, signer: str | None = None) -> Judgement:
    """Judge a document whose signature is its actor's, unless said otherwise."""
    read = activities.parse(document)
    return activities.judge(read, signer=signer or read.actor, facts=known or facts(signer_has_local_followers=True))


def reason_of(judgement: object) -> Reason:
    """The reason of a refusal or of an ignored activity."""
    assert isinstance(judgement, Ignored | Refused)
    return judgement.reason
