"""The half of a node that speaks to others as a process of its own, with peers' names found on this machine.

Reads lines and answers each with one: `prepare N` queues N posts for every follower's host, `wide N` for 200 hosts;
`drain` delivers them. `arrive N` takes the posts of N strangers and verifies them; `fetch N` fetches N posts. The
answer says how many were done and what CPU they took.
"""

import asyncio
import itertools
import json
import sys
import time
from pathlib import Path
from socket import AddressFamily
from typing import Final

import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, select

from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from node.gateways.guard import GuardRules, build_client
from node.parts import Parts
from node.services import catching_up, composing, delivering, fetching, receiving
from node.services.receiving import Request
from node.settings import from_environment
from node.store import accounts, deliveries, fanning, outbox, tables
from node.store.unit import Snapshot, Unit
from tests.bench import dataset, strangers
from tests.bench.sink import address

WIDE: Final = 200
HOSTS: Final = 20
AT_ONCE: Final = 16


class LocalNames(AbstractResolver):
    """Finds `sNN.sink.example` at its loopback address and nothing else anywhere."""

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """Return the one address of a peer."""
        if not host.endswith(".sink.example"):
            raise OSError(f"{host} is not one of ours")
        found = address(int(host.partition(".")[0][1:]))
        return [ResolveResult(hostname=host, host=found, port=port, family=AddressFamily.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


def prepare(unit: Unit, username: str, count: int) -> None:
    """Queue the newest posts of an account for the hosts of its followers, `count` bodies in all."""
    author = accounts.local_by_username(unit, username)
    assert author is not None
    newest = outbox.page(unit, author.id, None, limit=1)
    body = (
        json.dumps(composing.create(unit, newest[0]))
        if newest
        else json.dumps({"type": "Create", "filler": "x" * 1800})
    )
    for _ in range(count):
        body_id = deliveries.add_body(unit, account_id=author.id, body=body)
        fanning.fan_out(unit, body_id, [fanning.inboxes_of_followers(author.id)])


def prepare_wide(unit: Unit, username: str, port: int, count: int) -> None:
    """Queue bodies of an account for each of many hosts."""
    author = accounts.local_by_username(unit, username)
    assert author is not None
    for _ in range(count):
        body_id = deliveries.add_body(unit, account_id=author.id, body=json.dumps({"filler": "x" * 1800}))
        hosts = [dataset.host(number, port) for number in range(WIDE)]
        rows = [
            {
                "id": unit.new_id(),
                "body_id": body_id,
                "host": host,
                "inbox": f"https://{host}/inbox",
                "next_at": unit.now,
            }
            for host in hosts
        ]
        unit.conn.execute(tables.deliveries.insert(), rows)


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    t = tables.deliveries
    return {row[0]: row[1] for row in snapshot.conn.execute(select(t.c.state, func.count()).group_by(t.c.state))}


class Courier:
    """A node's parts over a client that finds the peers of the bench."""

    def __init__(self, username: str, port: int, folder: Path) -> None:
        settings = from_environment()
        self._parts = Parts(settings)
        rules = GuardRules(allow_loopback=True)
        self._client = build_client(rules, user_agent="bench", ca_file=settings.ca_file, resolver=LocalNames())
        self._deliverer = HttpDeliverer(self._client, self._parts.clock)
        self._fetcher = HttpFetcher(self._client, self._parts.server_key, self._parts.clock)
        self._username, self._port = username, port
        self._private_pem = (folder / "stranger.key").read_text()
        self._names = itertools.count()

    async def answer(self, word: str, number: int) -> dict[str, float]:
        """Do what a line asks for."""
        db = self._parts.db
        if word == "prepare":
            await db.write(prepare, self._username, number)
        elif word == "wide":
            await db.write(prepare_wide, self._username, self._port, number)
        elif word == "arrive":
            return await self._arrive(number)
        elif word == "fetch":
            return await self._fetch(number)
        else:
            return await self._drain()
        return {}

    async def close(self) -> None:
        """Let go of everything."""
        self._deliverer.close()
        await self._client.aclose()
        await self._parts.close()

    async def _drain(self) -> dict[str, float]:
        before = (await self._parts.db.read(counts)).get("delivered", 0)
        start = time.process_time()
        await delivering.drain(self._parts.db, self._deliverer)
        used_s = time.process_time() - start
        after = await self._parts.db.read(counts)
        return {"cpu_s": used_s, **after, "delivered": after.get("delivered", 0) - before}

    async def _arrive(self, count: int) -> dict[str, float]:
        parts, now = self._parts, self._parts.clock.now()
        inbox, reader = f"{parts.site.base_url}/inbox", f"{parts.site.base_url}/users/{self._username}"
        requests = []
        for number in range(count):
            name = f"stranger{next(self._names)}"
            act = strangers.create(dataset.host(number % HOSTS, self._port), name, "1", reader)
            body, headers = strangers.signed(act, inbox, self._private_pem, now)
            requests.append(Request("/inbox", headers, body, now))
        before = await parts.db.read(_statuses)
        start = time.process_time()
        for request in requests:
            await receiving.accept(parts.db, request, site=parts.site)
        while await catching_up.drain(parts.db, self._fetcher, site=parts.site):
            continue
        return {"cpu_s": time.process_time() - start, "done": await parts.db.read(_statuses) - before}

    async def _fetch(self, count: int) -> dict[str, float]:
        parts = self._parts
        hosts = [dataset.host(number % HOSTS, self._port) for number in range(count)]
        found = [f"https://{host}/users/author/statuses/f{next(self._names)}" for host in hosts]
        start, begun = time.process_time(), time.monotonic()
        for some in range(0, count, AT_ONCE):
            batch = found[some : some + AT_ONCE]
            await asyncio.gather(*(fetching.post(parts.db, self._fetcher, uri, site=parts.site) for uri in batch))
        return {"cpu_s": time.process_time() - start, "done": count, "wall_s": time.monotonic() - begun}


def _statuses(snapshot: Snapshot) -> int:
    return snapshot.conn.execute(select(func.count()).select_from(tables.statuses)).scalar_one()


async def _serve(username: str, port: int, folder: Path) -> None:
    courier = Courier(username, port, folder)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, number = line.strip().partition(" ")
        print(json.dumps(await courier.answer(word, int(number or 0))), flush=True)
    await courier.close()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
