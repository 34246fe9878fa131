"""The outside of a node in memory: peers that do not answer, blobs in a dictionary, a workshop in this process."""

import socket
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from federation.reasons import PeerError, Reason
from node.ports import Endpoint, Fetched, Mail, MailError, Push, WebPage

P = ParamSpec("P")
T = TypeVar("T")


class Documents:
    """A fetcher that knows what a test put in and cannot reach anything else."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.blobs: dict[str, tuple[bytes, str]] = {}
        self.pages: dict[str, WebPage] = {}
        self.asked: list[str] = []

    async def activity(self, uri: str) -> Fetched:
        """Return a document that was put in."""
        return Fetched(uri, self._look(self.documents, uri))

    async def json(self, uri: str, *, accept: str) -> dict[str, Any]:
        """Return a document that was put in."""
        return self._look(self.documents, uri)

    async def text(self, uri: str, *, accept: str) -> str:
        """Return a text that was put in."""
        return self._look(self.texts, uri)

    async def blob(self, uri: str, *, max_bytes: int) -> tuple[bytes, str]:
        """Return a file that was put in."""
        return self._look(self.blobs, uri)

    async def page(self, uri: str, *, max_bytes: int) -> WebPage:
        """Return a page that was put in."""
        return self._look(self.pages, uri)

    def _look(self, shelf: dict[str, T], uri: str) -> T:
        self.asked.append(uri)
        if uri not in shelf:
            raise PeerError(Reason.UNREACHABLE, "no peer in this test")
        return shelf[uri]


class MemoryBlobs:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, str]] = {}

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store a file."""
        self.kept[key] = (data, content_type)

    async def get(self, key: str) -> tuple[bytes, str]:
        """Return a file."""
        return self.kept[key]

    async def delete(self, key: str) -> None:
        """Remove a file."""
        self.kept.pop(key, None)


class MemoryPusher:
    """Push services that take everything, or answer as a test says."""

    def __init__(self) -> None:
        self.pushed: list[tuple[Endpoint, Push]] = []
        self.answers: list[int] = []  # the next ones; then 201

    async def push(self, to: Endpoint, message: Push, *, key: str) -> int:
        """Take a message."""
        self.pushed.append((to, message))
        return self.answers.pop(0) if self.answers else 201


class MemoryMailer:
    """A mail relay that takes everything, or refuses as a test says."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.faults: list[MailError] = []  # the next ones

    async def send(self, mail: Mail) -> None:
        """Take a mail."""
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail)


class NumbersOnly(AbstractResolver):
    """A name server that knows no names."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Find nothing."""
        raise OSError("no names in this test")

    @override
    async def close(self) -> None:
        """Do nothing."""


class HereWorkshop:
    """Runs heavy work at once, in this process."""

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the work returns."""
        return work(*args, **kwargs)

    async def run_slowly(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the work returns."""
        return work(*args, **kwargs)
