"""The view-models of the network: does the loop connect, the units of the house, and where one works."""

from dataclasses import dataclass

from web.pages.views.charts import Chart
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import LoopItem
from web.pages.views.pages import Tab
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One of the twelve: what it is now, what its chart says, and what is counted over what."""

    key: str
    title: str
    now: str
    month: str
    finding: str
    tone: str = ""
    chip: str = ""
    chart: Chart | None = None
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckItem:
    """A loop whose day is past and that nobody counts for. `nudge`: where to remind its owner, empty where one may not."""

    title: str
    url: str
    detail: str
    nudge: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The twelve measures of a scope, and what is stuck in it."""

    title: str
    sentence: str
    tabs: tuple[Tab, ...]
    scope: str
    measures: tuple[Measured, ...]
    stuck: tuple[StuckItem, ...]
    csv_url: str
    fhir_url: str
    shows_stuck: bool = True
    is_empty: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class UnitItem:
    """One line of the list of units."""

    name: str
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class Units:
    """The units of the house. `own` is where the reader works."""

    items: tuple[UnitItem, ...]
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """What a unit learned, does and shared."""

    name: str
    path: str
    people: str
    learned: tuple[LoopItem, ...]
    doing: tuple[LoopItem, ...]
    shared: tuple[LoopItem, ...]
    below: tuple[Link, ...]
    network_url: str


@dataclass(frozen=True, slots=True)
class Working:
    """Where somebody works."""

    form: Form
    units: tuple[Choice, ...]
