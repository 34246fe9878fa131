"""Reads what loops are drawn from: records with their Notes and authors, as far as a reader may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import exists, select

from federation.audience import OPEN
from node.store import tables
from node.store.unit import Snapshot
from node.store.visible import visible_to

_r, _s, _a = tables.records, tables.statuses, tables.accounts
_CHUNK: Final = 500


class Seen(Struct, frozen=True, kw_only=True):
    """A record with the Note that carries it."""

    status_id: int
    uri: str
    type: str
    revision: int
    state: str
    title: str
    origin: str
    institution_uri: str | None
    record: Mapping[str, Any]
    warnings: Sequence[str]
    published_at: datetime
    received_at: datetime
    licence: str | None
    url: str
    is_local: bool
    visibility: str
    context_uri: str
    edited_at: datetime | None
    account_id: int
    author_uri: str


_record_names = Seen.__struct_fields__[:13]
_status_names = Seen.__struct_fields__[13:19]
_select = (
    select(*(_r.c[name] for name in _record_names), *(_s.c[name] for name in _status_names), _a.c.uri)
    .join(_s, _s.c.id == _r.c.status_id)
    .join(_a, _a.c.id == _s.c.account_id)
)


def seen(snapshot: Snapshot, uris: Iterable[str], viewer_id: int | None) -> dict[str, Seen]:
    """Return the records of these ids that a reader may see."""
    return _by_uris(snapshot, uris, visible_to(viewer_id, _s, _a))


def public(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, Seen]:
    """Return the records of these ids whose Notes are for everybody, whoever wrote them."""
    return _by_uris(snapshot, uris, _s.c.visibility.in_(OPEN))


def of_status(snapshot: Snapshot, status_id: int, viewer_id: int | None) -> Seen | None:
    """Return the record of a status if this reader may see it."""
    row = snapshot.conn.execute(_select.where(_s.c.id == status_id, visible_to(viewer_id, _s, _a))).first()
    return _seen(row) if row else None


def of_statuses(snapshot: Snapshot, status_ids: Iterable[int], viewer_id: int | None) -> list[Seen]:
    """Return the records of several statuses that this reader may see, in no order."""
    wanted = list(dict.fromkeys(status_ids))
    parts = (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))
    return [one for part in parts for one in seen_where(snapshot, _s.c.id.in_(part), viewer_id=viewer_id)]


def seen_where(snapshot: Snapshot, *conditions: Any, viewer_id: int | None) -> list[Seen]:
    """Return the records whose Notes and authors are such as the conditions say, as far as a reader may see them."""
    statement = _select.where(*conditions, visible_to(viewer_id, _s, _a))
    return [_seen(row) for row in snapshot.conn.execute(statement, {"now": snapshot.now})]


def by_account(snapshot: Snapshot, account_id: int, *, limit: int) -> list[Seen]:
    """Return an account's own records, newest first."""
    statement = _select.where(_s.c.account_id == account_id).order_by(_r.c.status_id.desc()).limit(limit)
    return [_seen(row) for row in snapshot.conn.execute(statement)]


def by_accounts(snapshot: Snapshot, account_ids: Iterable[int], viewer_id: int | None, *, limit: int) -> list[Seen]:
    """Return the newest records of several accounts that a reader may see."""
    wanted = _s.c.account_id.in_(list(account_ids))
    statement = _select.where(wanted, visible_to(viewer_id, _s, _a)).order_by(_r.c.status_id.desc()).limit(limit)
    return [_seen(row) for row in snapshot.conn.execute(statement, {"now": snapshot.now})]


def talk(snapshot: Snapshot, contexts: Iterable[str], viewer_id: int | None, *, limit: int) -> list[int]:
    """Return the ids of what else was said in these conversations, oldest first."""
    has_record = exists(select(1).where(_r.c.status_id == _s.c.id))
    statement = (
        select(_s.c.id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(_s.c.context_uri.in_(list(contexts)), _s.c.boost_of_id.is_(None), ~has_record)
        .where(visible_to(viewer_id, _s, _a))
        .order_by(_s.c.id)
        .limit(limit)
    )
    return list(snapshot.conn.scalars(statement))


def _by_uris(snapshot: Snapshot, uris: Iterable[str], condition: Any) -> dict[str, Seen]:
    wanted = list(dict.fromkeys(uris))
    found: dict[str, Seen] = {}
    for start in range(0, len(wanted), _CHUNK):
        statement = _select.where(_r.c.uri.in_(wanted[start : start + _CHUNK]), condition)
        found |= {one.uri: one for one in map(_seen, snapshot.conn.execute(statement))}
    return found


def _seen(row: Sequence[Any]) -> Seen:
    return Seen(**dict(zip(Seen.__struct_fields__, row, strict=True)))
