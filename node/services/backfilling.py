"""Completes a thread of elsewhere that somebody here opened: what is above, then all that answers it, bounded.

How it works. Opening a thread asks for a job, once for each root and again only while people go on talking. The job
climbs to the root, then reads in the order of FEP-f228: the root's `context` as a collection of posts, and only where
there is none the `replies` of each post, level by level. Everything found is fetched from its origin (or was embedded by
it), must belong to the thread, and is kept as an old post: nobody is told. A server that could not be had is asked again
later, when it says so or after growing pauses. For editors: every fetch goes through the ration, every id through `seen`.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from federation import collections, loose, uris
from federation.audience import OPEN, addressing_of, visibility_of
from federation.reasons import PeerError, Reason
from federation.vocab.note import is_vote
from node.errors import not_found
from node.ports import Fetched, Fetcher
from node.services import collecting, fetching, policing
from node.services.collecting import Found, Purse
from node.services.rationing import Rationed, Spent
from node.social.site import Site
from node.store import backfills, jobs, statuses, threads
from node.store.database import Database
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_OBJECTS: Final = 200  # kept of one thread, ever
MAX_REQUESTS: Final = 400  # of one run, for posts, pages and people
MAX_ABOVE: Final = 40
MAX_DEPTH: Final = 20  # of replies to replies
MAX_PAGES: Final = 20
MAX_BYTES: Final = 32 * 1024 * 1024
LONGEST_S: Final = 90.0  # less than a lease of a job
AGAIN: Final = timedelta(hours=6)
LIVE: Final = timedelta(days=7)  # since the newest post of it
MAX_TRIES: Final = 5
LONGEST_SHOWN: Final = timedelta(minutes=10)  # as under way
_REFRESH: Final = "thread-"
_PAUSES: Final = tuple(timedelta(minutes=m) for m in (5, 30, 120, 360))
_log = logging.getLogger("rounds.threads")


class Refresh(Struct, frozen=True):
    """How far the completion of a thread is: what an app may ask for again until it is over."""

    id: str
    is_running: bool
    found: int


async def look(db: Database, viewer_id: int | None, status_id: int) -> Refresh | None:
    """Ask for the rest of a thread that somebody who is signed in opens, if it is of elsewhere and is due.

    Return how far it is while it is under way.
    """
    if viewer_id is None:
        return None
    is_due, refresh = await db.read(_standing, status_id)
    if is_due:
        refresh = await db.write(_ask, status_id)
    return refresh if refresh is not None and refresh.is_running else None


def _standing(snapshot: Snapshot, status_id: int) -> tuple[bool, Refresh | None]:
    root = _root(snapshot, status_id)
    return (False, None) if root is None else (_is_due(snapshot, root), _refresh(snapshot, root))


def refresh(snapshot: Snapshot, viewer_id: int, name: str) -> Refresh:
    """Return how far the completion of a thread is that the viewer may see. Raises: 404."""
    digits = name.removeprefix(_REFRESH)
    is_name = name.startswith(_REFRESH) and digits.isascii() and digits.isdigit() and len(digits) < 19
    root = statuses.visible(snapshot, int(digits), viewer_id) if is_name else None
    found = _refresh(snapshot, root) if root is not None else None
    if found is None:
        raise not_found()
    return found


def _refresh(snapshot: Snapshot, root: Status) -> Refresh | None:
    held = None if root.is_local else backfills.of(snapshot, root.uri)
    if held is None:
        return None
    is_new = (held.done_at is None or held.done_at < held.begun_at) and held.begun_at > snapshot.now - LONGEST_SHOWN
    is_running = is_new and jobs.is_waiting(snapshot, "thread", root.uri)
    return Refresh(f"{_REFRESH}{root.id}", is_running, held.found)


def _is_due(snapshot: Snapshot, root: Status) -> bool:
    if root.is_local or root.visibility not in OPEN:
        return False
    held = backfills.of(snapshot, root.uri)
    if held is None:
        return True
    if held.found >= MAX_OBJECTS or (held.next_at is not None and held.next_at > snapshot.now):
        return False
    latest = backfills.latest_of(snapshot, root.context_uri)
    return latest is not None and latest > snapshot.now - LIVE


def _ask(unit: Unit, status_id: int) -> Refresh | None:
    root = _root(unit, status_id)
    if root is None:
        return None
    if backfills.begin(unit, root.uri, rest=AGAIN):
        jobs.add(unit, "thread", root.uri, uri=root.uri)
    return _refresh(unit, root)


def _root(snapshot: Snapshot, status_id: int) -> Status | None:
    """Return the topmost post that is held above a post (of a boost: above what it shows), or the post itself."""
    shown = statuses.by_id(snapshot, status_id)
    if shown is None:
        return None
    post_id = shown.boost_of_id or shown.id
    above = threads.ancestors(snapshot, post_id)
    return statuses.by_id(snapshot, above[0] if above else post_id)


async def complete(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> None:
    """Complete the thread around a post that is held, as far as a run may go, and say when it may be looked for again."""
    held = await db.read(backfills.of, uri)
    left = MAX_OBJECTS - (held.found if held is not None else 0)
    errand = _Errand(db, Rationed(fetcher, requests=MAX_REQUESTS), site, left=left)
    is_over = True
    try:
        async with asyncio.timeout(LONGEST_S):
            await errand.run(uri)
    except Spent:
        _log.info("a thread has more than is read of one")
    except TimeoutError:
        is_over = False
    wait_until = errand.ration.asked_to_wait(db.now())
    is_whole = is_over and not errand.ration.has_failed
    await db.write(_end, uri, found=errand.found, is_whole=is_whole, not_before=wait_until)


def _end(unit: Unit, uri: str, *, found: int, is_whole: bool, not_before: datetime | None) -> None:
    held = backfills.of(unit, uri)
    if held is None:
        return
    is_left = is_whole or held.tries + 1 >= MAX_TRIES
    pause = AGAIN if is_left else _PAUSES[min(held.tries, len(_PAUSES) - 1)]
    next_at = max(unit.now + pause, not_before or unit.now)
    tries = backfills.end(unit, uri, found=found, next_at=next_at, is_whole=is_whole)
    if not is_left:
        jobs.add(unit, "thread", f"{uri}#{tries}", at=next_at, uri=uri)


class _Errand:
    """One run over one thread."""

    def __init__(self, db: Database, ration: Rationed, site: Site, *, left: int) -> None:
        self.ration: Final = ration
        self.found = 0
        self._db: Final = db
        self._site: Final = site
        self._left: Final = left
        self._purse: Final = Purse(pages=MAX_PAGES, objects=MAX_REQUESTS, most_bytes=MAX_BYTES)
        self._context: str | None = None
        self._seen: set[str] = set()  # asked for or looked at
        self._thread: set[str] = set()  # known to belong to it
        self._below: deque[tuple[Fetched, int]] = deque()  # posts whose replies are to be read, with their depth

    async def run(self, uri: str) -> None:
        """Read what is above, then what is below. Raises: Spent, TimeoutError."""
        held = await self._db.read(statuses.by_uri, uri)
        root = await self._climb(held) if held is not None else None
        if root is None or root.is_local or root.visibility not in OPEN:
            return
        if root.uri != uri:
            await self._db.write(backfills.begin, root.uri, rest=AGAIN)
        self._seen.add(root.uri)
        self._thread.add(root.uri)
        with suppress(PeerError):
            document = await self._purse.object(self.ration, root.uri)
            if not await self._read_context(document):
                self._below.append((document, 0))
                await self._descend()

    async def _climb(self, status: Status) -> Status:
        """Return the topmost post that can be had, with everything between kept."""
        passed = {status.uri}
        for _ in range(MAX_ABOVE):
            self._thread.add(status.uri)
            try:
                above = await self._above(status)
            except PeerError:
                break
            if above is None or above.uri in passed:
                break
            passed.add(above.uri)
            status = above
        return status

    async def _above(self, status: Status) -> Status | None:
        if status.reply_to_id is not None:
            return await self._db.read(statuses.by_id, status.reply_to_id)
        uri = status.reply_to_uri
        if uri is None or self._site.is_ours(uri) or self.found >= self._left:
            return None
        if await self._db.read(policing.waits_for_a_person, uri):
            return None
        return await self._keep(await self._purse.object(self.ration, uri))

    async def _read_context(self, root: Fetched) -> bool:
        """Read the collection that the root names as its conversation; False when there is none with posts in it."""
        context = loose.id_of(loose.plain(root.document).get("context"))
        if context is None or context in self._seen or not uris.is_same_origin(context, root.uri):
            return False
        self._context = context
        self._seen.add(context)
        count = 0
        with suppress(PeerError):
            async for item in collecting.walk(self.ration, context, owner_uri=root.uri, purse=self._purse):
                count += item.uri not in (context, root.uri)
                await self._take(item)
        return count > 0

    async def _descend(self) -> None:
        """Read the replies of each post in turn, the nearest to the root first."""
        while self._below:
            post, depth = self._below.popleft()
            replies = collections.place_of(loose.plain(post.document).get("replies"))
            if replies is None or depth >= MAX_DEPTH:
                continue
            with suppress(PeerError):
                async for item in collecting.walk(self.ration, replies, owner_uri=post.uri, purse=self._purse):
                    reply = await self._take(item)
                    if reply is not None:
                        self._below.append((reply, depth + 1))

    async def _take(self, item: Found) -> Fetched | None:
        """Keep a post of the thread; return its document when there is one to go on from."""
        if item.uri in self._seen or self._site.is_ours(item.uri):
            return None
        self._seen.add(item.uri)
        try:
            if await self._db.read(statuses.by_uri, item.uri) is not None:
                self._thread.add(item.uri)
                return await self._purse.object(self.ration, item.uri) if self._context is None else None
            if await self._db.read(policing.waits_for_a_person, item.uri):
                return None
            document = await collecting.whole(self.ration, item, purse=self._purse)
            self._check(document)
            await self._keep(document)
        except PeerError:
            return None
        return document

    def _check(self, found: Fetched) -> None:
        """Refuse what does not belong to the thread or is not for everybody. Raises: PeerError."""
        document: dict[str, Any] = loose.plain(found.document)
        is_of_it = loose.id_of(document.get("inReplyTo")) in self._thread or (
            self._context is not None and loose.id_of(document.get("context")) == self._context
        )
        is_open = visibility_of(addressing_of(document), followers=None) in OPEN
        if not (is_of_it and is_open) or is_vote(document):
            raise PeerError(Reason.NOT_RELEVANT, "this is no open post of the thread")

    async def _keep(self, found: Fetched) -> Status | None:
        """Keep a post as an old one and count it. Raises: PeerError when it may not be kept, Spent after the last."""
        if self.found >= self._left:
            raise Spent
        status_id = await fetching.keep_post(self._db, self.ration, found, site=self._site, is_old=True)
        self.found += 1
        self._thread.add(found.uri)
        return await self._db.read(statuses.by_id, status_id)
