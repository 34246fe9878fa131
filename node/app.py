"""The serving process: puts the node together and runs it. `python -m node.app` is what `rounds serve` becomes.

Imports neither alembic nor typer, rich, psycopg or Pillow, so that a small node stays small.
"""

import asyncio
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final

import uvicorn
from typing_extensions import override

import web
from migrations import HEAD
from node import locking
from node.parts import Parts, set_up_logging
from node.services import vapid
from node.services.signing_in import Door, Passwords
from node.services.streaming import Streams
from node.settings import Settings, SettingsError, for_testing, from_environment
from node.store import leases, schema
from web.listening import MAX_MESSAGE_BYTES, PING_S, BoundedProtocol, BoundedWebSocket
from web.node import Node
from web.site import App

CANNOT_START: Final = 2
MOST_FILES: Final = 65_536


def build(settings: Settings, *, has_worker: bool = True, is_testing: bool = False) -> App:
    """Return the ASGI application of a node with these settings; `is_testing`: for anybody on this machine."""
    parts = Parts(settings)
    node = Node(
        site=parts.site,
        settings=settings,
        db=parts.db,
        door=Door(parts.clock, Passwords()),
        fetcher=parts.fetcher,
        blobs=parts.blobs,
        workshop=parts.workshop,
        streams=parts.streams,
        addresses=parts.addresses,
        is_testing=is_testing,
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        found = await parts.db.read(schema.revision)
        if found != HEAD:
            raise SystemExit(
                f"The database has schema {found or 'none'}, this code needs {HEAD}: run `rounds migrate`."
            )
        await vapid.private_key(parts.db)
        parts.begin_telling()
        if has_worker:
            if settings.is_sqlite:
                await parts.db.write(leases.free_all)
            parts.db.on_wake = parts.worker.wake
            parts.worker.start()
        yield
        await parts.worker.stop()
        await parts.close()

    return web.build(node, lifespan=lifespan)


def configured(app: App, settings: Settings) -> uvicorn.Config:
    """Return how the application is served."""
    return uvicorn.Config(
        app,
        host=settings.bind,
        port=settings.port,
        loop="uvloop",
        http=BoundedProtocol,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        ws=BoundedWebSocket,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        timeout_graceful_shutdown=10,
    )


class _Server(uvicorn.Server):
    """Ends open streams before it waits for what is being answered: they would never be done."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams: Final = streams

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end_all("stopping")
        await super().shutdown(sockets)


def raise_open_files() -> None:
    """Let this process open as many files as it may be allowed: every stream of an app is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main(arguments: list[str]) -> int:
    """Serve until told to stop."""
    try:
        settings = from_environment()
        if is_testing := "--testing" in arguments:
            settings = for_testing(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    try:
        lock = locking.hold(settings.data_dir) if settings.is_sqlite else nullcontext()
    except locking.Held as held:
        print(f"process {held} serves this node already; a SQLite node is one process", file=sys.stderr)
        return CANNOT_START
    with lock:
        return _serve(settings, arguments, is_testing=is_testing)


def _serve(settings: Settings, arguments: list[str], *, is_testing: bool) -> int:
    set_up_logging(settings)
    raise_open_files()
    app = build(settings, has_worker="--no-worker" not in arguments, is_testing=is_testing)
    config = configured(app, settings)
    server = _Server(config, app.node.streams)
    for name in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them once more after a clean stop
        signal.signal(name, lambda _number, _frame: None)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve())
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
