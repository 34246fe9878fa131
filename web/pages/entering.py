"""Entering numbers: one box and Save; or another day, a note, a whole list. The chart and the plan stand beside it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.responses import Response

from federation.records.fields import LearningAction
from node.errors import Problem, forbidden, invalid, not_found
from node.learning.measures import State
from node.learning.periods import period_start
from node.learning.phrases import period_title
from node.learning.rulesets import CHART_WORDS, CHARTS_OF
from node.learning.typed import read_day
from node.services import acting, capturing, looping, measuring, plotting, reading, recording
from node.services.acting import ActionEdit, Cycles
from node.services.measuring import NewPoint
from node.services.plotting import Series
from web.pages import boxes
from web.pages.cards import Look, audience
from web.pages.entities import Status, person_of, read_status
from web.pages.timelines import look
from web.pages.views.charts import chart_of
from web.pages.views.dates import day_words
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import Fact, Numbers
from web.pages.views.shell import Link
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route


@dataclass(frozen=True, slots=True)
class Doing:
    """An action that the visitor may change: its post, its record, its measures with their series."""

    status: Status
    record: LearningAction
    day_zero: date | None
    has_begun: bool
    cycles: Cycles
    series: tuple[Series, ...]
    where: Look

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.record.status not in ("closed", "withdrawn")

    @property
    def may_predict(self) -> bool:
        """Whether a prediction is still one: nothing is known and the change has not begun."""
        is_early = self.day_zero is None or self.where.today <= self.day_zero
        return is_early and not self.has_begun and self.is_open

    def chosen(self, key: str) -> Series | None:
        """Return the series of a measure, the first one unless another is named."""
        first = self.series[0] if self.series else None
        return next((one for one in self.series if one.definition.key == key), first)


async def doing(visit: Visit) -> Doing:
    """Return the action of the address. Raises: 404; 403 for those who may see and not change it."""
    db, me, status_id = visit.call.node.db, visit.account_id, visit.call.id()
    part = await db.read(looping.part_of, me, status_id)
    record = part.record
    if not part.is_here or not isinstance(record, LearningAction):
        raise not_found()
    if part.author.id != me and not await db.read(recording.is_moderating, me):
        raise forbidden("Only its author and the moderators of this hospital may change this.")
    row = await db.read(acting.row_of, status_id)
    measures = await db.read(measuring.of_action, row.id)
    series = tuple([await db.read(plotting.chart_of, me, measure.id) for measure in measures])
    status = read_status(await db.read(reading.status, me, status_id))
    cycles = await db.read(acting.cycles_of, me, status_id)
    begun = any(one.points for one in series)
    return Doing(status, record, row.day_zero_on, begun, cycles, series, await look(visit))


async def show(visit: Visit) -> Response:
    """Show the box for the number that is due."""
    return await _fresh(visit, await doing(visit))


async def _fresh(visit: Visit, found: Doing) -> Response:
    chosen = found.chosen(visit.query("measure"))
    day = _asked(visit) or _due(chosen, found.where.today)
    values = {"measure": chosen.definition.key if chosen else "", "day": day.isoformat()}
    values["denominator"] = boxes.whole_before(chosen)
    if visit.query("chart") and chosen is not None and chosen.measure_id is not None:
        found = await _looked(visit, found, chosen.measure_id)
    return _page(visit, found, Form(values))


def _asked(visit: Visit) -> date | None:
    """Return the day that a reminder's link names."""
    try:
        return read_day(visit.query("day"))
    except Problem:
        return None


async def _looked(visit: Visit, found: Doing, measure_id: int) -> Doing:
    """Return an action with one measure read by the chart of the address; one that does not fit changes nothing."""
    try:
        other = await visit.call.node.db.read(plotting.chart_of, visit.account_id, measure_id, visit.query("chart"))
    except Problem:
        return found
    return replace(found, series=tuple(other if one.measure_id == measure_id else one for one in found.series))


async def save(visit: Visit) -> Response:
    """Save one number or a list of them."""
    found = await doing(visit)
    form, db = visit.form, visit.call.node.db
    key = form.get("measure") or None
    is_fraction = boxes.is_fraction(found.chosen(form.get("measure", "")))
    try:
        if form.get("lines", "").strip():
            lines = _lines(visit)
            await db.write(capturing.enter_lines, visit.account_id, visit.call.id(), lines, key=key)
        else:
            point = _point(visit, is_fraction=is_fraction)
            await db.write(measuring.record, visit.account_id, visit.call.id(), point, key=key)
    except Problem as problem:
        fields = {"value": "numerator"} if is_fraction else {"numerator": "value"}
        return _page(visit, found, refused(visit, problem, fields), status=problem.status)
    query = f"?measure={key}" if key and len(found.series) > 1 else ""
    return visit.go(f"/actions/{visit.call.id()}/numbers{query}", "saved")


async def predict(visit: Visit) -> Response:
    """Write down what is expected, before there are numbers."""
    found = await doing(visit)
    edit = ActionEdit(prediction=visit.form.get("prediction", ""))
    try:
        await visit.call.node.db.write(acting.edit, visit.account_id, visit.call.id(), edit)
    except Problem as problem:
        return _page(visit, found, refused(visit, problem), status=problem.status)
    return visit.go(f"/actions/{visit.call.id()}/numbers", "saved")


def _lines(visit: Visit) -> list[str]:
    if any(visit.form.get(name, "").strip() for name in ("numerator", "value")):
        raise invalid("Empty the box above, or the list: only one of them can be saved at a time.", field="lines")
    return [line for line in visit.form["lines"].splitlines() if line.strip()]


