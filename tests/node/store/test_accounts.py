"""Accounts and users as rows: lookups, the part in step, and what may not be there twice."""

from datetime import UTC, datetime

import msgspec

from node.entities.account import account_json
from node.store import accounts
from node.store.accounts import Account
from node.store.unit import Unit
from tests.support.world import World

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def remote(number: int = 1, **changes: object) -> Account:
    uri = f"https://far.example/users/okapi{number}"
    made = Account(
        id=number,
        uri=uri,
        username=f"Okapi{number}",
        username_key=f"okapi{number}",
        host="far.example",
        url=f"https://far.example/@okapi{number}",
        inbox=f"{uri}/inbox",
        avatar="https://far.example/a.png",
        created_at=NOW,
    )
    return msgspec.structs.replace(made, **changes)


async def test_account_is_found_by_everything_that_names_it(world: World) -> None:
    """Id, address, handle; names whatever their case, hosts as they are folded."""

    def work(unit: Unit) -> list[object]:
        kept = [accounts.insert(unit, remote(1)), accounts.insert(unit, remote(2))]
        assert kept[0] is not None
        return [
            accounts.by_id(unit, 1) == kept[0],
            accounts.by_uri(unit, kept[0].uri) == kept[0],
            accounts.by_handle(unit, "OKAPI1", "far.example") == kept[0],
            accounts.by_handle(unit, "okapi1", "near.example"),
            accounts.local_by_username(unit, "okapi1"),
            list(accounts.by_ids(unit, [2, 1, 1, 99])) == [1, 2],
            list(accounts.by_uris(unit, [kept[0].uri, "https://far.example/none"])) == [kept[0].uri],
            accounts.by_ids(unit, []),
        ]

    assert await world.db.write(work) == [True, True, True, None, None, True, True, {}]


async def test_account_that_is_there_already_is_not_kept_twice(world: World) -> None:
    """The same address or the same handle."""

    def work(unit: Unit) -> list[Account | None]:
        accounts.insert(unit, remote(1))
        same_uri = remote(2, uri=remote(1).uri)
        same_handle = remote(3, username_key="okapi1")
        return [accounts.insert(unit, same_uri), accounts.insert(unit, same_handle)]

    assert await world.db.write(work) == [None, None]


async def test_part_follows_the_columns(world: World) -> None:
    """The entity says what the row says, without being rendered when it is read."""

    def work(unit: Unit) -> Account | None:
        kept = accounts.insert(unit, remote(1))
        assert kept is not None
        accounts.change(unit, kept, display_name='O"kapi', note_html="<p>Hi</p>", is_locked=True)
        return accounts.by_id(unit, 1)

    found = await world.db.write(work)

    assert found is not None
    shown = msgspec.json.decode(account_json(found))
    assert (shown["display_name"], shown["note"], shown["locked"], shown["acct"]) == (
        'O"kapi',
        "<p>Hi</p>",
        True,
        "Okapi1@far.example",
    )
    assert (shown["followers_count"], shown["last_status_at"]) == (0, None)


async def test_suspended_account_shows_nothing_of_itself(world: World) -> None:
    """Its name stays, so that people can see who it was."""

    def work(unit: Unit) -> Account:
        kept = accounts.insert(unit, remote(1, display_name="Okapi", note_html="<p>Hi</p>"))
        assert kept is not None
        return accounts.change(unit, kept, is_suspended=True)

    shown = msgspec.json.decode(account_json(await world.db.write(work)))

    assert (shown["suspended"], shown["display_name"], shown["note"]) == (True, "", "")
    assert shown["avatar"] == "https://ward.example/static/avatar.png"


async def test_limited_accounts_say_so_until_they_are_free(world: World) -> None:
    """Also in a part that was rendered before."""

    def work(unit: Unit) -> list[Account | None]:
        accounts.insert(unit, remote(1, display_name=',"limited":true'))
        found = []
        for is_limited in (True, True, False):
            accounts.mark_limited(unit, [1], is_limited=is_limited)
            found.append(accounts.by_id(unit, 1))
        return found

    found = [one for one in await world.db.write(work) if one is not None]

    shown = [msgspec.json.decode(account_json(one)) for one in found]
    assert [one.get("limited") for one in shown] == [True, True, None]
    assert {one["display_name"] for one in shown} == {',"limited":true'}
