"""The plan of an action, and its measures: what is meant, how it is counted, and by which chart it is read."""

from datetime import date
from typing import Final

from starlette.responses import Response

from node.errors import Problem, invalid
from node.learning.entries import read_number
from node.learning.rulesets import CHART_WORDS, CHARTS_OF, RULES_OF, RULES_WORDS
from node.learning.typed import read_day
from node.services import acting, adjusting, measuring, plotting
from node.services.acting import ActionEdit, NewAim
from node.services.adjusting import Measure, MeasureEdit, NewBaseline, NewPhase
from web.pages.counting import COUNTS, measures_of
from web.pages.entering import Doing, doing
from web.pages.views.forms import Choice, Form
from web.pages.views.measures import MeasureForm, PlanForm
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route

_KINDS: Final = (
    Choice("outcome", "outcome: what patients get"),
    Choice("process", "process: what we do"),
    Choice("balancing", "balancing: what might get worse"),
)
_DIRECTIONS: Final = (
    Choice("up", "more is better"),
    Choice("down", "less is better"),
    Choice("neutral", "neither is better"),
)
_PERIODS: Final = tuple(Choice(every, every) for every in ("day", "week", "month", "quarter"))
_FIELDS: Final = {
    "due_on": "due",
    "day_zero_on": "day_zero",
    "aim": "aim_what",
    "baseline_from_on": "baseline_from",
    "baseline_to_on": "baseline_to",
    "form": "count",
}


# ------------------------------------------------------------------ the plan


async def show_plan(visit: Visit) -> Response:
    """Show the plan as it was said so far."""
    found = await doing(visit)
    record, aim = found.record, found.record.aim
    values = {
        "title": record.title,
        "change": record.change or "",
        "aim_what": aim.what if aim else "",
        "aim_whom": (aim.whom if aim else "") or "",
        "aim_how_much": (aim.how_much if aim else "") or "",
        "aim_by": (aim.by if aim else "") or "",
        "prediction": record.prediction or "",
        "plan": record.plan or "",
        "steps": "\n".join(record.steps),
        "setting": record.setting or "",
        "day_zero": found.day_zero.isoformat() if found.day_zero else "",
        "due": record.due,
    }
    return _plan_page(visit, found, Form(values))


async def save_plan(visit: Visit) -> Response:
    """Save the plan; the prediction only while it is one."""
    found = await doing(visit)
    try:
        await visit.call.node.db.write(acting.edit, visit.account_id, visit.call.id(), _plan(visit, found))
    except Problem as problem:
        return _plan_page(visit, found, refused(visit, problem, _FIELDS), status=problem.status)
    return visit.go(f"/actions/{visit.call.id()}/numbers", "saved")


def _plan(visit: Visit, found: Doing) -> ActionEdit:
    form = visit.form
    aim = NewAim(
        what=form.get("aim_what", ""),
        whom=form.get("aim_whom"),
        how_much=form.get("aim_how_much"),
        by=_day(visit, "aim_by"),
    )
    if not aim.what.strip() and any((aim.whom, aim.how_much, aim.by)):
        raise invalid("Say what shall change, or empty the rest of the aim.", field="aim_what")
    return ActionEdit(
        title=form.get("title", ""),
        change=form.get("change", ""),
        aim=aim,
        prediction=form.get("prediction") if found.may_predict else None,
        plan=form.get("plan", ""),
        steps=tuple(form.get("steps", "").splitlines()),
        setting=form.get("setting", ""),
        day_zero_on=_day(visit, "day_zero"),
        due_on=read_day(form.get("due", ""), field="due"),
    )


def _plan_page(visit: Visit, found: Doing, form: Form, *, status: int = 200) -> Response:
    record, base = found.record, f"/actions/{found.status.id}"
    page = PlanForm(
        form=form,
        action=f"{base}/plan",
        title=record.title,
        back_url=f"{base}/numbers",
        may_predict=found.may_predict,
        locked=_locked_prediction(found),
        measures=tuple(
            Choice(f"/measures/{one.measure_id}/edit", one.definition.label, CHART_WORDS[one.analysis.chart])
            for one in found.series
        ),
        add_url=f"{base}/measures",
    )
    return visit.page("plan", page, current="loops", status=status)


def _locked_prediction(found: Doing) -> str:
    if found.may_predict:
        return ""
    why = "numbers are in" if found.has_begun else "the change has begun"
    said = f"“{found.record.prediction}”" if found.record.prediction else "Nothing was predicted."
    return f"{said} The prediction is locked, because {why}. Add a note instead."


# ------------------------------------------------------------------ measures


async def show_new(visit: Visit) -> Response:
    """Show the form for one more measure."""
    return _new_page(visit, await doing(visit), Form({}))


