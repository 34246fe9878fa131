"""The pages of one loop: record, try, count, decide, and the loop itself."""

from collections.abc import Iterator
from dataclasses import replace

from tests.web.pages.exhibits import (
    ANYONE,
    AUDIENCES,
    COUNTS,
    DECISIONS,
    FRESH,
    GUEST,
    LOOP,
    OPEN,
    ORIGIN,
    PLAN,
    SHELL,
    SOURCES,
    STAGES,
    TYPED,
    chart,
)
from web.pages.views import loops
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.shell import Link, Shell


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing of each."""
    record = loops.Record(form=TYPED, audiences=AUDIENCES, sources=SOURCES, counts=COUNTS, origin=ORIGIN)
    yield "record", "record", replace(SHELL, current="record"), record
    wrong = Form(
        {**TYPED.values, "due": "2027-02-31", "change": "keep a tray"},
        (Mistake("due", "31 February does not exist. The last day is the 28th."), Mistake("decision", "Say adopt, adapt or abandon.")),
    )  # fmt: skip
    yield "record-error", "record", SHELL, replace(record, form=wrong)
    trying = Form({"change": "keep a sealed sepsis tray in our triage bay", "audience": "private"})
    yield (
        "try",
        "try",
        SHELL,
        loops.Try(form=trying, action="/loops/1/try", origin=ORIGIN, audiences=AUDIENCES, counts=COUNTS),
    )
    item = loops.LoopItem(
        title="Sepsis tray",
        url="/loops/1",
        stages=OPEN,
        detail="Decide by 15 January",
        step=Link("Enter a number", "/actions/1/numbers"),
    )
    late = replace(item, title="Cannula check at handover", warning="3 days overdue", step=None)
    closed = replace(item, title="Soft-close bins at night", stages=STAGES, detail="Adopted", step=None)
    yield "loops", "loops", replace(SHELL, current="loops"), loops.Loops(open=(item, late), closed=(closed,))
    yield "loops-empty", "loops", replace(SHELL, current="loops"), loops.Loops(open=(), closed=())
    yield "loop", "loop", replace(SHELL, current="loops"), LOOP
    yield "loop-fresh", "loop", SHELL, FRESH
    yield "loop-guest", "loop", GUEST, replace(LOOP, try_url="", withdrawn="The count was wrong.")
    numbers = loops.Numbers(
        form=Form({"numerator": "22", "denominator": "20", "measure": "slept"}, (Mistake("numerator", "22 is more than 20 patients. Check both numbers."),)),
        action="/actions/1/numbers", title="Keep a sealed sepsis tray in the triage bay", loop_url="/loops/1", chip="Doing, cycle 1",
        audience=ANYONE, byline="Ines Halloran. Decide by 15 January.", period="Week of 16 November", measure="Antibiotics within 60 minutes",
        is_fraction=True, top_label="In time", bottom_label="Patients", last="Last week 15 of 20.", chart=chart("n"), plan=PLAN,
        measures=(Choice("slept", "Antibiotics within 60 minutes"),), decide_url="/actions/1/decide",
    )  # fmt: skip
    yield "numbers-error", "numbers", replace(SHELL, current="loops"), numbers
    fresh = replace(
        numbers, form=Form({"measure": "slept"}), chart=None, last="", is_fraction=False, top_label="Minutes"
    )
    yield "numbers-empty", "numbers", SHELL, fresh
    yield "decide", "decide", SHELL, loops.Decide(
        form=Form({"audience": "public"}), action="/actions/1/decide", title="Sepsis tray", loop_url="/loops/1",
        finding=chart().finding, origin=ORIGIN, audiences=AUDIENCES, decisions=DECISIONS, chart=chart("d"),
    )  # fmt: skip
