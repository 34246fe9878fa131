"""What tests about accounts do over and over, in a word each."""

from typing import Any

import msgspec

from node.store import accounts
from node.store.accounts import Account
from node.store.unit import Unit
from tests.node.store.test_accounts import remote
from tests.support.world import Person, World
from tests.web.api.test_accounts import ACCOUNTS, act

UPDATE = f"{ACCOUNTS}/update_credentials"


async def update(world: World, who: Person, **changes: Any) -> dict[str, Any]:
    """Change a profile and return the CredentialAccount."""
    response = await world.client(who).patch(UPDATE, json=changes)
    assert response.status_code == 200, response.text
    changed: dict[str, Any] = response.json()
    return changed


async def follow(world: World, who: Person, *others: Person) -> None:
    """Follow several people."""
    for other in others:
        await act(world, who, other, "follow")


async def read(world: World, who: Person | None, path: str, **params: Any) -> Any:
    """Return what is at an address."""
    response = await world.client(who).get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def far(world: World, number: int = 1, **changes: Any) -> Account:
    """Make somebody of another server known."""

    def insert(unit: Unit) -> Account:
        kept = accounts.insert(unit, remote(number, **changes))
        assert kept is not None
        return kept

    return await world.db.write(insert)


async def change(world: World, account_id: int, **changes: Any) -> None:
    """Change columns of an account."""

    def work(unit: Unit) -> None:
        held = accounts.by_id(unit, account_id)
        assert held is not None
        accounts.change(unit, held, **changes)

    await world.db.write(work)


def names(listed: Any) -> list[str]:
    """Return the handles of Accounts."""
    return [one["acct"] for one in msgspec.convert(listed, list[dict[str, Any]])]
