"""Beginning to do something about a learning: an Action answers the Note it is based on, and begins one cycle.

Everybody whose work it builds on hears of it.
"""

from datetime import date
from typing import Final

from msgspec import Struct

from federation.records import fields
from node.learning.loop import check_prediction, next_cycle
from node.learning.typed import Boxed, line, one_of, split_box, text
from node.services import learning, recording
from node.services.acting import NewAim, check_days, day_zero_text, keep_row, read_aim, read_steps
from node.services.defining import NewMeasure, definition_of, read_measures, rows_of, with_keys
from node.services.recording import Telling
from node.store import actions, measures, records
from node.store.actions import Action
from node.store.records import KeptRecord
from node.store.statuses import Status
from node.store.unit import Unit

RELATIONS: Final = ("inspired-by", "adopts", "adapts", "replicates")
_TAKES_OVER: Final = ("adopts", "adapts", "replicates")


class NewAction(Struct, frozen=True, kw_only=True):
    """What was typed. `change` alone is one box; with `title` it is the rest.

    `based_on` is a status id here, or the id or address of a Note known here. `relation` None: `adapts` for the next
    cycle of an action of one's own, `adopts` for the work of another hospital, else `inspired-by`. `measures` None: as
    the adopted or adapted action has them. The next cycle goes on with the aim, plan, steps and setting that are left out.
    `day_zero_on` None: today.
    """

    based_on: int | str
    change: str = ""
    due_on: date
    title: str | None = None
    relation: str | None = None
    measures: tuple[NewMeasure, ...] | None = None
    aim: NewAim | None = None
    prediction: str | None = None
    plan: str | None = None
    steps: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    setting: str | None = None
    specialty: str | None = None
    day_zero_on: date | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None
    idempotency_key: str | None = None
    app_id: int | None = None


def begin(unit: Unit, account_id: int, new: NewAction) -> int:
    """Begin an action and return its status id; the same idempotency key gives the same one.

    Raises: 422 with the field at fault.
    """
    return recording.once(unit, account_id, new.idempotency_key, lambda: _begin(unit, account_id, new))


def _begin(unit: Unit, account_id: int, new: NewAction) -> int:
    author = recording.author_of(unit, account_id)
    begun_from = recording.parent(unit, account_id, new.based_on)
    kept = records.of_status(unit, begun_from.id)
    seen_by = recording.audience(unit, new.visibility, author, (begun_from,))
    day_zero = new.day_zero_on or recording.today(unit)
    check_days(unit, new.due_on, day_zero)
    made = _new(unit, new, begun_from, kept, day_zero)
    telling = Telling(
        visibility=seen_by,
        reply_to=begun_from,
        named=recording.named(unit, author, (begun_from,), seen_by),
        above=(begun_from,),
        app_id=new.app_id,
        licence=new.licence,
    )
    status_id = recording.publish(unit, author, made, telling)
    action = Action(
        id=unit.new_id(),
        account_id=account_id,
        status_id=status_id,
        based_on_uri=begun_from.uri,
        relation=made.relation or "inspired-by",
        title=made.title,
        due_on=new.due_on,
        cycle=made.cycle or 1,
        created_at=unit.now,
    )
    actions.insert(unit, action)
    keep_row(unit, action.id, made, day_zero_on=day_zero)
    for row in rows_of(unit, action.id, made.measures, new.measures or ()):
        measures.insert(unit, row)
    return status_id


def _new(
    unit: Unit, new: NewAction, begun_from: Status, kept: KeptRecord | None, day_zero: date
) -> fields.LearningAction:
    box = _boxed(new)
    relation = _relation(new.relation, begun_from, kept)
    above = recording.typed(kept) if kept else None
    before = _cycle_before(relation, begun_from, above)
    defined = _measures(new, relation, above)
    prediction = text(new.prediction or "", 300, field="prediction") or None
    if prediction:
        check_prediction(today=recording.today(unit), first_number_on=None, day_zero=day_zero)
    return fields.LearningAction(
        title=box.title,
        change=box.text,
        based_on=begun_from.uri,
        relation=relation,  # type: ignore[arg-type] # one of RELATIONS
        due=new.due_on.isoformat(),
        status="planned",
        cycle=next_cycle(before.cycle or 1) if before else 1,
        language=recording.language(unit, new.language),
        institution=recording.institution_uri(unit),
        aim=read_aim(new.aim) or (before.aim if before else None),
        prediction=prediction,
        predicted_on=recording.today(unit).isoformat() if prediction else None,
        plan=text(_said(new.plan, before.plan if before else None), 300, field="plan") or None,
        steps=read_steps(new.steps) or (before.steps if before else ()),
        topics=learning.read_topics(new.topics),
        setting=line(_said(new.setting, before.setting if before else None), 200, field="setting") or None,
        specialty=line(new.specialty or "", 60, field="specialty") or None,
        day_zero=day_zero_text(day_zero, defined),
        measures=defined,
    )


def _boxed(new: NewAction) -> Boxed:
    if new.title is None or not new.title.strip():
        return split_box(new.change, field="change")
    return Boxed(learning.read_title(new.title), text(new.change, 500, field="change") or None)


def _relation(typed: str | None, begun_from: Status, kept: KeptRecord | None) -> str:
    if typed:
        return one_of(typed, RELATIONS, field="relation", code="relation-unknown", thing="relation")
    if kept is None:
        return "inspired-by"
    if begun_from.is_local:
        return "adapts" if kept.type == "LearningAction" else "inspired-by"
    return "adopts"


def _cycle_before(relation: str, begun_from: Status, above: fields.Record | None) -> fields.LearningAction | None:
    """Return the action of which this is the next cycle: one of this hospital that it adapts."""
    is_next = relation == "adapts" and begun_from.is_local and isinstance(above, fields.LearningAction)
    return above if is_next and isinstance(above, fields.LearningAction) else None


def _said(typed: str | None, before: str | None) -> str:
    """Return what was typed; the next cycle goes on with what nobody typed anew."""
    return (before if typed is None else typed) or ""


def _measures(new: NewAction, relation: str, above: fields.Record | None) -> tuple[fields.Measure, ...]:
    theirs = above.measures if isinstance(above, fields.LearningAction | fields.LearningShare) else ()
    if new.measures is None:
        return tuple(definition_of(measure) for measure in theirs) if relation in _TAKES_OVER else ()
    return with_keys(read_measures(new.measures), theirs)
