"""Commands that must ask another server: the parts of a running node, without its loops."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from federation import uris
from federation.reasons import PeerError
from federation.uris import Handle
from node.commands import database
from node.commands.console import Code, Stop
from node.parts import Parts
from node.services import fetching
from node.settings import Settings

T = TypeVar("T")


def with_parts(settings: Settings, work: Callable[[Parts], Awaitable[T]]) -> T:
    """Run something with every part of the node and let go of them; a peer's refusal becomes a sentence.

    Raises: `Stop`, also when the database cannot be used: that is said before anybody is asked.
    """
    database.check(settings)
    return asyncio.run(_run(settings, work))


async def _run(settings: Settings, work: Callable[[Parts], Awaitable[T]]) -> T:
    parts = Parts(settings)
    try:
        return await work(parts)
    except PeerError as error:
        raise Stop(Code.FAILED, f"The other server did not help: {error}") from error
    finally:
        await parts.close()


def handle(text: str) -> Handle:
    """Read `name@host`. Raises: `Stop`."""
    parsed = uris.parse_handle(text)
    if parsed is None or parsed.host is None:
        raise Stop(Code.SETTINGS, f"{text} is no handle. Write it like @name@other.example")
    return parsed


async def fresh_account(parts: Parts, named: Handle) -> int:
    """Return the id of an account elsewhere as its server describes it now. Raises: PeerError."""
    account_id = await fetching.account(parts.db, parts.fetcher, named, site=parts.site)
    uri = await parts.db.read(fetching.uri_of, account_id)
    return await fetching.actor(parts.db, parts.fetcher, uri, site=parts.site) if uri else account_id
