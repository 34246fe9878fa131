"""Fills a migrated database with a node that has been used for a while. The same seed gives the same people and posts.

The people who act in the measurements are made by the services; the mass of rows goes straight into the tables, with
counts, rendered parts and links that agree, as the services would have left them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, select, text, update

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
from node.store.columns import to_ms
from node.store.database import Database
from node.store.ids import LOW_BITS, IdMaker
from tests.bench import heavy as heavy_reader
from tests.bench import multiplying, recorded, words

BLOCK: Final = 2000
POSTS_OF_QUIET: Final = 4  # of each of them
KEYS: Final = 8
SPAN: Final = timedelta(days=120)
_PUT_WORDS: Final = {
    "sqlite": "INSERT INTO status_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO status_words (status_id, words) VALUES (:id, to_tsvector('simple', :words))",
}
RARELY: Final = 4000  # a word that few posts hold, in one of as many


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is."""

    statuses: int = 20_000
    accounts: int = 500
    follows: int = 200
    hosts: int = 20
    port: int = 9443
    local_share: float = 0.1
    quiet: int = 500  # people who post rarely, and whom the heavy reader follows
    thread: int = 300  # replies under one post
    records: int = 0  # learnings, actions and shares
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
    heavy_token: str = ""  # of somebody with many quiet followees, filters, blocks and mutes
    list_id: int = 0  # of a list of the reader's
    author_id: int = 0  # of somebody whom the reader follows
    thread_id: int = 0  # of a post with many replies
    learning_ids: tuple[int, ...] = ()  # of new learnings


@dataclass(slots=True)
class _Rows:
    """Everything on its way into the tables; statuses and what hangs on them leave in blocks, oldest first."""

    conn: Connection
    accounts: list[Account] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    follows: list[dict[str, Any]] = field(default_factory=list)
    favourites: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    posted: Counter[int] = field(default_factory=Counter)
    counts: dict[int, Counter[str]] = field(default_factory=dict)
    last: dict[int, datetime] = field(default_factory=dict)
    status_ids: list[int] = field(default_factory=list)

    def write(self, *, keeps: int = 0) -> None:
        """Write the statuses down but for the newest, which may still be answered or boosted."""
        end = len(self.statuses) - keeps
        done, self.statuses = self.statuses[:end], self.statuses[end:]
        ids = {row["id"] for row in done}
        numbers = {name: number for number, name in enumerate(words.TAGS, 1)}
        links = [{"tag_id": numbers[name], "status_id": row["id"]} for row in done for name in row.pop("tags")]
        said = [{"id": row["id"], "words": row.pop("words")} for row in done]
        liked = [row for row in self.favourites if row["status_id"] in ids]
        self.favourites = [row for row in self.favourites if row["status_id"] not in ids]
        self.status_ids += ids
        insert_rows(self.conn, tables.statuses, done)
        insert_rows(self.conn, tables.favourites, liked)
        insert_rows(self.conn, tables.status_tags, links)
        self.conn.execute(text(_PUT_WORDS[self.conn.dialect.name]), [row for row in said if row["words"]])


def host(number: int, port: int) -> str:
    """Return the host of one of the peers."""
    return f"s{number:02}.sink.example:{port}"


