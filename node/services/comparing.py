"""An idea across sites: who tried it, what became of it there, and one measure of them all, each from its own day 0.

How it works. The actions of a loop are put together by site: the institution that speaks in a record, or its host. A site
stands where its newest cycle stands, and shows the newest cycle that has a series of the chosen measure. Sites come in
order of start and are never put in order by what they achieved; a negative result is a site like any other. Of what was
withdrawn no numbers are shown. Only as many series are read as one page shows.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from federation.records.fields import ClinicalCase, LearningAction, LearningShare, Measure
from node.learning import evidence, wire
from node.learning.evidence import Choice, Reading, Stand, Word
from node.learning.measures import MeasureDefinition
from node.services import families, looping, plotting
from node.services.families import Part
from node.services.looping import Doing, Gathered
from node.services.plotting import Series
from node.store import arrivals
from node.store.unit import Snapshot

MAX_SITES: Final = 24
MAX_ABOVE: Final = 16
DIFFERS: Final = timedelta(days=1)


class Site(Struct, frozen=True, kw_only=True):
    """One site. `newest` is its newest cycle, `told` the cycle whose series is shown; `parent` the place of the site it took
    the idea from. `received_at` is said where the date that its record bears is more than a day from it.
    """

    key: str
    place: str
    is_here: bool
    newest: Doing
    earlier: tuple[Word, ...]
    started_on: date
    ended_on: date | None
    parent: int | None
    told: Doing | None = None
    series: Series | None = None
    reading: Reading | None = None
    received_at: datetime | None = None

    @property
    def word(self) -> Word:
        """Where it stands."""
        return self.newest.word

    @property
    def reason(self) -> str:
        """Why it decided so, or took it back."""
        return _reason(self.newest)

    @property
    def changed(self) -> str:
        """What it did differently there."""
        shared = self.newest.shared
        told = shared.modifications if shared else None
        is_change = self.newest.relation == "adapts"
        return told or ((self.newest.action.change or self.newest.part.title) if is_change else "")


class Above(Struct, frozen=True):
    """What the idea goes back to and nobody here has: `gone` was deleted, `unknown` never came or is not for this reader."""

    uri: str
    state: Literal["gone", "unknown"]


class Idea(Struct, frozen=True, kw_only=True):
    """An idea with the sites that tried it: `sites` are all, `shown` the part of them with series."""

    id: int
    root: Part
    sites: tuple[Site, ...]
    shown: tuple[Site, ...]
    first: int
    measures: tuple[Choice, ...]
    measure: Choice | None
    verdict: str
    above: tuple[Above, ...]
    root_site: int | None
    try_id: int | None
    is_cut: bool

    @property
    def more(self) -> int:
        """How many sites come after those shown."""
        return len(self.sites) - self.first - len(self.shown)


def idea_of(
    snapshot: Snapshot, viewer_id: int | None, status_id: int, *, measure: str | None = None, first: int = 0
) -> Idea:
    """Return the idea that a record belongs to, as a reader may see it, from the `first` site on. Raises: 404.

    `measure` is the name of one of the choices; without it, or with one that is not there, what most sites share.
    """
    found = looping.gather(snapshot, viewer_id, status_id)
    root = found.parts[found.root.uri]
    sites = _sites(snapshot, found, root)
    offers = {site.key: _offers(snapshot, _cycles(found, site), viewer_id) for site in sites}
    listed = evidence.choices([[one for _, those in offers[site.key] for one in those] for site in sites])
    chosen = next((one for one in listed if one.ident == measure), listed[0] if listed else None)
    first = max(0, min(first, max(0, len(sites) - 1)))
    page = sites[first : first + MAX_SITES]
    return Idea(
        id=root.status_id,
        root=root,
        sites=sites,
        shown=tuple(_shown(snapshot, site, offers[site.key], chosen, viewer_id) for site in page),
        first=first,
        measures=listed,
        measure=chosen,
        verdict=evidence.verdict([Stand(site.word, site.reason) for site in sites]),
        above=_above(snapshot, found),
        root_site=next((n for n, site in enumerate(sites) if site.key == _key(root)), None),
        try_id=_to_try(root, sites, offers, chosen),
        is_cut=found.family.is_cut,
    )


# ------------------------------------------------------------------ sites


def _key(part: Part) -> str:
    return part.record.institution or part.origin


def _cycles(found: Gathered, site: Site) -> list[Doing]:
    """Return the cycles of a site, the newest first."""
    return [doing for doing in reversed(found.doings) if _key(doing.part) == site.key]


def _sites(snapshot: Snapshot, found: Gathered, root: Part) -> tuple[Site, ...]:
    grouped: dict[str, list[Doing]] = {}
    for doing in found.doings:
        grouped.setdefault(_key(doing.part), []).append(doing)
    ordered = sorted(grouped, key=lambda key: (_started(snapshot, _first(grouped[key])), key))
    places = {key: number for number, key in enumerate(ordered)}
    names = [_standing(grouped[key]).part.place for key in ordered]
    return tuple(
        _site(snapshot, key, grouped[key], _taken_from(found, grouped[key], places), is_twin=names.count(name) > 1)
        for key, name in zip(ordered, names, strict=True)
    )


def _site(snapshot: Snapshot, key: str, cycles: Sequence[Doing], parent: int | None, *, is_twin: bool) -> Site:
    newest = _standing(cycles)
    part = newest.part
    return Site(
        key=key,
        place=f"{part.place} ({part.origin})" if is_twin else part.place,
        is_here=part.is_here,
        newest=newest,
        earlier=tuple(doing.word for doing in cycles if doing is not newest),
        started_on=_started(snapshot, _first(cycles)),
        ended_on=_ended(snapshot, newest),
        parent=parent,
    )


def _standing(cycles: Sequence[Doing]) -> Doing:
    """Return the newest cycle that was not taken back, or the newest."""
    return next((doing for doing in reversed(cycles) if doing.word != "Withdrawn"), cycles[-1])


def _first(cycles: Sequence[Doing]) -> Doing:
    return next((doing for doing in cycles if doing.word != "Withdrawn"), cycles[0])


def _started(snapshot: Snapshot, doing: Doing) -> date:
    """Return day 0, or the day on which the action was told of where none is said."""
    said = (doing.shared.day_zero if doing.shared else None) or doing.action.day_zero
    if said is not None:
        return date.fromisoformat(said if len(said) == 10 else f"{said}-01")
    return doing.part.published_at.astimezone(snapshot.site.zone).date()


def _ended(snapshot: Snapshot, doing: Doing) -> date | None:
    if doing.word not in ("Stopped", "Withdrawn"):
        return None
    told = doing.share or doing.part
    return (told.edited_at or told.published_at).astimezone(snapshot.site.zone).date()


def _taken_from(found: Gathered, cycles: Sequence[Doing], places: Mapping[str, int]) -> int | None:
    """Return the place of the site that the first cycle goes back to, through whatever is known in between."""
    here, graph = _key(cycles[0].part), found.family.graph
    front, passed = [cycles[0].part.uri], {cycles[0].part.uri}
    while front:
        above = [uri for child in front for uri in graph.parents.get(child, ()) if uri not in passed]
        passed.update(above)
        for uri in above:
            part = found.parts.get(uri)
            if part is not None and _key(part) != here and _key(part) in places:
                return places[_key(part)]
        front = above
    return None


def _above(snapshot: Snapshot, found: Gathered) -> tuple[Above, ...]:
    """Return what known records of the idea name and this reader does not have, the root's own first."""
    named = [*families.above(found.root), *(uri for part in found.parts.values() for uri in _refs(part))]
    missing = [uri for uri in dict.fromkeys(named) if uri not in found.parts and uri != found.root.uri]
    gone = arrivals.deleted_by(snapshot, missing[:MAX_ABOVE])
    return tuple(Above(uri, "gone" if uri in gone else "unknown") for uri in missing[:MAX_ABOVE])


