"""Our copies of peers' pictures, so that nobody's browser or app tells a stranger's server who looks at what.

How it works. A picture has a name that nobody guesses; who asks for it by that name gets our copy, made anew from its pixels
when it is asked for first. One fetch at a time for each, a few in all, and what failed is not tried again for a while. Copies
expire. Films and sounds are not copied.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple, Protocol

from federation.reasons import PeerError
from node.errors import busy, not_found
from node.ports import Fetcher, WorkshopError
from node.privacy import images, sniffing
from node.privacy.images import Encoded, Picture, UnusableImage
from node.services import serving, tidying, uploading
from node.services.uploading import Outside
from node.store import accounts, domains, media
from node.store.database import Database
from node.store.media import Media
from node.store.unit import Snapshot, Unit

COPY_LIFE: Final = timedelta(days=14)
MAX_COPIES_BYTES: Final = 2 * 1024**3
BATCH: Final = 200
MAX_BYTES: Final = 16 * 1024**2
MAX_AT_ONCE: Final = 8
MAX_WAITING: Final = 64
MAX_FAILED: Final = 1000
_FETCH_S: Final = 20.0
_FAILED_S: Final = 600.0


class Tools(NamedTuple):
    """What it takes to fetch something and keep what is made of it."""

    db: Database
    fetcher: Fetcher
    outside: Outside


Copy = tuple[bytes, str]


class Source(Protocol):
    """Where a copy comes from: what is held of it, and how it is made."""

    async def held(self) -> Copy | None:
        """Return what is held, None when there is nothing. Raises: 404 when it may not be shown."""

    async def fetch(self) -> Callable[[], Awaitable[Copy]]:
        """Ask for the picture and return what keeps it. Raises: PeerError, UnusableImage, WorkshopError."""


class _Attachment(NamedTuple):
    tools: Tools
    key: str
    size: str

    async def held(self) -> Copy | None:
        return await _cached(self.tools, await self.tools.db.read(_wanted, self.key), self.size)

    async def fetch(self) -> Callable[[], Awaitable[Copy]]:
        file = await self.tools.db.read(_wanted, self.key)
        picture = await _fetched(self.tools, file)
        return partial(self._keep, file, picture)

    async def _keep(self, file: Media, picture: Picture) -> Copy:
        await _keep(self.tools, file, picture)
        wanted = picture.preview if self.size == "small" or file.kind != "image" else picture.whole
        return wanted.data, wanted.content_type


class Shelf:
    """Who is making a copy now, and what could not be made a moment ago; for one process."""

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = {}
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._at_once = asyncio.Semaphore(MAX_AT_ONCE)

    async def get(self, tools: Tools, key: str, size: str) -> tuple[bytes, str]:
        """Return our copy of a picture, `original` or `small`. Raises: 404, 503 when too many wait."""
        return await self.copy(key, _Attachment(tools, key, size))

    async def copy(self, key: str, source: Source) -> tuple[bytes, str]:
        """Return a copy, made now if there is none; whoever else asks meanwhile waits for it. Raises: 404, 503."""
        found = await source.held()
        if found is not None:
            return found
        if key not in self._turns and len(self._turns) >= MAX_WAITING:
            raise busy("Too many pictures are being fetched. Try again.")
        turn = self._turns.setdefault(key, asyncio.Lock())
        try:
            async with turn:
                return await source.held() or await self._made(key, source)
        finally:
            if not turn.locked():
                self._turns.pop(key, None)

    async def _made(self, key: str, source: Source) -> tuple[bytes, str]:
        self._check(key)
        try:
            async with self._at_once, asyncio.timeout(_FETCH_S):
                keep = await source.fetch()
        except (PeerError, UnusableImage, WorkshopError, TimeoutError):
            self._fail(key)
            raise not_found() from None
        return await keep()

    def _check(self, key: str) -> None:
        failed_at_s = self._failed.get(key)
        if failed_at_s is not None and asyncio.get_running_loop().time() < failed_at_s + _FAILED_S:
            raise not_found()

    def _fail(self, key: str) -> None:
        self._failed[key] = asyncio.get_running_loop().time()
        self._failed.move_to_end(key)
        while len(self._failed) > MAX_FAILED:
            self._failed.popitem(last=False)


def _wanted(snapshot: Snapshot, key: str) -> Media:
    """Return a peer's picture, if policy lets it be shown now. Raises: 404."""
    file = media.by_proxy_key(snapshot, key)
    author = accounts.by_id(snapshot, file.account_id) if file is not None else None
    if file is None or author is None or author.is_suspended:
        raise not_found()
    check_wanted(snapshot, *domains.hosts_of(author.uri, author.host))
    return file


def check_wanted(snapshot: Snapshot, *hosts: str) -> None:
    """Pass if pictures of somebody of these hosts may be shown now. Raises: 404."""
    standing = domains.standing(snapshot, *hosts)
    if standing.no_media or standing.refusal is not None:
        raise not_found()


async def _cached(tools: Tools, file: Media, size: str) -> tuple[bytes, str] | None:
    if size not in ("original", "small") or (size == "original" and file.kind != "image"):
        raise not_found()
    key = file.preview_blob if size == "small" else file.blob
    return await serving.found(tools.outside.blobs, key) if key is not None else None


async def _fetched(tools: Tools, file: Media) -> Picture:
    address = file.remote_url if file.kind == "image" else file.poster_url
    if address is None:
        raise UnusableImage("there is no picture")
    data = await fetched(tools, address)
    return await tools.outside.workshop.run(images.clean if file.kind == "image" else images.preview, data)


async def fetched(tools: Tools, address: str, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return a picture as its server has it. Raises: PeerError, UnusableImage for anything else."""
    data, _ = await tools.fetcher.blob(address, max_bytes=max_bytes)
    if not sniffing.is_picture(data):
        raise UnusableImage("what came is no picture")
    return data


async def _keep(tools: Tools, file: Media, picture: Picture) -> None:
    stem = f"copies/{uploading.new_name()}"
    small, whole = f"{stem}-small{picture.preview.suffix}", f"{stem}{picture.whole.suffix}"
    copies: dict[str, Encoded] = {small: picture.preview} | ({whole: picture.whole} if file.kind == "image" else {})
    size, kept = sum(len(made.data) for made in copies.values()), whole if whole in copies else None
    await uploading.keep(tools.outside.blobs, copies, lambda: tools.db.write(_remember, file.id, kept, small, size))


def _remember(unit: Unit, media_id: int, whole: str | None, small: str, size: int) -> bool:
    """Name the copies; False when the picture is gone."""
    file = media.by_id(unit, media_id)
    if file is None:
        return False
    tidying.let_go(unit, file.blobs)
    media.change(unit, media_id, blob=whole, preview_blob=small, cached_at=unit.now, cached_bytes=size)
    return True


def sweep(unit: Unit) -> int:
    """Let go of copies that are old or too many; return how many. Call again while it is `BATCH`."""
    before = unit.now - COPY_LIFE
    old = media.stale_copies(unit, before=before, max_bytes=MAX_COPIES_BYTES, limit=BATCH)
    for file in old:
        tidying.let_go(unit, file.blobs)
        media.change(unit, file.id, blob=None, preview_blob=None, cached_at=None, cached_bytes=None)
    return len(old)