async def fill(db: Database, site: Site, size: Size) -> Filled:
    """Fill the database; the reader follows `size.follows` accounts and is followed from every host."""
    chance = Random(size.seed)
    pairs = [KeyPair(*generate_rsa()) for _ in range(KEYS)]
    await db.write(account_services.ensure_actors, ActorKeys(pairs[0], pairs[1], pairs[1]))
    new = NewUser("ines", "ines@bench.example", "not a hash", pairs[2], "Ines of the night shift")
    reader = await db.write(account_services.create_user, new)
    heavy = await db.write(
        account_services.create_user, NewUser("nora", "nora@bench.example", "not a hash", pairs[3], "Nora")
    )
    tokens = [await _token(db, account) for account in (reader, heavy)]
    ids, now = IdMaker(seed=1), datetime.now(UTC)
    with db.engine.begin() as conn:
        if db.is_sqlite:
            conn.exec_driver_sql("PRAGMA cache_size=-4000000")  # else pages of indexes go to the disk over and over
            conn.exec_driver_sql("BEGIN")  # else each row is a transaction of its own
        rows = _Rows(conn)
        _people(rows, chance, size, site, ids, pairs, now)
        _follows(rows, chance, size, reader, ids, now)
        insert_rows(
            conn, tables.accounts, [msgspec.structs.asdict(_rendered(account, site)) for account in rows.accounts]
        )
        insert_rows(conn, tables.keys, rows.keys)
        insert_rows(conn, tables.tags, [{"id": number, "name": name} for number, name in enumerate(words.TAGS, 1)])
        quiet = heavy_reader.people(rows.accounts, size, site, ids, now)
        insert_rows(conn, tables.accounts, [msgspec.structs.asdict(_rendered(account, site)) for account in quiet])
        _posts(rows, chance, size, site, ids, now, quiet)
        thread_id = heavy_reader.thread(rows, chance, size, site, ids, now)
        rows.write()
        times = multiplying.blocks(size.statuses)
        first_id = to_ms(now - SPAN / times) << LOW_BITS
        multiplying.multiply(conn, first_id=first_id, times=times, span=SPAN / times)
        insert_rows(conn, tables.follows, rows.follows)
        heavy_reader.write(conn, heavy, quiet, rows.accounts, ids, now)
        list_id = _list(conn, reader, _followed(rows, size), ids, now)
        _tell(conn, reader, rows, ids, now)
        written = recorded.write(conn, insert_rows, site, rows.accounts, ids, now, size.records, size.seed)
        for account_id, count in written.posted.items():
            rows.counts[account_id]["statuses_count"] += count
        _count(conn, rows)
        _homes(conn)
        status_ids = tuple(conn.scalars(select(tables.statuses.c.id).order_by(tables.statuses.c.id)))
    _analyse(db)
    followed = _followed(rows, size)
    senders = tuple(_sender(rows, pairs, account) for account in followed[: size.hosts])
    return Filled(
        "ines", reader.id, tokens[0], senders, status_ids, heavy_token=tokens[1], list_id=list_id,
        author_id=max(followed, key=lambda account: rows.counts[account.id]["statuses_count"]).id, thread_id=thread_id,
        learning_ids=written.learning_ids,
    )  # fmt: skip


async def _token(db: Database, account: Account) -> str:
    registration = Registration("Bench", (OUT_OF_BAND,), ("read", "write", "follow"))
    app = (await db.write(registering.register, registration)).app
    with db.engine.connect() as conn:
        user_id = conn.execute(text("SELECT id FROM users WHERE account_id = :id"), {"id": account.id}).scalar_one()
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
    ours = {reader.id, *(account.id for account in rows.accounts if account.is_local)}
    for account_id, target_id in sorted(edges):
        rows.follows.append(
            {
                "id": ids.at(now), "account_id": account_id, "target_id": target_id, "is_accepted": True,
                "is_local": account_id in ours,
                "uri": f"https://s00.sink.example/follows/{account_id}-{target_id}", "created_at": now,
            }
        )  # fmt: skip
        rows.counts[account_id]["following_count"] += 1
        rows.counts[target_id]["followers_count"] += 1


