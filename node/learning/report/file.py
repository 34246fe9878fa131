"""A report as one HTML file that needs nothing else: its charts are drawings inside, it prints in black and white."""

from collections.abc import Iterator
from typing import Final

from node.learning.chart import chart_svg, escape, rules_text, table
from node.learning.phrases import full_day
from node.learning.report.markdown import INTERNAL
from node.learning.report.model import Drawn, Report, Section, Sentence

_STYLE: Final = (
    "html{color-scheme:light;background:#fff;color:#14222a;font:400 16px/1.5 system-ui,sans-serif}"
    "body{max-width:46rem;margin:0 auto;padding:1.5rem;overflow-wrap:anywhere}h1{font-size:1.75rem;line-height:1.2}"
    "h2{font-size:1.125rem;margin:1.5rem 0 .25rem}ul{margin:0;padding-left:1.1rem}li{margin:.15rem 0}"
    ".from,.meta{color:#495963;font-size:.8125rem}a{color:#0b5c68}.note{border:2px solid #775000;padding:.5rem .75rem}"
    "table{border-collapse:collapse;font-size:.8125rem}th,td{border-bottom:1px solid #70818b;padding:.2rem .6rem;"
    "text-align:left;vertical-align:top}caption{text-align:left;font-weight:600}figure{margin:1rem 0;break-inside:avoid}"
    "svg{display:block;width:100%;overflow:visible;font:400 12px/1 system-ui,sans-serif}text{fill:#495963}"
    ".lab{fill:#14222a}.goal-t{fill:#17663a}.b-t{fill:#1a5fb4}.w-t{fill:#b04600}.zone{fill:#e2eeef}"
    ".grid{stroke:#d5dde1}.axis{stroke:#70818b}.ev{stroke:#495963}.med{stroke:#14222a;stroke-width:1.5}"
    ".goal{stroke:#17663a;stroke-width:1.5;stroke-dasharray:8 5}.limit{stroke:#495963;stroke-dasharray:2 4}"
    ".seg-l{stroke:#495963;stroke-width:1.5}.seg-b{stroke:#1a5fb4;stroke-width:2}.seg-w{stroke:#b04600;stroke-width:2}"
    ".pt,.px{fill:#fff;stroke:#495963;stroke-width:1.5}.pb{fill:#1a5fb4}.pw{fill:#b04600}.end{fill:#14222a}"
    ".figures{display:block}@page{size:A4;margin:14mm}@media print{html{font-size:9pt;line-height:1.3;color:#000}"
    "ul{padding-left:.9rem}li{margin:0}.figures{display:grid;grid-template-columns:1fr 1fr;gap:8pt}body{max-width:none;padding:0}"
    "h1{font-size:14pt;margin:0 0 4pt}h2{font-size:10pt;margin:6pt 0 1pt;break-after:avoid}.from,.meta{color:#222}"
    "text,.lab,.b-t,.w-t,.goal-t{fill:#000}.pb,.pw,.end{fill:#000}.seg-b,.seg-w,.med,.goal{stroke:#000}"
    ".zone{fill:#eee}figure{margin:4pt 0}details{display:none}}"
)


def html(report: Report) -> str:
    """Return the report as a document of its own."""
    return (
        f'<!doctype html>\n<html lang="{escape(report.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(report.title)}</title><meta name="author" content="{escape(report.institution)}">'
        f"<style>{_STYLE}</style></head><body><main>{''.join(_body(report))}</main></body></html>\n"
    )


def _body(report: Report) -> Iterator[str]:
    yield f"<h1>{escape(report.title)}</h1>"
    yield f'<p class="meta">{escape(", ".join(report.authors))}. {escape(report.institution)}. {full_day(report.written_on)}.</p>'
    if report.withdrawn:
        yield f'<p class="note"><strong>Withdrawn.</strong> {escape(report.withdrawn)}</p>'
    if report.is_internal:
        yield f'<p class="note">{escape(INTERNAL)}</p>'
    for section in report.sections:
        yield _section(section)
        if section.key == "results":
            figures = "".join(_figure(drawn, number) for number, drawn in enumerate(report.charts, 1))
            yield f'<div class="figures">{figures}</div>' if figures else ""
    yield f'<p class="meta">{escape(report.completeness)}.</p>'
    if report.citation:
        yield f'<p class="meta">{escape(report.citation)}</p>'
    if report.licence:
        yield f'<p class="meta">Licence: {escape(report.licence)}.</p>'


def _section(section: Section) -> str:
    lines = "".join(_line(sentence) for sentence in section.sentences)
    told = f"<ul>{lines}</ul>" if lines else '<p class="meta">Nothing yet.</p>'
    return f'<section id="i-{section.key}"><h2>{section.item}. {escape(section.heading)}</h2>{told}</section>'


def _line(sentence: Sentence) -> str:
    label, url = escape(sentence.origin.label), sentence.origin.url
    is_link = url.startswith(("https://", "http://"))
    link = f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{label}</a>' if is_link else label
    return f'<li>{escape(sentence.text)} <span class="from">← {link}</span></li>'


def _figure(drawn: Drawn, number: int) -> str:
    svg = chart_svg(
        drawn.definition,
        drawn.points,
        drawn.analysis,
        change_label="Change",
        labels=drawn.labels,
        ident=f"c{number}",
        height=200,
    ).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    caption = f"<figcaption>{escape(f'{drawn.definition.label}. {drawn.finding}')}</figcaption>"
    rules = f'<p class="meta">{escape(rules_text(drawn.analysis))}</p>'
    return f'<figure id="chart-{number}">{caption}{svg}{rules}{_table(drawn)}</figure>'


def _table(drawn: Drawn) -> str:
    numbers = table(drawn.definition, drawn.points, labels=drawn.labels)
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in numbers.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in numbers.rows
    )
    return (
        f"<details><summary>The numbers as a table</summary><table><caption>{escape(numbers.caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )
