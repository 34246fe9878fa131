"""Requests that were answered 202 and wait: their key is fetched, then what they name; then they are carried out.

How it works. The worker leases some of each host; hosts go on side by side, one host's requests one after the other, so
that the first brings the key for all. What fails for now is tried again later, up to a few hours; a key that could not
be had makes everything that needs it wait, without asking again.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from federation import activities, loose, uris
from federation.activities import Activity
from federation.effects import Refs
from federation.reasons import PeerError, Reason
from federation.signatures.message import SignatureParams
from federation.vocab import ACTOR_TYPES
from node.errors import Problem, place_of
from node.ports import Fetcher
from node.services import fetching, knowing, receiving, synchronising, vouching
from node.services.receiving import PASSING, PAUSE, Outcome, Request
from node.social.site import Site
from node.store import arrivals, keys, pauses, relays
from node.store.arrivals import Waiting
from node.store.database import Database
from node.store.keys import PublicKey
from node.store.unit import Unit

BATCH: Final = 40
PER_HOST: Final = 5
MAX_AGE: Final = timedelta(hours=6)
MAX_TRIES: Final = 8
_LONGEST_DELAY: Final = timedelta(hours=1)
_log = logging.getLogger("rounds.inbox")


class Paused(Exception):
    """What a request needs must not be asked for before a time."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


async def drain(db: Database, fetcher: Fetcher, *, site: Site, limit: int = BATCH) -> int:
    """Go on with what waits; return how many requests were looked at."""
    batch = await db.write(arrivals.lease, limit=limit, per_host=PER_HOST)
    hosts: dict[str, list[Waiting]] = {}
    for waiting in batch:
        hosts.setdefault(waiting.host, []).append(waiting)
    await asyncio.gather(*(_drain_host(db, fetcher, mine, site=site) for mine in hosts.values()))
    return len(batch)


async def _drain_host(db: Database, fetcher: Fetcher, batch: list[Waiting], *, site: Site) -> None:
    for waiting in batch:
        try:
            await verify_waiting(db, fetcher, waiting, site=site)
        except Paused as pause:
            await db.write(_later, waiting, "paused", at=pause.until)
        except PeerError as error:
            await db.write(_after_refusal, waiting, error)
        except Problem as error:
            await db.write(_later, waiting, error.code)
        except Exception as error:
            _log.error("inbox: a waiting activity of %s could not be dealt with: %s", waiting.host, place_of(error))
            await db.write(_later, waiting, type(error).__name__)
        else:
            await db.write(arrivals.finish, waiting)


async def verify_waiting(db: Database, fetcher: Fetcher, waiting: Waiting, *, site: Site) -> Outcome:
    """Verify and carry out a request that was answered already.

    Raises: PeerError when it is refused, or when somebody could not be reached; Paused when it is too early to ask.
    """
    request = Request(waiting.path, waiting.headers, waiting.body.encode(), waiting.received_at)
    activity, params = request.read()
    key = await _verified(db, fetcher, request, params, activity, site=site)
    signer = await _signer(db, fetcher, activity, key.account_uri, site=site)
    outcome = await carry_out(db, fetcher, activity, signer=signer, sender=key.account_uri, site=site)
    if outcome.verdict == "accepted":
        await synchronising.notice(db, key.account_uri, waiting.headers)
    return outcome


async def _verified(
    db: Database, fetcher: Fetcher, request: Request, params: SignatureParams, activity: Activity, *, site: Site
) -> PublicKey:
    """Return the key that signed a request, asking its owner when we have none or an old one that does not fit."""
    key = await db.read(receiving.key_of, activity, params.key_id)
    if key is not None and not _is_outgrown(request, params, key, site=site):
        return key
    may_be_another = vouching.key_id_of(activity, site=site) is not None
    owner = None if may_be_another else activity.actor
    key = await _learnt(db, fetcher, params.key_id, owner, site=site)
    request.verify(params, key, site=site)
    return key


async def _signer(db: Database, fetcher: Fetcher, activity: Activity, sender: str, *, site: Site) -> str:
    """Return whose word an activity is: its actor's when a proof says so, whoever delivers it; else the sender's.

    What a relay forwards is fetched from its origin in any case.
    """
    if sender != activity.actor and await db.read(relays.is_accepted, sender):
        return sender
    key_id = None if sender == activity.actor else vouching.key_id_of(activity, site=site)
    if key_id is None:
        return sender
    key = await db.read(keys.by_uri, key_id) or await _learnt(db, fetcher, key_id, activity.actor, site=site)
    return activity.actor if await db.read(vouching.is_proven, activity, key) else sender


async def _learnt(db: Database, fetcher: Fetcher, key_id: str, owner: str | None, *, site: Site) -> PublicKey:
    """Return a key after asking for it. Raises: PeerError or Paused as `learn_key`, also when its owner lists none."""
    await learn_key(db, fetcher, key_id, owner, site=site)
    key = await db.read(keys.by_uri, key_id)
    if key is None:
        await db.write(pauses.begin, key_id, length=PAUSE, reason=Reason.KEY_NOT_OWNED.value)
        raise PeerError(Reason.KEY_NOT_OWNED, "the actor does not list this key")
    return key


def _is_outgrown(request: Request, params: SignatureParams, key: PublicKey, *, site: Site) -> bool:
    """Tell whether a key does not fit a request that came after it was fetched. Raises: PeerError otherwise."""
    try:
        request.verify(params, key, site=site)
    except PeerError as error:
        if error.reason is Reason.BAD_SIGNATURE and key.fetched_at and key.fetched_at < request.received_at:
            return True
        raise
    return False


