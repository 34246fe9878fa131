"""Which of a reader's filters the posts of a page match: two statements for a reader with filters, none for others."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import or_, select

from node.entities.filter import result
from node.social.keywords import Keyword, sieve, words_of
from node.store import filters
from node.store.compiled import OneOf, Prepared, bound
from node.store.filters import Filter
from node.store.tables import filter_keywords, filter_statuses
from node.store.tables import filters as t
from node.store.unit import Snapshot

_encode: Final = msgspec.json.Encoder().encode
_NONE: Final = "[]"
_lasts = or_(t.c.expires_at.is_(None), t.c.expires_at > bound(t.c.expires_at, "now"))
_active = Prepared(
    lambda: (
        select(*filters.columns, filter_keywords.c.keyword, filter_keywords.c.is_whole_word)
        .outerjoin(filter_keywords, filter_keywords.c.filter_id == t.c.id)
        .where(t.c.account_id == bound(t.c.account_id), _lasts)
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
    """A post as filters look at it: its ids (a boost has that of what it boosts too) and its words, rendered."""

    ids: Collection[int]
    rendered: str


def of(snapshot: Snapshot, viewer_id: int, carriers: Sequence[Carrier]) -> list[str]:
    """Return for each post the FilterResults of the reader, as JSON text."""
    active, keywords = _held(snapshot, viewer_id)
    if not active:
        return [_NONE] * len(carriers)
    named = _named(snapshot, viewer_id, carriers)
    found = _found(keywords, carriers)
    return [_results(active, hits, _of(named, one)) for one, hits in zip(carriers, found, strict=True)]


def _held(snapshot: Snapshot, viewer_id: int) -> tuple[dict[int, Filter], tuple[Keyword, ...]]:
    """Return the filters that have not expired, by their ids, and all of their keywords."""
    width = len(filters.columns)
    active: dict[int, Filter] = {}
    keywords: list[Keyword] = []
    for row in _active.rows(snapshot.conn, the_account_id=viewer_id, the_now=snapshot.now):
        active.setdefault(row[0], Filter(*row[:width]))
        if row[width] is not None:
            keywords.append(Keyword(row[0], row[width], bool(row[width + 1])))
    return active, tuple(keywords)


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


def _found(keywords: tuple[Keyword, ...], carriers: Sequence[Carrier]) -> list[dict[int, str]]:
    if not keywords:
        return [{} for _ in carriers]
    ready, texts = sieve(keywords), [words_of(carrier.rendered) for carrier in carriers]
    if not ready.may_match("\0".join(texts).casefold()):
        return [{} for _ in carriers]
    return [ready.matches(text) for text in texts]


def _results(active: dict[int, Filter], hits: dict[int, str], marked: dict[int, list[int]]) -> str:
    if not hits and not marked:
        return _NONE
    matching = (one for one in active.values() if one.id in hits or one.id in marked)
    return _encode([result(one, hits.get(one.id), marked.get(one.id, ())) for one in matching]).decode()
