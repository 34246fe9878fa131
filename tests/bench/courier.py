"""The delivering half of a node as a process of its own, with peers' names found on this machine.

Reads lines: `prepare N` queues N posts for every follower's host, `drain` delivers them and answers with what it took.
"""

import asyncio
import json
import sys
import time
from socket import AddressFamily

import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, select

from node.gateways.deliver import HttpDeliverer
from node.gateways.guard import GuardRules, build_client
from node.parts import Parts
from node.services import delivering, documents
from node.settings import from_environment
from node.store import accounts, deliveries, outbox, tables
from node.store.unit import Snapshot, Unit
from tests.bench.sink import address


class LocalNames(AbstractResolver):
    """Finds `sNN.sink.example` at its loopback address and nothing else anywhere."""

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """Return the one address of a peer."""
        if not host.endswith(".sink.example"):
            raise OSError(f"{host} is not one of ours")
        found = address(int(host[1:3]))
        return [ResolveResult(hostname=host, host=found, port=port, family=AddressFamily.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


def prepare(unit: Unit, username: str, count: int) -> None:
    """Queue the newest posts of an account for the hosts of its followers, `count` bodies in all."""
    author = accounts.local_by_username(unit, username)
    assert author is not None
    newest = outbox.page(unit, author.id, None, limit=1)
    body = (
        json.dumps(documents.create(unit, newest[0]))
        if newest
        else json.dumps({"type": "Create", "filler": "x" * 1800})
    )
    for _ in range(count):
        body_id = deliveries.add_body(unit, account_id=author.id, body=body)
        deliveries.fan_out(unit, body_id, [deliveries.inboxes_of_followers(author.id)])


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    t = tables.deliveries
    return {row[0]: row[1] for row in snapshot.conn.execute(select(t.c.state, func.count()).group_by(t.c.state))}


async def _serve(username: str) -> None:
    settings = from_environment()
    parts = Parts(settings)
    rules = GuardRules(allow_loopback=True)
    client = build_client(rules, user_agent="bench", ca_file=settings.ca_file, resolver=LocalNames())
    deliverer = HttpDeliverer(client, parts.clock)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, number = line.strip().partition(" ")
        if word == "prepare":
            await parts.db.write(prepare, username, int(number))
            answer: dict[str, float] = {}
        else:
            answer = await _drain(parts, deliverer)
        print(json.dumps(answer), flush=True)
    deliverer.close()
    await client.aclose()
    await parts.close()


async def _drain(parts: Parts, deliverer: HttpDeliverer) -> dict[str, float]:
    before = (await parts.db.read(counts)).get("delivered", 0)
    start = time.process_time()
    await delivering.drain(parts.db, deliverer)
    used_s = time.process_time() - start
    after = await parts.db.read(counts)
    return {"cpu_s": used_s, **after, "delivered": after.get("delivered", 0) - before}


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
