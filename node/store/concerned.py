"""Whom a record concerns: the authors of what it goes back to, and those with an open action anywhere in its lineage."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import or_, select

from federation.audience import OPEN
from node.learning.lineage import MAX_DEPTH
from node.store import records, tables
from node.store.unit import Snapshot

MAX_ABOVE: Final = 64
MAX_LINEAGE: Final = 2000
_CHUNK: Final = 500
_OVER: Final = ("closed", "withdrawn")
_r, _s, _a = tables.records, tables.statuses, tables.accounts


class Concerned(NamedTuple):
    """Somebody with a record in a lineage. `host` is empty for our own people; `is_open`: the record is for everybody."""

    account_id: int
    host: str
    uri: str
    is_above: bool
    is_open: bool = True


def of(snapshot: Snapshot, uri: str) -> list[Concerned]:
    """Return who has a record above one, and who an open action in the lineage, nearest first and once each, bounded."""
    above = records.ancestors(snapshot, uri, limit=MAX_ABOVE)
    around = records.below(snapshot, (uri, *above), generations=MAX_DEPTH, limit=MAX_LINEAGE)
    return _with_records(snapshot, above, list(around))


def has_ours(snapshot: Snapshot, uris: Sequence[str]) -> bool:
    """Tell whether people here have a record above any of these ids, or an open action in their lineage."""
    above = [one for uri in uris for one in (uri, *records.ancestors(snapshot, uri, limit=MAX_ABOVE))]
    around = records.below(snapshot, above, generations=MAX_DEPTH, limit=MAX_LINEAGE)
    return any(not one.host for one in _with_records(snapshot, above, list(around)))


def _with_records(snapshot: Snapshot, above: Sequence[str], around: Sequence[str]) -> list[Concerned]:
    named = list(dict.fromkeys((*above, *around)))
    tops, found = set(above), dict[str, Concerned]()
    for start in range(0, len(named), _CHUNK):
        part = named[start : start + _CHUNK]
        is_open = (_r.c.type == "LearningAction") & _r.c.state.not_in(_OVER)
        statement = (
            select(_s.c.account_id, _a.c.host, _r.c.uri, _s.c.visibility)
            .join(_s, _s.c.id == _r.c.status_id)
            .join(_a, _a.c.id == _s.c.account_id)
            .where(_r.c.uri.in_(part), or_(is_open, _r.c.uri.in_([uri for uri in part if uri in tops])))
        )
        found |= {
            row[2]: Concerned(row[0], row[1], row[2], row[2] in tops, row[3] in OPEN)
            for row in snapshot.conn.execute(statement)
        }
    return [found[uri] for uri in named if uri in found]
