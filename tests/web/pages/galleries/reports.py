"""A report by SQUIRE 2.0: as its author sees it, as anybody does, and when it is not for anybody."""

from collections.abc import Iterator
from dataclasses import replace

from tests.web.pages.exhibits import ANYONE, GUEST, SHELL, chart
from web.pages.views.forms import Form, Mistake
from web.pages.views.reports import Cite, Item, Line, Report
from web.pages.views.shell import Link, Shell

ITEMS = (
    Item(
        number=1,
        key="title",
        heading="Title",
        lines=(Line("Soft-close bin lids let patients sleep.", "the learning, 24 August", "/@ines/11"),),
    ),
    Item(
        number=13,
        key="results",
        heading="Results",
        lines=(Line("Patients who slept well rose from 40% to 64%.", "the numbers of this node"),),
        has_charts=True,
    ),
    Item(number=16, key="limitations", heading="Limitations", label="Limitations"),
)
REPORT = Report(
    form=Form(),
    action="/loops/2/report",
    title="Soft-close bin lids let patients sleep",
    loop_url="/loops/2",
    byline="Ines Halloran. Linden Vale Hospital. 6 November 2026.",
    completeness="2 of 3 items have words",
    audience=ANYONE,
    hears="Whoever may see what came of it reads this, too.",
    items=ITEMS,
    charts=(chart("c0"),),
    files=(Link("HTML", "/loops/2/report.html"), Link("Markdown", "/loops/2/report.md")),
    cite=Cite(
        line="Halloran I. Soft-close bin lids let patients sleep. Linden Vale Hospital, 2026.",
        url="https://linden-vale.example/@ines/11",
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        files=(Link("BibTeX", "/records/11/citation.bib"),),
    ),
)


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    yield "report", "report", replace(SHELL, current="loops"), REPORT
    wrong = Form({"limitations": "x" * 2001}, (Mistake("limitations", "2001 of 2000 characters."),))
    opened = (*ITEMS[:2], replace(ITEMS[2], is_open=True))
    yield "report-error", "report", SHELL, replace(REPORT, form=wrong, items=opened)
    read = (*ITEMS[:2], replace(ITEMS[2], label=""))
    yield "report-guest", "report", GUEST, replace(REPORT, items=read, withdrawn="The count was wrong.")
    yield "report-internal", "report", SHELL, replace(REPORT, is_internal=True, cite=None, charts=())
