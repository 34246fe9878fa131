"""An idea across sites: what became of it at each hospital that tried it, side by side and in no rank."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from node.errors import not_found
from node.learning import chart, evidence, lanes, multiples
from node.learning.lanes import Lane
from node.learning.measures import MeasureDefinition, period_noun, unit_text
from node.learning.multiples import Axis
from node.services import comparing
from node.services.comparing import MAX_SITES, Idea, Site
from web.pages.cards import Look
from web.pages.timelines import look
from web.pages.views import ideas as views
from web.pages.views import loops as loop_views
from web.pages.views.charts import Key
from web.pages.views.dates import day_words
from web.pages.views.ideas import Chip, Figure
from web.pages.views.loops import Fact
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, signed_in
from web.routing import Route

MAX_MEASURES: Final = 12
MAX_LANES: Final = 60
LIST_FIRST: Final = 30
MAX_DEPTH: Final = 12
_CHIPS: Final = {
    "Kept": ("better", "check"),
    "Adapted": ("learn", "branch"),
    "Trying": ("do", "clock"),
    "Stopped": ("worse", "x"),
    "Withdrawn": ("warn", "warn"),
}


async def show(visit: Visit) -> Response:
    """Show the idea that a record belongs to. Raises: 404."""
    first = visit.query("from")
    found = await visit.call.node.db.read(
        comparing.idea_of,
        visit.reader_id,
        visit.call.id(),
        measure=visit.query("measure") or None,
        first=int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 0,
    )
    return visit.page("idea", page_of(found, await look(visit)), current="network")


async def try_it(visit: Visit) -> Response:
    """Lead to the form that begins an action from the idea. Raises: 404."""
    measure = visit.query("measure") or None
    found = await visit.call.node.db.read(comparing.idea_of, visit.account_id, visit.call.id(), measure=measure)
    if found.try_id is None:
        raise not_found()
    return visit.go(f"/loops/{found.try_id}/try")


def page_of(found: Idea, where: Look) -> views.Idea:
    """Return the view-model of an idea."""
    root, measure = found.root, found.measure.definition if found.measure else None
    shown = [site for site in found.shown if site.series is not None]
    axis = multiples.axis_of([_drawn(site) for site in shown])
    readings = [site.reading for site in shown if site.reading is not None]
    drawn = _lanes(found, where)
    return views.Idea(
        title=root.title,
        loop_url=f"/loops/{found.id}",
        lead=" ".join(
            filter(None, (found.verdict, evidence.signals(readings) if len(found.sites) <= MAX_SITES else ""))
        ),
        chips=_counts(found.sites),
        began=f"First {'learned' if root.kind == 'learning' else 'told'} at {root.place}, {_root_day(found, where)}",
        measure=_measure_words(measure) if measure else "",
        axis="Each site from its own day 0. Same axis. In order of start, not of rank.",
        measures=_measures(found),
        figures=tuple(_figure(site, axis, number, where) for number, site in enumerate(found.shown)),
        keys=_keys(shown),
        lanes=Markup(lanes.svg(drawn[:MAX_LANES], today=where.today)),  # noqa: S704 - drawn by us, its texts are escaped there
        tree=_tree(found, where),
        is_list_first=len(drawn) > LIST_FIRST,
        above=tuple(Fact(_ABOVE[one.state], one.uri) for one in found.above),
        changed=_changed(found.sites),
        previous=_address(found, max(0, found.first - MAX_SITES)) if found.first else "",
        following=_address(found, found.first + len(found.shown)) if found.more else "",
        more=found.more,
        try_url=_address(found, 0, page="/try") if found.try_id is not None else "",
        try_from=_try_from(found),
        withdrawn=root.withdrawal.explanation if root.withdrawal else "",
        is_cut=found.is_cut,
        has_withheld=any(reading.n_withheld for reading in readings),
    )


_ABOVE: Final = {"gone": "Deleted where it came from", "unknown": "Not known at this hospital"}


def _address(found: Idea, first: int, page: str = "") -> str:
    asked = {"measure": found.measure.ident} if found.measure and found.measure is not found.measures[0] else {}
    query = urlencode(asked | ({"from": str(first)} if first else {}))
    return f"/ideas/{found.id}{page}{'?' + query if query else ''}"


def _root_day(found: Idea, where: Look) -> str:
    return day_words(found.root.published_at.astimezone(where.zone).date(), where.today)


def _measure_words(measure: MeasureDefinition) -> str:
    unit = "% of all" if measure.form == "proportion" else unit_text(measure)
    return f"{measure.label}, {unit}" if unit else measure.label


def _measures(found: Idea) -> tuple[Link, ...]:
    if len(found.measures) < 2:
        return ()
    return tuple(
        Link(
            f"{one.definition.label} by {period_noun(one.definition, 1)} ({one.n_sites})",
            "" if one is found.measure else f"/ideas/{found.id}?{urlencode({'measure': one.ident})}",
        )
        for one in found.measures[:MAX_MEASURES]
    )


def _counts(sites: Sequence[Site]) -> tuple[Chip, ...]:
    counted = Counter(site.word for site in sites)
    return tuple(
        Chip(words=f"{counted[word]} {word.lower()}", tone=tone, icon=icon)  # type: ignore[index]  # the keys are words
        for word, (tone, icon) in _CHIPS.items()
        if counted[word]  # type: ignore[index]
    )


# ------------------------------------------------------------------ one site


def _drawn(site: Site) -> multiples.Site:
    assert site.series is not None
    return multiples.Site(site.series.definition, site.series.points, site.series.analysis)


def _figure(site: Site, axis: Axis, number: int, where: Look) -> Figure:
    tone, icon = _CHIPS[site.word]
    chip = Chip(words=site.word, tone=tone, icon=icon)
    url = f"/loops/{site.newest.part.status_id}"
    if site.series is None or site.reading is None:
        words = "Withdrawn, so no numbers are shown." if site.word == "Withdrawn" else "No numbers of this measure."
        details = _details(site, where)
        return Figure(place=site.place, url=url, chip=chip, finding=words, details=details, is_here=site.is_here)
    measure, drawn = site.series.definition, _drawn(site)
    said = evidence.finding(measure, site.reading)
    table = chart.table(measure, site.series.points, labels=site.series.labels)
    title = f"{site.place}: {measure.label}, aligned on day 0"
    svg = multiples.svg(drawn, axis, title=title, about=multiples.about(drawn, said), ident=f"s{number}")
    counts = [evidence.denominators(measure, site.reading), evidence.withheld(measure, site.reading)]
    counts += ["Some numbers lie outside the axis; the table has them"] if multiples.has_outside(drawn, axis) else []
    return Figure(
        place=site.place,
        url=url,
        chip=chip,
        finding=said,
        details=(". ".join(filter(None, counts)) + ".", *_details(site, where)),
        drawing=Markup(svg),  # noqa: S704 - drawn by us, its texts are escaped there
        heads=table.heads,
        rows=table.rows,
        is_here=site.is_here,
    )


def _details(site: Site, where: Look) -> tuple[str, ...]:
    """Return day 0, which cycle, why, what was changed, and when it came if its date says something else."""
    told = site.told or site.newest
    day_zero = (told.shared.day_zero if told.shared else None) or told.action.day_zero
    lines = [_day_zero(day_zero, where)]
    if site.earlier:
        cycles = ", ".join(word.lower() for word in site.earlier)
        lines.append(f"Before that here: {cycles}.")
    if site.told is not None and site.told is not site.newest:
        lines.append("The chart is of an earlier cycle.")
    if site.reason:
        lines.append(f"{site.word}: {site.reason}")
    if site.received_at is not None:
        said = (told.share or told.part).published_at.astimezone(where.zone).date()
        came = site.received_at.astimezone(where.zone).date()
        lines.append(f"Dated {day_words(said, where.today)}, came here {day_words(came, where.today)}.")
    return tuple(filter(None, lines))


def _day_zero(said: str | None, where: Look) -> str:
    if said is None:
        return ""
    if len(said) == 7:
        return f"Day 0 in {date.fromisoformat(said + '-01'):%B %Y}."
    return f"Day 0: {day_words(date.fromisoformat(said), where.today)}."


def _keys(shown: Sequence[Site]) -> tuple[Key, ...]:
    found: dict[str, str] = {}
    for site in shown:
        assert site.series is not None
        for mark, words in chart.legend(site.series.definition, site.series.points, site.series.analysis):
            if words != "aim":
                found.setdefault(words, mark)
    zone = '<svg class="chart" aria-hidden="true"><rect class="zone" width="24" height="16"/></svg>'
    after = {"after day 0": zone} if shown else {}
    return tuple(Key(Markup(mark), words) for words, mark in (found | after).items())  # noqa: S704 - drawn by us


def _changed(sites: Sequence[Site]) -> tuple[Fact, ...]:
    return tuple(
        Fact(site.place, site.changed, f"/loops/{site.newest.part.status_id}") for site in sites if site.changed
    )[:MAX_SITES]


def _try_from(found: Idea) -> str:
    site = next((one for one in found.sites if one.newest.share and one.newest.share.status_id == found.try_id), None)
    return f"It begins from what {site.place} told, and the measure comes with it." if site else ""


# ------------------------------------------------------------------ who tried whose idea


def _lanes(found: Idea, where: Look) -> list[Lane]:
    """Return a lane a site, the place where it was learned first."""
    root_day = min(found.root.published_at.astimezone(where.zone).date(), where.today)
    has_root = found.root_site is None
    made = [Lane(place=found.root.place, word="Learned", began=root_day)] if has_root else []
    for number, site in enumerate(found.sites):
        is_root = number == found.root_site
        began = root_day if is_root else min(max(site.started_on, root_day), where.today)
        parent = None if is_root else _place_above(found, number)
        ended = None if site.ended_on is None else min(max(site.ended_on, began), where.today)
        detail = "first learned here" if is_root else site.word.lower()
        made.append(Lane(place=site.place, word=site.word, began=began, ended=ended, parent=parent, detail=detail))
    return made


def _place_above(found: Idea, number: int) -> int | None:
    """Return the lane that a site took the idea from: another site's, else that of the place where it was learned."""
    parent, shift = found.sites[number].parent, 1 if found.root_site is None else 0
    if parent is not None and parent != number and _is_above(found, parent, number):
        return parent + shift
    root = 0 if found.root_site is None else found.root_site
    return root if root != number or shift else None


