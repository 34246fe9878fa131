"""The view-models of the loop: recording, trying, counting, deciding, and the loop as one page."""

from dataclasses import dataclass

from web.pages.views.alike import AlikeItem
from web.pages.views.charts import Chart
from web.pages.views.forms import Choice, Form
from web.pages.views.posts import Audience, Post, Stages
from web.pages.views.reports import Cite
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The learning that a form is about: its sentence, whose it is, and its address."""

    title: str
    by: str
    url: str
    hears: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Compose: I learned, I will ... by ... and count, it came to."""

    form: Form
    audiences: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    counts: tuple[Choice, ...]
    origin: Origin | None = None
    licences: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """We try this here: a change, a date, a measure."""

    form: Form
    action: str
    origin: Origin
    audiences: tuple[Choice, ...]
    counts: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopItem:
    """One line of My loops."""

    title: str
    url: str
    stages: Stages
    detail: str
    warning: str = ""
    step: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops:
    """Open loops first, then those that are closed."""

    open: tuple[LoopItem, ...]
    closed: tuple[LoopItem, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what it says; `url` makes it a link, `aside` stands behind it."""

    term: str
    words: str
    url: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of the three columns. `big` is the before and after; `missing` is said when the stage has not come."""

    text: str = ""
    big: str = ""
    big_of: str = ""
    quote: str = ""
    facts: tuple[Fact, ...] = ()
    missing: str = ""
    steps: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place in the lineage; `tone`: do, learn, worse, better; `below` began from it."""

    place: str
    detail: str
    words: str
    tone: str
    icon: str
    url: str = ""
    is_here: bool = False
    below: tuple["Site", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The loop as one thing: what was learned, done, what came of it, where else, and the talk about it."""

    title: str
    stages: Stages
    chip: str
    chip_tone: str
    chip_icon: str
    audience: Audience
    byline: str
    lead: str
    learn: Column
    do: Column
    share: Column
    charts: tuple[Chart, ...]
    lineage: tuple[Site, ...]
    talk: tuple[Post, ...]
    url: str
    idea_url: str
    nowhere: str = ""
    try_url: str = ""
    withdrawn: str = ""
    report_url: str = ""
    cite: Cite | None = None
    alike: tuple[AlikeItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The entry of one number, the chart as it stands, and the plan beside it."""

    form: Form
    action: str
    title: str
    loop_url: str
    chip: str
    audience: Audience
    byline: str
    period: str
    measure: str
    is_fraction: bool
    top_label: str
    bottom_label: str
    last: str
    chart: Chart | None
    plan: tuple[Fact, ...]
    measures: tuple[Choice, ...]
    decide_url: str
    is_open: bool = True
    predict_action: str = ""
    looks: tuple[Link, ...] = ()
    plan_url: str = ""
    table_url: str = ""
    measure_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What do we do with it, in one sentence, and who hears it."""

    form: Form
    action: str
    title: str
    loop_url: str
    finding: str
    origin: Origin | None
    audiences: tuple[Choice, ...]
    decisions: tuple[Choice, ...]
    chart: Chart | None
