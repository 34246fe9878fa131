"""What somebody takes along: lists as CSV files, and their own posts as one JSON document. House-only posts stay here."""

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from federation.compose.terms import ACTIVITYSTREAMS
from node.errors import not_found
from node.services import composing
from node.social import sheets
from node.social.sheets import Kind
from node.store import accounts, exports
from node.store.database import Database
from node.store.unit import Snapshot

POSTS_AT_ONCE: Final = 100
MOST_POSTS: Final = 500_000
FILES: Final[dict[str, Kind]] = {
    "following_accounts.csv": "follows",
    "lists.csv": "lists",
    "blocked_accounts.csv": "blocks",
    "muted_accounts.csv": "mutes",
    "blocked_domains.csv": "domains",
    "bookmarks.csv": "bookmarks",
}
_encode = msgspec.json.Encoder().encode


def sheet(snapshot: Snapshot, account_id: int, name: str) -> str:
    """Return one of the lists as a CSV file. Raises: 404 for a name that is none of `FILES`."""
    kind = FILES.get(name)
    if kind is None:
        raise not_found()
    return sheets.write(kind, exports.rows(snapshot, account_id, kind))


async def outbox(db: Database, account_id: int) -> AsyncIterator[bytes]:
    """Give somebody's own posts as a collection of activities, the oldest first, and then where their files lie."""
    uri = await db.read(_outbox_uri, account_id)
    files: list[Any] = []
    yield b'{"@context":%b,"id":%b,"type":"OrderedCollection","orderedItems":[' % (
        _encode(ACTIVITYSTREAMS),
        _encode(uri),
    )
    after_id, count = 0, 0
    while count < MOST_POSTS:
        last_id, items = await db.read(_some, account_id, after_id)
        if last_id is None:
            break
        for item in items:
            files += _files(item)
            yield (b"," if count else b"") + _encode(item)
            count += 1
        after_id = last_id
    yield b'],"totalItems":%d,"media":%b}' % (count, _encode(files))


def _outbox_uri(snapshot: Snapshot, account_id: int) -> str:
    account = accounts.by_id(snapshot, account_id)
    if account is None or not account.is_local:
        raise not_found()
    return account.outbox or f"{account.uri}/outbox"


def _some(snapshot: Snapshot, account_id: int, after_id: int) -> tuple[int | None, list[dict[str, Any]]]:
    found = exports.posts(snapshot, account_id, after_id=after_id, limit=POSTS_AT_ONCE)
    items = [composing.announce(snapshot, one) if one.boost_of_id else composing.create(snapshot, one) for one in found]
    return (found[-1].id if found else None), items


def _files(activity: dict[str, Any]) -> list[Any]:
    post = activity.get("object")
    return list(post.get("attachment") or ()) if isinstance(post, dict) else []
