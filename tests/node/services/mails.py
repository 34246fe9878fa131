"""A node whose clock stands on a Monday morning in Berlin, with or without a mail server, and how its hours pass."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from node.services import digesting
from tests.support.clock import FrozenClock
from tests.support.world import World, make_world

BERLIN: Final = ZoneInfo("Europe/Berlin")
GAPS: Final = (8, 8, 1, 1, 1, 5)
RELAY: Final = {"smtp_url": "smtp://relay.ward.example", "mail_from": "rounds@ward.example"}


def local(*when: int, zone: ZoneInfo = BERLIN) -> datetime:
    """Return a time by the clocks of a place."""
    return datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type,misc] # year, month, day, hour


@asynccontextmanager
async def house(url: str, folder: Path, at: datetime, **decided: Any) -> AsyncIterator[World]:
    """Give a node that begins at a time."""
    made = await make_world(url, folder, clock=FrozenClock(at), **{"timezone": BERLIN, **decided})
    try:
        yield made
    finally:
        await made.close()


async def days(world: World, count: int, do: Callable[[], Awaitable[object]]) -> None:
    """Let days pass from noon to noon, doing something at eight in the evening, each hour from four to seven, and at noon."""
    for _ in range(count):
        for gap in GAPS:
            world.clock.pass_time(hours=gap)
            await do()


async def mailed(world: World, count: int) -> list[str]:
    """Let days pass with what is done every hour for mails; return when mails came, by the clocks of the house."""
    at: list[str] = []

    async def do() -> None:
        before = len(world.mailer.sent)
        await world.db.write(digesting.queue)
        await world.work()
        at.extend([f"{world.clock.now().astimezone(world.site.zone):%a %d %H}"] * (len(world.mailer.sent) - before))

    await days(world, count, do)
    return at
