"""Which of a reader's filters the posts of a page match: two statements for a reader with filters, none for others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import select

from node.entities.filter import result
from node.social.keywords import Keyword, Sieve, Words, sieve
from node.store import filters
from node.store.compiled import OneOf, Prepared, bound
from node.store.filters import Filter
from node.store.tables import filter_keywords, filter_statuses
from node.store.tables import filters as t
from node.store.unit import Snapshot

_encode: Final = msgspec.json.Encoder().encode
_NONE: Final = "[]"
_all = Prepared(
    lambda: (
        select(*filters.columns, filter_keywords.c.keyword, filter_keywords.c.is_whole_word)
        .outerjoin(filter_keywords, filter_keywords.c.filter_id == t.c.id)
        .where(t.c.account_id == bound(t.c.account_id))
        .order_by(t.c.id, filter_keywords.c.id)
    )
)
_marked = OneOf(
    lambda ids: (
        select(filter_statuses.c.filter_id, filter_statuses.c.status_id)
        .join(t, t.c.id == filter_statuses.c.filter_id)
        .where(filter_statuses.c.status_id.in_(ids), t.c.account_id == bound(t.c.account_id))
    ),
    filter_statuses.c.status_id,
)


class Carrier(NamedTuple):
    """A post as filters look at it: its ids (a boost has that of what it boosts too) and its words."""

    ids: Collection[int]
    words: Words


class _Held(NamedTuple):
    """What a reader filters by: filters by their ids, what looks for their keywords, and when the first of them expires."""

    active: dict[int, Filter]
    sieve: Sieve
    until: datetime | None


def of(snapshot: Snapshot, viewer_id: int, carriers: Sequence[Carrier]) -> list[str]:
    """Return for each post the FilterResults of the reader, as JSON text."""
    held = _held(snapshot, viewer_id)
    if not held.active:
        return [_NONE] * len(carriers)
    named = _named(snapshot, viewer_id, carriers)
    return [_results(held, one, _of(named, one) if named else {}) for one in carriers]


def _held(snapshot: Snapshot, viewer_id: int) -> _Held:
    """Return what has not expired; it is made anew when something is written, and when the first filter expires."""
    shelf = snapshot.shelf if snapshot.shelf is not None else {}
    held: _Held | None = shelf.get(("filters", viewer_id))
    if held is None or (held.until is not None and held.until <= snapshot.now):
        held = shelf[("filters", viewer_id)] = _read(snapshot, viewer_id)
    return held


def _read(snapshot: Snapshot, viewer_id: int) -> _Held:
    width = len(filters.columns)
    active: dict[int, Filter] = {}
    keywords: list[Keyword] = []
    for row in _all.rows(snapshot.conn, the_account_id=viewer_id):
        one = Filter(*row[:width])
        if one.expires_at is not None and one.expires_at <= snapshot.now:
            continue
        active.setdefault(one.id, one)
        if row[width] is not None:
            keywords.append(Keyword(one.id, row[width], bool(row[width + 1])))
    until = min((one.expires_at for one in active.values() if one.expires_at is not None), default=None)
    return _Held(active, sieve(tuple(keywords)), until)


def _named(snapshot: Snapshot, viewer_id: int, carriers: Sequence[Carrier]) -> dict[int, list[int]]:
    ids = list(dict.fromkeys(one for carrier in carriers for one in carrier.ids))
    named: dict[int, list[int]] = {}
    for filter_id, status_id in _marked.rows(snapshot.conn, ids, the_account_id=viewer_id):
        named.setdefault(status_id, []).append(filter_id)
    return named


def _of(named: dict[int, list[int]], carrier: Carrier) -> dict[int, list[int]]:
    """Return the ids of a post that filters name, by the filter."""
    marked: dict[int, list[int]] = {}
    for status_id in carrier.ids:
        for filter_id in named.get(status_id, ()):
            marked.setdefault(filter_id, []).append(status_id)
    return marked


def _results(held: _Held, carrier: Carrier, marked: dict[int, list[int]]) -> str:
    hits = held.sieve.matches(carrier.words) if held.sieve.may_match(carrier.words) else {}
    if not hits and not marked:
        return _NONE
    matching = (one for one in held.active.values() if one.id in hits or one.id in marked)
    return _encode([result(one, hits.get(one.id), marked.get(one.id, ())) for one in matching]).decode()
