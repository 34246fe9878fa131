"""Networks that may not come at all, as administrators decided it: looked up now and then, and asked of every request."""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Final

from node.errors import Problem, forbidden
from node.services import barring
from node.store.database import Database
from node.values import Network
from web.hosts import client_address

LOOK_S: Final = 30.0


class Barrier:
    """What one process remembers of the networks that are kept out."""

    def __init__(self, db: Database, trusted: Sequence[Network]) -> None:
        self._db: Final = db
        self._trusted: Final = trusted
        self._written: tuple[str, ...] = ()
        self._looked_at = 0.0

    async def check(self, scope: Any) -> None:
        """Pass a request from anywhere else. Raises: 403."""
        now_s = self._db.now().timestamp()
        if abs(now_s - self._looked_at) >= LOOK_S:
            self._looked_at = now_s
            with suppress(Problem):  # who cannot look now goes on with what was known
                self._written = tuple(await self._db.read(barring.closed_networks))
        if self._written and _lies_in(client_address(scope, self._trusted), self._written):
            raise forbidden("Nobody may come from this network. Ask the administrators of this server.")


@lru_cache(maxsize=4096)
def _lies_in(address: str, written: tuple[str, ...]) -> bool:
    try:
        one = ip_address(address)
    except ValueError:
        return False
    return any(one in ip_network(text) for text in written)
