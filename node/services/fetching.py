"""Finding actors and posts on other servers: by address, by handle. Everything goes through the guarded fetcher."""

from typing import Any

from msgspec.structs import replace

from federation import activities, discovery, loose, uris
from federation.effects import Ignored, Refused, StoreStatus
from federation.reasons import PeerError, Reason
from federation.uris import Handle
from federation.vocab import ACTOR_TYPES, Actor, actor_from, approval
from federation.vocab.note import status_type
from node.ports import Fetched, Fetcher
from node.services import approving, inbox, knowing, policing, recognising
from node.social.site import Site
from node.store import accounts, statuses
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_ANCESTORS = 4
MAX_PAGE_BYTES = 1024 * 1024


async def actor(db: Database, fetcher: Fetcher, uri: str, *, site: Site, found: Fetched | None = None) -> int:
    """Fetch an actor (or take the document that was just `found`), keep it and return its account id. Raises: PeerError."""
    found = found or await fetcher.activity(uri)
    actor = actor_from(found.document, loopback_http=site.loopback_http)
    is_known = await db.read(accounts.by_uri, actor.uri) is not None  # a handle never changes
    host = None if is_known else await _handle_host(fetcher, actor, site=site)
    account = await db.write(recognising.keep_actor, actor, handle_host=host)
    if account is None:
        raise PeerError(Reason.WRONG_ID, "the handle of this actor belongs to another id already")
    return account.id


def uri_of(snapshot: Snapshot, account_id: int) -> str | None:
    """Return the id on the wire of an account of another server, None for one of ours."""
    found = accounts.by_id(snapshot, account_id)
    return found.uri if found is not None and not found.is_local else None


async def account(db: Database, fetcher: Fetcher, handle: Handle, *, site: Site) -> int:
    """Find an account by `name@host` over WebFinger and return its id. Raises: PeerError."""
    host = "" if handle.host in (None, site.handle_host, site.host) else handle.host or ""
    known = await db.read(accounts.by_handle, handle.name, host)
    if known is not None:
        return known.id
    if not host:
        raise PeerError(Reason.NOT_FOUND, "nobody here has this name")
    answer, confirmed = await _finger(fetcher, handle, site=site)
    found = await fetcher.activity(answer.actor_uri)
    actor_found = actor_from(found.document, loopback_http=site.loopback_http)
    own_host = await _confirmed_host(fetcher, confirmed, actor_found, site=site)
    kept = await db.write(recognising.keep_actor, actor_found, handle_host=own_host)
    if kept is None:
        raise PeerError(Reason.WRONG_ID, "the handle of this actor belongs to another id already")
    return kept.id


async def _confirmed_host(fetcher: Fetcher, handle: Handle, found: Actor, *, site: Site) -> str:
    """Return the host under which an actor goes by what its own host says; a stranger's host cannot name it.

    Raises: PeerError(WRONG_ID) when the actor's own host knows neither the handle nor the actor.
    """
    confirming = discovery.confirmation(handle, found.uri, found.preferred_username)
    if confirming is None:
        return handle.host or ""
    answer = await _lookup(fetcher, confirming, site=site)
    if discovery.loops_back(confirming, found.uri, answer):
        return confirming.host or ""
    if not discovery.loops_back(handle, found.uri, answer) or not _is_called(handle, found):
        raise PeerError(Reason.WRONG_ID, "the actor's own host does not confirm this handle")
    return handle.host or ""


def _is_called(handle: Handle, found: Actor) -> bool:
    return handle.name.lower() == found.preferred_username.lower()


async def _finger(fetcher: Fetcher, handle: Handle, *, site: Site) -> tuple[discovery.WebFinger, Handle]:
    asked = [handle]
    answer = await _lookup(fetcher, handle, site=site)
    while (following := discovery.next_lookup(asked, answer)) is not None:
        asked.append(following)
        answer = await _lookup(fetcher, following, site=site)
    return answer, asked[-1]


async def _lookup(fetcher: Fetcher, handle: Handle, *, site: Site) -> discovery.WebFinger:
    if handle.host in (site.handle_host, site.host):
        raise PeerError(Reason.NOT_FOUND, "who is called so here is known here")
    is_http = site.loopback_http and uris.is_loopback(handle.host or "")
    if not is_http and not uris.is_outside(handle.host or ""):
        raise PeerError(Reason.INSECURE_ADDRESS, "nobody outside is called so")
    url = discovery.resource_url(handle, scheme="http" if is_http else "https")
    document = await fetcher.json(url, accept="application/jrd+json, application/json")
    return discovery.parse_jrd(document, loopback_http=site.loopback_http)


async def _handle_host(fetcher: Fetcher, found: Actor, *, site: Site) -> str:
    """Return the host of an actor's handle: what it or its host claims if WebFinger there leads back, else its id's.

    A server may live at another domain than its handles (`u@a.example` at `social.a.example`): its own host says so, and
    the other must confirm it.
    """
    own = uris.host_of(found.uri)
    claimed = uris.parse_handle(found.webfinger or "")
    try:
        if claimed is None:
            claimed = await _claimed_elsewhere(fetcher, Handle(found.preferred_username, own), found, site=site)
        if claimed.host in (None, own):
            return own
        answer = await _lookup(fetcher, claimed, site=site)
    except PeerError:
        return own
    return (
        claimed.host or own
        if answer.actor_uri == found.uri and discovery.is_same_handle(claimed, answer.subject)
        else own
    )


