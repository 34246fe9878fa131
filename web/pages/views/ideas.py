"""The view-model of an idea across sites: the verdict, one small chart a site, and who tried whose idea."""

from dataclasses import dataclass

from markupsafe import Markup

from web.pages.views.charts import Key
from web.pages.views.loops import Fact, Site
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A word with a colour and a sign."""

    words: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One site: where it stands, its chart if it shares one, what the chart says, and how many stand behind it."""

    place: str
    url: str
    chip: Chip
    finding: str
    details: tuple[str, ...]
    drawing: Markup | str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """An idea across sites. `measures` are links, the current one without an address."""

    title: str
    loop_url: str
    lead: str
    chips: tuple[Chip, ...]
    began: str
    measure: str
    axis: str
    measures: tuple[Link, ...]
    figures: tuple[Figure, ...]
    keys: tuple[Key, ...]
    lanes: Markup
    tree: tuple[Site, ...]
    is_list_first: bool
    above: tuple[Fact, ...]
    changed: tuple[Fact, ...]
    previous: str = ""
    following: str = ""
    more: int = 0
    try_url: str = ""
    try_from: str = ""
    withdrawn: str = ""
    is_cut: bool = False
    has_withheld: bool = False
