"""The people of a node that calls are tried on, and what all that they make is made of."""

import itertools
from collections.abc import Awaitable
from typing import Any, Final

import httpx
from sqlalchemy import insert

from node.store import tables
from node.store.unit import Unit
from tests.support.world import Person, World


class Troupe:
    """Ines (an administrator), who calls, and Fred and Sam, her colleagues."""

    def __init__(self, world: World, ines: Person, fred: Person, sam: Person) -> None:
        self.world: Final = world
        self.people: Final = {"ines": ines, "fred": fred, "sam": sam}
        self.ines: Final = world.client(ines)
        self.fred: Final = world.client(fred)
        self.sam: Final = world.client(sam)
        self._numbers: Final = itertools.count(1)

    async def status_of(self, who: httpx.AsyncClient, **said: Any) -> str:
        """Post, and return the id."""
        said = {"status": f"A note, number {next(self._numbers)} #wards", **said}
        return str((await good(who.post("/api/v1/statuses", json=said)))["id"])

    def me(self) -> str:
        """Return Ines."""
        return str(self.people["ines"].id)

    def colleague(self) -> str:
        """Return Fred."""
        return str(self.people["fred"].id)

    async def followed(self) -> str:
        """Return Fred, whom Ines follows."""
        await good(self.ines.post(f"/api/v1/accounts/{self.colleague()}/follow"))
        return self.colleague()

    async def _newcomer(self) -> Person:
        return await self.world.user(f"extra{next(self._numbers)}")

    async def status(self) -> str:
        """Return a post of Ines's."""
        return await self.status_of(self.ines)

    async def their_status(self) -> str:
        """Return a post of Fred's."""
        return await self.status_of(self.fred)

    async def _row(self, table: str, **values: Any) -> str:
        def put(unit: Unit) -> str:
            number = unit.new_id()
            row = {name: unit.now if value is ... else value for name, value in values.items()}
            unit.conn.execute(insert(tables.metadata.tables[table]).values(id=number, **row))
            return str(number)

        return await self.world.db.write(put)


async def good(answer: Awaitable[httpx.Response]) -> Any:
    """Return what a call answers that must succeed."""
    response = await answer
    if response.status_code not in (200, 202):
        request = response.request
        raise LookupError(f"{request.method} {request.url.path}: {response.status_code} {response.text[:160]}")
    return response.json()
