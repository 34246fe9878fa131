"""Apps that listen, for tests: a WebSocket and server-sent events against the application, without a socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.support.world import Person, World


@dataclass
class Listener:
    """What an app hears. `status` and `text` are the answer to a handshake that was refused."""

    world: World
    status: int = 0
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    protocol: str | None = None
    code: int | None = None
    was_cut: bool = False
    sent: list[str] = field(default_factory=list)
    asked: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def error(self) -> str:
        """The words of a refusal."""
        return str(json.loads(self.text)["error"])

    async def heard(self) -> list[dict[str, Any]]:
        """Return what came since the last look, as frames with their payloads read."""
        await settled(self.world)
        frames = [json.loads(text) for text in self.sent]
        self.sent.clear()
        return [{**frame, **_read(frame)} for frame in frames]

    async def names(self) -> list[str]:
        """Return the names of the events that came since the last look."""
        return [frame["event"] for frame in await self.heard()]

    async def say(self, **message: Any) -> None:
        """Send a message and wait until it was read."""
        self.asked.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})
        await self.asked.join()
        await settled(self.world)

    async def send(self, message: dict[str, Any]) -> None:
        """Take what the application sends."""
        kind = message["type"].removeprefix("websocket.")
        if kind in ("http.response.start", "accept"):
            self.status = message.get("status", 101)
            self.protocol = message.get("subprotocol")
            self.headers = {name.decode(): value.decode() for name, value in message.get("headers", [])}
        elif kind == "http.response.body":
            self.text += message["body"].decode()
        elif kind == "send":
            self.sent.append(message["text"])
        elif kind == "close":
            self.code = message["code"]
            self.asked.put_nowait({"type": "websocket.disconnect", "code": self.code})
        self.begun.set()
        self.more.set()

    async def receive(self) -> dict[str, Any]:
        """Give the application what the app sends."""
        if self.asked._unfinished_tasks > self.asked.qsize():  # type: ignore[attr-defined]
            self.asked.task_done()
        return await self.asked.get()

    def cut(self) -> None:
        """Lose the connection."""
        self.was_cut = True
        self.asked.put_nowait({"type": "websocket.disconnect", "code": 1006})


def _read(frame: dict[str, Any]) -> dict[str, Any]:
    payload = frame.get("payload")
    if isinstance(payload, str) and payload[:1] == "{":
        return {"payload": json.loads(payload)}
    return {}


async def settled(world: World) -> None:
    """Return when all that was published so far has reached those who listen."""
    await world.node.streams.settled()
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(
    world: World, who: Person | str | None, *, path: str = "", protocol: str = "", address: str = "", **query: str
) -> AsyncIterator[Listener]:
    """Give an app that listens: by a WebSocket, or with a `path` by server-sent events."""
    listener = Listener(world)
    scope = _scope(world, who, path, query, listener)
    scope |= {"subprotocols": [protocol] if protocol else [], "path": address or scope["path"]}
    if not path:
        listener.asked.put_nowait({"type": "websocket.connect"})

    async def run() -> None:
        try:
            await world.app(scope, listener.receive, listener.send)  # type: ignore[arg-type]
        finally:
            listener.begun.set()
            listener.done.set()

    task = asyncio.create_task(run())
    await listener.begun.wait()
    try:
        yield listener
    finally:
        kind = "http.disconnect" if path else "websocket.disconnect"
        listener.asked.put_nowait({"type": kind, "code": 1001})
        await task


def _scope(
    world: World,
    who: Person | str | None,
    path: str,
    query: dict[str, str],
    listener: Listener,
) -> dict[str, Any]:
    token = who.token if isinstance(who, Person) else who
    sent = {"host": world.site.host, **({"authorization": f"Bearer {token}"} if token else {})}
    return {
        "type": "http" if path else "websocket",
        "method": "GET",
        "path": f"/api/v1/streaming/{path}" if path else "/api/v1/streaming",
        "query_string": urlencode(query).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("192.0.2.7", 1234),
        "extensions": {"websocket.http.response": {}, "rounds.abort": {"cut": listener.cut}},
    }
