"""Drains the jobs: work that needs the network or another process, each kind with its one handler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

from federation import uris
from federation.reasons import PeerError, Reason
from node.errors import Problem, place_of
from node.ports import Blobs, Deliverer, Fetcher, Mailer, MailError, Pusher, Workshop
from node.services import (
    backfilling,
    charting,
    commanding,
    confirming,
    fetching,
    grouping,
    holding,
    hooking,
    importing,
    inquiring,
    mailing,
    moderating,
    moving,
    notifying,
    polling,
    posting,
    previewing,
    processing,
    proxying,
    pushing,
    recalling,
    rechecking,
    rendering,
    scheduling,
    severing,
    shunning,
    sourcing,
    subscribing,
    synchronising,
    tidying,
    verifying,
)
from node.services.uploading import Outside
from node.social.site import Site
from node.store import jobs
from node.store.database import Database
from node.store.jobs import Job

MAX_HANDLES: Final = 50
HOLD_S: Final = jobs.LEASE.total_seconds() / 3
_LOOK_S: Final = 1.0  # how long new jobs wait while every one under way is slow
_GONE_FOR_GOOD: Final = frozenset({
    Reason.NOT_FOUND, Reason.GONE, Reason.FORBIDDEN_ADDRESS, Reason.INSECURE_ADDRESS, Reason.BLOCKED, Reason.NOT_ALLOWED,
    Reason.HELD,
})  # fmt: skip
_log = logging.getLogger("rounds.jobs")


class Tools(Struct, frozen=True):
    """What a job may use."""

    db: Database
    fetcher: Fetcher
    blobs: Blobs
    workshop: Workshop
    site: Site
    pusher: Pusher
    mailer: Mailer | None = None  # none: the settings name no relay
    deliverer: Deliverer | None = None  # for what is no activity: webhooks


Handler = Callable[[Tools, Mapping[str, Any]], Awaitable[None]]


async def _name(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Find the people a post names; those that cannot be found stay plain text. Then the post goes out."""
    found: dict[str, int] = {}
    for text in payload["handles"][:MAX_HANDLES]:
        handle = uris.parse_handle(text)
        if handle is None:
            continue
        try:
            found[text] = await fetching.account(tools.db, tools.fetcher, handle, site=tools.site)
        except PeerError as error:
            _log.info("a post names somebody who cannot be found: %s", error.reason.value)
    await tools.db.write(posting.name_people, payload["status_id"], found)


