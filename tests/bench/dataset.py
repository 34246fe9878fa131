"""Fills a migrated database with a node that has been used for a while. The same seed gives the same people and posts.

The people who act in the measurements are made by the services; the mass of rows goes straight into the tables, with
counts, rendered parts and links that agree, as the services would have left them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, text, update

from federation.signatures.keys import generate_rsa
from node.entities import account as account_entity
from node.entities import status as status_entity
from node.entities.status import StatusView
from node.services import accounts as account_services
from node.services import authorising, registering
from node.services.accounts import ActorKeys, KeyPair, NewUser
from node.services.registering import OUT_OF_BAND, Registration
from node.social.site import Site
from node.store import tables
from node.store.accounts import Account
from node.store.database import Database
from node.store.ids import IdMaker
from tests.bench import words

BLOCK: Final = 2000
KEYS: Final = 8
SPAN: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is."""

    statuses: int = 20_000
    accounts: int = 500
    follows: int = 200
    hosts: int = 20
    port: int = 9443
    local_share: float = 0.1
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class Sender:
    """A peer's actor whom the reader follows, with the key it signs with."""

    uri: str
    key_id: str
    private_pem: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What the measurements need to know of the data."""

    username: str
    account_id: int
    token: str
    senders: tuple[Sender, ...]
    status_ids: tuple[int, ...]


@dataclass(slots=True)
class _Rows:
    """Everything on its way into the tables."""

    accounts: list[Account] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    follows: list[dict[str, Any]] = field(default_factory=list)
    favourites: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    posted: Counter[int] = field(default_factory=Counter)
    counts: dict[int, Counter[str]] = field(default_factory=dict)
    last: dict[int, datetime] = field(default_factory=dict)


def host(number: int, port: int) -> str:
    """Return the host of one of the peers."""
    return f"s{number:02}.sink.example:{port}"


async def fill(db: Database, site: Site, size: Size) -> Filled:
    """Fill the database; the reader follows `size.follows` accounts and is followed from every host."""
    chance = Random(size.seed)
    pairs = [KeyPair(*generate_rsa()) for _ in range(KEYS)]
    await db.write(account_services.ensure_actors, ActorKeys(pairs[0], pairs[1]))
    new = NewUser("ines", "ines@bench.example", "not a hash", pairs[2], "Ines of the night shift")
    reader = await db.write(account_services.create_user, new)
    token = await _token(db)
    ids, now = IdMaker(seed=1), datetime.now(UTC)
    rows = _Rows()
    _people(rows, chance, size, site, ids, pairs, now)
    _follows(rows, chance, size, reader, ids, now)
    _posts(rows, chance, size, site, ids, now)
    with db.engine.begin() as conn:
        _write(conn, site, rows, reader)
    _analyse(db)
    senders = tuple(_sender(rows, pairs, account) for account in _followed(rows, size)[: size.hosts])
    return Filled("ines", reader.id, token, senders, tuple(sorted(row["id"] for row in rows.statuses)))


async def _token(db: Database) -> str:
    registration = Registration("Bench", (OUT_OF_BAND,), ("read", "write", "follow"))
    app = (await db.write(registering.register, registration)).app
    with db.engine.connect() as conn:
        user_id = conn.execute(text("SELECT id FROM users")).scalar_one()
    return (await db.write(authorising.issue, app.id, user_id, ("read", "write", "follow"))).access_token


def _people(
    rows: _Rows, chance: Random, size: Size, site: Site, ids: IdMaker, pairs: Sequence[KeyPair], now: datetime
) -> None:
    for number in range(size.accounts):
        is_local = chance.random() < size.local_share
        name, where = f"person{number}", "" if is_local else host(number % size.hosts, size.port)
        base = site.base_url if is_local else f"https://{where}"
        uri = f"{base}/users/{name}"
        account = Account(
            id=ids.at(now - SPAN), uri=uri, username=name, username_key=name, host=where,
            display_name=words.name(chance), note_html=f"<p>{words.sentence(chance)}</p>", url=f"{base}/@{name}",
            inbox=f"{uri}/inbox", shared_inbox=f"{base}/inbox", inbox_host=where, outbox=f"{uri}/outbox",
            followers_uri=f"{uri}/followers", following_uri=f"{uri}/following", created_at=now - SPAN,
            fetched_at=None if is_local else now, is_discoverable=True,
        )  # fmt: skip
        rows.accounts.append(account)
        rows.counts[account.id] = Counter()
        pair = pairs[number % len(pairs)]
        rows.keys.append(
            {
                "id": ids.at(now), "account_id": account.id, "uri": f"{uri}#main-key", "public_pem": pair.public_pem,
                "private_pem": pair.private_pem if is_local else None, "created_at": now,
                "fetched_at": None if is_local else now,
            }
        )  # fmt: skip


def _followed(rows: _Rows, size: Size) -> list[Account]:
    """Return whom the reader follows: first one of each host, so that none is missing, then people elsewhere."""
    first = {account.host: account.id for account in reversed(rows.accounts) if account.host}.values()
    ordered = sorted(rows.accounts, key=lambda account: (account.id not in first, account.is_local))
    return ordered[: size.follows]


def _follows(rows: _Rows, chance: Random, size: Size, reader: Account, ids: IdMaker, now: datetime) -> None:
    rows.counts[reader.id] = Counter()
    edges = {(reader.id, account.id) for account in _followed(rows, size)}
    edges |= {(account.id, reader.id) for account in _followed(rows, size)}
    for account in rows.accounts:
        edges |= {(account.id, other.id) for other in chance.sample(rows.accounts, 5) if other.id != account.id}
    for account_id, target_id in sorted(edges):
        rows.follows.append(
            {
                "id": ids.at(now), "account_id": account_id, "target_id": target_id, "is_accepted": True,
                "uri": f"https://s00.sink.example/follows/{account_id}-{target_id}", "created_at": now,
            }
        )  # fmt: skip
        rows.counts[account_id]["following_count"] += 1
        rows.counts[target_id]["followers_count"] += 1


def _posts(rows: _Rows, chance: Random, size: Size, site: Site, ids: IdMaker, now: datetime) -> None:
    weights = [1 / (1 + number % 25) for number in range(len(rows.accounts))]
    authors = chance.choices(rows.accounts, weights, k=size.statuses)
    boosted: set[tuple[int, int]] = set()
    for number, author in enumerate(authors):
        at = now - SPAN + SPAN * (number + 1) / (size.statuses + 1)
        recent = rows.statuses[-200:]
        original = chance.choice(recent) if recent and chance.random() < 0.1 else None
        if original is not None and original["boost_of_id"] is None and original["visibility"] == "public":
            if (author.id, original["id"]) in boosted:
                continue
            boosted.add((author.id, original["id"]))
            rows.statuses.append(_boost(site, author, original, ids.at(at), at))
        else:
            parent = chance.choice(recent) if recent and chance.random() < 0.15 else None
            usable = parent is not None and parent["boost_of_id"] is None
            rows.statuses.append(_post(chance, site, author, ids.at(at), at, parent=parent if usable else None))
            _react(rows, chance, ids, at)
        rows.counts[author.id]["statuses_count"] += 1
        rows.last[author.id] = at


def _post(
    chance: Random, site: Site, author: Account, status_id: int, at: datetime, *, parent: dict[str, Any] | None
) -> dict[str, Any]:
    written = words.text(chance)
    uri = f"{author.uri}/statuses/{status_id}"
    if parent is not None:
        parent["replies_count"] += 1
    view = StatusView(
        id=status_id, uri=uri, url=f"{author.url}/{status_id}", created_at=at, content_html=f"<p>{written}</p>",
        visibility=chance.choices(("public", "unlisted", "private"), (88, 7, 5))[0], language="en",
        reply_to_id=parent["id"] if parent else None, reply_to_account_id=parent["account_id"] if parent else None,
        tags=tuple(chance.sample(words.TAGS, chance.choice((0, 0, 1, 2)))),
    )  # fmt: skip
    return {
        **_row(author, view, text=written, context_uri=parent["context_uri"] if parent else uri),
        "reply_to_uri": parent["uri"] if parent else None,
        "tags": view.tags,
        "part": status_entity.render_part(view, site),
    }


def _boost(site: Site, author: Account, original: dict[str, Any], status_id: int, at: datetime) -> dict[str, Any]:
    original["boosts_count"] += 1
    uri = f"{author.uri}/statuses/{status_id}/activity"
    view = StatusView(id=status_id, uri=uri, url=uri, created_at=at, visibility="public", content_html="")
    row = _row(author, view, text="", context_uri=original["context_uri"])
    return {**row, "boost_of_id": original["id"], "part": status_entity.render_part(view, site)}


def _row(author: Account, view: StatusView, *, text: str, context_uri: str) -> dict[str, Any]:
    return {
        "id": view.id, "uri": view.uri, "url": view.url, "account_id": author.id, "is_local": author.is_local,
        "visibility": view.visibility, "reply_to_id": view.reply_to_id, "reply_to_uri": None,
        "reply_to_account_id": view.reply_to_account_id, "boost_of_id": None, "context_uri": context_uri,
        "text": text if author.is_local else "", "content_html": view.content_html, "spoiler_text": "",
        "language": view.language, "created_at": view.created_at, "received_at": view.created_at,
        "replies_count": 0, "boosts_count": 0, "favourites_count": 0, "tags": (),
    }  # fmt: skip


def _react(rows: _Rows, chance: Random, ids: IdMaker, at: datetime) -> None:
    status = rows.statuses[-1]
    for account in chance.sample(rows.accounts, min(chance.choice((0, 0, 1, 3)), len(rows.accounts))):
        rows.favourites.append(
            {"id": ids.at(at), "account_id": account.id, "status_id": status["id"], "created_at": at}
        )
        status["favourites_count"] += 1


def _write(conn: Connection, site: Site, rows: _Rows, reader: Account) -> None:
    whole = [_counted(rows, account, site) for account in rows.accounts]
    _insert(conn, tables.accounts, [msgspec.structs.asdict(account) for account in whole])
    change = update(tables.accounts).where(tables.accounts.c.id == bindparam("which"))
    conn.execute(change.values(rows.counts[reader.id]), {"which": reader.id})
    _insert(conn, tables.keys, rows.keys)
    _insert(conn, tables.follows, rows.follows)
    links = [(name, row["id"]) for row in rows.statuses for name in row.pop("tags")]
    _insert(conn, tables.statuses, rows.statuses)
    _insert(conn, tables.favourites, rows.favourites)
    _insert(conn, tables.tags, [{"id": number, "name": name} for number, name in enumerate(words.TAGS, 1)])
    numbers = {name: number for number, name in enumerate(words.TAGS, 1)}
    _insert(conn, tables.status_tags, [{"tag_id": numbers[name], "status_id": i} for name, i in links])


def _counted(rows: _Rows, account: Account, site: Site) -> Account:
    whole = msgspec.structs.replace(account, **rows.counts[account.id], last_status_at=rows.last.get(account.id))
    return msgspec.structs.replace(whole, part=account_entity.render_part(whole, site))


def _insert(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for block in _blocks(rows):
        conn.execute(insert(table), list(block))


def _blocks(rows: Sequence[dict[str, Any]]) -> Iterable[Sequence[dict[str, Any]]]:
    return (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))


def _analyse(db: Database) -> None:
    """Do what PostgreSQL's autovacuum would have done long ago; the servers of the tests have none."""
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))


def _sender(rows: _Rows, pairs: Sequence[KeyPair], account: Account) -> Sender:
    place = next(number for number, one in enumerate(rows.accounts) if one.id == account.id)
    return Sender(account.uri, f"{account.uri}#main-key", pairs[place % len(pairs)].private_pem)