async def _claimed_elsewhere(fetcher: Fetcher, handle: Handle, found: Actor, *, site: Site) -> Handle:
    """Return the handle that an actor's own host gives it. Raises: PeerError."""
    answer = await _lookup(fetcher, handle, site=site)
    is_theirs = answer.actor_uri == found.uri and answer.subject.name.lower() == found.preferred_username.lower()
    return answer.subject if is_theirs else handle


async def thing(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> tuple[str, int]:
    """Fetch whatever lies at an address, keep it, and return ("account" | "status", id). Raises: PeerError."""
    _refuse_own(uri, site)
    found = await _found(fetcher, uri)
    types = set(loose.types_of(loose.plain(found.document)))
    if types & approval.TYPES.keys():
        return "status", await _keep_word(db, found)
    if not types & ACTOR_TYPES.keys() and status_type(loose.plain(found.document)) is None:
        raise PeerError(Reason.UNKNOWN_TYPE, "this is neither an actor nor a post")
    if types & ACTOR_TYPES.keys():
        return "account", await actor(db, fetcher, found.uri, site=site, found=found)
    return "status", await keep_post(db, fetcher, found, site=site)


async def _keep_word(db: Database, found: Fetched) -> int:
    kept = await db.write(approving.believe, found.uri, found.document)
    if kept is None:
        raise PeerError(Reason.NOT_REQUESTED, "nothing here rests on this approval")
    return kept


async def _found(fetcher: Fetcher, uri: str) -> Fetched:
    """Fetch a document, or the one that a page at its address names as its other form. Raises: PeerError."""
    try:
        return await fetcher.activity(uri)
    except PeerError as error:
        if error.reason is not Reason.WRONG_CONTENT_TYPE:
            raise
        page, kind = await fetcher.blob(uri, max_bytes=MAX_PAGE_BYTES)
        other = discovery.alternate_of(page.decode("utf-8", "replace"), uri) if kind == "text/html" else None
        if other is None:
            raise
    return await fetcher.activity(other)


def _refuse_own(uri: str, site: Site) -> None:
    """Never ask ourselves: what is ours and not known is not there."""
    if site.is_ours(uri):
        raise PeerError(Reason.NOT_FOUND, "there is no such thing here")


async def post(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> int:
    """Return the id of a post, fetched when it is not known. Raises: PeerError."""
    known = await db.read(statuses.by_uri, uri)
    if known is not None:
        return known.id
    _refuse_own(uri, site)
    return await keep_post(db, fetcher, await fetcher.activity(uri), site=site)


async def renew(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> int:
    """Fetch a post that is held already, for what changed about it; return its id. Raises: PeerError, HELD as `thread`."""
    _refuse_own(uri, site)
    await db.read(policing.check_unasked, uri)
    return await keep_post(db, fetcher, await fetcher.activity(uri), site=site)


async def thread(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> int:
    """Fetch a post that another builds on and, as far as they can be had, a few of those it answers; return its id.

    Raises: PeerError, HELD for a host that waits for a person.
    """
    await db.read(policing.check_unasked, uri)
    post_id = await post(db, fetcher, uri, site=site)
    above = await db.read(_parent_of, post_id)
    for _ in range(MAX_ANCESTORS):
        if above is None:
            break
        try:
            await db.read(policing.check_unasked, above)
            above = await db.read(_parent_of, await post(db, fetcher, above, site=site))
        except PeerError:
            break
    return post_id


def _parent_of(snapshot: Snapshot, status_id: int) -> str | None:
    found = statuses.by_id(snapshot, status_id)
    return found.reply_to_uri if found is not None and found.reply_to_id is None else None


async def keep_post(db: Database, fetcher: Fetcher, found: Fetched, *, site: Site, is_old: bool = False) -> int:
    """Keep a post as its origin answered it, with its author; of one that `is_old` nobody is told.

    Raises: PeerError when it may not be kept.
    """
    refs = activities.refers_to_object(found.document)
    people, _posts = await db.read(knowing.missing, refs)
    for person in people:
        await actor(db, fetcher, person, site=site)
    return await db.write(_keep_fetched, found.uri, found.document, is_old=is_old)


def _keep_fetched(unit: Unit, uri: str, document: dict[str, Any], *, is_old: bool) -> int:
    refs = activities.refers_to_object(document)
    facts = knowing.facts_for(unit, refs, signer=refs.fetch_actors[0] if refs.fetch_actors else uri)
    judgement = activities.judge_object(document, facts=facts)
    if isinstance(judgement, Refused):
        raise PeerError(judgement.reason, judgement.detail)
    if not isinstance(judgement, Ignored):
        for effect in judgement:
            is_silent = is_old and isinstance(effect, StoreStatus)
            inbox.carry_out(unit, replace(effect, is_old=True) if is_silent else effect)
    kept = statuses.by_uri(unit, uri)
    if kept is None:
        raise PeerError(judgement.reason if isinstance(judgement, Ignored) else Reason.UNKNOWN_OBJECT)
    return kept.id
