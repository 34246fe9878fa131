"""Pages of accounts, in the order of the edges that tie them to something."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Select, select

from node.entities.account import account_json
from node.store import accounts as rows_of
from node.store import lines
from node.store.lines import Page
from node.store.tables import accounts
from node.store.unit import Snapshot
from node.store.visible import not_blocked_by, wanted_by


def page(
    snapshot: Snapshot, selection: Select[Any], part: Page, *, viewer_id: int | None = None, hides_muted: bool = False
) -> list[tuple[int, str]]:
    """Return (edge id, Account as JSON text) of a selection of (id, account_id), newest edge first.

    Those whom the viewer blocks are left out, and with `hides_muted` those the viewer mutes.
    """
    wanted = wanted_by(viewer_id, accounts.c.id) if hides_muted else not_blocked_by(viewer_id, accounts.c.id)
    edges = selection.subquery("edges")
    statement = (
        select(edges.c.id, *lines.account_columns(accounts))
        .join(accounts, accounts.c.id == edges.c.account_id)
        .where(accounts.c.is_suspended.is_(False), *lines.within(edges.c.id), wanted)
    )
    statement = lines.ordered(statement, edges.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, {**part.binds, "now": snapshot.now}).all()
    return sorted(((row[0], lines.account_entity(row[1:6])) for row in rows), key=lambda pair: -pair[0])


def json_of(snapshot: Snapshot, account_ids: list[int]) -> list[str]:
    """Return Accounts as JSON text, in the order of their ids given."""
    found = by_ids(snapshot, account_ids)
    return [found[i] for i in account_ids if i in found]


def by_ids(snapshot: Snapshot, account_ids: list[int]) -> dict[int, str]:
    """Return Accounts as JSON text by their ids, unknown ones left out; those suspended show nothing of themselves."""
    if not account_ids:
        return {}
    statement = select(accounts.c.id, *lines.account_columns(accounts), accounts.c.is_suspended)
    rows = snapshot.conn.execute(statement.where(accounts.c.id.in_(account_ids))).all()
    found = {row[0]: lines.account_entity(row[1:6]) for row in rows}
    return found | _bare(snapshot, [row[0] for row in rows if row[6]])


def _bare(snapshot: Snapshot, suspended_ids: list[int]) -> dict[int, str]:
    """Render those anew whose part may be older than their suspension, which can be that of a whole host."""
    kept = rows_of.by_ids(snapshot, suspended_ids).values() if suspended_ids else ()
    return {one.id: account_json(replace(one, part=rows_of.rendered(snapshot, one))) for one in kept}