async def add(visit: Visit) -> Response:
    """Count one more thing."""
    found = await doing(visit)
    try:
        typed = measures_of(visit.form)
        if not typed:
            raise invalid("Say what you count.", field="label")
        await visit.call.node.db.write(measuring.define, visit.account_id, visit.call.id(), typed[0])
    except Problem as problem:
        return _new_page(visit, found, refused(visit, problem, _FIELDS), status=problem.status)
    return visit.go(f"/actions/{visit.call.id()}/plan", "saved")


def _new_page(visit: Visit, found: Doing, form: Form, *, status: int = 200) -> Response:
    base = f"/actions/{found.status.id}"
    page = MeasureForm(
        form=form, action=f"{base}/measures", title=found.record.title, back_url=f"{base}/plan", counts=COUNTS[1:]
    )
    return visit.page("measure", page, current="loops", status=status)


async def show_measure(visit: Visit) -> Response:
    """Show a measure as it is counted and read."""
    db = visit.call.node.db
    measure = await db.read(adjusting.measure_of, visit.account_id, visit.call.id())
    phases = await db.read(adjusting.phases_of, measure.id)
    days = {"baseline_from": measure.baseline_from_on, "baseline_to": measure.baseline_to_on}
    values = {
        "label": measure.label,
        "definition": measure.definition or "",
        "unit": measure.unit or "",
        "goal": "" if measure.goal is None else f"{measure.goal:g}",
        "kind": measure.kind,
        "better": measure.better,
        "every": measure.every,
        "chart": measure.chart or "run",
        "rules": measure.rules or "",
        "phases": "\n".join(f"{phase.starts_on} {phase.why}" for phase in phases),
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    }
    return await _measure_page(visit, measure, Form(values))


async def save_measure(visit: Visit) -> Response:
    """Change a measure."""
    db = visit.call.node.db
    measure = await db.read(adjusting.measure_of, visit.account_id, visit.call.id())
    try:
        await db.write(adjusting.adjust, visit.account_id, measure.id, _edit(visit))
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return await _measure_page(visit, measure, refused(visit, problem, _FIELDS), status=problem.status)
    return visit.go(await _numbers(visit, measure), "saved")


def _edit(visit: Visit) -> MeasureEdit:
    form = visit.form
    return MeasureEdit(
        label=form.get("label", ""),
        definition=form.get("definition", ""),
        unit=form.get("unit", ""),
        goal=read_number(form.get("goal", "").strip(), field="goal"),
        has_goal=bool(form.get("goal", "").strip()),
        kind=form.get("kind"),
        better=form.get("better"),
        every=form.get("every") or None,
        chart=form.get("chart"),
        rules=form.get("rules") or None,
        baseline=NewBaseline(from_on=_day(visit, "baseline_from"), to_on=_day(visit, "baseline_to")),
        phases=tuple(_phase(line) for line in form.get("phases", "").splitlines() if line.strip()),
    )


def _phase(line: str) -> NewPhase:
    day, _, why = line.strip().partition(" ")
    return NewPhase(starts_on=read_day(day.rstrip(":,;"), field="phases"), why=why)


async def _numbers(visit: Visit, measure: Measure) -> str:
    _, action = await visit.call.node.db.read(plotting.seen, visit.account_id, measure.id)
    return f"/actions/{action.status_id}/numbers?measure={measure.key}"


async def _measure_page(visit: Visit, measure: Measure, form: Form, *, status: int = 200) -> Response:
    count = len(await visit.call.node.db.read(plotting.points_of, visit.account_id, measure.id))
    charts = CHARTS_OF[measure.form]
    rules = dict.fromkeys(name for chart in charts for name in RULES_OF[chart])
    is_by_event = measure.every == "event"
    page = MeasureForm(
        form=form,
        action=f"/measures/{measure.id}/edit",
        title=measure.label,
        back_url=await _numbers(visit, measure),
        kinds=_KINDS,
        directions=_DIRECTIONS,
        charts=tuple(Choice(chart, CHART_WORDS[chart]) for chart in charts),
        rules=(Choice("", "Those that go with the chart"), *(Choice(name, RULES_WORDS[name]) for name in rules)),
        periods=() if count or is_by_event else _PERIODS,
        locked="The kind of number and the period are locked, because numbers are in." if count else "",
    )
    return visit.page("measure", page, current="loops", status=status)


def _day(visit: Visit, name: str) -> date | None:
    typed = visit.form.get(name, "").strip()
    return read_day(typed, field=name) if typed else None


routes = (
    Route("GET", "/actions/{id}/plan", signed_in(show_plan)),
    Route("POST", "/actions/{id}/plan", signed_in(save_plan)),
    Route("GET", "/actions/{id}/measures", signed_in(show_new)),
    Route("POST", "/actions/{id}/measures", signed_in(add)),
    Route("GET", "/measures/{id}/edit", signed_in(show_measure)),
    Route("POST", "/measures/{id}/edit", signed_in(save_measure)),
)
