"""Several nodes and pretend peers on a wire without sockets: real signatures, one frozen clock, faults on request.

How it works. Every node is a whole `World` whose fetcher and deliverer are the real gateways over an httpx transport
that hands each request to the application of its host. Nothing goes out by itself: `settle` drains the queues of all
nodes until nothing is due. A host can be taken down, made to answer with a status, doubled, or held back and let go
in another order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from typing_extensions import override

from federation.uris import parse_handle
from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from node.gateways.webpush import HttpPusher
from node.ports import SigningKey
from node.services import catching_up, delivering, fetching, following, policing, posting, reacting, reading, working
from node.services.knocking import RememberedForms
from node.services.posting import Draft
from node.services.working import Tools
from node.store import accounts, keys, lines, statuses
from node.store.accounts import Account
from node.store.lines import Line, Page
from node.store.statuses import Status
from node.store.unit import Snapshot
from tests.support.clock import FrozenClock
from tests.support.peers import Peer
from tests.support.world import Person, World, make_world

MAX_ROUNDS: Final = 500
Send = Callable[[httpx.Request], Awaitable[httpx.Response]]
Hook = Callable[[httpx.Request, Send], Awaitable[httpx.Response]]


class Wire(httpx.AsyncBaseTransport):
    """Hands a request to the application of its host; `hooks` stand in between."""

    def __init__(self) -> None:
        self.applications: dict[str, httpx.AsyncBaseTransport] = {}
        self.hooks: dict[str, Hook] = {}
        self.sent: list[httpx.Request] = []

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the host would."""
        host = request.url.netloc.decode()
        self.sent.append(request)
        hook = self.hooks.get(host)
        return await (hook(request, self.pass_on) if hook else self.pass_on(request))

    async def pass_on(self, request: httpx.Request) -> httpx.Response:
        """Hand a request to the application of its host, whatever stands in between."""
        application = self.applications.get(request.url.netloc.decode())
        if application is None:
            raise httpx.ConnectError("there is no such host", request=request)
        return await application.handle_async_request(request)

    def asked(self, host: str, path: str = "") -> int:
        """Return how many requests there were to a host, below a path."""
        return sum(r.url.netloc.decode() == host and r.url.path.startswith(path) for r in self.sent)


class Held:
    """Requests that a host took and did not look at yet."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire, self._host = wire, host
        self.requests: list[httpx.Request] = []

    async def keep(self, request: httpx.Request, send: Send) -> httpx.Response:
        """Take a POST as if it had arrived; pass everything else."""
        if request.method != "POST":
            return await send(request)
        await request.aread()
        self.requests.append(request)
        return httpx.Response(202, request=request)

    async def hand_over(self, places: Iterable[int]) -> None:
        """Hand over some of what was held, in this order and as often as it is named, and go on holding."""
        for place in places:
            await self._wire.pass_on(again(self.requests[place]))

    async def release(self, order: Sequence[int] | None = None, *, times: int = 1) -> list[int]:
        """Hand over what was held, in an order by place and each so many times; return how it was answered."""
        self._wire.hooks.pop(self._host, None)
        answers = []
        for place in order if order is not None else range(len(self.requests)):
            for _ in range(times):
                answer = await self._wire.handle_async_request(again(self.requests[place]))
                answers.append(answer.status_code)
        return answers


def again(request: httpx.Request) -> httpx.Request:
    """Return the same request once more, as it was on the wire."""
    return httpx.Request(request.method, request.url, headers=request.headers, content=request.content)


class Station:
    """A node of the network: its world and what drains its queues."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self.world: Final = world
        self.db: Final = world.db
        self.site: Final = world.site
        self.fetcher: Final = HttpFetcher(
            client,
            self.key,
            world.clock,
            loopback_http=self.site.loopback_http,
            permit=partial(policing.check_host, world.db),
            forms=RememberedForms(world.db),
        )
        self.deliverer: Final = HttpDeliverer(client, world.clock, loopback_http=self.site.loopback_http)
        pusher = HttpPusher(client, world.clock, subject=self.site.base_url, loopback_http=self.site.loopback_http)
        self.tools: Final = Tools(
            world.db,
            self.fetcher,
            world.blobs,
            world.node.workshop,
            world.site,
            pusher,
            deliverer=self.deliverer,
        )

    async def key(self) -> SigningKey:
        """Return the key of the server actor."""
        return await self.db.read(_server_key)

    async def drain(self) -> int:
        """Do what is due once; return how many rows were looked at."""
        done = await working.drain(self.tools)
        done += await delivering.drain(self.db, self.deliverer)
        return done + await catching_up.drain(self.db, self.fetcher, site=self.site)

    async def user(self, username: str) -> Person:
        """Make a user."""
        return await self.world.user(username)

    async def find(self, handle: str) -> Account:
        """Return an account, looked up on its own host when it is not known."""
        parsed = parse_handle(handle)
        assert parsed is not None
        account_id = await fetching.account(self.db, self.fetcher, parsed, site=self.site)
        found = await self.db.read(accounts.by_id, account_id)
        assert found is not None
        return found

    async def follow(self, who: Person, handle: str) -> Account:
        """Let somebody follow a handle."""
        target = await self.find(handle)
        await self.db.write(following.follow, who.id, target.id)
        return target

    async def post(self, who: Person, text: str, **draft: Any) -> Status:
        """Let somebody post."""
        status_id = await self.db.write(posting.post, who.id, Draft(text=text, **draft))
        return await self.status(status_id)

    async def favourite(self, who: Person, status: Status) -> None:
        """Let somebody favourite a status of this node."""
        await self.db.write(reacting.favourite, who.id, status.id)

    async def boost(self, who: Person, status: Status) -> int:
        """Let somebody boost a status of this node."""
        return await self.db.write(reacting.boost, who.id, status.id)

    async def status(self, status_id: int) -> Status:
        """Return a status that is there."""
        found = await self.db.read(statuses.by_id, status_id)
        assert found is not None
        return found

    async def held(self, uri: str) -> Status | None:
        """Return what the node holds of a status."""
        return await self.db.read(statuses.by_uri, uri)

    async def shown(self, who: Person, uri: str) -> Line | None:
        """Return a status as somebody sees it; None when they may not or it is not there."""
        status = await self.held(uri)
        if status is None or await self.db.read(statuses.visible, status.id, who.id) is None:
            return None
        return next(line for line in await self.db.read(_lines, who.id, status.id))

    async def home(self, who: Person) -> list[Line]:
        """Return the first page of somebody's home timeline."""
        return list(await self.db.read(reading.home_page, who.id, Page()))

    async def count(self, who: Person, kind: str) -> int:
        """Return how often somebody was told of a kind of thing."""
        found = await self.db.read(reading.notification_page, who.id, Page(), reading.Wanted())
        return sum(one.kind == kind for one in found)


