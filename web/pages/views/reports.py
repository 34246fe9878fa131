"""The view-models of a report: its items, each sentence with where it comes from, and the boxes one may write in."""

from dataclasses import dataclass

from web.pages.views.charts import Chart
from web.pages.views.forms import Form
from web.pages.views.posts import Audience
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and its source; without an address the source is words alone."""

    words: str
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of the 18 items; `label` is that of its box, empty when nobody may write here."""

    number: int
    key: str
    heading: str
    lines: tuple[Line, ...] = ()
    label: str = ""
    is_open: bool = False
    has_charts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """How a public record is cited; `licence` is empty for a peer's, whose post says it."""

    line: str
    url: str
    licence: str = ""
    licence_url: str = ""
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as a page."""

    form: Form
    action: str
    title: str
    loop_url: str
    byline: str
    completeness: str
    audience: Audience
    hears: str
    items: tuple[Item, ...]
    charts: tuple[Chart, ...]
    files: tuple[Link, ...]
    cite: Cite | None = None
    withdrawn: str = ""
    is_internal: bool = False
