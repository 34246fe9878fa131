"""What somebody posted before anybody here followed them: their pins and the newest of their outbox, in its own place.

Asked for once for each account. Nobody is told of it, and no post stands higher in any timeline than its date says.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from federation import collections, loose, uris
from federation.audience import OPEN, addressing_of, visibility_of
from federation.reasons import PeerError, Reason
from federation.vocab.note import authors_of, is_vote, status_type
from node.ports import Fetched, Fetcher
from node.services import collecting, fetching, grouping, pinning
from node.services.collecting import Found, Purse
from node.social.site import Site
from node.store import accounts, statuses
from node.store.accounts import Account
from node.store.database import Database

MAX_POSTS: Final = 20
MAX_PAGES: Final = 5
MAX_LOOKED_AT: Final = 200
LONGEST_S: Final = 30.0


async def recall(db: Database, fetcher: Fetcher, account_id: int, *, site: Site) -> None:
    """Fetch the pins and the last 20 open posts of a peer's account; in 30 seconds, 5 pages and 2 MiB whatever there is.

    Raises: PeerError when its outbox cannot be had.
    """
    account = await db.read(accounts.by_id, account_id)
    if account is None or account.is_local or account.is_suspended:
        return
    purse, posts = Purse(pages=MAX_PAGES, objects=2 * MAX_POSTS), list[Fetched]()
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_S):
            with suppress(PeerError):
                await pinning.refresh(db, fetcher, account_id, site=site, purse=purse)
            await _gather(db, fetcher, account, posts, purse=purse)
    for post in reversed(posts):  # the oldest first, as they came to be: many servers say whole seconds only
        with suppress(PeerError):
            status_id = await fetching.keep_post(db, fetcher, post, site=site, is_old=True)
            if account.kind == "group":
                await db.write(grouping.recalled, account.id, status_id)


async def _gather(db: Database, fetcher: Fetcher, account: Account, posts: list[Fetched], *, purse: Purse) -> None:
    """Collect what is new among the last posts of an outbox. Raises: PeerError when there is none to be had."""
    if account.outbox is None:
        return
    count, looked_at = 0, 0
    async for found in collecting.walk(fetcher, account.outbox, owner_uri=account.uri, purse=purse):
        looked_at += 1
        with suppress(PeerError):
            post = _post_in(found) or _shown_by(account, found)
            if post is not None and uris.is_same_origin(post.uri, account.uri):
                if await db.read(statuses.by_uri, post.uri) is None:
                    posts.append(await _whole(fetcher, post, account, purse=purse))
                count += 1
        if count >= MAX_POSTS or looked_at >= MAX_LOOKED_AT:
            return


async def _whole(fetcher: Fetcher, post: Found, account: Account, *, purse: Purse) -> Fetched:
    """Return a post as its origin says it. Raises: PeerError when it is none, or not an open one of the account."""
    whole = await collecting.whole(fetcher, post, purse=purse)
    act = Found(whole.uri, whole.uri, whole.document)
    inner = _post_in(act) or _shown_by(account, act)
    if inner is not None and inner.uri != whole.uri:  # the item was the id of an activity
        whole = await collecting.whole(fetcher, inner, purse=purse)
    _check(whole.document, account)
    return whole


def _shown_by(account: Account, found: Found) -> Found | None:
    """Return the post that a group announces, whole, by its id or by its Create; of anybody else boosts are left out."""
    document = loose.plain(found.document) if account.kind == "group" and found.document is not None else {}
    if "Announce" not in loose.types_of(document) or loose.id_of(document.get("actor")) != account.uri:
        return None
    inner = loose.first(document.get("object"))
    if isinstance(inner, dict):
        is_embedded = "Create" in loose.types_of(inner) or collections.is_housed(inner, found.page_uri)
        uri = loose.id_of(inner)
        return _post_in(Found(uri, found.page_uri, inner if is_embedded else None)) if uri else None
    return Found(inner, found.page_uri, None) if isinstance(inner, str) else None


def _post_in(found: Found) -> Found | None:
    """Return the post that an item is or a Create in it made; None for a boost, a like, and everything else."""
    if found.document is None:
        return found
    document = loose.plain(found.document)
    types = loose.types_of(document)
    if "Create" not in types:
        return found if status_type(document) else None
    inner = loose.first(document.get("object"))
    uri = loose.id_of(inner)
    if uri is None:
        return None
    is_embedded = collections.is_housed(inner, found.page_uri)
    return Found(uri, found.page_uri, dict(inner) if is_embedded and isinstance(inner, dict) else None)


def _check(document: dict[str, Any], account: Account) -> None:
    """Refuse what is not an open, dated post of the account's own. Raises: PeerError."""
    plain = loose.plain(document)
    author = next(iter(authors_of(plain)), None)
    is_page = account.kind == "group" and uris.is_same_origin(author, account.uri) and not plain.get("inReplyTo")
    if not (author == account.uri or is_page) or is_vote(plain):
        raise PeerError(Reason.NOT_OWNER, "the outbox names another's post")
    is_open = visibility_of(addressing_of(plain), followers=account.followers_uri) in OPEN
    if not is_open or loose.timestamp(plain.get("published")) is None:
        raise PeerError(Reason.NOT_RELEVANT, "the post is not for everybody, or of no time")
