"""Bookmarks, and threads that somebody wants to hear no more of."""

from sqlalchemy import Select, delete, select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Unit

t, m = tables.bookmarks, tables.thread_mutes


def add(unit: Unit, account_id: int, status_id: int) -> None:
    """Bookmark a status; twice is once."""
    row = {"id": unit.new_id(), "account_id": account_id, "status_id": status_id, "created_at": unit.now}
    unit.conn.execute(insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["account_id", "status_id"]), row)


def remove(unit: Unit, account_id: int, status_id: int) -> None:
    """Take a bookmark away; none is fine."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.status_id == status_id))


def of_account(account_id: int) -> Select[tuple[int, int]]:
    """Return the selection of (edge id, status id) of what an account bookmarked."""
    return select(t.c.id, t.c.status_id).where(t.c.account_id == account_id)


def mute_thread(unit: Unit, account_id: int, context_uri: str) -> None:
    """Let an account hear no more of a thread; twice is once."""
    row = {"account_id": account_id, "context_uri": context_uri, "created_at": unit.now}
    unit.conn.execute(
        insert_into(unit.conn, m).on_conflict_do_nothing(index_elements=["account_id", "context_uri"]), row
    )


def unmute_thread(unit: Unit, account_id: int, context_uri: str) -> None:
    """Let an account hear of a thread again; it is fine if it did."""
    unit.conn.execute(delete(m).where(m.c.account_id == account_id, m.c.context_uri == context_uri))