async def learn_key(db: Database, fetcher: Fetcher, key_id: str, actor_uri: str | None, *, site: Site) -> None:
    """Fetch the actor that signs with a key, and remember for a while when it cannot be had; None: whoever it is.

    Raises: PeerError when the key is not the actor's or cannot be had; Paused when it is too early to ask.
    """
    names = receiving.pause_names(key_id)
    pause = await db.read(pauses.longest, names)
    if pause is not None:
        if pause.reason in {reason.value for reason in PASSING}:
            raise Paused(pause.until)
        raise PeerError(Reason.KEY_UNAVAILABLE, f"the key could not be had a moment ago: {pause.reason}")
    try:
        await _fetch_owner(db, fetcher, key_id, actor_uri, site=site)
    except PeerError as error:
        name = names[-1] if error.reason in PASSING else key_id
        await db.write(pauses.begin, name, length=PAUSE, reason=error.reason.value)
        raise


async def _fetch_owner(db: Database, fetcher: Fetcher, key_id: str, actor_uri: str | None, *, site: Site) -> None:
    """Fetch a key's document; one that is no whole actor leads to its owner, who must list the key."""
    found = await fetcher.activity(uris.without_fragment(key_id))
    document = loose.plain(found.document)
    inner = loose.first(document.get("publicKey"))
    stated = [loose.id_of(document.get("owner")), loose.id_of(document.get("controller"))]
    stated += [loose.id_of(inner.get("owner"))] if isinstance(inner, Mapping) else []
    owner = next((uri for uri in stated if uri), found.uri)
    if not uris.is_same_origin(owner, key_id) or actor_uri not in (None, owner):
        raise PeerError(Reason.KEY_NOT_OWNED, "the key belongs to another actor")
    await fetching.actor(db, fetcher, owner, site=site, found=found if found.uri == owner else None)


async def carry_out(
    db: Database, fetcher: Fetcher, activity: Activity, *, signer: str, sender: str | None = None, site: Site
) -> Outcome:
    """Judge a verified activity, which `sender` brought, and do what follows, fetching what is missing in between.

    Raises: PeerError with the reason of a refusal, or of what could not be fetched.
    """
    refs = activities.refers_to(activity, signer=signer)
    judgement = await db.write(receiving.judge_and_do, activity, signer, refs, {}, sender=sender)
    if receiving.wants_fetch(judgement, refs):
        met, refs, fetched = await _fetch_missing(db, fetcher, refs, site=site)
        if met or fetched or refs.is_partial:
            judgement = await db.write(
                receiving.judge_and_do, activity, signer, refs, fetched, has_asked=True, sender=sender
            )
    return receiving.outcome_of(judgement)


async def _fetch_missing(
    db: Database, fetcher: Fetcher, refs: Refs, *, site: Site
) -> tuple[int, Refs, dict[str, Mapping[str, Any]]]:
    """Fetch what an activity cannot be judged without; return how many people were met and what is to be known now.

    Of a list of activities what cannot be had is left out. Raises: PeerError otherwise.
    """
    fetched: dict[str, Mapping[str, Any]] = {}
    people, things = await db.read(knowing.missing, refs)
    left_out = (PeerError,) if refs.is_partial else ()
    met = 0
    for person in people:
        with suppress(*left_out):
            await fetching.actor(db, fetcher, person, site=site)
            met += 1
    for uri in things:
        with suppress(*left_out):
            more = await _fetch_thing(db, fetcher, uri, fetched, site=site)
            actors, objects = dict.fromkeys(refs.actors + more.actors), dict.fromkeys(refs.objects + more.objects)
            refs = replace(refs, actors=tuple(actors), objects=tuple(objects))
    return met, refs, fetched


async def _fetch_thing(
    db: Database, fetcher: Fetcher, uri: str, fetched: dict[str, Mapping[str, Any]], *, site: Site
) -> Refs:
    """Fetch an object and its author; return what it refers to. Raises: PeerError."""
    found = await fetcher.activity(uri)
    fetched[uri] = fetched[found.uri] = found.document
    if ACTOR_TYPES.keys() & set(loose.types_of(loose.plain(found.document))):
        await fetching.actor(db, fetcher, found.uri, site=site, found=found)
        return Refs()
    more = activities.refers_to_object(found.document)
    authors, _things = await db.read(knowing.missing, more)
    for author in authors:
        if uris.is_same_origin(author, found.uri):
            await fetching.actor(db, fetcher, author, site=site)
    return more


def _after_refusal(unit: Unit, waiting: Waiting, error: PeerError) -> None:
    if error.reason in PASSING:
        _later(unit, waiting, error.reason.value)
        return
    _log.info("inbox: refused a waiting activity of %s: %s", waiting.host, error.reason.value)
    arrivals.finish(unit, waiting)


def _later(unit: Unit, waiting: Waiting, reason: str, *, at: datetime | None = None) -> None:
    """Put a request back, or let it go when it is too old or was tried too often."""
    if unit.now - waiting.received_at > MAX_AGE or waiting.attempts >= MAX_TRIES:
        _log.info("inbox: gave a waiting activity of %s up: %s", waiting.host, reason)
        arrivals.finish(unit, waiting)
        return
    delay = min(timedelta(minutes=2**waiting.attempts), _LONGEST_DELAY)
    arrivals.again(unit, waiting, at=at or unit.now + delay, error=reason, is_counted=at is None)
