"""Measures of actions and their points. Points stay on this node; nothing but what `sharing` makes of them leaves."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Select, delete, func, select, update

from node.learning.measures import Better, Counted, Every, Form, Kind, MeasureDefinition, State
from node.learning.rulesets import Chart, Rules
from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.measures
points = tables.points
phases = tables.phases


class Measure(Struct, frozen=True, kw_only=True):
    """A row of `measures`."""

    id: int
    action_id: int
    key: str
    label: str
    kind: Kind
    form: Form
    counted: Counted = "people"
    unit: str | None = None
    per: int | None = None
    better: Better
    every: Every
    goal: float | None = None
    definition: str | None = None
    code: str | None = None
    chart: Chart | None = None
    rules: Rules | None = None
    baseline_from_on: date | None = None
    baseline_to_on: date | None = None
    created_at: datetime

    @property
    def defined(self) -> MeasureDefinition:
        """The measure as the charts know it."""
        return MeasureDefinition(
            key=self.key,
            label=self.label,
            kind=self.kind,
            form=self.form,
            counted=self.counted,
            unit=self.unit,
            per=self.per or 1,
            better=self.better,
            every=self.every,
            goal=self.goal,
            definition=self.definition,
            code=self.code,
        )


class Point(Struct, frozen=True, kw_only=True):
    """A row of `points`; `starts_on` is the first day of its period."""

    id: int
    measure_id: int
    starts_on: date
    state: State = "shown"
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None
    entered_by_id: int | None = None
    entered_at: datetime


class Phase(Struct, frozen=True, kw_only=True):
    """A row of `phases`: from this period on the chart begins anew."""

    id: int
    measure_id: int
    starts_on: date
    why: str
    entered_by_id: int | None = None
    created_at: datetime


_names = Measure.__struct_fields__
_select = select(*(t.c[name] for name in _names))
_point_names = Point.__struct_fields__
_points = select(*(points.c[name] for name in _point_names))
_phase_names = Phase.__struct_fields__


def _all(snapshot: Snapshot, statement: Select[Any]) -> list[Measure]:
    return [msgspec.convert(dict(zip(_names, row, strict=True)), Measure) for row in snapshot.conn.execute(statement)]


def _all_points(snapshot: Snapshot, statement: Select[Any]) -> list[Point]:
    rows = snapshot.conn.execute(statement)
    return [msgspec.convert(dict(zip(_point_names, row, strict=True)), Point) for row in rows]


def by_id(snapshot: Snapshot, measure_id: int) -> Measure | None:
    """Return a measure."""
    return next(iter(_all(snapshot, _select.where(t.c.id == measure_id))), None)


def of_action(snapshot: Snapshot, action_id: int) -> list[Measure]:
    """Return the measures of an action in the order they were defined."""
    return _all(snapshot, _select.where(t.c.action_id == action_id).order_by(t.c.id))


def of_actions(snapshot: Snapshot, action_ids: Iterable[int]) -> dict[int, list[Measure]]:
    """Return the measures of several actions in the order they were defined."""
    found: dict[int, list[Measure]] = {action_id: [] for action_id in action_ids}
    for measure in _all(snapshot, _select.where(t.c.action_id.in_(list(found))).order_by(t.c.id)):
        found[measure.action_id].append(measure)
    return found


def insert(unit: Unit, measure: Measure) -> None:
    """Insert a measure."""
    unit.conn.execute(t.insert().values(msgspec.structs.asdict(measure)))


def change(unit: Unit, measure_id: int, /, **values: Any) -> None:
    """Update columns of a measure."""
    unit.conn.execute(update(t).where(t.c.id == measure_id).values(**values))


def phases_of(snapshot: Snapshot, measure_id: int) -> list[Phase]:
    """Return the phases of a measure by the day they begin on."""
    chosen = select(*(phases.c[name] for name in _phase_names)).where(phases.c.measure_id == measure_id)
    rows = snapshot.conn.execute(chosen.order_by(phases.c.starts_on))
    return [msgspec.convert(dict(zip(_phase_names, row, strict=True)), Phase) for row in rows]


def set_phases(unit: Unit, measure_id: int, rows: Sequence[Phase]) -> None:
    """Put these phases in place of those that a measure has."""
    unit.conn.execute(delete(phases).where(phases.c.measure_id == measure_id))
    if rows:
        unit.conn.execute(phases.insert(), [msgspec.structs.asdict(row) for row in rows])


def remove(unit: Unit, measure_id: int) -> None:
    """Remove a measure with its points."""
    unit.conn.execute(delete(t).where(t.c.id == measure_id))


def points_of(snapshot: Snapshot, measure_id: int) -> list[Point]:
    """Return the points of a measure by period."""
    return _all_points(snapshot, _points.where(points.c.measure_id == measure_id).order_by(points.c.starts_on))


def point_at(snapshot: Snapshot, measure_id: int, starts_on: date) -> Point | None:
    """Return the point of a period."""
    statement = _points.where(points.c.measure_id == measure_id, points.c.starts_on == starts_on)
    return next(iter(_all_points(snapshot, statement)), None)


def put_point(unit: Unit, point: Point) -> None:
    """Insert the point of a period, or replace what stood there."""
    row = msgspec.structs.asdict(point)
    new = {name: value for name, value in row.items() if name not in ("id", "measure_id", "starts_on")}
    statement = insert_into(unit.conn, points).values(row)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["measure_id", "starts_on"], set_=new))


def entered(snapshot: Snapshot, periods: Iterable[tuple[int, date]]) -> set[tuple[int, date]]:
    """Return those of several periods of measures, each by its first day, that have a number."""
    wanted = set(periods)
    statement = select(points.c.measure_id, points.c.starts_on).where(
        points.c.measure_id.in_({measure_id for measure_id, _ in wanted}),
        points.c.starts_on.in_({day for _, day in wanted}),
    )
    return wanted & {(row[0], row[1]) for row in snapshot.conn.execute(statement)}


def latest(snapshot: Snapshot, measure_ids: Iterable[int]) -> dict[int, date]:
    """Return the first day of the last period that has a number, of those measures that have any."""
    chosen = select(points.c.measure_id, func.max(points.c.starts_on)).where(points.c.measure_id.in_(set(measure_ids)))
    return {row[0]: row[1] for row in snapshot.conn.execute(chosen.group_by(points.c.measure_id))}


def remove_point(unit: Unit, measure_id: int, starts_on: date) -> None:
    """Remove the point of a period."""
    unit.conn.execute(delete(points).where(points.c.measure_id == measure_id, points.c.starts_on == starts_on))


def first_entered_at(snapshot: Snapshot, action_id: int) -> datetime | None:
    """Return when the first of the points that an action has was entered."""
    statement = select(func.min(points.c.entered_at)).join(t, t.c.id == points.c.measure_id)
    found: datetime | None = snapshot.conn.scalar(statement.where(t.c.action_id == action_id))
    return found
