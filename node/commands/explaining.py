"""`rounds explain`: what this node would do with a document and why, from what it knows now, without doing it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct, json, to_builtins

from federation import activities, loose
from federation.effects import Ignored, Refused
from federation.reasons import PeerError, Reason
from node.commands import database
from node.commands.console import Code, Stop, printable, say, say_json
from node.services import knowing, policing
from node.settings import Settings
from node.store import arrivals
from node.store.unit import Snapshot

STDIN: Final = "-"


class Explanation(Struct, frozen=True):
    """The verdict, its reason code and sentence, what would be done, and what would be fetched before judging again."""

    verdict: Literal["accepted", "ignored", "refused"]
    signer: str | None = None
    reason: Reason | None = None
    detail: str = ""
    effects: list[dict[str, Any]] = []
    would_fetch: list[str] = []


def run(settings: Settings, file: str, *, signer: str | None, as_json: bool) -> None:
    """Judge the document of a file (`-`: standard input) as if `signer`, or its own actor, had signed it."""
    body = _body(file)
    with database.current(settings) as session:
        explanation = session.read(explain, body, signer)
    if as_json:
        say_json(to_builtins(explanation))
    else:
        _say(explanation)


def explain(snapshot: Snapshot, body: bytes, signer: str | None) -> Explanation:
    """Return what would follow from a document, from what is known now."""
    try:
        activity = activities.parse(loose.decode(body))
        refs = activities.refers_to(activity, signer=signer)
    except PeerError as error:
        return Explanation("refused", signer, error.reason, str(error))
    by = signer or activity.actor
    if arrivals.is_seen(snapshot, activity.id, activity.actor):
        return Explanation("ignored", by, Reason.SEEN, "this activity was carried out already")
    judgement = policing.verdict(snapshot, activity, by) or activities.judge(
        activity, signer=by, facts=knowing.facts_for(snapshot, refs, signer=by)
    )
    would_fetch = [uri for uris in knowing.missing(snapshot, refs) for uri in uris]
    if isinstance(judgement, Refused):
        return Explanation("refused", by, judgement.reason, judgement.detail, would_fetch=would_fetch)
    if isinstance(judgement, Ignored):
        return Explanation("ignored", by, judgement.reason, would_fetch=would_fetch)
    return Explanation("accepted", by, effects=[_told(effect) for effect in judgement], would_fetch=would_fetch)


def _told(effect: Struct) -> dict[str, Any]:
    told: dict[str, Any] = to_builtins(effect)
    return told


def _body(file: str) -> bytes:
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(loose.MAX_BYTES + 1)
        with Path(file).open("rb") as stream:
            return stream.read(loose.MAX_BYTES + 1)
    except OSError as error:
        raise Stop(Code.SETTINGS, f"{file}: {error.strerror}. Name a file with one ActivityPub document.") from error


def _say(explanation: Explanation) -> None:
    reason = f" ({explanation.reason})" if explanation.reason else ""
    _line(f"{explanation.verdict}{reason}" + (f": {explanation.detail}" if explanation.detail else ""))
    if explanation.signer:
        _line(f"judged as signed by {explanation.signer}")
    for effect in explanation.effects:
        _line(f"would {effect['type']}: {_shown(effect)}")
    for uri in explanation.would_fetch:
        _line(f"would first fetch {uri} and judge again")


def _shown(effect: Mapping[str, Any]) -> str:
    return json.encode({name: value for name, value in effect.items() if name != "type"}).decode()


def _line(text: str) -> None:
    say(printable(text))
