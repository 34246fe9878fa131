"""A report as Markdown: every text of a person is escaped, so that it stays text in whatever reads it."""

import re
from typing import Final

from node.learning.chart import table
from node.learning.phrases import full_day
from node.learning.report.model import Drawn, Report, Sentence, clean

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$^=:@])")
_URL_SIGNS: Final = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C"}


def markdown(report: Report) -> str:
    """Return the report as one Markdown document."""
    parts = [f"# {escaped(report.title)}", escaped(_byline(report))]
    if report.withdrawn:
        parts.append(f"**Withdrawn:** {escaped(report.withdrawn)}")
    if report.is_internal:
        parts.append(f"**{escaped(INTERNAL)}**")
    for section in report.sections:
        parts.append(f"## {section.item}\\. {section.heading}")
        parts += [_line(sentence) for sentence in section.sentences] or ["*Nothing yet\\.*"]
        if section.key == "results":
            parts += [_table(drawn) for drawn in report.charts]
    parts += ["---", escaped(report.completeness)]
    parts += [escaped(text) for text in (report.citation, _licence(report)) if text]
    return "\n\n".join(parts) + "\n"


INTERNAL: Final = "For this hospital only: it holds what has not left the house."


def escaped(text: str) -> str:
    """Return a text in which no sign means anything to Markdown or HTML."""
    return _SIGNS.sub(r"\\\1", clean(text))


def _line(sentence: Sentence) -> str:
    origin = sentence.origin
    label = escaped(origin.label)
    link = f"[{label}](<{_url(origin.url)}>)" if origin.url.startswith(("https://", "http://")) else label
    return f"- {escaped(sentence.text)} ({link})"


def _url(url: str) -> str:
    return "".join(_URL_SIGNS.get(letter, letter) for letter in url if letter.isprintable())


def _byline(report: Report) -> str:
    return f"{', '.join(report.authors)}. {report.institution}. {full_day(report.written_on)}."


def _licence(report: Report) -> str:
    return f"Licence: {report.licence}." if report.licence else ""


def _table(drawn: Drawn) -> str:
    numbers = table(drawn.definition, drawn.points, labels=drawn.labels)
    rows = [numbers.heads, tuple("---" for _ in numbers.heads), *numbers.rows]
    lines = [" | ".join(escaped(cell) if row is not rows[1] else cell for cell in row) for row in rows]
    return f"{escaped(numbers.caption)}\n\n" + "\n".join(f"| {line} |" for line in lines)
