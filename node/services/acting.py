"""Doing something about a learning: one action is one cycle, which `beginning` begins; here it is changed and decided."""

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid, not_found
from node.learning.loop import check_close, check_move, check_prediction
from node.learning.typed import check_due, line, text
from node.services import learning, recording
from node.store import actions, measures, shares, statuses
from node.store.actions import Action
from node.store.records import KeptRecord
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_STEPS: Final = 10


class NewAim(Struct, frozen=True, kw_only=True):
    """What shall change, for whom, how much, by when."""

    what: str
    whom: str | None = None
    how_much: str | None = None
    by: date | None = None


class ActionEdit(Struct, frozen=True, kw_only=True):
    """What changes: None leaves a field as it is, an empty text takes it away."""

    title: str | None = None
    change: str | None = None
    due_on: date | None = None
    prediction: str | None = None
    plan: str | None = None
    steps: tuple[str, ...] | None = None
    setting: str | None = None
    aim: NewAim | None = None
    day_zero_on: date | None = None
    state: str | None = None


class Cycles(Struct, frozen=True, kw_only=True):
    """The cycle that an action goes on from, and those that go on from it, by their status ids."""

    previous_id: int | None = None
    next_ids: tuple[int, ...] = ()


def edit(unit: Unit, account_id: int, status_id: int, changes: ActionEdit) -> None:
    """Change an action that is not decided. The prediction is locked once numbers are in or the change has begun.

    Raises: 404, 403; 422 with the field at fault.
    """
    status, kept, held = editable(unit, account_id, status_id)
    row = row_of(unit, status_id)
    if kept.state == "closed":
        raise invalid("This action is decided. Begin the next cycle instead.", field="status", code="state-refused")
    if changes.state is not None:
        _check_state(kept.state, changes.state)
    changed = _changed(unit, held, row, changes)
    if changed != held:
        recording.renew(unit, status, changed)
        keep_row(unit, row.id, changed, day_zero_on=changes.day_zero_on or row.day_zero_on)


def close(unit: Unit, account_id: int, status_id: int, decision: str, reason: str | None = None) -> None:
    """Decide about an action: adopt, adapt or abandon, which needs a reason. Raises: 404, 403, 422."""
    status, kept, held = editable(unit, account_id, status_id)
    decided = check_close(kept.state, decision, reason)  # type: ignore[arg-type] # a state of an Action
    changed = msgspec.structs.replace(held, status="closed", decision=decided.decision, decision_reason=decided.reason)
    if changed != held:
        recording.renew(unit, status, changed)
        keep_row(unit, row_of(unit, status_id).id, changed)


def reopen(unit: Unit, account_id: int, status_id: int) -> None:
    """Take a decision back, as long as no share of it stands. Raises: 404, 403, 422."""
    status, kept, held = editable(unit, account_id, status_id)
    row = row_of(unit, status_id)
    if any(share.state != "withdrawn" for share in shares.of_action(unit, row.id)):
        raise invalid("What came of this action is shared. Withdraw the share first.", code="state-refused")
    check_move("action", kept.state, "studying")
    changed = msgspec.structs.replace(held, status="studying", decision=None, decision_reason=None)
    recording.renew(unit, status, changed)
    keep_row(unit, row.id, changed)


def withdraw(unit: Unit, account_id: int, status_id: int, *, reason: str, explanation: str) -> None:
    """Take an action back, saying why, for everybody who has it. Raises: 404, 403, 422."""
    status, _kept, _held = editable(unit, account_id, status_id)
    recording.withdraw(unit, status, reason=reason, explanation=explanation)
    actions.change(unit, row_of(unit, status_id).id, state="withdrawn")


def move(unit: Unit, action: Action, state: str) -> None:
    """Move an action to the state that its numbers show, if it is not there, and tell those who have it."""
    kept = recording.kept_of(unit, action.status_id)
    if kept.state == state:
        return
    status, held = _known(unit, action.status_id)
    recording.renew(unit, status, msgspec.structs.replace(held, status=state))
    actions.change(unit, action.id, state=state)


# ------------------------------------------------------------------ what is there


def row_of(snapshot: Snapshot, status_id: int) -> Action:
    """Return the action that a status of ours carries. Raises: 404."""
    row = actions.of_status(snapshot, status_id)
    if row is None:
        raise not_found()
    return row


