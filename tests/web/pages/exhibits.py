"""Invented people, posts and loops, as pages are given them."""

from dataclasses import replace
from datetime import date, timedelta

from markupsafe import Markup

from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import analyse
from node.services.plotting import Series
from web.pages.views import loops, posts
from web.pages.views.charts import Chart, chart_of
from web.pages.views.dates import When
from web.pages.views.forms import Choice, Form
from web.pages.views.people import Person
from web.pages.views.shell import Link, Shell

INES = Person(name="Ines Halloran", handle="ines", url="/@ines", place="Linden Vale Hospital")
ANNEKE = Person(
    name="Anneke Brandt", handle="anneke@ashmere.example", url="/@anneke@ashmere.example", place="ashmere.example"
)
KESTREL = Person(
    name="Kestrel Bay",
    handle="institution@kestrel.example",
    url="/@institution@kestrel.example",
    place="kestrel.example",
    is_institution=True,
)
SHELL = Shell(institution="Linden Vale Hospital", version="0.1.0", viewer=INES, csrf="token", unread=4)
GUEST = replace(SHELL, viewer=None, csrf="visitor", unread=0)
NOW = When("2026-11-25T09:12:00+00:00", "12 min")
ANYONE = posts.audience_of("public", "Linden Vale")


def chart(ident: str = "slept", height: int = 240, count: int = 16) -> Chart:
    """Return a run chart with a shift: ten weeks before, six after."""
    measure = MeasureDefinition(
        key="slept", label="Patients who slept well", kind="outcome", form="proportion", goal=60.0
    )
    tops = (10, 11, 9, 12, 10, 9, 11, 10, 10, 11, 14, 15, 16, 16, 17, 18)[:count]
    series = [PeriodPoint(period=week - 10, numerator=top, denominator=25) for week, top in enumerate(tops)]
    labels = [f"{date(2026, 7, 6) + timedelta(weeks=week):%d %b}".lstrip("0") for week in range(len(series))]
    shown = Series(definition=measure, points=tuple(series), analysis=analyse(measure, series), labels=tuple(labels))
    return chart_of(shown, change="Soft-close lids", ident=ident, height=height)


