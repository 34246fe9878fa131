"""A fetcher for an errand that could go on for ever: so many requests in all, so much time for each host, no host twice
after it failed. Whatever an errand does through it is counted, looking up people too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from typing_extensions import override

from federation import uris
from federation.delivery import retry_after_s
from federation.reasons import PeerError, Reason
from node.ports import Fetched, Fetcher, WebPage

T = TypeVar("T")
PER_HOST_S: Final = 30.0


class Spent(Exception):
    """The errand has had all its requests. Not a `PeerError`: nobody on the way is to take it for a peer's fault."""


class Rationed(Fetcher):
    """Fetches through another fetcher as long as the ration lasts. `failed` says that something may be had later."""

    def __init__(self, fetcher: Fetcher, *, requests: int, per_host_s: float = PER_HOST_S) -> None:
        self._fetcher = fetcher
        self._requests = requests
        self._per_host_s = per_host_s
        self._used_s: dict[str, float] = {}
        self._shut: set[str] = set()
        self._waits: list[str] = []

    @property
    def has_failed(self) -> bool:
        """Whether a host could not be had that may be there later."""
        return bool(self._shut)

    def asked_to_wait(self, now: datetime) -> datetime | None:
        """Return until when hosts asked to be left alone, the longest of them."""
        found = [s for wait in self._waits if (s := retry_after_s(wait, now=now)) is not None]
        return now + timedelta(seconds=max(found)) if found else None

    @override
    async def activity(self, uri: str) -> Fetched:
        """Return the ActivityPub document at `uri`."""
        return await self._spend(uri, lambda: self._fetcher.activity(uri))

    @override
    async def json(self, uri: str, *, accept: str) -> dict[str, Any]:
        """Return a small JSON document."""
        return await self._spend(uri, lambda: self._fetcher.json(uri, accept=accept))

    @override
    async def text(self, uri: str, *, accept: str) -> str:
        """Return a small text document."""
        return await self._spend(uri, lambda: self._fetcher.text(uri, accept=accept))

    @override
    async def blob(self, uri: str, *, max_bytes: int) -> tuple[bytes, str]:
        """Return a media file and its content type."""
        return await self._spend(uri, lambda: self._fetcher.blob(uri, max_bytes=max_bytes))

    @override
    async def page(self, uri: str, *, max_bytes: int) -> WebPage:
        """Return a page for people."""
        return await self._spend(uri, lambda: self._fetcher.page(uri, max_bytes=max_bytes))

    async def _spend(self, uri: str, fetch: Callable[[], Awaitable[T]]) -> T:
        host = uris.host_of(uri)
        left_s = self._per_host_s - self._used_s.get(host, 0.0)
        if host in self._shut or left_s <= 0:
            self._shut.add(host)
            raise PeerError(Reason.UNREACHABLE, "this server was asked enough for now")
        if self._requests <= 0:
            raise Spent
        self._requests -= 1
        return await self._timed(host, left_s, fetch)

    async def _timed(self, host: str, left_s: float, fetch: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(left_s):
                return await fetch()
        except TimeoutError:
            self._shut.add(host)
            raise PeerError(Reason.UNREACHABLE, "this server had its time") from None
        except PeerError as error:
            if error.reason is Reason.UNREACHABLE:
                self._shut.add(host)
                self._waits += [error.retry_after] if error.retry_after else []
            raise
        finally:
            self._used_s[host] = self._used_s.get(host, 0.0) + loop.time() - begun
