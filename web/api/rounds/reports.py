"""Reports of loops and citations of records: what was recorded by the 18 items of SQUIRE 2.0, as JSON and as files."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from node.errors import not_found
from node.learning.report.model import Origin
from node.services import citing, summarising
from node.services.summarising import Summary
from web import answers
from web.api import params
from web.api.rounds import reported as r
from web.api.rounds.openapi import OPEN, WRITE, row
from web.areas import FILE_CSP
from web.routing import Call

TYPES: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}


async def show_report(call: Call) -> Response:
    """Return the report of the loop that a post belongs to, each sentence with its source."""
    return await _report(call)


async def write_report(call: Call) -> Response:
    """Write into an item of a report: summary, interpretation, limitations, conclusions, funding or ethics."""
    sent = await params.decode(call, r.TextBody)
    await call.node.db.write(summarising.keep_text, call.account_id, call.id(), call.params["item"], sent.text)
    return await _report(call)


async def give_report(call: Call) -> Response:
    """Return the report as a file: `report.html`, `report.md`, or, to users, `report.docx`."""
    form = call.params["form"]
    if form not in ("html", "md", "docx"):
        raise not_found()
    if form == "docx":
        assert call.account_id  # it costs another process; raises 401 for anybody on the web
    found = await call.node.db.read(summarising.summary_of, call.reader_id, call.id())
    data = await summarising.file_of(call.node.db, call.node.workshop, call.reader_id, call.id(), form)
    return _file(data, form, summarising.file_name(found.report.title, form))


async def give_citation(call: Call) -> Response:
    """Return the citation of a public record as `citation.bib` (BibTeX) or `citation.ris`."""
    form = call.params["form"]
    data = await call.node.db.read(citing.file_of, call.reader_id, call.id(), form)
    return _file(data.encode(), form, f"citation-{call.id()}.{form}")


async def _report(call: Call) -> Response:
    return answers.json(_entity(await call.node.db.read(summarising.summary_of, call.reader_id, call.id())))


def _file(data: bytes, form: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-security-policy": FILE_CSP}
    return Response(data, 200, headers, TYPES[form])


def _entity(of: Summary) -> r.ReportEntity:
    made = of.report
    return r.ReportEntity(
        id=str(of.about.status_id),
        url=made.url,
        title=made.title,
        institution=made.institution,
        authors=list(made.authors),
        written_on=made.written_on,
        language=made.language,
        filled=made.filled,
        completeness=made.completeness,
        is_internal=made.is_internal,
        withdrawn=made.withdrawn or None,
        licence=made.licence or None,
        citation=made.citation or None,
        sections=[
            r.SectionEntity(
                item=one.item,
                key=one.key,
                heading=one.heading,
                is_filled=one.is_filled,
                may_be_typed=one.may_be_typed,
                typed=one.typed or None,
                sentences=[r.SentenceEntity(said.text, _origin(said.origin)) for said in one.sentences],
            )
            for one in made.sections
        ],
    )


def _origin(origin: Origin) -> r.OriginEntity:
    return r.OriginEntity(origin.kind, origin.label, origin.url or None)


OPERATIONS: Final = (
    row("GET", "/loops/{id}/report", show_report, OPEN, r.ReportEntity),
    row("PUT", "/loops/{id}/report/{item}", write_report, WRITE, r.ReportEntity, body=r.TextBody),
    row("GET", "/loops/{id}/report.{form}", give_report, OPEN, TYPES["html"]),
    row("GET", "/records/{id}/citation.{form}", give_citation, OPEN, TYPES["bib"]),
)
