"""A node on a port of this machine, and a Chromium to visit it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from tests.support.require import program
from tests.support.world import World, make_world


@dataclass(frozen=True)
class Place:
    """A running node."""

    world: World
    url: str


@pytest.fixture
async def place(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """Return a node that answers on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        world = await make_world(sqlite_url, tmp_path, host=host)
        server = uvicorn.Server(uvicorn.Config(world.app, log_level="warning", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield Place(world, f"http://{host}")
        server.should_exit = True
        await serving
        await world.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Return a Chromium."""
    path = program("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()
