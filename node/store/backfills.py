"""What was asked for beside what peers send by themselves: the history of an account once, a thread now and then."""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from node.store import memo, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.backfills
accounts = tables.accounts
statuses = tables.statuses


class Backfill(Struct, frozen=True):
    """A row of `backfills`: how much was found of a thread, how often in a row it was looked for, and when it may be."""

    uri: str
    found: int
    tries: int
    begun_at: datetime
    done_at: datetime | None
    next_at: datetime | None


_of = Prepared(lambda: select(*(t.c[name] for name in Backfill.__struct_fields__)).where(t.c.uri == bound(t.c.uri)))


def begin_history(unit: Unit, account_id: int) -> bool:
    """Note that the history of an account is asked for; False when it was before."""
    memo.forget(unit)
    mine = update(accounts).where(accounts.c.id == account_id, accounts.c.history_at.is_(None))
    return unit.conn.execute(mine.values(history_at=unit.now)).rowcount > 0


def of(snapshot: Snapshot, uri: str) -> Backfill | None:
    """Return how far the thread below a root is completed."""
    row = _of.first(snapshot.conn, the_uri=uri)
    return Backfill(*row) if row else None


def begin(unit: Unit, uri: str, *, rest: timedelta) -> bool:
    """Note that a thread is asked for, not to be again before a rest; False when it rests. Of many one gets it."""
    values = {"begun_at": unit.now, "next_at": unit.now + rest, "tries": 0}
    statement = (
        insert_into(unit.conn, t)
        .values(uri=uri, **values)
        .on_conflict_do_update(index_elements=["uri"], set_=values, where=t.c.next_at <= unit.now)
        .returning(t.c.uri)
    )
    return unit.conn.execute(statement).first() is not None


def end(unit: Unit, uri: str, *, found: int, next_at: datetime, is_whole: bool) -> int:
    """Note what was found of a thread and when it may be looked for again; return how often it was tried in a row."""
    values = {"found": t.c.found + found, "next_at": next_at, "tries": 0 if is_whole else t.c.tries + 1}
    whole = {"done_at": unit.now} if is_whole else {}
    ended = update(t).where(t.c.uri == uri).values(**values, **whole).returning(t.c.tries)
    return unit.conn.scalar(ended) or 0


def latest_of(snapshot: Snapshot, context_uri: str) -> datetime | None:
    """Return when the newest post of a conversation was made."""
    newest = select(func.max(statuses.c.created_at)).where(statuses.c.context_uri == context_uri)
    latest: datetime | None = snapshot.conn.scalar(newest)
    return latest


def sweep(unit: Unit, *, before: datetime) -> None:
    """Forget the threads that were completed long ago and rest."""
    unit.conn.execute(delete(t).where(t.c.begun_at < before, t.c.next_at <= unit.now))
