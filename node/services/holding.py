"""Carries out what was held of a host once a person let it in, in the order it came."""

import logging
from typing import Final

from federation import activities, loose
from federation.reasons import PeerError
from node.ports import Fetcher
from node.services import catching_up
from node.services.receiving import PASSING
from node.social.site import Site
from node.store import domains, held
from node.store.database import Database
from node.store.held import Held

_log: Final = logging.getLogger("rounds.inbox")


async def release(db: Database, fetcher: Fetcher, host: str, *, site: Site) -> int:
    """Carry out everything that is held of a host; return how much was.

    Raises: PeerError when somebody cannot be reached now; what is left stays held, to be tried again.
    """
    done = 0
    for one in await db.read(held.of_host, host):
        if (await db.read(domains.standing, host)).is_held:
            break  # somebody thought better of it meanwhile
        await _carry_out(db, fetcher, one, site=site)
        await db.write(held.remove, one.id)
        done += 1
    return done


async def _carry_out(db: Database, fetcher: Fetcher, one: Held, *, site: Site) -> None:
    try:
        activity = activities.parse(loose.decode(one.body.encode()))
        await catching_up.carry_out(db, fetcher, activity, signer=one.actor_uri, site=site)
    except PeerError as error:
        if error.reason in PASSING:
            raise
        _log.info("inbox: refused a held activity of %s: %s", one.host, error.reason.value)
