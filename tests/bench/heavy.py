"""The reader who costs most: follows many who post rarely, filters, blocks and mutes; and a thread with many replies."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from node.social.site import Site
from node.store import tables
from node.store.accounts import Account
from node.store.ids import IdMaker
from tests.bench import dataset, words

if TYPE_CHECKING:
    from tests.bench.dataset import Size

FILTERS: Final = 50
BLOCKS: Final = 200
MUTES: Final = 200


def people(others: Sequence[Account], size: "Size", site: Site, ids: IdMaker, now: datetime) -> list[Account]:
    """Return those who post rarely, on the hosts of the others."""
    found = []
    for number in range(min(size.quiet, size.statuses // 4)):
        where = dataset.host(number % size.hosts, size.port)
        name = f"quiet{number}"
        uri = f"https://{where}/users/{name}"
        found.append(
            Account(
                id=ids.at(now), uri=uri, username=name, username_key=name, host=where, display_name=name.title(),
                note_html="<p>Now and then.</p>", url=f"https://{where}/@{name}", inbox=f"{uri}/inbox",
                shared_inbox=f"https://{where}/inbox", inbox_host=where, outbox=f"{uri}/outbox",
                followers_uri=f"{uri}/followers", following_uri=f"{uri}/following", created_at=now, fetched_at=now,
            )
        )  # fmt: skip
    return found


def thread(rows: Any, chance: Random, size: "Size", site: Site, ids: IdMaker, now: datetime) -> int:
    """Write a post with many replies, to it or to one another, before everything else, and return its id."""
    made: list[dict[str, Any]] = []
    for number in range(size.thread + 1):
        author = chance.choice(rows.accounts)
        at = now - dataset.SPAN - timedelta(minutes=size.thread + 1 - number)
        parent = chance.choice(made[-20:]) if made else None
        row = dataset.post(chance, site, author, ids.at(at), at, parent=parent)
        row["visibility"] = "public"
        made.append(row)
        rows.counts[author.id]["statuses_count"] += 1
        rows.last[author.id] = at
    rows.statuses += made
    return int(made[0]["id"])


def write(
    conn: Connection, reader: Account, quiet: Sequence[Account], others: Sequence[Account], ids: IdMaker, now: datetime
) -> None:
    """Let a reader follow the quiet, filter words, and block and mute some of the others."""
    a, c = reader.id, now
    follows = [
        {
            "id": ids.at(now), "account_id": a, "target_id": one.id, "is_accepted": True, "is_local": True,
            "uri": f"{one.uri}/follows/{a}", "created_at": c,
        }
        for one in quiet
    ]  # fmt: skip
    filters = [
        {"id": ids.at(now), "account_id": a, "title": f"Filter {n}", "contexts": ["home", "public"], "action": "warn",
         "created_at": c}
        for n in range(FILTERS)
    ]  # fmt: skip
    keywords = [
        {"id": ids.at(now), "filter_id": one["id"], "keyword": f"{words.TAGS[n % len(words.TAGS)]}{n}"}
        for n, one in enumerate(filters)
    ]
    blocks = [{"account_id": a, "target_id": one.id, "id": ids.at(now), "created_at": c} for one in others[:BLOCKS]]
    muted = others[BLOCKS : BLOCKS + MUTES]
    mutes = [{"account_id": a, "target_id": one.id, "id": ids.at(now), "created_at": c} for one in muted]
    for table, rows in (
        (tables.follows, follows),
        (tables.filters, filters),
        (tables.filter_keywords, keywords),
        (tables.blocks, blocks),
        (tables.mutes, mutes),
    ):
        dataset.insert_rows(conn, table, rows)
