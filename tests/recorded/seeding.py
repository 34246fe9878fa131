"""The node that recorded documents are given to: ward.example with asha, ben, three posts and a pending follow."""

import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from federation import loose, uris
from federation.reasons import PeerError
from federation.vocab import actor_from
from federation.vocab.note import author_of
from node.gateways.fetch import HttpFetcher
from node.ports import SigningKey
from node.reactions import react
from node.services import accounts as services
from node.services import remote, writing
from node.services.accounts import ActorKeys, NewUser
from node.services.working import Tools
from node.services.writing import Asked, Content, NewStatus
from node.settings import Settings
from node.store import accounts, follows, keys, relays, tables
from node.store.database import Database
from node.store.follows import Follow
from node.store.relays import Relay
from node.store.unit import Snapshot, Unit
from tests.recorded import consenting
from tests.support.clock import FrozenClock
from tests.support.databases import SqliteTemplates
from tests.support.ports import HereWorkshop, MemoryBlobs, MemoryPusher
from tests.support.world import key_pair

HOST: Final = "ward.example"
ASHA: Final = f"https://{HOST}/users/asha"
PENDING: Final = f"{ASHA}/follows/500"
POSTS: Final = (("asha", 1001, "Gel by every bed"), ("asha", 1002, "We try it too"), ("ben", 2001, "Which day?"))
POLLS: Final = {2001: Asked(options=("Monday", "Tuesday"))}
SOMEBODY: Final = "https://pending.example/users/somebody"
_NO_NAME: Final = re.compile(r"[^\w.-]")
Document = Mapping[str, Any]


class Seeds:
    """Makes fresh nodes: the first is seeded, the others are copies of its database."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._templates: Final = SqliteTemplates(folder)
        self._count = 0

    @asynccontextmanager
    async def fresh(self, transport: httpx.AsyncBaseTransport, now: datetime | None = None) -> AsyncIterator["Seeded"]:
        """Give a fresh node whose fetcher asks this transport, and clear it away."""
        path, node = await self._copy(transport, now)
        try:
            yield node
        finally:
            await node.close()
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()

    async def _copy(self, transport: httpx.AsyncBaseTransport, now: datetime | None) -> tuple[Path, "Seeded"]:
        seed = self._folder / "seed.sqlite3"
        if not seed.exists():
            made = Seeded(self._templates.migrated(self._folder), transport, FrozenClock())
            await made.db.write(_seed)
            await made.close()
            shutil.copyfile(self._folder / "rounds.sqlite3", seed)
        self._count += 1
        path = self._folder / f"{self._count}.sqlite3"
        shutil.copyfile(seed, path)
        return path, Seeded(f"sqlite:///{path}", transport, FrozenClock(now) if now else FrozenClock())


class Seeded:
    """One fresh node."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport, clock: FrozenClock) -> None:
        settings = Settings(
            host=HOST,
            institution_name="St Mary's",
            data_dir=Path(url.removeprefix("sqlite:///")).parent,
            secret_key=bytes(32),
            database_url=url,
            contact_email=f"it@{HOST}",
        )
        self.site: Final = settings.site
        self.clock: Final = clock
        self.db: Final = Database(url, site=self.site, clock=clock, react=react, synchronous="OFF")
        self.client: Final = httpx.AsyncClient(transport=transport, headers={"user-agent": "Rounds/replay"})
        self.fetcher: Final = HttpFetcher(self.client, self._key, clock)
        self.tools: Final = Tools(self.db, self.fetcher, MemoryBlobs(), HereWorkshop(), self.site, MemoryPusher())

    async def _key(self) -> SigningKey:
        return await self.db.read(_server_key)

    async def close(self) -> None:
        """Let go of everything."""
        await self.client.aclose()
        self.db.close()


def _server_key(snapshot: Snapshot) -> SigningKey:
    actor = accounts.by_uri(snapshot, snapshot.site.server_actor_uri)
    key = keys.for_account(snapshot, actor.id) if actor else None
    if key is None:
        raise LookupError("the server actor has no key")
    return key


def _seed(unit: Unit) -> None:
    services.ensure_actors(unit, ActorKeys(key_pair(0), key_pair(1), key_pair(1)))
    for name in ("asha", "ben"):
        services.create_user(unit, NewUser(name, f"{name}@{HOST}", "no password", key_pair(2)))
    for name, status_id, text in POSTS:
        author = accounts.local_by_username(unit, name)
        assert author is not None
        new = NewStatus(
            id=status_id,
            uri=unit.site.status_uri(name, status_id),
            url=unit.site.status_url(name, status_id),
            account=author,
            visibility="public",
            content=Content(content_html=f"<p>{text}</p>", text=text, poll=POLLS.get(status_id)),
            created_at=unit.now - timedelta(days=400),
            context_uri=unit.site.context_uri(status_id),
        )
        writing.write(unit, new)
    _follow(unit, _stranger(unit, SOMEBODY, "somebody"), is_accepted=False)


def prepare(unit: Unit, signer: str, activity: Document, known: Mapping[str, Document]) -> None:
    """Let the node know who sends a document, and asha follow them, or wait for them if that is what is answered."""
    if signer.startswith(f"{unit.site.base_url}/"):
        _follow_each_other(unit)
        return
    account_id = _known_actor(unit, signer, known, kind="Group" if _is_of_group(activity) else "Person")
    _know_group(unit, signer, activity, known)
    consenting.let_it_wait(unit, activity, account_id)
    waited_for = _answered(activity)
    if waited_for is None:
        _follow(unit, account_id, is_accepted=True)
        return
    target = waited_for or signer
    pending = follows.by_id(unit, 500)
    if pending is not None:
        follows.remove(unit, pending)
    is_ours = target.startswith(f"{unit.site.base_url}/")
    _follow(unit, account_id if is_ours else _known_actor(unit, target, known), is_accepted=False)


