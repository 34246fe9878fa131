"""Who reads us: verifies the signature of a GET, so that documents go to servers that may have them and to no others.

How it works. Unlike an inbox, a reader waits for its answer, so an unknown key is fetched while it waits: within a few
seconds, one question for each host at a time and a few in all; what could not be had is not asked for again for a while.
Two nodes that both want signatures do not wait for each other, because the actor that signs our fetches is open to all.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct

from federation import uris
from federation.reasons import PeerError, Reason
from federation.signatures import http
from federation.signatures.message import SignatureParams
from node.ports import Fetcher
from node.services import catching_up, policing, receiving
from node.services.catching_up import Paused
from node.social.site import Site
from node.store import accounts, keys, pauses
from node.store.database import Database
from node.store.keys import PublicKey
from node.store.unit import Snapshot

LONGEST_S: Final = 5.0
AT_ONCE: Final = 8
_PAUSE: Final = timedelta(minutes=1)
_KEPT_OUT: Final = frozenset({Reason.BLOCKED, Reason.NOT_ALLOWED})


class Reading(Struct, frozen=True):
    """A signed GET: header names are lower-case, `target` is the raw path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    received_at: datetime

    def read(self, *, site: Site) -> SignatureParams:
        """Return what its signature says, if it passes what needs no key. Raises: PeerError with the reason."""
        params = http.parse(self.headers)
        http.check(params, self.method, self.target, self.headers, b"", now=self.received_at, hosts=(site.host,))
        return params

    def verify(self, params: SignatureParams, key: PublicKey, *, site: Site) -> None:
        """Pass a request that this key signed. Raises: PeerError with the reason."""
        http.verify(
            self.method,
            self.target,
            self.headers,
            b"",
            public_pem=key.public_pem,
            now=self.received_at,
            hosts=(site.host,),
            params=params,
            scheme=site.base_url.partition(":")[0],
        )


class Signer(Struct, frozen=True):
    """Who reads: the actor whose key signed."""

    uri: str

    @property
    def origin(self) -> str:
        """The server it reads for."""
        return uris.origin_of(self.uri)


class Doorkeeper:
    """Finds out who reads. One for a process: it knows which hosts are being asked for a key."""

    def __init__(self) -> None:
        self._asking: Final[WeakValueDictionary[str, asyncio.Lock]] = WeakValueDictionary()
        self._room: Final = asyncio.Semaphore(AT_ONCE)

    async def signer_of(self, db: Database, fetcher: Fetcher, reading: Reading, *, site: Site) -> Signer:
        """Return who signed a request that may read here.

        Raises: PeerError: BLOCKED or NOT_ALLOWED for those kept out, KEY_UNAVAILABLE, or what is wrong with the signature.
        """
        params = reading.read(site=site)
        key = await db.read(_known, params.key_id) or await self._learnt(db, fetcher, params.key_id, site=site)
        try:
            reading.verify(params, key, site=site)
        except PeerError as error:
            if error.reason is not Reason.BAD_SIGNATURE or not await db.write(
                receiving.may_ask_again, key, params.key_id
            ):
                raise
            key = await self._learnt(db, fetcher, params.key_id, site=site, instead_of=key)
            reading.verify(params, key, site=site)
        return await db.read(_signer, key)

    async def _learnt(
        self, db: Database, fetcher: Fetcher, key_id: str, *, site: Site, instead_of: PublicKey | None = None
    ) -> PublicKey:
        """Return a key after asking its owner for it, unless somebody else who waited has just done so."""
        if not uris.is_usable(key_id, loopback_http=site.loopback_http) or site.is_ours(key_id):
            raise PeerError(Reason.KEY_NOT_OWNED, "there is no such key")
        host = uris.host_of(key_id)
        lock = self._asking.setdefault(host, asyncio.Lock())
        try:
            async with asyncio.timeout(LONGEST_S), lock, self._room:
                key = await db.read(keys.by_uri, key_id)
                if key is None or key == instead_of:
                    key = await _asked(db, fetcher, key_id, site=site)
                return key
        except TimeoutError:
            await db.write(pauses.begin, key_id, length=_PAUSE, reason=Reason.UNREACHABLE.value)
            raise PeerError(Reason.KEY_UNAVAILABLE, "the key could not be had in time") from None


async def check_claimed(db: Database, reading: Reading) -> None:
    """Refuse a reader that says itself that it is of a host kept out; asks nobody. Raises: PeerError."""
    await db.read(policing.check, http.parse(reading.headers).key_id)


def _known(snapshot: Snapshot, key_id: str) -> PublicKey | None:
    policing.check(snapshot, key_id)
    return keys.by_uri(snapshot, key_id)


async def _asked(db: Database, fetcher: Fetcher, key_id: str, *, site: Site) -> PublicKey:
    """Return a key after asking for it.

    Raises: PeerError(KEY_UNAVAILABLE) whatever is wrong with what its owner answers: told alike the first time and while
    nobody is asked again.
    """
    try:
        await catching_up.learn_key(db, fetcher, key_id, None, site=site)
    except Paused:
        raise PeerError(Reason.KEY_UNAVAILABLE, "the key could not be had a moment ago") from None
    except PeerError as error:
        if error.reason in _KEPT_OUT:
            raise
        raise PeerError(Reason.KEY_UNAVAILABLE, _unavailable(error)) from None
    key = await db.read(keys.by_uri, key_id)
    if key is None:
        await db.write(pauses.begin, key_id, length=_PAUSE, reason=Reason.KEY_NOT_OWNED.value)
        raise PeerError(Reason.KEY_UNAVAILABLE, "the key could not be had: the actor does not list it")
    return key


def _unavailable(error: PeerError) -> str:
    if error.reason is Reason.KEY_UNAVAILABLE:  # of a moment ago
        return error.detail
    return f"the key could not be had: {error.reason.value}" + (f" ({error.detail})" if error.detail else "")


def _signer(snapshot: Snapshot, key: PublicKey) -> Signer:
    policing.check(snapshot, key.account_uri)
    account = accounts.by_uri(snapshot, key.account_uri)
    if account is None or account.is_suspended:
        raise PeerError(Reason.BLOCKED, "this node does not speak with that account")
    return Signer(key.account_uri)
