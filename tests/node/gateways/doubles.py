"""A clock that stands still, a key, a name server of our own, and a door inside at which nobody may knock."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache

import httpx
from aiohttp.abc import AbstractResolver
from typing_extensions import override

from federation.signatures.keys import generate_rsa
from node.gateways.guard import build_client
from node.ports import SigningKey

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


class StillClock:
    """Always the same time."""

    def now(self):
        """Return it."""
        return NOW

    def monotonic_s(self):
        """Return it in seconds."""
        return 0.0


class Names(AbstractResolver):
    """Answers from a table and remembers what it was asked."""

    def __init__(self, table):
        self.table = table
        self.asked = []

    @override
    async def resolve(self, host, port=0, family=0):
        """Return the addresses of the table."""
        self.asked.append(host)
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": 10 if ":" in address else 2,
                "proto": 6,
                "flags": 0,
            }
            for address in self.table[host]
        ]

    @override
    async def close(self):
        """Nothing is open."""


@cache
def key_pair():
    """Make one RSA key for all tests."""
    return generate_rsa()


def signing_key():
    """Give the server actor's key."""
    return SigningKey("https://ward.example/actor#main-key", key_pair()[0])


class Web:
    """Servers in memory: a table of addresses to answers, which remembers every request."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.requests = []

    def client(self):
        """Give a client that reaches nothing else."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def _answer(self, request):
        self.requests.append(request)
        answer = self.answers.get(str(request.url), httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        return await answer(request) if callable(answer) else answer


@asynccontextmanager
async def canary():
    """Listen on loopback and count who comes; nobody should."""
    hits = []

    async def serve(reader, writer):
        hits.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], hits


@asynccontextmanager
async def guarded(rules, table=None):
    """Give a guarded client whose names come from a table."""
    async with build_client(rules, user_agent="rounds/0", resolver=Names(table or {})) as client:
        yield client
