"""Today, full and empty."""

from collections.abc import Iterator
from dataclasses import replace

from tests.web.pages.exhibits import ANYONE, NOW, OPEN, SHELL
from web.pages.views.forms import Form
from web.pages.views.loops import LoopItem
from web.pages.views.recalling import Card
from web.pages.views.shell import Shell
from web.pages.views.today import NewsItem, NumberBox, Today


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    box = NumberBox(
        title="Sepsis tray ready in the triage bay", url="/loops/1", action="/actions/1/numbers", measure="Antibiotics in time",
        key="in-time", day="2026-11-16", period="Week of 16 November", is_fraction=True, top_label="So many", denominator="20",
        last="Last time 15 of 20.", stages=OPEN,
    )  # fmt: skip
    minutes = replace(
        box, key="minutes", measure="Minutes to the tray", is_fraction=False, denominator="", top_label="min"
    )
    stopped = NewsItem(
        words="Tried, stopped", tone="worse", icon="x", when=NOW, title="Nordholm Clinic: Sepsis tray", url="/loops/2",
        text="Our drug fridge is 20 metres away.", idea_url="/ideas/2",
    )  # fmt: skip
    card = Card(
        action="/recall/1", question="How long may a cannula stay in?", answer=("As long as it looks well.",), by="Ines, Linden Vale",
        loop_url="/loops/4", reason="Kestrel Bay shared a result", reason_url="/loops/5",
    )  # fmt: skip
    late = LoopItem(title="Cannula check", url="/loops/3", stages=OPEN, detail="", warning="3 days overdue")
    full = Today(
        form=Form({"audience": "private", "once": "x"}), day="Wednesday 25 November", summary="Two things.", audience=ANYONE,
        numbers=(box, minutes), more_numbers=1, cards=(card,), news=(stopped,), loops=(late, replace(late, warning="", detail="Decide soon")),
        count=7,
    )  # fmt: skip
    shell = replace(SHELL, current="today")
    yield "today", "today", shell, full
    yield "today-empty", "today", shell, replace(full, numbers=(), more_numbers=0, cards=(), news=(), loops=(), count=0)