def _posts(
    rows: _Rows, chance: Random, size: Size, site: Site, ids: IdMaker, now: datetime, quiet: Sequence[Account]
) -> None:
    weights = list(accumulate(1 / (1 + number % 25) for number in range(len(rows.accounts))))
    boosted: set[tuple[int, int]] = set()
    times = multiplying.blocks(size.statuses)
    count, span = size.statuses // times, SPAN / times
    rarely = max(1, size.statuses // (POSTS_OF_QUIET * max(1, len(quiet))))
    for number in range(count):
        author = chance.choices(rows.accounts, cum_weights=weights)[0]
        if quiet and number % rarely == 0:
            author = quiet[number // rarely % len(quiet)]
        if len(rows.statuses) >= 3 * BLOCK:
            rows.write(keeps=BLOCK)
        at = now - span + span * (number + 1) / (count + 1)
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
            rare = f" {words.RARE}" if number % RARELY == 0 else ""
            rows.statuses.append(
                post(chance, site, author, ids.at(at), at, parent=parent if usable else None, more=rare)
            )
            _react(rows, chance, ids, at)
        rows.counts.setdefault(author.id, Counter())["statuses_count"] += 1
        rows.last[author.id] = at


def post(
    chance: Random, site: Site, author: Account, status_id: int, at: datetime, *, parent: dict[str, Any] | None,
    more: str = "",
) -> dict[str, Any]:  # fmt: skip
    written = words.text(chance) + more
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
        "words": written.lower().replace(".", ""),
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
        "replies_count": 0, "boosts_count": 0, "favourites_count": 0, "tags": (), "words": "",
    }  # fmt: skip


def _react(rows: _Rows, chance: Random, ids: IdMaker, at: datetime) -> None:
    status = rows.statuses[-1]
    for account in chance.sample(rows.accounts, min(chance.choice((0, 0, 1, 3)), len(rows.accounts))):
        rows.favourites.append(
            {"id": ids.at(at), "account_id": account.id, "status_id": status["id"], "created_at": at}
        )
        status["favourites_count"] += 1


def _rendered(account: Account, site: Site) -> Account:
    return msgspec.structs.replace(account, part=account_entity.render_part(account, site))


def _count(conn: Connection, rows: _Rows) -> None:
    """Write down how many posts, followers and followees everybody has, and when they posted last."""
    names = ("statuses_count", "followers_count", "following_count")
    change = update(tables.accounts).where(tables.accounts.c.id == bindparam("which"))
    change = change.values({name: bindparam(f"of_{name}") for name in names} | {"last_status_at": bindparam("at")})
    counted = [
        {"which": one, "at": rows.last.get(one), **{f"of_{name}": counts[name] for name in names}}
        for one, counts in rows.counts.items()
    ]
    for block in _blocks(counted):
        conn.execute(change, list(block))


def _homes(conn: Connection) -> None:
    """Write down what may be in whose home, as it would have been when it was posted."""
    conn.execute(
        text(
            "INSERT INTO home_posts (account_id, status_id)"
            " SELECT f.account_id, s.id FROM follows AS f JOIN statuses AS s ON s.account_id = f.target_id"
            " WHERE f.is_local UNION SELECT s.account_id, s.id FROM statuses AS s WHERE s.is_local"
        )
    )


def _tell(conn: Connection, reader: Account, rows: _Rows, ids: IdMaker, now: datetime) -> None:
    """Tell the reader that many named them, favourited, boosted or followed."""
    told = [
        {
            "id": ids.at(now), "account_id": reader.id, "from_id": account.id, "created_at": now,
            "kind": ("mention", "favourite", "reblog", "follow")[number % 4],
            "status_id": rows.status_ids[-1 - number] if number % 4 < 3 else None,
        }
        for number, account in enumerate(rows.accounts[: len(rows.status_ids) // 2])
    ]  # fmt: skip
    insert_rows(conn, tables.notifications, told)


def _list(conn: Connection, reader: Account, people: Sequence[Account], ids: IdMaker, now: datetime) -> int:
    """Make a list of half of those the reader follows."""
    list_id = ids.at(now)
    row = {"id": list_id, "account_id": reader.id, "title": "Ward", "created_at": now}
    insert_rows(conn, tables.lists, [row])
    members = [{"id": ids.at(now), "list_id": list_id, "account_id": one.id} for one in people[::2]]
    insert_rows(conn, tables.list_members, members)
    return list_id


def insert_rows(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, in blocks."""
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
