"""A thousand people of the node whose apps listen: their rows, and their open connections as bytes on a wire."""

import asyncio
import base64
import secrets
from typing import Any, Final

from sqlalchemy import insert, select

from node.services.signing_in import digest
from node.store import tables
from node.store.database import Database
from node.store.unit import Unit
from tests.bench.dataset import Filled

OPEN_AT_ONCE: Final = 50
LIMIT_S: Final = 60.0


async def settle(db: Database, filled: Filled, count: int) -> list[str]:
    """Let that many more people live here, who follow the reader; return a token of each."""
    return await db.write(_settle, filled, count)


def _settle(unit: Unit, filled: Filled, count: int) -> list[str]:
    a, u, t, f = tables.accounts, tables.users, tables.tokens, tables.follows
    reader = dict(unit.conn.execute(select(a).where(a.c.id == filled.account_id)).mappings().one())
    user = dict(unit.conn.execute(select(u).where(u.c.account_id == filled.account_id)).mappings().one())
    app_id = unit.conn.scalar(select(t.c.app_id).limit(1))
    issued = [secrets.token_urlsafe(32) for _ in range(count)]
    rows: dict[str, list[dict[str, Any]]] = {"accounts": [], "users": [], "tokens": [], "follows": []}
    for number, token in enumerate(issued):
        name, one = f"listener{number}", unit.new_id()
        made = {"id": one, "username": name, "username_key": name, "uri": f"{reader['uri']}/{name}"}
        unread = {"followers_uri": None, "following_uri": None}
        rows["accounts"].append(reader | made | unread)
        rows["users"].append(user | {"id": one + 1, "account_id": one, "email": f"{name}@bench.example"})
        held = {"id": one + 2, "token_hash": digest(token), "app_id": app_id, "user_id": one + 1}
        rows["tokens"].append(held | {"scopes": "read", "created_at": unit.now})
        edge = {"id": one + 3, "account_id": one, "target_id": filled.account_id, "is_accepted": True}
        rows["follows"].append(edge | {"uri": f"{made['uri']}#follow", "created_at": unit.now, "is_local": True})
        unit.new_ids(8)
    for table, name in ((a, "accounts"), (u, "users"), (t, "tokens"), (f, "follows")):
        unit.conn.execute(insert(table), rows[name])
    return issued


class Listeners:
    """Open streams, and how many bytes each has heard."""

    def __init__(self, port: int, host: str) -> None:
        self._port: Final = port
        self._host: Final = host
        self._open: list[_Heard] = []

    async def open(self, tokens: list[str], stream: str) -> None:
        """Open a stream for each token, a few at a time."""
        for start in range(0, len(tokens), OPEN_AT_ONCE):
            await asyncio.gather(*(self._one(token, stream) for token in tokens[start : start + OPEN_AT_ONCE]))

    async def hear(self) -> None:
        """Return when everybody has heard something more since the last time."""
        async with asyncio.timeout(LIMIT_S):
            await asyncio.gather(*(one.more() for one in self._open))

    def close(self) -> None:
        """Go away."""
        for one in self._open:
            one.transport.abort()

    async def _one(self, token: str, stream: str) -> None:
        loop = asyncio.get_running_loop()
        _, heard = await loop.create_connection(_Heard, "127.0.0.1", self._port)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        heard.transport.write(
            f"GET /api/v1/streaming?stream={stream} HTTP/1.1\r\nhost: {self._host}\r\nconnection: upgrade\r\n"
            f"upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n"
            f"authorization: Bearer {token}\r\n\r\n".encode()
        )
        async with asyncio.timeout(LIMIT_S):
            await heard.more()
        if b" 101 " not in heard.head:
            raise RuntimeError(f"a stream was refused: {heard.head[:300]!r}")
        self._open.append(heard)


class _Heard(asyncio.Protocol):
    """One connection that counts what comes."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.head = b""
        self._news = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.head = self.head or data
        self._news.set()

    async def more(self) -> None:
        """Wait for what comes, and forget it."""
        await self._news.wait()
        self._news.clear()