def subscribe(unit: Unit, actor_uri: str, activity: Document) -> None:
    """Let the node have subscribed to the relay that sends a document, and wait for its answer if that is what it is."""
    _known_actor(unit, actor_uri, {})
    is_answer = bool({"Accept", "Reject"} & set(loose.types_of(activity)))
    relay = Relay(
        id=1,
        inbox=f"https://{uris.host_of(actor_uri)}/inbox",
        actor_uri=None if is_answer else actor_uri,
        kind="mastodon" if is_answer else "litepub",
        state="pending" if is_answer else "accepted",
        follow_uri=f"{unit.site.base_url}/follows/relay-1",
        created_at=unit.now,
        answered_at=None,
    )
    relays.insert(unit, relay)


def _know_group(unit: Unit, signer: str, activity: Document, known: Mapping[str, Document]) -> None:
    """Let the node know the group that an activity is done for, as a person of the same host."""
    uri = loose.id_of(activity.get("attributedTo"))
    if uri and uri != signer and uri not in known and uris.is_usable(uri) and uris.is_same_origin(uri, signer):
        _stranger(unit, uri, uri.rstrip("/").rsplit("/", 1)[-1].lstrip("@") or "group", kind="Group")


def know_author(unit: Unit, document: Document, known: Mapping[str, Document]) -> None:
    """Let the node know who a fetched object is attributed to."""
    uri = author_of(loose.plain(document))
    if uris.is_usable(uri) and uris.is_same_origin(uri, loose.id_of(document)):
        consenting.let_it_wait(unit, loose.plain(document), _known_actor(unit, uri, known))


def _follow_each_other(unit: Unit) -> None:
    """What we sent ourselves is read as by a node with a follower of its author."""
    asha, ben = accounts.local_by_username(unit, "asha"), accounts.local_by_username(unit, "ben")
    assert asha is not None
    assert ben is not None
    for follow_id, one, other in ((502, asha, ben), (503, ben, asha)):
        uri = f"{one.uri}/follows/{follow_id}"
        follows.insert(unit, Follow(follow_id, one.id, other.id, uri, True, True, False, unit.now))


def _answered(activity: Document) -> str | None:
    """Return whom the pending follow is for, when a document answers it; empty for its sender."""
    if not {"Accept", "Reject"} & set(loose.types_of(activity)):
        return None
    follow = loose.first(activity.get("object"))
    if loose.id_of(follow) != PENDING:
        return None
    return (loose.id_of(follow.get("object")) or "") if isinstance(follow, Mapping) else ""


def _is_of_group(activity: Document) -> bool:
    """Tell whether a document is what groups send: something that somebody did in it, passed on."""
    inner = loose.first(activity.get("object"))
    return "Announce" in loose.types_of(activity) and isinstance(inner, Mapping) and {"actor", "object"} <= set(inner)


def _known_actor(unit: Unit, uri: str, known: Mapping[str, Document], *, kind: str = "Person") -> int:
    held = accounts.by_uri(unit, uri)
    if held is not None:
        return held.id
    if uri in known:
        try:
            kept = remote.keep_actor(unit, actor_from(known[uri]))
        except PeerError:
            kept = None
        if kept is not None:
            return kept.id
    return _stranger(unit, uri, uri.rstrip("/").rsplit("/", 1)[-1] or "actor", kind=kind)


def _stranger(unit: Unit, uri: str, name: str, *, kind: str = "Person") -> int:
    """Let the node know an actor that the folder does not have, by a handle that nobody else has."""
    key = {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": key_pair(2).public_pem}
    document = {"id": uri, "type": kind, "inbox": f"{uri.rstrip('/')}/inbox", "followers": f"{uri}/followers"}
    plain = _NO_NAME.sub("", name) or "actor"
    for handle in (plain, *(f"{plain}{number}" for number in range(2, 10))):
        actor = actor_from(document | {"preferredUsername": handle, "publicKey": key})
        kept = remote.keep_actor(unit, actor)
        if kept is not None:
            return kept.id
    raise LookupError("too many actors share a handle")


def _follow(unit: Unit, target_id: int, *, is_accepted: bool) -> None:
    asha = accounts.local_by_username(unit, "asha")
    assert asha is not None
    if follows.between(unit, asha.id, target_id) is not None:
        return
    number = 501 if is_accepted else 500
    while is_accepted and follows.by_id(unit, number) is not None:
        number += 10
    uri = f"{ASHA}/follows/{number}"
    follows.insert(unit, Follow(number, asha.id, target_id, uri, is_accepted, True, False, unit.now))


def know_key(unit: Unit, key: object) -> None:
    """Let the node know the key that a recorded request was signed with, if one lies beside it."""
    said = key if isinstance(key, Mapping) else {}
    key_id, pem = said.get("id"), said.get("publicKeyPem")
    if isinstance(key_id, str) and isinstance(pem, str):
        account_id = _known_actor(unit, loose.id_of(said.get("owner")) or key_id.partition("#")[0], {})
        keys.keep(unit, account_id, [(key_id, pem, "rsa")])


def hold(unit: Unit, held: Mapping[str, list[Mapping[str, Any]]], changed: Mapping[str, Mapping[str, Any]]) -> None:
    """Put rows into tables, and change columns of accounts and statuses by their ids on the wire."""
    for name, rows in held.items():
        for row in rows:
            unit.conn.execute(tables.metadata.tables[name].insert().values({"created_at": unit.now} | dict(row)))
    for uri, values in changed.items():
        for table in (tables.accounts, tables.statuses):
            known = {key: value for key, value in values.items() if key in table.c}
            if known:
                unit.conn.execute(table.update().where(table.c.uri == uri).values(known))