def _refs(part: Part) -> list[str]:
    record = part.record
    if isinstance(record, ClinicalCase):
        return []
    named = [edge.ref for edge in record.lineage if edge.relation != "supersedes"]
    return named if record.based_on is None else [record.based_on, *named]


def _reason(doing: Doing) -> str:
    shared, withdrawal = doing.shared, doing.part.withdrawal
    if doing.word == "Withdrawn":
        return withdrawal.explanation if withdrawal else ""
    if shared is not None:
        return shared.decision_reason or shared.sentence
    return doing.action.decision_reason or ""


# ------------------------------------------------------------------ series


_Offer = tuple[Doing, tuple[MeasureDefinition, ...]]


def _offers(snapshot: Snapshot, cycles: Sequence[Doing], viewer_id: int | None) -> list[_Offer]:
    """Return which measures each standing cycle of a site has a series of, the newest cycle first."""
    found: list[_Offer] = []
    for doing in cycles:
        if doing.word == "Withdrawn":
            continue
        told = _measures(doing)
        if doing.part.is_here and doing.share is None and viewer_id is not None:
            own = looping.shown_series(snapshot, doing, viewer_id)
            found.append((doing, tuple(series.definition for series in own if series.points)))
        elif told:
            found.append((doing, tuple(wire.definition_of(measure) for measure in told)))
    return [offer for offer in found if offer[1]]


