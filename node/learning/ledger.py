"""The facts of a network packed small: what a process keeps for an hour and hands to another one that counts.

How it works. Records are numbered, places too, days are days since 1 January 1 and instants milliseconds since 1970. A
hundred thousand records take 5 MB. Whoever reads records adds them to a `Ledger`, the newest first; `appraise` counts.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from node.learning import metrics
from node.learning.facts import Fact, Facts, Key, Kind, Scope, Seen
from node.learning.metrics import Appraised


class Entry(Struct, array_like=True, frozen=True, gc=False):
    """A record. `parents`: what it names, the nearest first; `has_series`: it shows numbers of what it reports on."""

    number: int
    kind: Kind
    published_ms: int
    author_id: int
    place: int
    is_here: bool
    parents: tuple[int, ...] = ()
    due: int | None = None
    decision: str | None = None
    decided_ms: int | None = None
    counted_ms: int | None = None
    has_series: bool = False


class Packed(Struct, frozen=True, kw_only=True):
    """Everything that is known on a day: blocks of entries, the newest first, and who saw what when."""

    today: date
    timezone: str
    blocks: list[bytes]
    seen: bytes
    count: int


_pack: Final = msgspec.msgpack.Encoder()
_entries: Final = msgspec.msgpack.Decoder(list[Entry])
_sightings: Final = msgspec.msgpack.Decoder(list[Seen])
_packed: Final = msgspec.msgpack.Decoder(Packed)


class Ledger:
    """Where records are put down one block after the other."""

    def __init__(self) -> None:
        self.count = 0
        self._blocks: list[bytes] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of an address or a place, the same whenever it is asked for."""
        return self._numbers.setdefault(name, len(self._numbers))

    def put(self, entries: Sequence[Entry]) -> None:
        """Put a block down."""
        self.count += len(entries)
        self._blocks.append(_pack.encode(entries))

    def packed(self, today: date, timezone: str, seen: Sequence[Seen]) -> bytes:
        """Return everything as bytes."""
        return _pack.encode(
            Packed(today=today, timezone=timezone, blocks=self._blocks, seen=_pack.encode(seen), count=self.count)
        )


def appraise(packed: bytes, scope: Scope) -> tuple[Appraised, ...]:
    """Return the twelve measures of a scope."""
    return metrics.appraise(_facts(_packed.decode(packed)), scope)


def count(packed: bytes) -> int:
    """Return how many records there are."""
    return _packed.decode(packed).count


def _facts(packed: Packed) -> Facts:
    facts: dict[Key, Fact] = {}
    zone, shown = ZoneInfo(packed.timezone), []
    for entry in _oldest_first(packed.blocks):
        fact = facts[entry.number] = _fact(entry, zone)
        if entry.has_series and not entry.is_here:
            shown.append(fact)
    for share in shown:
        _note_series(facts, share)
    return Facts(today=packed.today, records=facts, seen=_sightings.decode(packed.seen))


def _oldest_first(blocks: Sequence[bytes]) -> Iterator[Entry]:
    for block in reversed(blocks):
        yield from reversed(_entries.decode(block))


def _fact(entry: Entry, zone: ZoneInfo) -> Fact:
    return Fact(
        key=entry.number,
        kind=entry.kind,
        on=_day(entry.published_ms, zone),
        author_id=entry.author_id,
        place=str(entry.place),
        is_here=entry.is_here,
        parents=entry.parents,
        due_on=date.fromordinal(entry.due) if entry.due else None,
        decision=entry.decision,
        decided_on=_day(entry.decided_ms, zone) if entry.decided_ms is not None else None,
        counted_on=_day(entry.counted_ms, zone) if entry.counted_ms is not None else None,
    )


def _note_series(facts: dict[Key, Fact], share: Fact) -> None:
    """Take it that another hospital counted what its share shows numbers of: its points never come here."""
    action = facts.get(share.parents[0]) if share.parents else None
    if action is not None and not action.is_here:
        counted_on = min(share.on, action.counted_on or share.on)
        facts[action.key] = msgspec.structs.replace(action, counted_on=counted_on)


def _day(instant_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(instant_ms / 1000, zone).date()
