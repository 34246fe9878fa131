"""Whoever posts waits for nobody outside: no connection is opened, and peers that never answer change nothing."""

import asyncio
import socket
from contextlib import suppress
from typing import Any, Final, NoReturn

import pytest
from typing_extensions import override

from node.services import delivering, working
from node.services.working import Tools
from node.store import accounts, follows
from node.store.accounts import Account
from node.store.follows import Follow
from node.store.unit import Unit
from tests.support.ports import Documents
from tests.support.world import World

POSTS: Final[tuple[dict[str, Any], ...]] = (
    {"status": "The timer hangs on the trolley now."},
    {"status": "Ask @ada@far.example and @nobody@away.example #learning"},
    {"status": "Read https://pages.example/timers before the round"},
    {"status": "Which one?", "poll": {"options": ["red", "blue"], "expires_in": 3600}},
    {"status": "Only for you @ada@far.example", "visibility": "direct"},
)
VARYING: Final = ("id", "uri", "url", "created_at")


class Hanging(Documents):
    """Peers that take every question and every delivery and never answer."""

    @override
    async def activity(self, uri: str) -> NoReturn:
        await self._hang(uri)

    @override
    async def json(self, uri: str, *, accept: str) -> NoReturn:
        await self._hang(uri)

    @override
    async def text(self, uri: str, *, accept: str) -> NoReturn:
        await self._hang(uri)

    @override
    async def page(self, uri: str, *, max_bytes: int) -> NoReturn:
        await self._hang(uri)

    async def post(self, inbox: str, *_: object, **__: object) -> NoReturn:
        """Take a delivery."""
        await self._hang(inbox)

    async def _hang(self, uri: str) -> NoReturn:
        self.asked.append(uri)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def test_posting_opens_no_connection(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, links and followers elsewhere are for the workers: a POST asks the resolver and the network for nothing."""
    ines = await _followed(world)
    opened: list[object] = []

    def refuse(*asked: object, **_: object) -> NoReturn:
        opened.append(asked)
        raise OSError("no network in a request")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    answers = [await world.client(ines).post("/api/v1/statuses", json=post) for post in POSTS]

    assert [200] * len(POSTS) == [answer.status_code for answer in answers]
    assert not [*opened, *world.fetcher.asked]


async def test_posting_is_the_same_while_every_peer_hangs(world: World) -> None:
    """Workers that wait for peers hold up nobody who posts, and the answer says the same."""
    ines = await _followed(world)
    client = world.client(ines)
    before = [(await client.post("/api/v1/statuses", json=post)).json() for post in POSTS]
    hanging = Hanging()
    tools = Tools(world.db, hanging, world.blobs, world.node.workshop, world.site, world.pusher)
    workers = [asyncio.create_task(working.drain(tools)), asyncio.create_task(delivering.drain(world.db, hanging))]
    while not {"jobs", "inbox"} <= {"inbox" if uri.endswith("/inbox") else "jobs" for uri in hanging.asked}:
        await asyncio.sleep(0)
        assert not any(worker.done() for worker in workers)

    after = [(await client.post("/api/v1/statuses", json=post)).json() for post in POSTS]

    assert not any(worker.done() for worker in workers)
    assert [_lasting(one) for one in before] == [_lasting(one) for one in after]
    for worker in workers:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _lasting(status: dict[str, Any]) -> dict[str, Any]:
    """Return what two posts of the same words have in common."""
    kept = {name: value for name, value in status.items() if name not in VARYING}
    counts = {"statuses_count": None, "last_status_at": None}
    poll = {"id": None, "expires_at": None}
    return kept | {"account": status["account"] | counts, "poll": status["poll"] and status["poll"] | poll}


async def _followed(world: World) -> Any:
    """Return somebody with a follower elsewhere."""
    ines = await world.user("ines")

    def follow(unit: Unit) -> None:
        ada = accounts.insert(unit, _afar(unit))
        assert ada is not None
        follows.insert(unit, Follow(unit.new_id(), ada.id, ines.id, None, True, True, False, unit.now))

    await world.db.write(follow)
    return ines


def _afar(unit: Unit) -> Account:
    uri = "https://far.example/users/ada"
    return Account(
        id=unit.new_id(),
        uri=uri,
        username="ada",
        username_key="ada",
        host="far.example",
        url=uri,
        inbox=f"{uri}/inbox",
        inbox_host="far.example",
        created_at=unit.now,
    )