def _point(visit: Visit, *, is_fraction: bool) -> NewPoint:
    form = visit.form
    typed = form.get("numerator" if is_fraction else "value", "").strip()
    if not typed:
        raise invalid("The number is missing. Enter 0 if nothing happened.", field="value")
    if is_fraction and form.get("denominator", "").strip() and "/" not in typed:
        typed = f"{typed}/{form['denominator'].strip()}"
    day = read_day(form.get("day", ""), field="day")
    state: State = "excluded" if form.get("left_out") else "shown"
    return NewPoint(day=day, entry=typed, note=form.get("note") or None, state=state)


def _page(visit: Visit, found: Doing, form: Form, *, status: int = 200) -> Response:
    chosen = found.chosen(form.value("measure"))
    record, base, today = found.record, f"/actions/{found.status.id}", found.where.today
    numbers = Numbers(
        form=form,
        action=f"{base}/numbers",
        title=record.title,
        loop_url=f"/loops/{found.status.id}",
        chip=f"{'Did' if record.decision else 'Doing'}, cycle {record.cycle or 1}",
        audience=audience(found.status, visit.site),
        byline=f"{person_of(found.status.account, visit.site).name}. "
        f"Decide by {day_words(date.fromisoformat(record.due), today)}.",
        period=_period_words(chosen, form.value("day"), today),
        measure=chosen.definition.label if chosen else "Done",
        is_fraction=boxes.is_fraction(chosen),
        top_label=boxes.top_label(chosen),
        bottom_label="All",
        last=boxes.last_time(chosen, today),
        chart=chart_of(chosen, change="Change", height=260) if chosen and chosen.points else None,
        plan=(*plan(record, found.day_zero, today), *_cycles(found.cycles)),
        measures=tuple(Choice(one.definition.key, one.definition.label) for one in found.series),
        decide_url=f"{base}/decide",
        is_open=found.is_open,
        predict_action=f"{base}/prediction" if found.may_predict else "",
        looks=_looks(chosen, base) if chosen and chosen.points else (),
        plan_url=f"{base}/plan" if found.is_open else "",
        next_url=f"/loops/{found.status.id}/try" if record.decision == "adapt" and not found.cycles.next_ids else "",
        table_url=f"/measures/{chosen.measure_id}/table" if chosen else "",
        measure_url=f"/measures/{chosen.measure_id}/edit" if chosen else "",
    )
    if numbers.predict_action and "prediction" not in form.values:
        form = replace(form, values={**form.values, "prediction": record.prediction or ""})
        numbers = replace(numbers, form=form)
    return visit.page("numbers", numbers, current="loops", status=status)


def _looks(series: Series, base: str) -> tuple[Link, ...]:
    """Return the other charts by which these numbers can be looked at."""
    key, shown = series.definition.key, series.analysis.chart
    return tuple(
        Link(f"Show as {CHART_WORDS[chart]}".replace("Run", "run"), f"{base}/numbers?measure={key}&chart={chart}")
        for chart in CHARTS_OF[series.definition.form]
        if chart != shown
    )


def plan(record: LearningAction, day_zero: date | None, today: date) -> tuple[Fact, ...]:
    """Return the plan of an action as far as it was said."""
    facts = []
    if day_zero is not None:
        facts.append(Fact("Day 0", day_words(day_zero, today)))
    if record.aim is not None:
        parts = (record.aim.what, record.aim.whom, record.aim.how_much)
        by = f", by {day_words(date.fromisoformat(record.aim.by), today)}" if record.aim.by else ""
        facts.append(Fact("Aim", f"{', '.join(part for part in parts if part)}{by}"))
    if record.prediction is not None:
        said = day_words(date.fromisoformat(record.predicted_on), today) if record.predicted_on else ""
        facts.append(Fact("We predicted", f"“{record.prediction}”", aside=f"written on {said}" if said else ""))
    if record.plan is not None:
        facts.append(Fact("If, then", record.plan))
    facts.extend(Fact("Step", step) for step in record.steps)
    facts.append(Fact("Cycle", str(record.cycle or 1)))
    return tuple(facts)


def _cycles(cycles: Cycles) -> tuple[Fact, ...]:
    before = (
        ()
        if cycles.previous_id is None
        else (Fact("Goes on from", "the cycle before", f"/loops/{cycles.previous_id}"),)
    )
    return (*before, *(Fact("Goes on in", "the next cycle", f"/loops/{one}") for one in cycles.next_ids))


def _due(series: Series | None, today: date) -> date:
    """Return the first day of the period that is due: the last whole one unless it has its number, then this one."""
    if series is None or series.definition.every == "event":
        return today
    this = period_start(today, series.definition.every)
    last = period_start(this - timedelta(days=1), series.definition.every)
    labels = series.labels or ()
    return last if labels and last not in labels and max(map(_as_day, labels)) < last else this


def _as_day(label: date | str) -> date:
    return label if isinstance(label, date) else date.min


def _period_words(series: Series | None, typed: str, today: date) -> str:
    try:
        day = read_day(typed)
    except Problem:
        day = today
    every = series.definition.every if series else "week"
    return period_title(period_start(day, every), every, today)


routes = (
    Route("GET", "/actions/{id}/numbers", signed_in(show)),
    Route("POST", "/actions/{id}/numbers", signed_in(save)),
    Route("POST", "/actions/{id}/prediction", signed_in(predict)),
)
