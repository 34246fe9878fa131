"""The report of a loop: prefilled, each sentence beside its source; six items may be written in, and it can be taken along."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from node.errors import Problem, not_found
from node.learning.phrases import full_day
from node.learning.report.model import Section
from node.services import summarising
from node.services.summarising import Summary
from web.areas import FILE_CSP
from web.pages.citing import cite_of
from web.pages.views.charts import chart_of
from web.pages.views.forms import Form
from web.pages.views.posts import audience_of
from web.pages.views.reports import Item, Line, Report
from web.pages.views.shell import Link
from web.pages.visits import Page, Visit, anyone, refused, signed_in
from web.routing import Route

TYPES: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


async def show(visit: Visit) -> Response:
    """Show the report of the loop that a record belongs to. Raises: 404."""
    found = await visit.call.node.db.read(summarising.summary_of, visit.reader_id, visit.call.id())
    typed = {section.key: section.typed for section in found.report.sections if section.typed}
    return _page(visit, found, Form(typed))


async def write(visit: Visit) -> Response:
    """Keep what was written into an item."""
    item, db = visit.form.get("item", ""), visit.call.node.db
    try:
        text = visit.form.get(item, "")
        await db.write(summarising.keep_text, visit.account_id, visit.call.id(), item, text)
    except Problem as problem:
        if problem.status != 422:
            raise
        found = await db.read(summarising.summary_of, visit.reader_id, visit.call.id())
        return _page(visit, found, refused(visit, problem), status=422)
    return visit.go(f"/loops/{visit.call.id()}/report#i-{item}", "saved")


def download(form: str) -> Page:
    """Return the page that gives the report as a file."""

    async def give(visit: Visit) -> Response:
        if form == "docx" and visit.session is None:
            raise not_found()  # it costs another process: for people of this node
        db, node = visit.call.node.db, visit.call.node
        found = await db.read(summarising.summary_of, visit.reader_id, visit.call.id())
        data = await summarising.file_of(db, node.workshop, visit.reader_id, visit.call.id(), form)
        name = summarising.file_name(found.report.title, form)
        headers = {"content-disposition": f'attachment; filename="{name}"', "content-security-policy": FILE_CSP}
        return Response(data, 200, headers, TYPES[form])

    return give


def _page(visit: Visit, found: Summary, form: Form, *, status: int = 200) -> Response:
    made, about, here = found.report, found.about, visit.call.id()
    forms = [("HTML", "html"), ("Markdown", "md")]
    if visit.session is not None:
        forms.insert(1, ("DOCX", "docx"))
    audience = audience_of(about.visibility, visit.site.institution_name)
    page = Report(
        form=form,
        action=f"/loops/{here}/report",
        title=made.title,
        loop_url=f"/loops/{about.status_id}",
        byline=f"{', '.join(made.authors)}. {made.institution}. {full_day(made.written_on)}.",
        completeness=made.completeness,
        audience=audience,
        hears=_hears(found, visit),
        items=tuple(_item(one, found, form, visit) for one in made.sections),
        charts=tuple(chart_of(one, change="Change", ident=f"c{number}") for number, one in enumerate(made.charts)),
        files=tuple(Link(words, f"/loops/{here}/report.{ending}") for words, ending in forms),
        cite=cite_of(about, visit.site),
        withdrawn=made.withdrawn,
        is_internal=made.is_internal,
    )
    return visit.page("report", page, current="loops" if visit.session else "", status=status)


def _hears(found: Summary, visit: Visit) -> str:
    if not found.is_writable:
        return ""
    if found.about.kind == "share":
        return "Whoever may see what came of it reads this, too."
    return f"Staff of {visit.site.institution_name} alone read this until you say what came of it."


def _item(section: Section, found: Summary, form: Form, visit: Visit) -> Item:
    lines = tuple(Line(one.text, one.origin.label, _path(one.origin.url, visit)) for one in section.sentences)
    return Item(
        number=section.item,
        key=section.key,
        heading=section.heading,
        lines=lines,
        label=section.heading if found.is_writable and section.may_be_typed else "",
        is_open=form.error(section.key) != "",
        has_charts=section.key == "results",
    )


def _path(url: str, visit: Visit) -> str:
    base = f"{visit.site.base_url}/"
    return f"/{url.removeprefix(base)}" if url.startswith(base) else url


routes = (
    Route("GET", "/loops/{id}/report", anyone(show)),
    Route("POST", "/loops/{id}/report", signed_in(write)),
    *(Route("GET", f"/loops/{{id}}/report.{form}", anyone(download(form))) for form in TYPES),
)
