"""Telling what came of an action: it is decided, and a Share says so with its series, small numbers hidden.

A negative result takes the same way as a positive one. The chart is drawn by a job; the Share goes out when it is there
or after 60 seconds, whichever comes first (`charting`).
"""

from datetime import date, timedelta
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from federation.audience import OPEN
from federation.records import compose, fields
from federation.records.verify import MAX_RECORD_BYTES
from node.errors import invalid, not_found
from node.learning import wire
from node.learning.loop import check_share
from node.learning.measures import MAX_POINTS
from node.learning.typed import one_of, text
from node.services import acting, learning, plotting, recording
from node.services.recording import Telling
from node.store import actions, jobs, measures, shares, statuses
from node.store.actions import Action
from node.store.measures import Measure
from node.store.shares import Share
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

WAITS_FOR_CHART: Final = timedelta(seconds=60)
_FEWER: Final = (MAX_POINTS, 120, 60, 30, 16)
_OUTCOMES: Final = get_args(fields.Outcome)
_AGAIN: Final = ("yes", "no", "unsure")


class NewShare(Struct, frozen=True, kw_only=True):
    """What was typed. `action_id` is the status id of the action. `title` None: that of the action."""

    action_id: int
    decision: str
    sentence: str
    decision_reason: str | None = None
    title: str | None = None
    outcome: str | None = None
    learned: str | None = None
    modifications: str | None = None
    again: str | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None
    idempotency_key: str | None = None
    app_id: int | None = None


class ShareEdit(Struct, frozen=True, kw_only=True):
    """What is corrected: None leaves a field as it is, an empty text takes it away. The series is made anew."""

    sentence: str | None = None
    decision_reason: str | None = None
    outcome: str | None = None
    learned: str | None = None
    modifications: str | None = None
    again: str | None = None


def share(unit: Unit, account_id: int, new: NewShare) -> int:
    """Decide about an action and tell what came of it; return the status id of the Share.

    Raises: 404, 403; 422 with the field at fault, such as abandoning without a reason.
    """
    return recording.once(unit, account_id, new.idempotency_key, lambda: _share(unit, account_id, new))


def correct(unit: Unit, account_id: int, status_id: int, changes: ShareEdit) -> None:
    """Correct a Share; what was hidden in the version before stays hidden. Raises: 404, 403, 422."""
    status, held = _editable(unit, account_id, status_id)
    row = _row(unit, status_id)
    action = actions.by_id(unit, row.action_id)
    if action is None:
        raise not_found()
    changed = msgspec.structs.replace(held, status="corrected", **_changes(held, changes))
    changed = _with_series(unit, action, changed, sent=_sent_before(action))
    recording.renew(unit, status, changed)
    _keep_row(unit, row.id, changed)
    actions.change(unit, action.id, told=compose.as_document(changed))
    _ask_for_chart(unit, status_id, changed, is_new=False)


def withdraw(unit: Unit, account_id: int, status_id: int, *, reason: str, explanation: str) -> None:
    """Take a Share back, saying why, for everybody who has it. Raises: 404, 403, 422."""
    status, _held = _editable(unit, account_id, status_id)
    recording.withdraw(unit, status, reason=reason, explanation=explanation)
    shares.change(unit, _row(unit, status_id).id, state="withdrawn")


# ------------------------------------------------------------------ inside


def _share(unit: Unit, account_id: int, new: NewShare) -> int:
    action_status, kept, held = acting.editable(unit, account_id, new.action_id)
    decided = check_share(kept.state, new.sentence, new.decision, new.decision_reason)  # type: ignore[arg-type]
    action = acting.row_of(unit, new.action_id)
    earlier = shares.of_action(unit, action.id)
    if any(one.state != "withdrawn" for one in earlier):
        raise invalid("This action is shared already. Correct that Share instead.", code="shared-already")
    author = recording.author_of(unit, action.account_id)
    source = statuses.by_uri(unit, action.based_on_uri)
    above = (action_status,) if source is None else (action_status, source)
    seen_by = recording.audience(unit, new.visibility, author, above)
    made = _new(unit, new, action_status, held, decided.decision, decided.reason)
    made = msgspec.structs.replace(made, report=_report_url(unit, action_status, seen_by))
    made = _with_series(unit, action, made, sent=_sent_before(action))
    acting.close(unit, account_id, new.action_id, decided.decision, decided.reason)
    has_chart = any(measure.points for measure in made.measures)
    telling = Telling(
        visibility=seen_by,
        reply_to=action_status,
        quote=source,
        quote_uri=action.based_on_uri,
        named=recording.named(unit, author, tuple(reversed(above)), seen_by),
        above=above,
        app_id=new.app_id,
        is_ready=not has_chart,
        licence=new.licence,
    )
    status_id = recording.publish(unit, author, made, telling)
    row = Share(
        id=unit.new_id(),
        account_id=author.id,
        status_id=status_id,
        action_id=action.id,
        title=made.title,
        sentence=made.sentence,
        decision=made.decision,
        created_at=unit.now,
    )
    shares.insert(unit, row)
    _keep_row(unit, row.id, made)
    actions.change(unit, action.id, told=compose.as_document(made))
    _ask_for_chart(unit, status_id, made, is_new=True)
    return status_id


