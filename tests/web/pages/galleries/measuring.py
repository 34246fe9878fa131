"""Plans, measures and tables of numbers, as pages are given them."""

from collections.abc import Iterator
from dataclasses import replace

from tests.web.pages.exhibits import SHELL
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.measures import MeasureForm, PlanForm, Question, Table, TableLine
from web.pages.views.shell import Shell

LINES = (
    TableLine(number=1, text="Week;Done;All", day="", reading="", effect="Left out", words="The heading."),
    TableLine(number=2, text="2026-02-02;7;20", day="2 February", reading="7 of 20", effect="New", words=""),
    TableLine(number=3, text="2026-02-09;9;", day="", reading="", effect="Wrong", words="The denominator is missing."),
)
TABLE = Table(
    form=Form({"table": "Week;Done;All"}),
    action="/measures/7/table",
    title="Patients who slept well",
    back_url="/actions/5/numbers",
    hint="date, numerator, denominator",
)
MEASURE = MeasureForm(
    form=Form({"label": "Slept well", "chart": "p", "phases": "2026-10-12 Soft lids"}),
    action="/measures/7/edit",
    title="Slept well",
    back_url="/actions/5/numbers",
    kinds=(Choice("outcome", "outcome: what patients get"),),
    directions=(Choice("up", "more is better"),),
    charts=(Choice("run", "Run chart"), Choice("p", "p chart")),
    rules=(Choice("", "Those that go with the chart"),),
    locked="The kind of number and the period are locked, because numbers are in.",
)
PLAN = PlanForm(
    form=Form({"title": "Fit soft-close lids", "due": "2027-01-15"}),
    action="/actions/5/plan",
    title="Fit soft-close lids",
    back_url="/actions/5/numbers",
    may_predict=True,
    measures=(Choice("/measures/7/edit", "Slept well", "Run chart"),),
    add_url="/actions/5/measures",
)


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    shell = replace(SHELL, current="loops")
    question = Question(
        name="decimal",
        words="Is 1.286 one or a thousand?",
        choices=(Choice("point", "1.286"), Choice("comma", "1286")),
    )
    yield "table-empty", "table", shell, TABLE
    yield "table-wrong", "table", shell, replace(TABLE, lines=LINES, wrong=1, count=1)
    yield "table-asks", "table", shell, replace(TABLE, lines=LINES[:2], count=1, questions=(question,))
    yield "table-ready", "table", shell, replace(TABLE, lines=LINES[:2], count=1, is_ready=True)
    yield "table-saved", "table", shell, replace(TABLE, count=1, undo="[]", undo_action="/measures/7/table/undo")
    refused = Form({"table": "hello"}, (Mistake("table", "Nothing is in it."),))
    yield "table-refused", "table", shell, replace(TABLE, form=refused)
    yield "measure", "measure", shell, MEASURE
    yield (
        "measure-new",
        "measure",
        shell,
        replace(MEASURE, charts=(), counts=(Choice("count-up", "how many"),), locked=""),
    )
    yield "plan", "plan", shell, PLAN
    yield "plan-locked", "plan", shell, replace(PLAN, may_predict=False, locked="Nothing was predicted.", measures=())
