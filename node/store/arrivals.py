"""What came in: activities already carried out, those that wait for a key, and ids that must not come back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, func, or_, select, update

from node.store import tables
from node.store.compiled import Insertion, OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.neighbours import share_domain
from node.store.unit import Snapshot, Unit, Wake

t = tables.arrivals
inbox = tables.inbox
stones = tables.tombstones

LEASE: Final = timedelta(minutes=5)  # a few fetches of 30 s
MAX_WAITING: Final = 5000
MAX_WAITING_OF_HOST: Final = 500
MAX_WAITING_OF_DOMAIN: Final = 1000


class Waiting(Struct, frozen=True):
    """A request that was answered before it could be verified."""

    id: int
    host: str
    path: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime
    attempts: int
    lease: int


_seen = Prepared(lambda: select(t.c.uri).where(t.c.uri == bound(t.c.uri), t.c.actor_uri == bound(t.c.actor_uri)))
_claim = Insertion(t, ("uri", "actor_uri", "received_at"), returning=t.c.uri, or_nothing=True)
_stones = OneOf(lambda uris: select(stones.c.uri, stones.c.actor_uri).where(stones.c.uri.in_(uris)), stones.c.uri)
_deleted = OneOf(
    lambda uris: select(stones.c.uri, stones.c.actor_uri).where(stones.c.uri.in_(uris), stones.c.kind == "deleted"),
    stones.c.uri,
)


def is_seen(snapshot: Snapshot, uri: str, actor_uri: str) -> bool:
    """Return whether an actor's activity was carried out already."""
    return _seen.first(snapshot.conn, the_uri=uri, the_actor_uri=actor_uri) is not None


def claim(unit: Unit, uri: str, actor_uri: str) -> bool:
    """Mark an actor's activity as carried out, in the transaction that does so; False when it was before."""
    return _claim.first(unit.conn, uri=uri, actor_uri=actor_uri, received_at=unit.now) is not None


class Unverified(Struct, frozen=True, kw_only=True):
    """A request to keep for later; `not_before` is when its host may be asked again."""

    host: str
    path: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime
    not_before: datetime | None = None


def queue(unit: Unit, request: Unverified) -> bool:
    """Keep a request until it can be dealt with; False when too much waits already: of all, of this host or its domain."""
    waiting = select(func.count()).select_from(inbox)
    if (unit.conn.scalar(waiting) or 0) >= MAX_WAITING:
        return False
    if (unit.conn.scalar(waiting.where(inbox.c.host == request.host)) or 0) >= MAX_WAITING_OF_HOST:
        return False
    if (unit.conn.scalar(waiting.where(share_domain(inbox.c.host, request.host))) or 0) >= MAX_WAITING_OF_DOMAIN:
        return False
    row = {
        "id": unit.new_id(),
        "host": request.host,
        "path": request.path,
        "headers": dict(request.headers),
        "body": request.body,
        "received_at": request.received_at,
        "next_at": request.not_before or unit.now,
    }
    unit.conn.execute(inbox.insert().values(row))
    unit.after_commit(Wake("inbox"))
    return True


def lease(unit: Unit, *, limit: int, per_host: int) -> list[Waiting]:
    """Take waiting requests, oldest first, at most `per_host` of one host."""
    is_free = or_(inbox.c.leased_until.is_(None), inbox.c.leased_until < unit.now)
    rank = func.row_number().over(partition_by=inbox.c.host, order_by=inbox.c.id).label("rank")
    due = select(inbox.c.id, rank).where(inbox.c.next_at <= unit.now, is_free).subquery()
    chosen = select(due.c.id).where(due.c.rank <= per_host).order_by(due.c.id).limit(limit)
    locked = select(inbox.c.id).where(inbox.c.id.in_(chosen)).with_for_update(skip_locked=True)
    number = unit.new_id()
    taken = (
        update(inbox)
        .where(inbox.c.id.in_(locked), is_free)
        .values(lease=number, leased_until=unit.now + LEASE, attempts=inbox.c.attempts + 1)
        .returning(*(inbox.c[name] for name in Waiting.__struct_fields__[:-1]))
    )
    return sorted((Waiting(**row._mapping, lease=number) for row in unit.conn.execute(taken)), key=lambda w: w.id)


def finish(unit: Unit, waiting: Waiting) -> None:
    """Remove a request that was dealt with."""
    unit.conn.execute(delete(inbox).where(inbox.c.id == waiting.id))


def again(unit: Unit, waiting: Waiting, *, at: datetime, error: str, is_counted: bool = True) -> None:
    """Put a request back for later; without having tried it, its attempt does not count."""
    values = {
        "next_at": at,
        "lease": None,
        "leased_until": None,
        "last_error": error[:200],
        "attempts": waiting.attempts if is_counted else waiting.attempts - 1,
    }
    unit.conn.execute(update(inbox).where(inbox.c.id == waiting.id, inbox.c.lease == waiting.lease).values(**values))


def next_due_at(snapshot: Snapshot) -> datetime | None:
    """Return when the next waiting request is due."""
    due: datetime | None = snapshot.conn.scalar(select(func.min(inbox.c.next_at)))
    return due


def bury(unit: Unit, uri: str, *, actor_uri: str, kind: str) -> None:
    """Leave a tombstone: `kind` is deleted (anybody may know), hidden, or undone."""
    row = {"uri": uri, "actor_uri": actor_uri, "kind": kind, "created_at": unit.now}
    unit.conn.execute(insert_into(unit.conn, stones).on_conflict_do_nothing(), row)


def gone_by(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return which of these ids were deleted or undone, and by whom; not for readers, see `deleted_by`."""
    return _by_whom(_stones.rows(snapshot.conn, list(dict.fromkeys(uris))))


def deleted_by(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return which of these ids were deleted, and by whom, of those posts that anybody could see: for readers."""
    return _by_whom(_deleted.rows(snapshot.conn, list(dict.fromkeys(uris))))


def _by_whom(rows: Iterable[Sequence[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for uri, actor_uri in rows:
        found[uri] = found.get(uri, frozenset()) | {actor_uri}
    return found


def tombstone(snapshot: Snapshot, uri: str) -> datetime | None:
    """Return when an id was deleted."""
    statement = select(stones.c.created_at).where(stones.c.uri == uri, stones.c.kind == "deleted")
    found: datetime | None = snapshot.conn.scalar(statement)
    return found


def sweep(unit: Unit, *, before: datetime) -> None:
    """Forget old activity ids and undone ids; deletions are remembered for good."""
    unit.conn.execute(delete(t).where(t.c.received_at < before))
    unit.conn.execute(delete(stones).where(stones.c.kind == "undone", stones.c.created_at < before))
