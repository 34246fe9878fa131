"""Leases of a process that is gone: freed at once where only one process can have held them."""

from sqlalchemy import update

from node.store import tables
from node.store.unit import Unit


def free_all(unit: Unit) -> None:
    """Free every leased delivery, job and waiting request.

    For the start of a node on SQLite alone, which is one process: what is leased then was held by one that was killed.
    """
    for table in (tables.deliveries, tables.jobs, tables.inbox):
        held = update(table).where(table.c.lease.is_not(None))
        unit.conn.execute(held.values(lease=None, leased_until=None))
