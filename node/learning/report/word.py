"""A report as a Word document; call it in the workshop. The same report gives the same bytes.

The libraries that write it are loaded by whoever calls, in another process.
"""

import io
import zipfile
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from node.learning import picture
from node.learning.chart import table
from node.learning.findings import alt_text
from node.learning.phrases import full_day
from node.learning.report.markdown import INTERNAL
from node.learning.report.model import Drawn, Report, Section, Sentence, clean

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def document(report: Report) -> bytes:
    """Return the report as a DOCX file."""
    import docx
    from docx.shared import Cm, Pt

    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    made.styles["Normal"].font.size = Pt(10)
    _describe(made, report)
    _write(made, report)
    out = io.BytesIO()
    made.save(out)
    return _steady(out.getvalue())


def _describe(made: "Document", report: Report) -> None:
    from docx.oxml.ns import qn

    known, when = made.core_properties, datetime.combine(report.written_on, time(), UTC)
    known.title, known.author, known.last_modified_by = report.title[:255], report.institution[:255], ""
    known.subject, known.comments, known.keywords = "SQUIRE 2.0", "", ""
    known.language, known.revision = report.language, 1
    known.created = known.modified = when
    run = made.styles["Normal"].element.get_or_add_rPr()
    language = run.find(qn("w:lang"))
    if language is None:
        language = run.makeelement(qn("w:lang"), {})
        run.append(language)
    language.set(qn("w:val"), report.language)


def _write(made: "Document", report: Report) -> None:
    made.add_heading(report.title, level=1)
    made.add_paragraph(f"{', '.join(report.authors)}. {report.institution}. {full_day(report.written_on)}.")
    if report.withdrawn:
        made.add_paragraph(f"Withdrawn. {report.withdrawn}")
    if report.is_internal:
        made.add_paragraph(INTERNAL)
    for section in report.sections:
        _section(made, section)
        if section.key == "results":
            for drawn in report.charts:
                _figure(made, drawn)
    made.add_paragraph(f"{report.completeness}.")
    for text in (report.citation, f"Licence: {report.licence}." if report.licence else ""):
        if text:
            made.add_paragraph(text)


def _section(made: "Document", section: Section) -> None:
    made.add_heading(f"{section.item}. {section.heading}", level=2)
    for sentence in section.sentences:
        _line(made, sentence)
    if not section.sentences:
        made.add_paragraph("Nothing yet.")


def _line(made: "Document", sentence: Sentence) -> None:
    paragraph = made.add_paragraph(style="List Bullet")
    paragraph.add_run(f"{sentence.text} ")
    origin = sentence.origin
    if origin.url.startswith(("https://", "http://")):
        _link(paragraph, origin.label, origin.url)
    else:
        paragraph.add_run(f"[{origin.label}]").italic = True


def _link(paragraph: "Paragraph", label: str, url: str) -> None:
    """Add a link; the library reads them and writes none."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = f"[{label}]"
    run.font.underline = run.italic = True
    link.append(run._r)
    paragraph._p.append(link)


def _figure(made: "Document", drawn: Drawn) -> None:
    from docx.shared import Cm

    data = picture.chart_png(drawn.definition, drawn.points, drawn.analysis, labels=drawn.labels)
    shape = made.add_picture(io.BytesIO(data), width=Cm(16))
    shape._inline.docPr.set("descr", clean(alt_text(drawn.definition, drawn.analysis)))
    made.add_paragraph(clean(f"{drawn.definition.label}. {drawn.finding}"), style="Caption")
    _table(made, drawn)


def _table(made: "Document", drawn: Drawn) -> None:
    numbers = table(drawn.definition, drawn.points, labels=drawn.labels)
    rows = made.add_table(rows=1, cols=len(numbers.heads), style="Light List")
    for cell, text in zip(rows.rows[0].cells, numbers.heads, strict=True):
        cell.text = clean(text)
    for row in numbers.rows:
        for cell, text in zip(rows.add_row().cells, row, strict=True):
            cell.text = clean(text)


def _steady(data: bytes) -> bytes:
    """Return the archive with the same time on every file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as steady:
        for name in held.namelist():
            steady.writestr(zipfile.ZipInfo(name, _EPOCH), held.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
