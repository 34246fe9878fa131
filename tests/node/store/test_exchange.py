"""What happened goes from one process to the others: ids alone, in order, as few notices as will do, and no silent gap."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from node.commands.database import opened
from node.reactions import react
from node.settings import Settings
from node.store import exchange
from node.store.database import Database
from node.store.exchange import MAX_NOTICE_BYTES, Exchange
from node.store.unit import Publish, Snapshot
from tests.node.store.worlds import SITE
from tests.support.clock import FrozenClock

pytestmark = pytest.mark.postgres


class Process:
    """A process of a node: what it hears, and when it is deaf."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.heard: asyncio.Queue[Publish] = asyncio.Queue()
        self.silences: asyncio.Queue[None] = asyncio.Queue()
        self.hearing = asyncio.Event()
        self.exchange = Exchange(
            db,
            self.heard.put_nowait,
            on_silence=lambda: self.silences.put_nowait(None),
            on_hearing=self.hearing.set,
        )

    async def some(self, count: int) -> list[Publish]:
        """Return the next things it hears."""
        return [await self.heard.get() for _ in range(count)]


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Process]:
    """Give a process that listens."""
    made = Process(Database(url, site=SITE, clock=FrozenClock(), react=react, threads=1))
    made.exchange.start()
    await made.hearing.wait()
    await made.silences.get()  # until it listens it is deaf
    try:
        yield made
    finally:
        await made.exchange.stop()
        made.db.close()


async def test_the_others_hear_what_one_says(postgres_url: str) -> None:
    """Everything of it, in order, and the one who says it hears it at once and once."""
    said = [Publish("update", 1), Publish("delete", 2, to=(3, 4), more="publicly"), Publish("revoked", 5)]
    async with process(postgres_url) as one, process(postgres_url) as other:
        for each in said:
            one.exchange.say(each)

        assert await other.some(3) == said
        assert [one.heard.get_nowait() for _ in range(3)] == said
        other.exchange.say(Publish("update", 6))
        assert await one.some(1) == [Publish("update", 6)]


async def test_however_much_is_said_a_notice_stays_below_what_postgresql_takes(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits goes out together, in as many notices as it takes."""
    notices: list[str] = []
    notify = exchange._notify

    def noted(snapshot: Snapshot, notice: str) -> None:
        notices.append(notice)
        notify(snapshot, notice)

    monkeypatch.setattr(exchange, "_notify", noted)
    people = tuple(range(10**18, 10**18 + 200))
    said = [Publish("delete", number, to=people) for number in range(10**18, 10**18 + 5)]
    said += [Publish("update", number) for number in range(10**18, 10**18 + 300)]
    async with process(postgres_url) as one, process(postgres_url) as other:
        for each in said:
            one.exchange.say(each)

        assert await other.some(len(said)) == said
    assert max(len(notice) for notice in notices) <= MAX_NOTICE_BYTES
    assert len(notices) < 10


async def test_a_lost_connection_is_a_gap(postgres_url: str) -> None:
    """Whoever listens is told, and told again when it hears once more."""
    async with process(postgres_url) as one, process(postgres_url) as other:
        other.hearing.clear()
        await one.db.read(_end_those_who_listen)
        await other.silences.get()
        await other.hearing.wait()
        one.exchange.say(Publish("update", 1))

        assert await other.some(1) == [Publish("update", 1)]


async def test_what_cannot_be_kept_until_it_is_sent_is_a_gap_for_the_others(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded; the others end their streams instead of going on without."""
    monkeypatch.setattr(exchange, "MAX_WAITING", 2)
    async with process(postgres_url) as one, process(postgres_url) as other:
        for number in range(3):
            one.exchange.say(Publish("update", number))

        await other.silences.get()
        assert await other.some(1) == [Publish("update", 2)]


async def test_what_cannot_be_sent_now_is_sent_later(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its order."""
    monkeypatch.setattr(exchange, "TRIES_AFTER_S", (0.0,))
    failing = iter([True, False, False])
    notify: Callable[[Snapshot, str], None] = exchange._notify

    def sometimes(snapshot: Snapshot, notice: str) -> None:
        if next(failing, False):
            raise RuntimeError
        notify(snapshot, notice)

    monkeypatch.setattr(exchange, "_notify", sometimes)
    async with process(postgres_url) as one, process(postgres_url) as other:
        one.exchange.say(Publish("update", 1))
        one.exchange.say(Publish("update", 2))

        assert await other.some(2) == [Publish("update", 1), Publish("update", 2)]


async def test_a_notice_of_something_else_is_passed_over(postgres_url: str) -> None:
    """The name of the channel belongs to nobody."""
    async with process(postgres_url) as one, process(postgres_url) as other:
        await one.db.read(lambda snapshot: snapshot.conn.execute(text("SELECT pg_notify('rounds', 'hello')")))
        one.exchange.say(Publish("update", 1))

        assert await other.some(1) == [Publish("update", 1)]


async def test_who_only_speaks_sends_its_last_words(postgres_url: str) -> None:
    """A command ends when it has told the processes that serve."""
    async with process(postgres_url) as other:
        db = Database(postgres_url, site=SITE, clock=FrozenClock(), react=react, threads=1)
        command = Exchange(db)
        command.say(Publish("update", 1))
        await command.stop()
        db.close()

        assert await other.some(1) == [Publish("update", 1)]


async def test_what_a_command_does_is_heard_by_those_who_serve(postgres_url: str, tmp_path: Path) -> None:
    """Before the command ends."""
    settings = Settings(
        host=SITE.host,
        institution_name=SITE.institution_name,
        data_dir=tmp_path,
        secret_key=bytes(32),
        database_url=postgres_url,
    )

    def command() -> None:
        with opened(settings) as session:
            session.write(lambda unit: unit.after_commit(Publish("revoked", 1)))

    async with process(postgres_url) as other:
        await asyncio.to_thread(command)

        assert await other.some(1) == [Publish("revoked", 1)]


def _end_those_who_listen(snapshot: Snapshot) -> None:
    snapshot.conn.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'rounds listens' AND datname = current_database()"
        )
    )
