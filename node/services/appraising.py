"""Does the loop connect? The twelve measures of the network for a unit, for this hospital, or for all the others.

Whoever asks gets counts and days by month, never who. Of other hospitals only what they told everybody is counted. What is
known is read a little at a time and counted in another process, so that nobody waits for it.
"""

import asyncio
import csv
import io
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from node.errors import invalid
from node.learning import ledger, metrics
from node.learning.facts import Scope, Seen
from node.learning.ledger import Entry, Ledger
from node.learning.measures import value_of
from node.learning.metrics import MONTHS, Appraised
from node.learning.periods import period_day, period_start
from node.ports import Workshop
from node.services import recording, staffing
from node.services.families import KINDS
from node.store import appraisals
from node.store.appraisals import MAX_RECORDS, RecordRow
from node.store.database import Database
from node.store.unit import Snapshot

AT_A_TIME: Final = 500
_NOW: Final = (2**62, 2**62)
MEMORY: Final = timedelta(days=3 * 366)  # how far back ideas are followed
NODE: Final = "node"
PEERS: Final = "peers"
UNIT: Final = "unit:"


class Report(Struct, frozen=True, kw_only=True):
    """What a scope shows. `is_cut`: there are more records than are counted, so the oldest are left out."""

    scope: str
    title: str
    headline: str
    rows: tuple[Appraised, ...]
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that could be counted."""
        return not any(row.points or row.hidden == "few" for row in self.rows)


class _Measured(Struct):
    points: list[msgspec.Raw] = []


class _Told(Struct, rename="camel"):
    """What of a record on the wire the measures need."""

    based_on: str | None = None
    reports_on: str | None = None
    due: str | None = None
    decision: str | None = None
    measures: list[_Measured] = []


_told: Final = msgspec.json.Decoder(_Told)


async def know(db: Database) -> bytes:
    """Return everything that is known as one hands it to `report`, read a little at a time so that nobody waits for it."""
    book = Ledger()
    before: tuple[int, int] | None = _NOW
    while before is not None and book.count < MAX_RECORDS:
        before = await db.read(_read_on, book, before)
        await asyncio.sleep(0)  # where reads are done in place, others have their turn
    seen = [*await db.read(_first_seen)]
    for number in range(1, MONTHS + 1):
        seen += await db.read(_seen_in, number)
        await asyncio.sleep(0)
    today, timezone = await db.read(lambda snapshot: (recording.today(snapshot), snapshot.site.timezone))
    return book.packed(today, timezone, seen)


async def report(db: Database, workshop: Workshop, scope: str, known: bytes) -> Report:
    """Return the measures of a scope: `node`, `peers` or `unit:` with its short name; another process counts.

    Raises: 404, 422.
    """
    chosen, title = await db.read(scope_of, scope)
    appraised = await workshop.run(ledger.appraise, known, chosen)
    return Report(
        scope=scope,
        title=title,
        headline=metrics.headline(appraised),
        rows=appraised,
        is_cut=ledger.count(known) >= MAX_RECORDS,
    )


def scope_of(snapshot: Snapshot, scope: str) -> tuple[Scope, str]:
    """Return which facts a scope looks at, and what it is called. Raises: 404, 422."""
    if scope == NODE:
        return Scope(), snapshot.site.institution_name
    if scope == PEERS:
        return Scope(is_elsewhere=True), "All other hospitals"
    if scope.startswith(UNIT):
        slug = scope.removeprefix(UNIT)
        return Scope(members=staffing.people_in(snapshot, slug), units=staffing.groups(snapshot)), staffing.one(
            snapshot, slug
        ).name
    raise invalid(
        f"“{scope}” is no scope. Write node, peers, or unit: with its short name.", field="scope", code="scope-unknown"
    )


# ------------------------------------------------------------------ facts


def _read_on(snapshot: Snapshot, book: Ledger, before: tuple[int, int]) -> tuple[int, int] | None:
    """Put the next records down; return where to go on, None: these were all."""
    rows = appraisals.records(snapshot, since=snapshot.now - MEMORY, before=before, limit=AT_A_TIME)
    book.put([_entry(book, row) for row in rows])
    return (rows[-1].published_ms, rows[-1].status_id) if len(rows) == AT_A_TIME else None


def _entry(book: Ledger, row: RecordRow) -> Entry:
    told, kind = _told.decode(row.record), KINDS[row.type]
    decision = told.decision if kind == "share" or row.state == "closed" else None
    is_decided = kind == "action" and decision is not None
    return Entry(
        number=book.number(row.uri),
        kind=kind,
        published_ms=row.published_ms,
        author_id=row.account_id,
        place=book.number(row.place),
        is_here=bool(row.is_local),
        parents=tuple(book.number(uri) for uri in (told.reports_on, told.based_on) if uri),
        due=date.fromisoformat(told.due).toordinal() if told.due and kind == "action" else None,
        decision=decision,
        decided_ms=(row.edited_ms or row.published_ms) if is_decided else None,
        counted_ms=row.counted_ms,
        has_series=kind == "share" and any(measure.points for measure in told.measures),
    )


def _first_seen(snapshot: Snapshot) -> list[Seen]:
    zone = snapshot.site.zone
    return [
        Seen(account_id, at.astimezone(zone).date(), is_first=True)
        for account_id, at in appraisals.first_cards(snapshot).items()
    ]


def _seen_in(snapshot: Snapshot, number: int) -> list[Seen]:
    """Return who answered a card in a month, counted back from the last."""
    zone, month = snapshot.site.zone, period_start(recording.today(snapshot), "month")
    first, end = period_day(-number, month, "month"), period_day(1 - number, month, "month")
    start, stop = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, end))
    return [Seen(account_id, first) for account_id in appraisals.reviewers(snapshot, start, stop)]


# ------------------------------------------------------------------ as a file

_HEADS: Final = ("scope", "number", "measure", "label", "month", "numerator", "denominator", "value", "unit", "state")


def csv_of(told: Report) -> str:
    """Return a report as CSV, one row a month of each measure; what is hidden has one row that says so."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    for row in told.rows:
        definition = row.definition
        start = (told.scope, row.number, definition.key, definition.label)
        for day, point in zip(row.labels, row.points, strict=True):
            value = value_of(definition, point)
            shown = "" if value is None else round(value, 2)
            numbers = (point.numerator, point.denominator, shown, definition.unit or "", point.state)
            writer.writerow((*start, f"{day:%Y-%m}", *numbers))
        if not row.points:
            writer.writerow(
                (*start, "", "", "", "", definition.unit or "", f"hidden: {row.hidden}" if row.hidden else "none")
            )
    return out.getvalue()
