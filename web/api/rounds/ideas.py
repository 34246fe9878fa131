"""An idea across sites: who tried it, what became of it there, and one measure of them all."""

from datetime import date, datetime
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.learning import evidence
from node.services import comparing
from node.services.comparing import Idea, Site
from web import answers
from web.api import params
from web.api.rounds import entities
from web.api.rounds.openapi import OPEN, row
from web.api.rounds.shapes import MeasureEntity, RecordEntity, SeriesEntity
from web.routing import Call


class IdeaQuery(Struct):
    """`measure` is the `ident` of one of the measures; `first` the place of the first site that is given with its series."""

    measure: str | None = None
    first: int | None = None


class IdeaMeasure(Struct):
    """A measure that sites share."""

    ident: str
    definition: MeasureEntity
    sites: int


class SiteEntity(Struct):
    """One site, in order of start. `word`: Kept, Adapted, Trying, Stopped, Withdrawn; `taken_from` is the place of another.

    `shift` is after less before; `seen_in` says in which period from day 0 the first signal could be seen; `total` how many
    stand behind what is shown. `received_at` is given where the date of the record is more than a day from it.
    """

    key: str
    place: str
    is_here: bool
    word: str
    reason: str
    changed: str
    started_on: date
    taken_from: int | None
    action: RecordEntity
    share: RecordEntity | None
    finding: str | None
    has_signal: bool | None
    side: str | None
    shift: float | None
    seen_in: int | None
    total: int | None
    withheld: int | None
    received_at: datetime | None
    series: SeriesEntity | None


class AboveEntity(Struct):
    """What the idea goes back to and is not here: gone or unknown."""

    uri: str
    state: str


class IdeaEntity(Struct):
    """An idea with the sites that tried it; `sites` are at most 24 of them, from `first` on, and `more` come after."""

    id: str
    url: str
    title: str
    root: RecordEntity
    verdict: str
    measures: list[IdeaMeasure]
    measure: str | None
    sites: list[SiteEntity]
    first: int
    more: int
    above: list[AboveEntity]
    is_cut: bool


async def show_idea(call: Call) -> Response:
    """Return the idea that a record belongs to, across the sites that tried it."""
    sent = params.query(call, IdeaQuery)
    found = await call.node.db.read(
        comparing.idea_of, call.reader_id, call.id(), measure=sent.measure, first=sent.first or 0
    )
    return answers.json(_idea(call, found))


def _idea(call: Call, of: Idea) -> IdeaEntity:
    site = call.node.site
    return IdeaEntity(
        id=str(of.id),
        url=f"{site.base_url}/ideas/{of.id}",
        title=of.root.title,
        root=entities.record(of.root, site),
        verdict=of.verdict,
        measures=[IdeaMeasure(one.ident, entities.measure(one.definition), one.n_sites) for one in of.measures],
        measure=of.measure.ident if of.measure else None,
        sites=[_site(call, one) for one in of.shown],
        first=of.first,
        more=of.more,
        above=[AboveEntity(one.uri, one.state) for one in of.above],
        is_cut=of.is_cut,
    )


def _site(call: Call, of: Site) -> SiteEntity:
    site, reading, series = call.node.site, of.reading, of.series
    return SiteEntity(
        key=of.key,
        place=of.place,
        is_here=of.is_here,
        word=of.word,
        reason=of.reason,
        changed=of.changed,
        started_on=of.started_on,
        taken_from=of.parent,
        action=entities.record(of.newest.part, site),
        share=entities.record(of.newest.share, site) if of.newest.share else None,
        finding=evidence.finding(series.definition, reading) if series and reading else None,
        has_signal=reading.has_signal if reading else None,
        side=reading.side if reading else None,
        shift=reading.shift if reading else None,
        seen_in=reading.seen_in if reading else None,
        total=reading.total if reading else None,
        withheld=reading.n_withheld if reading else None,
        received_at=of.received_at,
        series=entities.series(series, chart_url=None) if series else None,
    )


OPERATIONS: Final = (row("GET", "/ideas/{id}", show_idea, OPEN, IdeaEntity, query=IdeaQuery),)