STAGES = posts.Stages(
    posts.Stage("done", "Learned", "2 March, Kestrel Bay"),
    posts.Stage("done", "Did", "Since 8 June"),
    posts.Stage("done", "Came to", "Adopted"),
)
OPEN = posts.Stages(
    posts.Stage("done", "Learned", "Today"),
    posts.Stage("now", "Doing", "By 15 January"),
    posts.Stage("todo", "Came to"),
)
SHARE = posts.Post(
    id="11",
    url="/@anneke@ashmere.example/11",
    author=ANNEKE,
    when=NOW,
    audience=ANYONE,
    body=Markup("<p>The tray halved our worst times. Nights caught up with days after five weeks.</p>"),
    language="en",
    verb=posts.Verb("share", "Reports", "Adopted."),
    chart=chart("p11", 170),
    stages=STAGES,
    loop_url="/loops/11",
    may_try=True,
    replies=4,
    boosts=11,
    favourites=2,
    is_boosted=True,
)
LEARNED = posts.Post(
    id="12",
    url="/@ines/12",
    author=INES,
    when=NOW,
    audience=posts.audience_of("house", "Linden Vale"),
    body=Markup(
        "<p>If the first lactate is taken from the cannula we already have, it comes back 14 minutes earlier.</p>"
    ),
    verb=posts.Verb("learn", "Learned"),
    source=Link("Own observation, 31 patients over two weeks", "https://linden-vale.example/note"),
    stages=posts.Stages(
        posts.Stage("done", "Learned", "Today"),
        posts.Stage("todo", "Doing", "Nobody yet"),
        posts.Stage("todo", "Came to"),
    ),
    loop_url="/loops/12",
    may_try=True,
)
PLAIN = posts.Post(
    id="13",
    url="/@leonie@clinic.example/13",
    author=Person(
        name="Leonie Maurer", handle="leonie@clinic.example", url="/@leonie@clinic.example", place="clinic.example"
    ),
    when=NOW,
    audience=ANYONE,
    body=Markup("<p>Handover tip: say the one thing you are worried about first, then the rest.</p>"),
    boosted_by=ANNEKE,
    warning="",
    pictures=(posts.Picture("A whiteboard with one line on it", "https://clinic.example/board.png", is_ours=False),),
    replies=9,
    boosts=37,
)
WARNED = replace(PLAIN, id="14", boosted_by=None, warning="Needles", pictures=())
PREVIEW = posts.Preview(
    url="https://journal.example/hand-over", title="Handover at the bedside", words="Eleven wards.", place="Journal"
)
AUDIENCES = (
    Choice("private", "My followers", "118 people, 73 outside this hospital."),
    Choice("unlisted", "Anyone with the link", "Open on the web, not shown in public lists."),
    Choice("public", "Anyone", "On the open web. Copies cannot be called back."),
)
COUNTS = (
    Choice("", "Nothing yet"),
    Choice("proportion-up", "n of all, more is better"),
    Choice("continuous-down", "a number, lower is better"),
)
SOURCES = (Choice("", "Choose"), Choice("own-observation", "Own observation"), Choice("article", "Article"))
DECISIONS = (
    Choice("adopt", "Adopt", "It works. This is how we do it now."),
    Choice("adapt", "Adapt", "Change it and start the next cycle."),
    Choice("abandon", "Abandon", "Stop. Others need to know this as much."),
)
ORIGIN = loops.Origin(
    title="A sealed tray in the triage bay saves the search",
    by="A learning by Maeve Tolland, Kestrel Bay",
    url="/loops/1",
    hears="She will hear what comes of it.",
)
TYPED = Form(
    {"audience": "private", "text": "On call nights the delay is not the prescribing. It is looking for the drug."}
)
PLAN = (
    loops.Fact("Aim", "80% get antibiotics within 60 minutes, by 15 January"),
    loops.Fact("We predicted", "“From 44% to 65% in four weeks.”", aside="Locked on 14 September"),
)
LINEAGE = (
    loops.Site(
        place="Kestrel Bay",
        detail="Learned on 2 March",
        words="Learned",
        tone="learn",
        icon="pen",
        url="/loops/1",
        below=(
            loops.Site(
                place="Linden Vale Hospital", detail="Since 7 September", words="Adopted", tone="better", icon="check",
                url="/loops/2", is_here=True,
                below=(
                    loops.Site(place="Saltmarsh District", detail="By 1 December", words="Trying", tone="do", icon="clock"),
                    loops.Site(
                        place="Orrin Valley", detail="“We have single rooms already”", words="Stopped", tone="worse", icon="x"
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip

LOOP = loops.Loop(
    title="Soft-close bin lids let patients sleep",
    stages=STAGES,
    chip="Adopted",
    chip_tone="better",
    chip_icon="check",
    audience=ANYONE,
    byline="Ines Halloran. Day 0: 7 September. Shared 6 November.",
    lead="Patients who slept well rose from 40% to 64%.",
    learn=loops.Column(
        text="Patients wake when the bin lids slam. Two bays got soft-close lids by accident: they just slept.",
        facts=(
            loops.Fact("From", "Own observation, night shift"),
            loops.Fact("By", "Ines Halloran, 24 August", "/@ines"),
        ),
    ),
    do=loops.Column(
        text="Soft-close hinges on all 14 bins and corridor lights at 30% from 22:30.",
        facts=(*PLAN, loops.Fact("Cycle", "1")),
        steps=(Link("Enter a number", "/actions/2/numbers"),),
    ),
    share=loops.Column(
        big="40% → 64%",
        big_of="median of patients who slept well",
        quote="Adopted. Cheapest change we ever made: four euros a bin.",
    ),
    charts=(chart(),),
    lineage=LINEAGE,
    talk=(replace(PLAIN, body=Markup("<p>Which hinge? Ours are pedal bins from 2009.</p>")),),
    url="/@ines/11",
    idea_url="/ideas/11",
    try_url="/loops/11/try",
)
FRESH = replace(
    LOOP,
    title="Nobody has tried this yet",
    stages=LEARNED.stages or LOOP.stages,
    chip="Nobody has tried it yet",
    chip_tone="learn",
    chip_icon="pen",
    lead="",
    do=loops.Column(missing="Nobody has tried it yet."),
    share=loops.Column(missing="Nothing to tell yet."),
    charts=(),
    lineage=(),
    talk=(),
)
