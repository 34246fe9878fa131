"""Does the loop connect? The twelve measures of the network for a unit, for this hospital, or for all the others.

Whoever asks gets counts and days by month, never who. Of other hospitals only what they told everybody is counted.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from node.errors import invalid
from node.learning import metrics
from node.learning.facts import Fact, Facts, Kind, Scope, Seen
from node.learning.measures import value_of
from node.learning.metrics import MONTHS, Appraised
from node.learning.periods import period_day, period_start
from node.services import recording, staffing
from node.services.families import KINDS
from node.store import appraisals
from node.store.appraisals import MAX_RECORDS, RecordRow
from node.store.columns import from_ms
from node.store.unit import Snapshot

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


def report(snapshot: Snapshot, scope: str) -> Report:
    """Return the measures of a scope: `node`, `peers` or `unit:` with its short name. Raises: 404, 422."""
    chosen, title = _scope(snapshot, scope)
    rows = appraisals.records(snapshot, since=snapshot.now - MEMORY)
    facts = _facts(snapshot, rows)
    appraised = metrics.appraise(facts, chosen)
    return Report(
        scope=scope,
        title=title,
        headline=metrics.headline(appraised),
        rows=appraised,
        is_cut=len(rows) >= MAX_RECORDS,
    )


def _scope(snapshot: Snapshot, scope: str) -> tuple[Scope, str]:
    if scope == NODE:
        return Scope(), snapshot.site.institution_name
    if scope == PEERS:
        return Scope(is_elsewhere=True), "All other hospitals"
    if scope.startswith(UNIT):
        slug = scope.removeprefix(UNIT)
        return Scope(members=staffing.people_in(snapshot, slug)), staffing.one(snapshot, slug).name
    raise invalid(
        f"“{scope}” is no scope. Write node, peers, or unit: with its short name.", field="scope", code="scope-unknown"
    )


# ------------------------------------------------------------------ facts


def _facts(snapshot: Snapshot, rows: Sequence[RecordRow]) -> Facts:
    zone = snapshot.site.zone
    numbers = appraisals.first_numbers(snapshot, since=snapshot.now - MEMORY)

    def day(instant: datetime) -> date:
        return instant.astimezone(zone).date()

    facts = {}
    for row in rows:
        counted = numbers.get(row.status_id)
        fact = _fact(row, day(from_ms(row.published_ms)), day(counted) if counted else None)
        if fact.kind == "action" and fact.decision is not None:
            decided = row.published_ms if row.edited_ms is None else row.edited_ms
            fact = msgspec.structs.replace(fact, decided_on=day(from_ms(decided)))
        facts[row.uri] = fact
    return Facts(today=recording.today(snapshot), records=_with_series(rows, facts), seen=tuple(_seen(snapshot)))


def _fact(row: RecordRow, on: date, counted_on: date | None) -> Fact:
    told = _read(row.record)
    kind: Kind = KINDS[row.type]
    return Fact(
        uri=row.uri,
        kind=kind,
        on=on,
        author_id=row.account_id,
        place=row.place,
        is_here=row.is_local,
        parents=tuple(uri for uri in (told.reports_on, told.based_on) if uri),
        due_on=date.fromisoformat(told.due) if told.due and kind == "action" else None,
        decision=told.decision if kind == "share" or row.state == "closed" else None,
        counted_on=counted_on,
    )


def _read(text: str) -> _Told:
    return _told.decode(text)


def _with_series(rows: Sequence[RecordRow], facts: dict[str, Fact]) -> dict[str, Fact]:
    """Take it that another hospital counted what its share shows numbers of: its points never come here."""
    for row in rows:
        if row.is_local or KINDS[row.type] != "share":
            continue
        told, share = _read(row.record), facts[row.uri]
        action = facts.get(told.reports_on or "")
        if action is not None and not action.is_here and any(measure.points for measure in told.measures):
            facts[action.uri] = msgspec.structs.replace(action, counted_on=min(share.on, action.counted_on or share.on))
    return facts


def _seen(snapshot: Snapshot) -> Iterator[Seen]:
    zone = snapshot.site.zone
    for account_id, at in appraisals.first_cards(snapshot).items():
        yield Seen(account_id, at.astimezone(zone).date(), is_first=True)
    month = period_start(recording.today(snapshot), "month")
    for number in range(1, MONTHS + 1):
        first, end = period_day(-number, month, "month"), period_day(1 - number, month, "month")
        start, stop = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, end))
        for account_id in appraisals.reviewers(snapshot, start, stop):
            yield Seen(account_id, first)


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
