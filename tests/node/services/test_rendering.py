"""Parts of accounts that an older version rendered."""

from typing import Any

import pytest
from alembic import command
from sqlalchemy import text, update

from migrations import runner
from node.services import rendering
from node.store import accounts, tables
from node.store.database import make_engine
from node.store.unit import Snapshot, Unit
from tests.support.world import World


async def test_old_parts_are_rendered_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever they say, job after job; and doing it twice is harmless."""
    ines = await world.user("ines", role="admin", display_name="Ines")

    def spoil(unit: Unit) -> None:
        unit.conn.execute(update(tables.accounts).values(part="{}"))

    def parts(snapshot: Snapshot) -> dict[int, Any]:
        found = accounts.by_ids(snapshot, [ines.id])
        return {one.id: one.part for one in found.values()}

    monkeypatch.setattr(rendering, "BATCH", 1)
    monkeypatch.setattr(rendering, "BATCHES", 1)
    before = await world.db.read(parts)
    await world.db.write(spoil)
    await rendering.render_accounts(world.db)
    await rendering.render_accounts(world.db)
    await world.work()

    assert '"roles":[{"id":"2"' in before[ines.id]
    assert await world.db.read(parts) == before


def test_an_upgrade_asks_for_it_when_there_is_somebody(empty_database_url: str) -> None:
    """A new node has nothing to render."""
    engine = make_engine(empty_database_url)
    with engine.connect() as connection:
        command.upgrade(runner.config(connection), "0002")
        columns = "id, uri, username, username_key, url, inbox, created_at"
        connection.execute(text(f"INSERT INTO accounts ({columns}) VALUES (7, 'u', 'n', 'n', 'u', 'i', 5)"))
        connection.commit()
    runner.upgrade(engine)
    with engine.connect() as connection:
        jobs = [tuple(row) for row in connection.execute(text("SELECT kind, key, next_at FROM jobs"))]
    engine.dispose()

    assert jobs == [("render", "accounts", 5)]
