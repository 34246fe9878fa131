"""The pages of the institution: the network, units, and where one works."""

from collections.abc import Iterator
from datetime import date

from node.learning.facts import Fact, Facts, Key, Scope
from node.learning.metrics import appraise
from tests.web.pages.exhibits import SHELL
from web.pages.networks import _measured
from web.pages.views import network
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import LoopItem
from web.pages.views.pages import Tab
from web.pages.views.posts import Stage, Stages
from web.pages.views.shell import Link, Shell

TABS = (Tab("This hospital", "/network", True), Tab("All other hospitals", "/network?scope=peers", False))
DOING = Stages(Stage("done", "Learned"), Stage("now", "Doing"), Stage("todo", "Came to"))


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield (name, template, shell, view-model)."""
    stuck = (
        network.StuckItem(
            title="Soft lids on all bins", url="/loops/7", detail="Its day was 3 September; no number yet.", nudge="/network/stuck/7/nudge"
        ),
        network.StuckItem(title="Tea at ten", url="/loops/8", detail="Its day was 4 September; no number yet.", note="Reminded"),
    )  # fmt: skip
    page = network.Network(
        title="Linden Vale",
        sentence="Learnings become actions more often since March 2026.",
        tabs=TABS,
        scope="node",
        measures=tuple(_measured(row) for row in appraise(_facts(), Scope())),
        stuck=stuck,
        csv_url="/network.csv?scope=node",
        fhir_url="/network/fhir?scope=node",
    )
    yield "network", "network", SHELL, page
    yield "network-none", "network", SHELL, network.Network(
        title="Linden Vale", sentence="", tabs=TABS, scope="node", measures=(), stuck=(), csv_url="/a", fhir_url="/b", is_empty=True,
    )  # fmt: skip
    items = (network.UnitItem("Clinic / Ward 3", "/units/ward-3", "7 people work here"),)
    yield "units", "units", SHELL, network.Units(items, "Ward 3")
    yield "units-none", "units", SHELL, network.Units(())
    loops = (LoopItem(title="Soft lids", url="/loops/7", stages=DOING, detail="Decide by 3 December"),)
    late = (LoopItem(title="Tea", url="/loops/8", stages=DOING, detail="", warning="3 days overdue"),)
    yield "unit", "unit", SHELL, network.UnitPage(
        name="Ward 3", path="Clinic / Ward 3", people="7 people work here", learned=loops, doing=late, shared=loops,
        below=(Link("Bay 1", "/units/bay-1"), Link("Bay 2", "/units/bay-2")), network_url="/network?scope=unit:ward-3",
    )  # fmt: skip
    yield "unit-none", "unit", SHELL, network.UnitPage(
        name="Bay 1", path="Bay 1", people="1 person works here", learned=(), doing=(), shared=(), below=(),
        network_url="/network?scope=unit:bay-1",
    )  # fmt: skip
    choices = (Choice("", "Nowhere in particular"), Choice("ward-3", "Clinic / Ward 3"))
    yield "work", "work", SHELL, network.Working(Form({"unit": "ward-3"}), choices)
    yield "work-none", "work", SHELL, network.Working(Form(), ())


def _facts() -> Facts:
    """Return two years of a hospital of eight people that acts more often since last spring."""
    records: dict[Key, Fact] = {}
    for number in range(22):
        for by in range(8):
            on = date(2025 + number // 12, number % 12 + 1, 2 + by)
            learned = _put(records, "learning", on, by)
            if by < (3 if number < 14 else 6):
                _put(records, "action", on.replace(day=12 + by), by, learned)
    return Facts(today=date(2026, 11, 25), records=records)


def _put(records: dict[Key, Fact], kind: str, on: date, by: int, *parents: str) -> str:
    uri = f"https://linden-vale.example/{len(records)}"
    due = date(2026, 10, 20) if kind == "action" else None
    records[uri] = Fact(
        key=uri, kind=kind, on=on, author_id=by, place="linden", is_here=True, parents=parents, due_on=due  # type: ignore[arg-type]
    )  # fmt: skip
    return uri
