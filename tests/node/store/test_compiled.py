"""Statements that skip Core's execution give what Core would give, on both databases; what a unit keeps is never stale."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from node.services import posting
from node.services.posting import Draft
from node.store import statuses, tables
from node.store.compiled import Insertion, OneOf, Prepared, bound
from node.store.unit import Snapshot, Unit
from tests.support.world import World

t = tables.accounts
COLUMNS = (t.c.id, t.c.fields, t.c.is_locked, t.c.created_at, t.c.last_status_at)


async def test_values_are_those_that_core_gives(world: World) -> None:
    """Instants, booleans and JSON come back converted, and none stays none."""
    ines = await world.user("ines")
    prepared = Prepared(lambda: select(*COLUMNS).where(t.c.created_at == bound(t.c.created_at)).order_by(t.c.id))

    def both(snapshot: Snapshot) -> tuple[list[Any], list[Any]]:
        at = ines.account.created_at
        by_core = snapshot.conn.execute(select(*COLUMNS).where(t.c.created_at == at).order_by(t.c.id))
        return [tuple(row) for row in prepared.rows(snapshot.conn, the_created_at=at)], [tuple(row) for row in by_core]

    found, expected = await world.db.read(both)

    assert expected == found
    assert ines.id in [row[0] for row in found]


@pytest.mark.parametrize("count", [0, 1, 3, 120])
async def test_any_number_of_values_is_looked_up(world: World, count: int) -> None:
    """A list longer than a statement takes is asked for in parts."""
    await world.user("ines")
    named = OneOf(lambda names: select(t.c.username).where(t.c.username.in_(names)), t.c.username)
    asked = [f"nobody{number}" for number in range(count)] + ["ines"]

    rows = await world.db.read(lambda snapshot: named.rows(snapshot.conn, asked))

    assert [tuple(row) for row in rows] == [("ines",)]


async def test_conflict_that_is_nothing_gives_no_row(world: World) -> None:
    """The second of two equal rows is told from the first."""
    insertion = Insertion(tables.tags, ("id", "name"), returning=tables.tags.c.name, or_nothing=True)
    row = {"id": 1, "name": "sepsis"}

    first = await world.db.write(lambda unit: insertion.first(unit.conn, **row))
    second = await world.db.write(lambda unit: insertion.first(unit.conn, **row))

    assert (tuple(first or ()), second) == (("sepsis",), None)


async def test_error_is_sqlalchemys_and_holds_no_values(world: World) -> None:
    """What people wrote does not reach a log by way of an error."""
    insertion = Insertion(tables.tags, ("id", "name"))
    row = {"id": 1, "name": "secret"}

    await world.db.write(lambda unit: insertion.run(unit.conn, **row))
    with pytest.raises(IntegrityError) as caught:
        await world.db.write(lambda unit: insertion.run(unit.conn, **row))

    assert caught.value.statement is None
    assert caught.value.params is None


async def test_unit_reads_what_it_wrote(world: World) -> None:
    """A status that was read before is read anew once it, its mentions or itself is changed or gone."""
    ines, omar = await world.user("ines"), await world.user("omar")
    status_id = await world.db.write(posting.post, ines.id, Draft(text="One"))

    def change(unit: Unit) -> list[Any]:
        seen: list[Any] = [statuses.by_id(unit, status_id), statuses.mention_ids(unit, status_id)]
        statuses.change(unit, status_id, {"text": "Two"})
        statuses.set_mentions(unit, status_id, [omar.id])
        after = statuses.by_id(unit, status_id)
        assert after is not None
        seen += [after.text, statuses.mention_ids(unit, status_id)]
        statuses.delete(unit, after)
        return [*seen[1:], statuses.by_id(unit, status_id)]

    assert [[], "Two", [omar.id], None] == await world.db.write(change)
