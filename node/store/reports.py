"""Reports for moderators."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Select, func, select, update

from node.store import lines, tables
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.neighbours import share_domain
from node.store.unit import Snapshot, Unit

t = tables.reports


class Report(Struct, frozen=True, kw_only=True):
    """A report as it was made. `host` is of the server that reports, empty for our own people."""

    id: int
    uri: str | None
    reporter_id: int | None
    host: str
    target_id: int
    status_ids: list[int]
    comment: str
    category: str
    is_forwarded: bool
    created_at: datetime
    rule_ids: list[int] = []
    collection_ids: list[int] = []


class Shown(Struct, frozen=True):
    """A report as a moderator reads it."""

    id: int
    created_at: datetime
    host: str
    target: str
    status_ids: list[int]
    category: str
    comment: str


def insert(unit: Unit, report: Report) -> bool:
    """Insert a report; False when its uri is known."""
    row: dict[str, Any] = msgspec.structs.asdict(report)
    statement = insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["uri"]).returning(t.c.id)
    return unit.conn.execute(statement, row).first() is not None


def count_open(snapshot: Snapshot, host: str) -> int:
    """Return how many reports of a server, whatever it calls itself in its domain, nobody closed."""
    mine = t.c.resolved_at.is_(None) & share_domain(t.c.host, host)
    return snapshot.conn.scalar(select(func.count()).select_from(t).where(mine)) or 0


def by_id(snapshot: Snapshot, report_id: int) -> Report | None:
    """Return a report."""
    columns = [t.c[name] for name in Report.__struct_fields__]
    row = snapshot.conn.execute(select(*columns).where(t.c.id == report_id)).mappings().first()
    return Report(**row) if row else None


def resolve(unit: Unit, report_id: int, *, by: int | None) -> bool:
    """Close a report; False when there is no open one."""
    mine = (t.c.id == report_id) & t.c.resolved_at.is_(None)
    return unit.conn.execute(update(t).where(mine).values(resolved_at=unit.now, resolved_by=by)).rowcount == 1


def unresolved(snapshot: Snapshot, *, limit: int) -> list[Shown]:
    """Return the open reports, oldest first."""
    a = tables.accounts
    statement = (
        select(t.c.id, t.c.created_at, t.c.host, a.c.username, t.c.status_ids, t.c.category, t.c.comment)
        .join(a, a.c.id == t.c.target_id)
        .where(t.c.resolved_at.is_(None))
        .order_by(t.c.id)
        .limit(limit)
    )
    return [Shown(*row) for row in snapshot.conn.execute(statement)]


# ------------------------------------------------------------------ as administrators' apps see them


class Kept(Struct, frozen=True, kw_only=True):
    """A report with what became of it."""

    id: int
    reporter_id: int | None
    target_id: int
    status_ids: list[int]
    rule_ids: list[int]
    comment: str
    category: str
    is_forwarded: bool
    created_at: datetime
    updated_at: datetime | None
    resolved_at: datetime | None
    resolved_by: int | None
    assigned_id: int | None


class Sought(Struct, frozen=True, kw_only=True):
    """Which reports."""

    is_resolved: bool | None = False
    reporter_id: int | None = None
    target_id: int | None = None


def kept(snapshot: Snapshot, report_id: int) -> Kept | None:
    """Return a report with what became of it."""
    row = snapshot.conn.execute(_kept().where(t.c.id == report_id)).mappings().first()
    return Kept(**row) if row else None


def page(snapshot: Snapshot, part: Page, sought: Sought) -> list[Kept]:
    """Return a page of reports, the newest first."""
    statement = _kept().where(*lines.within(t.c.id))
    if sought.is_resolved is not None:
        statement = statement.where(t.c.resolved_at.is_not(None) if sought.is_resolved else t.c.resolved_at.is_(None))
    for column, wanted in ((t.c.reporter_id, sought.reporter_id), (t.c.target_id, sought.target_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds).mappings().all()
    return sorted((Kept(**row) for row in rows), key=lambda one: -one.id)


def change(unit: Unit, report_id: int, **values: Any) -> None:
    """Change what became of a report, or what it is about."""
    unit.conn.execute(update(t).where(t.c.id == report_id).values(updated_at=unit.now, **values))


def _kept() -> Select[Any]:
    return select(*(t.c[name] for name in Kept.__struct_fields__))