def _new(
    unit: Unit, new: NewShare, action_status: Status, held: fields.LearningAction, decision: Any, reason: str | None
) -> fields.LearningShare:
    return fields.LearningShare(
        title=learning.read_title(new.title) if new.title else held.title,
        sentence=text(new.sentence, 300, field="sentence"),
        based_on=held.based_on,
        reports_on=action_status.uri,
        decision=decision,
        decision_reason=reason,
        status="published",
        language=recording.language(unit, new.language or held.language),
        institution=recording.institution_uri(unit),
        setting=held.setting,
        specialty=held.specialty,
        topics=held.topics,
        day_zero=held.day_zero,
        outcome=_outcome(new.outcome),
        learned=text(new.learned or "", 500, field="learned") or None,
        modifications=text(new.modifications or "", 500, field="modifications") or None,
        again=_again(new.again),
    )


def _report_url(snapshot: Snapshot, action_status: Status, visibility: str) -> str | None:
    """Return where the longer report is, if everybody may read it."""
    return f"{snapshot.site.loop_url(action_status.id)}/report" if visibility in OPEN else None


def _with_series(
    snapshot: Snapshot, action: Action, made: fields.LearningShare, *, sent: fields.LearningShare | None = None
) -> fields.LearningShare:
    """Return a Share with its series, each with the latest points that the size of a record allows."""
    day_zero = plotting.day_zero_of(snapshot, action)
    earlier = {measure.key: measure for measure in sent.measures} if sent else {}
    rows = [
        (row, plotting.aligned(snapshot, row, day_zero), plotting.way_of(snapshot, row, day_zero))
        for row in measures.of_action(snapshot, action.id)
    ]
    for most in _FEWER:
        told = tuple(
            wire.leaving(
                row.defined,
                points[-most:],
                **_as_sent(earlier.get(row.key), row, sent.day_zero if sent else None, day_zero),
                **msgspec.structs.asdict(way),
            )
            for row, points, way in rows
        )
        whole = msgspec.structs.replace(
            made, measures=told, day_zero=acting.day_zero_text(day_zero, told) if told else made.day_zero
        )
        if len(msgspec.json.encode(compose.prepared(whole))) <= MAX_RECORD_BYTES - 512:
            return whole
    return whole


def _as_sent(sent: fields.Measure | None, row: Measure, day_zero: str | None, to: date) -> dict[str, Any]:
    """Return what of a measure left before, as `wire.leaving` takes it: counted from the day 0 that stands now."""
    if sent is None or not sent.points:
        return {}
    points = wire.points_sent(sent, row.defined, day_zero=day_zero, to=to)
    return {"sent": points, "is_regrouped": sent.every != row.defined.every}


def _sent_before(action: Action) -> fields.LearningShare | None:
    """Return the last Share of the action: others may still hold its series, though it was withdrawn or deleted."""
    return None if action.told is None else msgspec.convert(action.told, fields.LearningShare)


def _ask_for_chart(unit: Unit, status_id: int, made: fields.LearningShare, *, is_new: bool) -> None:
    if not any(measure.points for measure in made.measures):
        return
    jobs.add(unit, "chart", f"{status_id}-{recording.kept_of(unit, status_id).revision}", status_id=status_id)
    if is_new:
        jobs.add(unit, "release", str(status_id), at=unit.now + WAITS_FOR_CHART, status_id=status_id)


def _changes(held: fields.LearningShare, to: ShareEdit) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, limit in (("sentence", 300), ("decision_reason", 500), ("learned", 500), ("modifications", 500)):
        if (typed := getattr(to, name)) is not None:
            changes[name] = text(typed, limit, field=name) or None
    said = {"sentence": held.sentence, "decision_reason": held.decision_reason} | changes
    check_share("closed", said["sentence"] or "", held.decision, said["decision_reason"])
    if to.outcome is not None:
        changes["outcome"] = _outcome(to.outcome)
    if to.again is not None:
        changes["again"] = _again(to.again)
    return changes


def _outcome(typed: str | None) -> Any:
    return one_of(typed, _OUTCOMES, field="outcome", code="outcome-unknown", thing="outcome") if typed else None


def _again(typed: str | None) -> Any:
    return one_of(typed, _AGAIN, field="again", code="again-unknown", thing="answer") if typed else None


def _editable(unit: Unit, account_id: int, status_id: int) -> tuple[Status, fields.LearningShare]:
    status = recording.editable(unit, account_id, status_id)
    kept = recording.kept_of(unit, status_id)
    held = recording.typed(kept)
    if not isinstance(held, fields.LearningShare):
        raise invalid("This is not a share.", code="not-a-share")
    recording.check_change(kept)
    return status, held


def _row(snapshot: Snapshot, status_id: int) -> Share:
    row = shares.of_status(snapshot, status_id)
    if row is None:
        raise not_found()
    return row


def _keep_row(unit: Unit, share_id: int, made: fields.LearningShare) -> None:
    shares.change(
        unit,
        share_id,
        title=made.title,
        sentence=made.sentence,
        state=made.status or "published",
        decision=made.decision,
        decision_reason=made.decision_reason,
        outcome=made.outcome,
        learned=made.learned,
        modifications=made.modifications,
        again=made.again,
    )