def _measures(doing: Doing) -> tuple[Measure, ...]:
    record: LearningAction | LearningShare = doing.shared or doing.action
    return tuple(measure for measure in record.measures if measure.points)


def _shown(
    snapshot: Snapshot, site: Site, offers: Sequence[_Offer], chosen: Choice | None, viewer_id: int | None
) -> Site:
    told = _telling(offers, chosen)
    if told is None or chosen is None:
        return _received(site, site.newest)
    series = _series(snapshot, told, chosen.definition, viewer_id)
    reading = evidence.read(series.definition, series.points, series.analysis) if series else None
    return _received(site, told, series, reading)


def _telling(offers: Sequence[_Offer], chosen: Choice | None) -> Doing | None:
    return next(
        (doing for doing, own in offers if chosen and any(evidence.is_same(chosen.definition, one) for one in own)),
        None,
    )


def _series(snapshot: Snapshot, doing: Doing, wanted: MeasureDefinition, viewer_id: int | None) -> Series | None:
    record: LearningAction | LearningShare = doing.shared or doing.action
    if doing.part.is_here and doing.share is None and viewer_id is not None:
        own = looping.shown_series(snapshot, doing, viewer_id)
        return next((one for one in own if one.points and evidence.is_same(wanted, one.definition)), None)
    for measure in _measures(doing):
        if evidence.is_same(wanted, wire.definition_of(measure)):
            return plotting.series_in(measure, record.day_zero)
    return None


def _received(site: Site, told: Doing, series: Series | None = None, reading: Reading | None = None) -> Site:
    carrier = told.share or told.part
    is_far = abs(carrier.received_at - carrier.published_at) > DIFFERS
    return Site(
        key=site.key,
        place=site.place,
        is_here=site.is_here,
        newest=site.newest,
        earlier=site.earlier,
        started_on=site.started_on,
        ended_on=site.ended_on,
        parent=site.parent,
        told=told if series is not None else None,
        series=series,
        reading=reading,
        received_at=carrier.received_at if is_far and not site.is_here else None,
    )


def _to_try(
    root: Part, sites: Sequence[Site], offers: Mapping[str, Sequence[_Offer]], chosen: Choice | None
) -> int | None:
    """Return what one would begin from: the first site elsewhere that kept it and counts so, so that its measure comes along;
    else the root.
    """
    for site in sites:
        told = _telling(offers[site.key], chosen)
        if site.word == "Kept" and not site.is_here and told is not None and told.share is not None:
            return told.share.status_id
    if root.state != "withdrawn":
        return root.status_id
    return next((site.newest.part.status_id for site in sites if site.word != "Withdrawn"), None)
