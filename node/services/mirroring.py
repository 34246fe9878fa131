"""Our copies of the pictures that peers' accounts and posts name: avatars, headers, custom emoji.

How it works. The address of a copy says whose picture it is and, by a hash, which one. Who asks for it gets it while that
account or post still names the picture and its host's pictures are wanted; it is fetched when it is asked for first, by the
rules of `proxying`. The same picture of many is one copy.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from federation import uris
from federation.reasons import PeerError
from node.errors import not_found
from node.privacy import images
from node.privacy.images import Encoded
from node.services import proxying, serving, tidying, uploading
from node.services.proxying import BATCH, COPY_LIFE, Copy, Shelf, Tools
from node.social.site import Look, Owner, name_of_copy
from node.store import accounts, copies, domains, edits, reactions, statuses
from node.store.accounts import Account
from node.store.unit import Snapshot, Unit

__all__ = ["BATCH", "Owner", "copy", "sweep"]

MAX_BYTES_IN_ALL: Final = 1024**3
EMOJI_SIDE: Final = 256
_SHAPES: Final[dict[Look, Callable[[bytes], Encoded]]] = {
    "avatar": partial(images.cut, width=400, height=400),
    "header": partial(images.cut, width=1500, height=500),
    "emoji": partial(images.fitted, side=EMOJI_SIDE),
}


class Named(NamedTuple):
    """A picture that somebody names, and where it lies."""

    look: Look
    address: str


async def copy(shelf: Shelf, tools: Tools, owner: Owner, owner_id: int, name: str) -> Copy:
    """Return our copy of a picture that an account or a post names. Raises: 404, 503 when too many wait."""
    return await shelf.copy(f"{owner}/{owner_id}/{name}", _Picture(tools, owner, owner_id, name))


class _Picture(NamedTuple):
    tools: Tools
    owner: Owner
    owner_id: int
    name: str

    async def held(self) -> Copy | None:
        blob = await self.tools.db.read(_blob, self.owner, self.owner_id, self.name)
        if blob is None:
            return None
        found = await serving.found(self.tools.outside.blobs, blob)
        if found is None:
            await self.tools.db.write(copies.forget, self.name)
        return found

    async def fetch(self) -> Callable[[], Awaitable[Copy]]:
        named = await self.tools.db.read(_named, self.owner, self.owner_id, self.name)
        data = await proxying.fetched(self.tools, named.address)
        made = await self.tools.outside.workshop.run(_SHAPES[named.look], data)
        return partial(_keep, self.tools, self.name, made)


def _blob(snapshot: Snapshot, owner: Owner, owner_id: int, name: str) -> str | None:
    """Return where a copy lies, None when it is to be made. Raises: 404."""
    _named(snapshot, owner, owner_id, name)
    return copies.blob_of(snapshot, name)


def _named(snapshot: Snapshot, owner: Owner, owner_id: int, name: str) -> Named:
    """Return a picture that is still named, if policy lets it be shown now. Raises: 404."""
    every = _of_account(snapshot, owner_id) if owner == "accounts" else _of_status(snapshot, owner_id)
    found = next((one for one in every if name_of_copy(one.look, one.address) == name), None)
    if found is None or snapshot.site.is_ours(found.address):
        raise not_found()
    try:
        proxying.check_wanted(snapshot, uris.host_of(found.address))
    except PeerError:
        raise not_found() from None
    return found


def _of_account(snapshot: Snapshot, account_id: int) -> Iterator[Named]:
    account = accounts.by_id(snapshot, account_id)
    if account is None or account.is_local or not _is_shown(snapshot, account):
        return
    if account.avatar is not None:
        yield Named("avatar", account.avatar)
    if account.header is not None:
        yield Named("header", account.header)
    yield from (Named("emoji", one["url"]) for one in account.emojis)


def _is_shown(snapshot: Snapshot, account: Account) -> bool:
    """Tell whether pictures of somebody are wanted. Raises: 404 when those of their host are not."""
    if account.is_suspended:
        return False
    if not account.is_local:
        proxying.check_wanted(snapshot, *domains.hosts_of(account.uri, account.host))
    return True


def _of_status(snapshot: Snapshot, status_id: int) -> Iterator[Named]:
    """Yield the emoji in a post and in what it said before, and those that people put under it."""
    status = statuses.by_id(snapshot, status_id)
    author = accounts.by_id(snapshot, status.account_id) if status is not None else None
    if status is None or author is None or not _is_shown(snapshot, author):
        return
    yield from (Named("emoji", one["url"]) for one in statuses.emojis_of(snapshot, status_id))
    yield from (Named("emoji", url) for url in reactions.pictures(snapshot, status_id))
    if status.edited_at is not None:
        yield from (Named("emoji", one["url"]) for edit in edits.of(snapshot, status_id) for one in edit.extras.emojis)


async def _keep(tools: Tools, name: str, made: Encoded) -> Copy:
    blob = f"copies/{uploading.new_name()}{made.suffix}"
    size = len(made.data)
    await uploading.keep(tools.outside.blobs, {blob: made}, lambda: tools.db.write(copies.keep, name, blob, size))
    return made.data, made.content_type


def sweep(unit: Unit) -> int:
    """Let go of copies that are old or too many; return how many. Call again while it is `BATCH`."""
    gone = copies.remove_stale(unit, before=unit.now - COPY_LIFE, max_bytes=MAX_BYTES_IN_ALL, limit=BATCH)
    tidying.let_go(unit, gone)
    return len(gone)
