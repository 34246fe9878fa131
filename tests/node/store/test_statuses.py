"""Statuses and what is rendered of them stay in step with what they hang on."""

import json

import pytest
from sqlalchemy import select

from node.services import posting, writing
from node.services.posting import Draft
from node.store import accounts, statuses, tables
from node.store.accounts import Account
from node.store.ids import IdTaken
from node.store.unit import Snapshot, Unit
from tests.support.world import Person, World


async def replied(world: World, author: Person) -> tuple[int, list[int]]:
    """Return a post and two replies, the second of which quotes how a part is written."""
    ines = await world.user("ines")
    parent = await world.db.write(posting.post, author.id, Draft(text="Gel"))
    texts = ("Yes", f'"in_reply_to_id":"{parent}"')
    return parent, [await world.db.write(posting.post, ines.id, Draft(text=text, reply_to_id=parent)) for text in texts]


def parts(snapshot: Snapshot, status_ids: list[int]) -> list[str]:
    t = tables.statuses
    rows = snapshot.conn.execute(select(t.c.part).where(t.c.id.in_(status_ids)).order_by(t.c.id))
    return [row[0] for row in rows]


def render(unit: Unit, status_ids: list[int]) -> None:
    for status_id in status_ids:
        writing.render(unit, status_id)


async def test_replies_do_not_name_a_deleted_post(world: World) -> None:
    """Their parts are what rendering them anew gives; their words stay."""
    sam = await world.user("sam")
    parent, replies = await replied(world, sam)

    await world.db.write(posting.delete, sam.id, parent)

    found = await world.db.read(parts, replies)
    await world.db.write(render, replies)
    assert found == await world.db.read(parts, replies)
    first, second = (json.loads(part) for part in found)
    assert [one["in_reply_to_id"] for one in (first, second)] == [None, None]
    assert (first["in_reply_to_account_id"], str(parent) in second["content"]) == (str(sam.id), True)


async def test_replies_do_not_name_a_removed_account(world: World) -> None:
    """Neither its posts nor itself."""
    sam = await world.user("sam")
    _, replies = await replied(world, sam)

    def remove(unit: Unit) -> None:
        accounts.remove(unit, known(unit, sam))

    await world.db.write(remove)

    found = await world.db.read(parts, replies)
    await world.db.write(render, replies)
    assert found == await world.db.read(parts, replies)
    assert {json.loads(part)["in_reply_to_account_id"] for part in found} == {None}


def known(unit: Unit, person: Person) -> Account:
    found = accounts.by_id(unit, person.id)
    if found is None:
        pytest.fail("the account is gone")
    return found


async def test_status_is_not_lost_to_an_id_that_is_taken(world: World) -> None:
    """Two posts of one second may get one id from two processes: that is no reason to take the second for known."""
    sam = await world.user("sam")
    held = await world.db.write(posting.post, sam.id, Draft(text="Gel"))
    row = await world.db.read(lambda snapshot: dict(snapshot.conn.execute(select(tables.statuses)).mappings().one()))

    with pytest.raises(IdTaken):
        await world.db.write(statuses.insert, {**row, "uri": f"{row['uri']}-another"})

    assert await world.db.write(statuses.insert, {**row, "id": held + 1}) is False
