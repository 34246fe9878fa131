"""What a unit remembers of the rows it read: asked once, and never older than what the unit wrote."""

from typing import Any, Final

import pytest
from sqlalchemy import event

from node.services import answering
from node.services.drafting import Draft
from node.store import accounts, forms, memo, polls, quotes, statuses
from node.store.polls import Poll
from node.store.unit import Unit
from tests.support.world import World

MOST_STATEMENTS: Final = 20  # of a plain post with its answer; each costs a round trip on PostgreSQL


async def test_a_plain_post_asks_the_database_few_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a new post has none of is not asked for, and nothing is asked twice."""
    ines = await world.user("ines")
    await world.db.write(answering.posted, ines.id, Draft(text="The first one compiles the statements."))
    said = _listen(world, monkeypatch)

    await world.db.write(answering.posted, ines.id, Draft(text="A timer on the trolley."))

    assert len(said) <= MOST_STATEMENTS, said


def _listen(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by every statement, of Core and below it."""
    said: list[str] = []
    run: Any = forms._guarded

    def guarded(conn: Any, sql: str, values: Any, *, is_many: bool) -> Any:
        said.append(sql)
        return run(conn, sql, values, is_many=is_many)

    monkeypatch.setattr(forms, "_guarded", guarded)
    event.listen(world.db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    return said


async def test_an_account_is_read_anew_after_a_change(world: World) -> None:
    """By its id and by its address."""
    ines = await world.user("ines")

    def change(unit: Unit) -> list[str]:
        held = accounts.by_uri(unit, ines.account.uri)
        assert held is not None
        accounts.change(unit, held, display_name="Ines")
        again = accounts.by_uri(unit, held.uri), accounts.by_id(unit, held.id)
        return [one.display_name for one in again if one is not None]

    assert await world.db.write(change) == ["Ines", "Ines"]


async def test_an_author_who_posts_is_remembered_as_the_row_is(world: World) -> None:
    """The count and the time of the last post are kept in step without a read."""
    ines = await world.user("ines")

    def post(unit: Unit) -> Any:
        answering.posted(unit, ines.id, Draft(text="One more."))
        return accounts.by_id(unit, ines.id)

    remembered = await world.db.write(post)

    assert remembered == await world.db.read(accounts.by_id, ines.id)


async def test_what_a_post_was_without_is_found_once_it_has_it(world: World) -> None:
    """A poll that is given to a post that was just written."""
    ines = await world.user("ines")

    def give(unit: Unit) -> list[bool]:
        answering.posted(unit, ines.id, Draft(text="Which one?"))
        status_id = max(key[1] for key in unit.kept or {} if key[0] == "status")  # type: ignore[index]
        before = memo.lacks(unit, "poll", status_id), polls.of_status(unit, status_id) is not None
        polls.keep(unit, Poll(status_id=status_id, options=["a", "b"], tallies=[0, 0], fetched_at=unit.now))
        after = memo.lacks(unit, "poll", status_id), polls.of_status(unit, status_id) is not None
        return [*before, *after, quotes.of(unit, status_id) is not None]

    assert await world.db.write(give) == [True, False, False, True, False]


async def test_a_post_that_was_not_there_is_found_once_it_is(world: World) -> None:
    """That nothing has an address is remembered until something is written under it."""
    ines = await world.user("ines")

    def post(unit: Unit) -> list[str | None]:
        answering.posted(unit, ines.id, Draft(text="One."))
        held = next(one for key, one in (unit.kept or {}).items() if key[0] == "status")  # type: ignore[index]
        statuses.delete(unit, held)
        before = statuses.by_uri(unit, held.uri)
        row = {name: getattr(held, name) for name in held.__struct_fields__}
        statuses.insert(unit, {**row, "part": "{}"})
        after = statuses.by_uri(unit, held.uri)
        return [None if before is None else before.uri, None if after is None else "found"]

    assert await world.db.write(post) == [None, "found"]
