"""A whole node for a test: frozen clock, scratch database, and a client that calls the application without a socket.

Given `world`: `ines = await world.user("ines")`, then `world.client(ines).get("/api/v1/...")`, or `world.anybody`.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx

import web.site
from federation.signatures.keys import generate_rsa
from node.gateways.guard import GuardedAddresses, GuardRules
from node.ports import Fetcher
from node.reactions import react
from node.services import accounts, authorising, registering, signing_in, vapid, working
from node.services.accounts import ActorKeys, KeyPair, NewUser
from node.services.registering import Registration
from node.services.scopes import SUPPORTED
from node.services.streaming import Streams
from node.services.working import Tools
from node.settings import Settings
from node.social.site import Site
from node.store.accounts import Account
from node.store.database import Database, React
from node.values import limits
from tests.support.clock import FrozenClock
from tests.support.ports import Documents, HereWorkshop, MemoryBlobs, MemoryMailer, MemoryPusher, NumbersOnly
from web.node import Node

HOST: Final = "ward.example"
PASSWORD: Final = "correct horse battery"
EVERYTHING: Final = (*(scope for scope in SUPPORTED if ":" not in scope), "admin:read", "admin:write")
TEST_KEYS: Final = 3


@cache
def key_pair(number: int) -> KeyPair:
    """Return one of a few key pairs, made once in a run."""
    return KeyPair(*generate_rsa())


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the world, with a token for everything."""

    account: Account
    user_id: int
    email: str
    token: str

    @property
    def id(self) -> int:
        """The id of the account."""
        return self.account.id


@dataclass
class World:
    """A node and those who call it."""

    node: Node
    app: web.site.App
    db: Database
    clock: FrozenClock
    fetcher: Documents
    blobs: MemoryBlobs
    pusher: MemoryPusher = field(default_factory=MemoryPusher)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    _app_id: int = 0
    _people: int = 0
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """Where and who the node is."""
        return self.node.site

    async def user(self, username: str, *, role: str = "staff", display_name: str = "") -> Person:
        """Make a user with the password `PASSWORD` and a token for every scope."""
        email = f"{username}@{HOST}"
        kept = await self.node.door.passwords.hash(PASSWORD)
        self._people += 1
        new = NewUser(username, email, kept, key_pair(self._people % TEST_KEYS), display_name, role)
        account = await self.db.write(accounts.create_user, new)
        login = await signing_in.check_password(self.node.door, self.db, email, PASSWORD, address="192.0.2.1")
        token = await self._issue(login.user_id, EVERYTHING)
        return Person(account, login.user_id, email, token)

    async def token(self, person: Person | None, *scopes: str) -> str:
        """Give a token with these scopes; without a person it is an app's own."""
        return await self._issue(person.user_id if person else None, scopes)

    async def _issue(self, user_id: int | None, scopes: tuple[str, ...]) -> str:
        if not self._app_id:
            registration = Registration("Test app", (registering.OUT_OF_BAND,), EVERYTHING)
            self._app_id = (await self.db.write(registering.register, registration)).app.id
        issued = await self.db.write(authorising.issue, self._app_id, user_id, scopes)
        return issued.access_token

    def client(self, who: Person | str | None = None) -> httpx.AsyncClient:
        """Return a client with the person's token, with another token, or with none."""
        token = who.token if isinstance(who, Person) else who
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 1234))
        made = httpx.AsyncClient(transport=transport, base_url=self.site.base_url, headers=headers)
        self._clients.append(made)
        return made

    @property
    def anybody(self) -> httpx.AsyncClient:
        """A client without a token."""
        return self.client()

    async def work(self) -> None:
        """Do every job that is due."""
        mailer = self.mailer if self.site.has_mail else None
        tools = Tools(self.db, self.fetcher, self.blobs, self.node.workshop, self.site, self.pusher, mailer=mailer)
        while await working.drain(tools):
            continue

    async def close(self) -> None:
        """End every client and let go of the database."""
        for client in self._clients:
            await client.aclose()
        await self.node.streams.stop()
        self.db.close()


async def make_world(
    url: str,
    folder: Path,
    *,
    react: React = react,
    host: str = HOST,
    clock: FrozenClock | None = None,
    fetcher: Fetcher | None = None,
    **decided: Any,
) -> World:
    """Return a node on a migrated database, with its two actors; `decided` are settings that are not as usual."""
    settings = Settings(
        host=host,
        data_dir=folder,
        secret_key=bytes(32),
        database_url=url,
        contact_email=f"it@{host}",
        allow_loopback_http=host.startswith("127.0.0.1:"),
        **{
            "institution_name": "St Mary's",
            "secure_fetch": False,  # so that a test may ask much, unsigned
            "rate_limits": limits("off"),
            **decided,
        },
    )
    clock, documents, blobs = clock or FrozenClock(), Documents(), MemoryBlobs()
    site = settings.site
    db = Database(url, site=site, clock=clock, react=react, threads=2, synchronous="OFF")
    door = signing_in.Door(clock, signing_in.Passwords(time_cost=1, memory_kib=8))
    rules = GuardRules(allow_loopback=settings.allow_loopback_http)
    addresses = GuardedAddresses(rules, NumbersOnly())
    node = Node(site, settings, db, door, fetcher or documents, blobs, HereWorkshop(), Streams(db), addresses)
    db.on_publish = node.streams.publish
    await db.write(vapid.ensured)
    await db.write(accounts.ensure_actors, ActorKeys(key_pair(0), key_pair(1), key_pair(2)))
    return World(node, web.build(node), db, clock, documents, blobs)