def _is_above(found: Idea, parent: int, number: int) -> bool:
    """Tell whether going up from a site ever ends: two sites that took from each other stand side by side."""
    passed: set[int] = {number}
    here: int | None = parent
    while here is not None:
        if here in passed:
            return False
        passed.add(here)
        here = found.sites[here].parent
    return True


def _tree(found: Idea, where: Look) -> tuple[loop_views.Site, ...]:
    """Return the lanes as a nested list; what lies deeper than a page can indent stands at its last step."""
    drawn = _lanes(found, where)
    below: dict[int | None, list[int]] = {}
    for number, lane in enumerate(drawn):
        parent = lane.parent if lane.parent is not None and lane.parent < MAX_LANES * 10 else None
        below.setdefault(parent, []).append(number)
    shift = 1 if found.root_site is None else 0

    def grow(number: int, depth: int) -> loop_views.Site:
        lane = drawn[number]
        site = found.sites[number - shift] if number >= shift else None
        tone, icon = _CHIPS.get(lane.word, ("learn", "pen"))
        deeper = _under(number, below) if depth == MAX_DEPTH else below.get(number, ())
        return loop_views.Site(
            place=lane.place,
            detail=f"since {day_words(lane.began, where.today)}",
            words=lane.word,
            tone=tone,
            icon=icon,
            url=f"/loops/{site.newest.part.status_id if site else found.id}",
            below=tuple(grow(one, depth + 1) for one in deeper) if depth <= MAX_DEPTH else (),
        )

    return tuple(grow(number, 0) for number in below.get(None, ()))


def _under(number: int, below: dict[int | None, list[int]]) -> list[int]:
    found, front = [], list(below.get(number, ()))
    while front:
        found.append(front.pop(0))
        front += below.get(found[-1], ())
    return found


routes = (
    Route("GET", "/ideas/{id}", anyone(show)),
    Route("GET", "/ideas/{id}/try", signed_in(try_it)),
)
