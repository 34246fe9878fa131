"""Search: by handle, by address, by how a name or a hashtag begins, by the words of posts. May ask other servers.

How it works. What looks like an address or a handle is looked up; with `is_resolving` and nothing known, its server is
asked. What a peer does wrong gives an empty result, never an error. Everything else is answered from the database.
"""

import logging
import re
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from federation import uris
from federation.reasons import PeerError, Reason
from federation.uris import Handle
from node.ports import Fetcher
from node.services import fetching, policing, reading
from node.social import queries
from node.social import text as words
from node.social.site import Site
from node.store import accounts, collections, people, searching, statuses
from node.store.database import Database
from node.store.lines import Page
from node.store.searching import Scope, Slice
from node.store.unit import Snapshot

MAX_QUERY_CHARS: Final = 2048
MIN_PREFIX_CHARS: Final = 2
__all__ = ["Kind", "Query", "Results", "Slice", "known_address", "search"]

_PAGE: Final = re.compile(r"@(?P<acct>[^/?#]{1,500})(?:/(?P<id>[0-9]{1,18}))?/?(?:[?#].*)?")
_COLLECTION: Final = re.compile(r"collections/(?P<id>[0-9]{1,18})/?(?:[?#].*)?")
_log = logging.getLogger("rounds.search")
Kind = Literal["accounts", "statuses", "hashtags", "collections"]
Found = tuple[Literal["account", "status", "collection"], int]


class Query(Struct, frozen=True, kw_only=True):
    """What is looked for, and by whom."""

    text: str
    viewer_id: int | None = None
    kind: Kind | None = None
    is_resolving: bool = False
    only_followed: bool = False
    account_id: int | None = None
    part: Slice = Slice()
    page: Page = Page()  # of posts

    def wants(self, kind: Kind) -> bool:
        """Tell whether results of a kind are asked for."""
        return self.kind in (None, kind)


class Results(Struct, frozen=True):
    """Entities as JSON text, the names of hashtags, and Collections."""

    accounts: list[str] = []
    statuses: list[str] = []
    hashtags: list[str] = []
    collections: list[dict[str, Any]] = []


async def search(db: Database, fetcher: Fetcher, query: Query, *, site: Site) -> Results:
    """Return what a query finds, as far as the reader may see it."""
    text = query.text.strip()[:MAX_QUERY_CHARS]
    if text.startswith(("https://", "http://")):
        return await db.read(_entities, query, await _by_address(db, fetcher, text, query, site=site))
    handle = _handle(text)
    if handle is not None and query.part.offset == 0 and query.wants("accounts"):
        found = await _by_handle(db, fetcher, handle, query, site=site)
        if found is not None:
            return await db.read(_entities, query, found)
    return await db.read(_by_text, query, text)


def _handle(text: str) -> Handle | None:
    """Return a whole handle, `name@host` with or without an `@` before it; a name alone is no handle here."""
    handle = uris.parse_handle(text) if "@" in text.lstrip("@") else None
    return handle if handle is not None and handle.host is not None else None


async def _by_handle(db: Database, fetcher: Fetcher, handle: Handle, query: Query, *, site: Site) -> Found | None:
    known = await db.read(_known_handle, handle)
    if known is not None or not query.is_resolving:
        return known
    try:
        return "account", await fetching.account(db, fetcher, handle, site=site)
    except PeerError as error:
        _log.info("search: somebody at %s could not be had: %s", handle.host, error.reason.value)
        _refuse_policy(error, handle.host or "")
        return None


def _refuse_policy(error: PeerError, asked: str) -> None:
    """Tell somebody who looks for what our moderators keep out that it is kept out. Raises: Problem 422."""
    if error.reason in (Reason.BLOCKED, Reason.NOT_ALLOWED):
        raise policing.refused(error.reason, uris.host_of(asked) if "/" in asked else asked) from None


def _known_handle(snapshot: Snapshot, handle: Handle) -> Found | None:
    found = accounts.of_handle(snapshot, handle)
    return ("account", found.id) if found is not None else None


async def _by_address(db: Database, fetcher: Fetcher, address: str, query: Query, *, site: Site) -> Found | None:
    known = await db.read(known_address, address)
    if known is not None or not query.is_resolving or _is_ours(address, site):
        return known
    try:
        uri = uris.check(address, loopback_http=site.loopback_http)
        kind, identifier = await fetching.thing(db, fetcher, uri, site=site)
    except PeerError as error:
        _log.info("search: an address could not be had: %s", error.reason.value)
        _refuse_policy(error, address)
        return None
    return ("account" if kind == "account" else "status"), identifier