async def _fetch(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Fetch a post that another one builds on."""
    await fetching.thread(tools.db, tools.fetcher, payload["uri"], site=tools.site)


async def _meet(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Fetch the actor that speaks for a hospital."""
    await fetching.actor(tools.db, tools.fetcher, payload["uri"], site=tools.site)


async def _history(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Fetch what somebody posted before anybody here followed them."""
    await recalling.recall(tools.db, tools.fetcher, payload["account_id"], site=tools.site)


async def _thread(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Complete a thread that somebody opened."""
    await backfilling.complete(tools.db, tools.fetcher, payload["uri"], site=tools.site)


async def _synchronise(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Find out with a peer who follows one of its actors."""
    await synchronising.synchronise(tools.db, tools.fetcher, payload, site=tools.site)


async def _move(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let the followers of an account that moved go along."""
    await moving.take_along(tools.db, payload["from_id"], payload["to_id"])


async def _moderate(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Do what somebody decided in a peer's group, if the group says that it is a moderator."""
    await grouping.moderate_when_proven(tools.db, tools.fetcher, payload)


async def _recheck(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Ask the origin of a post whether it changed or is gone."""
    await rechecking.recheck(tools.db, tools.fetcher, payload["uri"], site=tools.site)


async def _relay(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Look a relay's actor up and follow it."""
    await subscribing.meet(tools.db, tools.fetcher, payload["relay_id"], site=tools.site)


async def _chart(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Draw the charts of a Share; then it goes out."""
    await charting.draw(tools.db, tools.workshop, tools.blobs, payload["status_id"])


async def _command(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Carry out what somebody told the node by a post."""
    await commanding.carry_out(tools.db, payload["status_id"])


async def _uncommand(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Take back what a deleted command did."""
    await commanding.take_back(tools.db, payload["row"])


async def _release(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let a Share go out whose chart is not there in time."""
    await charting.release(tools.db, payload["status_id"])


async def _unhold(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Carry out what was held of a host that a person let in."""
    await holding.release(tools.db, tools.fetcher, payload["host"], site=tools.site)


async def _describe(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Ask a server what software it runs."""
    await inquiring.describe(tools.db, tools.fetcher, payload["host"], site=tools.site)


async def _restore(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let our people ask again to follow whom a decision cut off that was taken back."""
    await severing.restore(tools.db, payload["host"])


async def _unblob(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Remove files that no row names any more."""
    await tidying.remove(tools.db, tools.blobs, payload["keys"])


async def _film(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Make an uploaded film, sound or animated picture anew."""
    await processing.process(tools.db, Outside(tools.workshop, tools.blobs), payload["media_id"])


async def _card(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Look at a page that a post links to."""
    outside = Outside(tools.workshop, tools.blobs)
    await previewing.fetch(proxying.Tools(tools.db, tools.fetcher, outside), payload["card_id"])


async def _quote(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Look up what a post quotes and whether it may."""
    await confirming.quote(tools.db, tools.fetcher, payload["status_id"], site=tools.site)


async def _tally(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Tell peers how a poll of ours stands."""
    await tools.db.write(polling.tell_results, payload["status_id"])


async def _close(tools: Tools, payload: Mapping[str, Any]) -> None:
    """End a poll whose time has come; a peer's is asked for once more, for its last numbers."""
    uri = await tools.db.read(polling.uri_to_renew, payload["status_id"])
    if uri is not None:
        with suppress(PeerError):
            await fetching.renew(tools.db, tools.fetcher, uri, site=tools.site)
    await tools.db.write(polling.close, payload["status_id"])


async def _renew(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Ask a peer how one of its polls stands."""
    await fetching.renew(tools.db, tools.fetcher, payload["uri"], site=tools.site)


async def _merge(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let through what was kept aside of a sender whom somebody accepted."""
    await notifying.merge(tools.db, payload["account_id"], payload["from_id"])


async def _push(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Push a notification to an app."""
    await pushing.push(tools.db, tools.pusher, **payload)


async def _render(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Bring the rendered parts of accounts up to date after an update."""
    await rendering.render_accounts(tools.db, payload.get("after_id", 0))


async def _words(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let old posts be found by their words after an update."""
    await rendering.keep_words(tools.db, payload.get("after_id", 0))


async def _terms(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Let old records be found by what they are about after an update."""
    await rendering.keep_terms(tools.db, payload.get("after_id", 0))


async def _source(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Find out what a source is called."""
    outside = proxying.Tools(tools.db, tools.fetcher, Outside(tools.workshop, tools.blobs))
    await sourcing.look_up(outside, tools.site, payload["source"], payload["link"])


async def _publish(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Publish a post whose time has come."""
    await scheduling.publish(tools.db, payload["scheduled_id"])


async def _empty(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Empty a suspended account for good, some posts at a time."""
    while await tools.db.write(moderating.empty_some, payload["account_id"]):
        continue


async def _shun(tools: Tools, payload: Mapping[str, Any]) -> None:
    """End the follows that are left with a host that somebody blocks."""
    await shunning.part_from(tools.db, payload["account_id"], payload["host"])


async def _import(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Do the next rows of a list that somebody brought."""
    import_id, place = payload["import_id"], payload["place"]
    await importing.carry_out(tools.db, tools.fetcher, import_id, place, site=tools.site)


async def _verify(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Look whether the pages that a profile links to name it back."""
    await verifying.verify(tools.db, tools.fetcher, tools.workshop, payload["account_id"])


async def _mail(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Send somebody their digest."""
    await mailing.send(tools.db, tools.mailer, payload["user_id"])


async def _hook(tools: Tools, payload: Mapping[str, Any]) -> None:
    """Tell another system of the house what happened in the loop."""
    if tools.deliverer is not None:
        await hooking.deliver(tools.db, tools.deliverer, payload)


HANDLERS: Final[Mapping[str, Handler]] = {
    "shun": _shun,
    "name": _name,
    "empty": _empty,
    "fetch": _fetch,
    "meet": _meet,
    "history": _history,
    "thread": _thread,
    "synchronise": _synchronise,
    "move": _move,
    "moderate": _moderate,
    "recheck": _recheck,
    "relay": _relay,
    "chart": _chart,
    "command": _command,
    "uncommand": _uncommand,
    "quote": _quote,
    "film": _film,
    "card": _card,
    "release": _release,
    "unhold": _unhold,
    "restore": _restore,
    "describe": _describe,
    "unblob": _unblob,
    "tally": _tally,
    "close": _close,
    "renew": _renew,
    "publish": _publish,
    "merge": _merge,
    "push": _push,
    "render": _render,
    "import": _import,
    "verify": _verify,
    "words": _words,
    "terms": _terms,
    "source": _source,
    "hook": _hook,
    "mail": _mail,
}


async def drain(tools: Tools, *, limit: int = 20) -> int:
    """Do what is due, a slow server holding up nobody; return how many jobs were looked at.

    A job that fails is tried again, then kept as dead.
    """
    total = 0
    under_way: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            batch = await tools.db.write(jobs.lease, limit=limit - len(under_way)) if len(under_way) < limit else []
            total += len(batch)
            under_way |= {group.create_task(_try(tools, job)) for job in batch}
            if not under_way:
                return total
            _, under_way = await asyncio.wait(under_way, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)


async def _try(tools: Tools, job: Job) -> None:
    try:
        await _do(tools, job)
    except Exception as error:
        _log.error("job %s could not be written down; its lease will run out: %s", job.kind, place_of(error))


async def _held(tools: Tools, job: Job) -> None:
    """Do a job and keep it leased as long as that takes: a film waits for its turn and then takes minutes."""
    failed: Exception | None = None
    async with asyncio.TaskGroup() as group:
        beat = group.create_task(_hold(tools, job))
        try:
            await HANDLERS[job.kind](tools, job.payload)
        except Exception as error:  # raised below, as itself and not as one of a group
            failed = error
        finally:
            beat.cancel()
    if failed is not None:
        raise failed


async def _hold(tools: Tools, job: Job) -> None:
    while True:
        await asyncio.sleep(HOLD_S)
        try:
            await tools.db.write(jobs.hold, job)
        except Exception as error:
            _log.error("job %s could not be leased for longer: %s", job.kind, place_of(error))


async def _do(tools: Tools, job: Job) -> None:
    try:
        await _held(tools, job)
    except PeerError as error:
        if error.reason in _GONE_FOR_GOOD:
            await tools.db.write(jobs.finish, job)
        else:
            await tools.db.write(jobs.again, job, error=error.reason.value)
    except MailError as error:
        if error.is_final:
            _log.warning("a mail was refused for good: %s", error)
            await tools.db.write(jobs.finish, job)
        else:
            await tools.db.write(jobs.again, job, error=str(error))
    except Problem as error:
        await tools.db.write(jobs.again, job, error=error.code)
    except Exception as error:
        _log.error("job %s failed: %s", job.kind, place_of(error))
        await tools.db.write(jobs.again, job, error=type(error).__name__)
    else:
        await tools.db.write(jobs.finish, job)