def _lines(snapshot: Snapshot, viewer_id: int, status_id: int) -> list[Line]:
    return list(lines.by_ids(snapshot, viewer_id, [status_id]))


def _server_key(snapshot: Snapshot) -> SigningKey:
    actor = accounts.by_uri(snapshot, snapshot.site.server_actor_uri)
    key = keys.for_account(snapshot, actor.id) if actor else None
    assert key is not None
    return key


class Network:
    """Nodes and peers that can reach each other, and nothing else."""

    def __init__(self, fresh_url: Callable[[Path], str], folder: Path) -> None:
        self.clock: Final = FrozenClock()
        self.wire: Final = Wire()
        self.nodes: dict[str, Station] = {}
        self.peers: dict[str, Peer] = {}
        self._twins: list[World] = []
        self._client: Final = httpx.AsyncClient(transport=self.wire, headers={"user-agent": "Rounds/test"})
        self._fresh_url: Final = fresh_url
        self._folder: Final = folder

    async def node(self, host: str, **decided: Any) -> Station:
        """Return the node at a host, made when it is not there yet; `decided` are settings that are not as usual."""
        if host not in self.nodes:
            folder = self._folder / host.replace(":", "_")
            folder.mkdir()
            made: list[Station] = []
            world = await make_world(
                self._fresh_url(folder),
                folder,
                host=host,
                clock=self.clock,
                fetcher=_Late(lambda: made[0].fetcher),
                **{"secure_fetch": True, **decided},
            )
            made.append(Station(world, self._client))
            self.nodes[host] = made[0]
            self.wire.applications[host] = httpx.ASGITransport(world.app, client=("192.0.2.9", 4321))
        return self.nodes[host]

    async def twin(self, host: str) -> World:
        """Return a second process of a node, on the same database."""
        station = self.nodes[host]
        url = station.db.engine.url.render_as_string(hide_password=False)
        folder = self._folder / host.replace(":", "_")
        twin = await make_world(url, folder, host=host, clock=self.clock, fetcher=station.fetcher)
        self._twins.append(twin)
        return twin

    def peer(self, host: str) -> Peer:
        """Return the pretend server at a host, made when it is not there yet."""
        if host not in self.peers:
            self.peers[host] = peer = Peer(host, self.clock, self._client)
            self.wire.applications[host] = httpx.MockTransport(peer.answer)
        return self.peers[host]

    def down(self, host: str) -> None:
        """Let nobody reach a host."""

        async def refuse(request: httpx.Request, _send: Send) -> httpx.Response:
            raise httpx.ConnectError("connection refused", request=request)

        self.wire.hooks[host] = refuse

    def up(self, host: str) -> None:
        """Let a host answer again."""
        self.wire.hooks.pop(host, None)

    def answer(self, host: str, status: int, **headers: str) -> None:
        """Let a host answer every POST with a status."""

        async def answer(request: httpx.Request, send: Send) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            is_post = request.method == "POST"
            return httpx.Response(status, headers=named, request=request) if is_post else await send(request)

        self.wire.hooks[host] = answer

    def double(self, host: str, times: int = 2) -> None:
        """Let every POST to a host arrive several times at once."""

        async def repeat(request: httpx.Request, send: Send) -> httpx.Response:
            if request.method != "POST":
                return await send(request)
            await request.aread()
            answers = await asyncio.gather(*(send(again(request)) for _ in range(times)))
            return answers[-1]

        self.wire.hooks[host] = repeat

    def hold(self, host: str) -> Held:
        """Keep every POST to a host until it is released."""
        held = Held(self.wire, host)
        self.wire.hooks[host] = held.keep
        return held

    async def settle(self, only: Iterable[str] | None = None) -> None:
        """Drain every queue until nothing is due."""
        stations = [self.nodes[host] for host in (only if only is not None else self.nodes)]
        for _ in range(MAX_ROUNDS):
            if not sum([await station.drain() for station in stations]):
                return
        raise AssertionError("the network does not come to rest")

    async def close(self) -> None:
        """Let go of everything."""
        for station in self.nodes.values():
            station.deliverer.close()
            await station.world.close()
        for twin in self._twins:
            await twin.close()
        await self._client.aclose()


class _Late:
    """A fetcher that is there only after the node that uses it."""

    def __init__(self, find: Callable[[], HttpFetcher]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)
