"""Users and the two actors that are no person."""

from typing import Any

import pytest

from node.errors import Problem
from node.events import AccountEdited, Event
from node.services import accounts, profiles
from node.services.accounts import ActorKeys, NewUser
from node.services.profiles import ProfileEdit
from node.store import accounts as store
from node.store import keys, users
from node.store.unit import Snapshot, Unit
from tests.support.world import World, key_pair


def new(**changes: str) -> NewUser:
    fields: dict[str, Any] = {
        "username": "ines",
        "email": "ines@ward.example",
        "display_name": "",
        "role": "staff",
    } | changes
    return NewUser(password_hash="kept", keys=key_pair(2), **fields)


async def test_user_has_an_account_with_fixed_addresses_and_a_key(world: World) -> None:
    """What peers will see, from the first moment on."""
    account = await world.db.write(accounts.create_user, new(username=" Ines ", email="Ines@Ward.Example"))

    base = "https://ward.example/users/ines"
    key = await world.db.read(keys.for_account, account.id)
    assert (account.username, account.uri, account.inbox, account.shared_inbox, account.followers_uri) == (
        "ines",
        base,
        f"{base}/inbox",
        "https://ward.example/inbox",
        f"{base}/followers",
    )
    assert key is not None
    assert key == (f"{base}#main-key", key_pair(2).private_pem)
    assert await world.db.read(store.by_id, account.id) == account


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ines"}, "username"),
        ({"username": "INES"}, "username"),
        ({"username": "actor"}, "username"),
        ({"username": "institution"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "x" * 31}, "username"),
        ({"username": "in.es"}, "username"),
        ({"username": "inés"}, "username"),
        ({"email": "INES@ward.example"}, "email"),
        ({"email": "ines"}, "email"),
        ({"email": "a b@ward.example"}, "email"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"display_name": "a\0b"}, "display_name"),
        ({"role": "god"}, "role"),
    ],
)
async def test_user_that_is_wrong_or_taken_is_refused_whole(world: World, changes: dict[str, str], field: str) -> None:
    """422 naming the field, and nothing is written."""
    await world.db.write(accounts.create_user, new())

    with pytest.raises(Problem) as refused:
        await world.db.write(accounts.create_user, new(**({"username": "ben", "email": "ben@ward.example"} | changes)))

    assert (refused.value.status, refused.value.field) == (422, field)
    assert await world.db.read(store.by_handle, "ben") is None


async def test_actors_are_made_once(world: World) -> None:
    """Starting again changes nothing, not even with other keys."""

    def both(snapshot: Snapshot) -> list[object]:
        made = [store.by_uri(snapshot, uri) for uri in ("https://ward.example/users/institution", server)]
        return [made, [keys.for_account(snapshot, account.id) for account in made if account]]

    server = "https://ward.example/actor"
    before = await world.db.read(both)
    await world.db.write(accounts.ensure_actors, ActorKeys(key_pair(2), key_pair(2), key_pair(2)))

    assert await world.db.read(both) == before
    assert await world.db.read(accounts.lacks_actors) is False


async def test_server_actor_is_found_by_its_host(world: World) -> None:
    """acct:ward.example@ward.example leads to it, and nobody signs in as it."""
    actor = await world.db.read(store.by_handle, "ward.example")

    assert actor is not None
    assert (actor.uri, actor.kind) == ("https://ward.example/actor", "application")
    assert await world.db.read(users.by_login, "ward.example") is None


async def test_edit_of_the_profile_is_recorded_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Peers are told by a reaction; what only concerns the own posts tells nobody."""
    ines = await world.user("ines")
    said: list[Event] = []
    monkeypatch.setattr(Unit, "record", lambda unit, event: said.append(event))

    await world.db.write(profiles.edit_profile, ines.id, ProfileEdit(privacy="private"))
    assert said == []
    await world.db.write(profiles.edit_profile, ines.id, ProfileEdit(note="Wound care", is_locked=True))

    assert said == [AccountEdited(ines.id)]


async def test_key_that_is_replaced_is_gone(world: World) -> None:
    """One key an account; an address cannot be held by two."""
    ines, ben = await world.user("ines"), await world.user("ben")

    def work(unit: Unit) -> tuple[object, object]:
        uri = f"{ines.account.uri}#main-key"
        keys.replace(unit, ben.id, uri, "PEM")
        found = keys.by_uri(unit, uri)
        assert found is not None
        return (found.account_id, found.account_uri, found.public_pem), keys.for_account(unit, ines.id)

    assert await world.db.write(work) == ((ben.id, ben.account.uri, "PEM"), None)