def cycles_of(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Cycles:
    """Return the cycle before an action and those after it, as far as a reader may see them; of a peer's, nothing."""
    row, status = actions.of_status(snapshot, status_id), statuses.by_id(snapshot, status_id)
    if row is None or status is None:
        return Cycles()
    parent = statuses.by_uri(snapshot, row.based_on_uri) if row.relation == "adapts" else None
    is_cycle = parent is not None and parent.id != status_id and actions.of_status(snapshot, parent.id) is not None
    after = [one.status_id for one in actions.cycles_after(snapshot, status.uri) if one.status_id != status_id]
    seen = statuses.visible
    return Cycles(
        previous_id=parent.id if parent and is_cycle and seen(snapshot, parent.id, viewer_id) else None,
        next_ids=tuple(one for one in after if seen(snapshot, one, viewer_id)),
    )


def editable(unit: Unit, account_id: int, status_id: int) -> tuple[Status, KeptRecord, fields.LearningAction]:
    """Return an action that this account may change. Raises: 404, 403; 422 when it is withdrawn."""
    status = recording.editable(unit, account_id, status_id)
    kept = recording.kept_of(unit, status_id)
    held = recording.typed(kept)
    if not isinstance(held, fields.LearningAction):
        raise invalid("This is not an action.", code="not-an-action")
    recording.check_change(kept)
    return status, kept, held


def keep_row(unit: Unit, action_id: int, made: fields.LearningAction, **values: Any) -> None:
    """Keep the columns of an action in step with its record."""
    actions.change(
        unit,
        action_id,
        title=made.title,
        change=made.change,
        due_on=date.fromisoformat(made.due),
        state=made.status or "planned",
        aim=msgspec.to_builtins(made.aim) if made.aim else None,
        prediction=made.prediction,
        predicted_on=date.fromisoformat(made.predicted_on) if made.predicted_on else None,
        plan=made.plan,
        steps=list(made.steps),
        setting=made.setting,
        decision=made.decision,
        decision_reason=made.decision_reason,
        **values,
    )


def day_zero_text(day: date, defined: tuple[fields.Measure, ...]) -> str:
    """Return day 0 as it may travel: the month only when a measure counts events, whose days could be added up."""
    return f"{day:%Y-%m}" if any(measure.every == "event" for measure in defined) else f"{day:%Y-%m-%d}"


def _known(snapshot: Snapshot, status_id: int) -> tuple[Status, fields.LearningAction]:
    status = statuses.by_id(snapshot, status_id)
    held = recording.typed(recording.kept_of(snapshot, status_id))
    if status is None or not isinstance(held, fields.LearningAction):
        raise not_found()
    return status, held


# ------------------------------------------------------------------ what was typed


def read_aim(typed: NewAim | None) -> fields.Aim | None:
    """Return an aim as the record holds it. Raises: 422."""
    if typed is None or not typed.what.strip():
        return None
    return fields.Aim(
        what=line(typed.what, 200, field="aim"),
        whom=line(typed.whom or "", 200, field="aim") or None,
        how_much=line(typed.how_much or "", 100, field="aim") or None,
        by=typed.by.isoformat() if typed.by else None,
    )


def read_steps(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps of a plan, empty ones left out. Raises: 422 for too many."""
    steps = tuple(step for one in typed if (step := line(one, 200, field="steps")))
    if len(steps) > MAX_STEPS:
        raise invalid(f"{len(steps)} steps are more than {MAX_STEPS}. Begin with fewer.", field="steps")
    return steps


def check_days(snapshot: Snapshot, due: date, day_zero: date) -> None:
    """Refuse days that nobody can mean. Raises: 422 naming the field."""
    now = recording.today(snapshot)
    check_due(due, now, field="due_on")
    for day, field in ((due, "due_on"), (day_zero, "day_zero_on")):
        if not now.year - 10 <= day.year <= now.year + 10:
            raise invalid(f"{day.year} is more than ten years away. Check the date.", field=field, code="day-far")


def _check_state(state: str, to: str) -> None:
    if to == "closed":
        raise invalid("Say what you decided: adopt, adapt or abandon.", field="decision", code="decision-missing")
    if to == "withdrawn":
        raise invalid("Say why it is withdrawn: withdraw it instead.", field="status", code="state-refused")
    check_move("action", state, to)


def _changed(unit: Unit, held: fields.LearningAction, row: Action, to: ActionEdit) -> fields.LearningAction:
    changes: dict[str, Any] = {}
    if to.title is not None:
        changes["title"] = learning.read_title(to.title)
    for name, limit in (("change", 500), ("plan", 300)):
        if (typed := getattr(to, name)) is not None:
            changes[name] = text(typed, limit, field=name) or None
    if to.setting is not None:
        changes["setting"] = line(to.setting, 200, field="setting") or None
    if to.steps is not None:
        changes["steps"] = read_steps(to.steps)
    if to.aim is not None:
        changes["aim"] = read_aim(to.aim)
    if to.state is not None:
        changes["status"] = to.state
    return msgspec.structs.replace(held, **changes, **_days(unit, held, row, to), **_prediction(unit, held, row, to))


def _days(unit: Unit, held: fields.LearningAction, row: Action, to: ActionEdit) -> dict[str, Any]:
    days: dict[str, Any] = {}
    if to.due_on is not None and to.due_on != row.due_on:
        check_days(unit, to.due_on, to.day_zero_on or row.day_zero_on or recording.today(unit))
        days["due"] = to.due_on.isoformat()
    if to.day_zero_on is not None and to.day_zero_on != row.day_zero_on:
        check_days(unit, max(row.due_on, recording.today(unit)), to.day_zero_on)
        if held.predicted_on and to.day_zero_on.isoformat() < held.predicted_on:
            raise invalid("The prediction was written later than that. Day 0 stays after it.", field="day_zero_on")
        days["day_zero"] = day_zero_text(to.day_zero_on, held.measures)
    return days


def _prediction(unit: Unit, held: fields.LearningAction, row: Action, to: ActionEdit) -> dict[str, Any]:
    if to.prediction is None:
        return {}
    prediction = text(to.prediction, 300, field="prediction") or None
    if prediction == held.prediction:
        return {}
    first = measures.first_entered_at(unit, row.id)
    now = recording.today(unit)
    first_on = first.astimezone(unit.site.zone).date() if first else None
    check_prediction(today=now, first_number_on=first_on, day_zero=to.day_zero_on or row.day_zero_on)
    return {"prediction": prediction, "predicted_on": now.isoformat() if prediction else None}
