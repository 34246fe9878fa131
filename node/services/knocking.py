"""Remembers how a host wants its GETs signed, so that only the first one of a week knocks twice."""

from typing_extensions import override

from node.ports import GetForm, GetForms
from node.store import peers
from node.store.database import Database


class RememberedForms(GetForms):
    """The forms of signature that hosts took last, kept with what else is known of them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @override
    async def of(self, host: str) -> GetForm | None:
        """Return how a host took a GET in the last week, if it was not the usual way."""
        return await self._db.read(peers.get_form, host)

    @override
    async def keep(self, host: str, form: GetForm) -> None:
        """Remember it for a week."""
        await self._db.write(peers.keep_get_form, host, form)