def _is_ours(address: str, site: Site) -> bool:
    return site.is_ours(address)


def known_address(snapshot: Snapshot, address: str) -> Found | None:
    """Return what we hold under an address: an id on the wire, or the address of a page of ours."""
    status = statuses.by_uri(snapshot, address)
    if status is not None:
        return "status", status.boost_of_id or status.id
    account = accounts.by_uri(snapshot, address)
    if account is not None:
        return "account", account.id
    if not _is_ours(address, snapshot.site):
        return None
    path = address.removeprefix(f"{snapshot.site.base_url}/")
    if collection := _COLLECTION.fullmatch(path):
        return "collection", int(collection["id"])
    page = _PAGE.fullmatch(path)
    return _page(snapshot, page["acct"], page["id"]) if page is not None else None


def _page(snapshot: Snapshot, acct: str, status_id: str | None) -> Found | None:
    if status_id is not None:
        status = statuses.by_id(snapshot, int(status_id))
        return ("status", status.boost_of_id or status.id) if status is not None else None
    handle = uris.parse_handle(acct)
    return _known_handle(snapshot, handle) if handle is not None else None


def _entities(snapshot: Snapshot, query: Query, found: Found | None) -> Results:
    """Return the one thing that was found, if its kind is wanted and the reader may see it."""
    if found is None:
        return Results()
    kind, identifier = found
    if kind == "status":
        seen = reading.some_statuses(snapshot, query.viewer_id, [identifier]) if query.wants("statuses") else []
        return Results(statuses=[line.json for line in seen])
    if kind == "collection":
        seen_by = collections.shown_to(snapshot, [identifier], query.viewer_id) if query.wants("collections") else {}
        return Results(collections=list(seen_by.values()))
    account = accounts.by_id(snapshot, identifier)
    if account is None or account.is_suspended or not query.wants("accounts"):
        return Results()
    return Results(accounts=reading.profiles(snapshot, [identifier]))


def _by_text(snapshot: Snapshot, query: Query, text: str) -> Results:
    return Results(
        accounts=_accounts(snapshot, query, text) if query.wants("accounts") else [],
        statuses=_statuses(snapshot, query, text) if query.wants("statuses") else [],
        hashtags=_hashtags(snapshot, query, text) if query.wants("hashtags") else [],
        collections=_collections(snapshot, query, text) if query.wants("collections") else [],
    )


def _accounts(snapshot: Snapshot, query: Query, text: str) -> list[str]:
    if len(text.lstrip("@")) < MIN_PREFIX_CHARS or text.startswith("#"):
        return []
    found = searching.account_ids(snapshot, query.viewer_id, text, query.part, only_followed=query.only_followed)
    return people.json_of(snapshot, found)


def _statuses(snapshot: Snapshot, query: Query, text: str) -> list[str]:
    sought = queries.parse(text)
    if query.viewer_id is None or not sought.is_narrow or len(text) < MIN_PREFIX_CHARS or text.startswith(("@", "#")):
        return []
    author_id = query.account_id if sought.by is None else _author_id(snapshot, query.viewer_id, sought.by)
    if author_id is None and sought.by is not None:
        return []
    page = msgspec.structs.replace(query.page, limit=query.part.limit)
    scope = Scope(author_id=author_id, page=page, offset=query.part.offset)
    return [line.json for line in searching.posts(snapshot, query.viewer_id, sought, scope)]


def _author_id(snapshot: Snapshot, viewer_id: int, by: str) -> int | None:
    if by.lower() == "me":
        return viewer_id
    handle = uris.parse_handle(by)
    found = accounts.of_handle(snapshot, handle) if handle is not None else None
    return found.id if found is not None else None


def _collections(snapshot: Snapshot, query: Query, text: str) -> list[dict[str, Any]]:
    if len(text) < MIN_PREFIX_CHARS or text.startswith(("@", "#")) or query.account_id is not None:
        return []
    part = query.part.offset, query.part.limit
    return collections.entities(snapshot, collections.search(snapshot, query.viewer_id, text, part), query.viewer_id)


def _hashtags(snapshot: Snapshot, query: Query, text: str) -> list[str]:
    name = words.fold_tag(text)
    if not name or " " in name or text.startswith("@"):
        return []
    return searching.tag_names(snapshot, query.viewer_id, name, query.part)
