"""An idea across sites: compared, not yet compared, taken back, and too large for one page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from markupsafe import Markup

from node.learning import lanes
from tests.web.pages.exhibits import GUEST, LINEAGE, SHELL, chart
from web.pages.views.ideas import Chip, Figure, Idea
from web.pages.views.loops import Fact
from web.pages.views.shell import Link, Shell

KEPT = Chip(words="Kept", tone="better", icon="check")
STOPPED = Chip(words="Stopped", tone="worse", icon="x")
HERE = chart("s0", 130)
LANES = (
    lanes.Lane(place="Kestrel Bay", word="Kept", began=date(2026, 3, 2), ended=date(2026, 6, 8)),
    lanes.Lane(place="Linden Vale Hospital", word="Trying", began=date(2026, 9, 7), parent=0),
)
FIGURES = (
    Figure(
        place="Linden Vale Hospital",
        url="/loops/2",
        chip=KEPT,
        finding="A shift: 40% before, 64% since.",
        details=("16 weeks, 25 patients each.", "Soft-close lids"),
        drawing=HERE.drawing,
        heads=HERE.heads,
        rows=HERE.rows,
        is_here=True,
    ),
    Figure(
        place="Orrin Valley",
        url="/loops/4",
        chip=STOPPED,
        finding="No numbers of this measure.",
        details=("“We have single rooms already”",),
    ),
)
IDEA = Idea(
    title="Soft-close bin lids let patients sleep",
    loop_url="/loops/1",
    lead="Two sites tried it: one kept it, one stopped.",
    chips=(replace(KEPT, words="1 kept"), replace(STOPPED, words="1 stopped")),
    began="First learned at Kestrel Bay, 2 March",
    measure="Patients who slept well, % of all",
    axis="Each site from its own day 0. Same axis. In order of start, not of rank.",
    measures=(Link("Patients who slept well by week (2)", ""), Link("Falls by month (1)", "/ideas/1?measure=falls")),
    figures=FIGURES,
    keys=HERE.keys,
    lanes=Markup(lanes.svg(LANES, today=date(2026, 11, 25))),
    tree=LINEAGE,
    is_list_first=False,
    above=(Fact("Not known at this hospital", "https://far.example/records/9"),),
    changed=(Fact("Linden Vale Hospital", "Lids on all 14 bins, and lights at 30%.", "/loops/2"),),
    more=3,
    following="/ideas/1?from=24",
    try_url="/ideas/1/try",
    has_withheld=True,
)


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    yield "idea", "idea", replace(SHELL, current="network"), IDEA
    long = replace(IDEA, is_list_first=True, is_cut=True, previous="/ideas/1", following="", more=0)
    yield "idea-long", "idea", SHELL, long
    taken_back = replace(IDEA, withdrawn="The count was wrong.", try_url="", above=())
    yield "idea-withdrawn", "idea", GUEST, taken_back
    bare = replace(
        IDEA,
        measure="",
        measures=(),
        figures=FIGURES[1:],
        keys=(),
        changed=(),
        has_withheld=False,
        more=0,
        following="",
    )
    yield "idea-bare", "idea", SHELL, bare
