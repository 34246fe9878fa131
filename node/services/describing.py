"""What the node says about itself, and whether it can serve."""

from typing import Final

from msgspec import Struct

from federation.reasons import Reason
from node.entities import instance as entities
from node.entities.account import account_json
from node.entities.instance import About
from node.services import introducing, vapid
from node.store import accounts, backlog, held, schema
from node.store import usage as using
from node.store.backlog import Backlog
from node.store.unit import Snapshot
from node.store.usage import Usage

MAX_FOUND: Final = 10
_CODES: Final = frozenset(reason.value for reason in Reason)


def is_migrated(snapshot: Snapshot) -> bool:
    """Tell whether the database has a schema."""
    return schema.revision(snapshot) is not None


def describe(snapshot: Snapshot) -> About:
    """Return how much the node is used, who speaks for it and what holds here."""
    account, used = accounts.local_by_username(snapshot, snapshot.site.institution_username), using.usage(snapshot)
    return About(
        users=used.users,
        active_month=used.active_month,
        statuses=used.statuses,
        hosts=used.hosts,
        contact=account_json(account) if account else None,
        rules=entities.rules(introducing.standing_rules(snapshot)),
        has_terms=introducing.has_terms(snapshot),
        push_key=vapid.published(snapshot),
    )


def usage(snapshot: Snapshot) -> Usage:
    """Return how much the node is used."""
    return using.usage(snapshot)


def newcomers(snapshot: Snapshot) -> int:
    """Return how many signed up and wait for a moderator's word."""
    return using.newcomers(snapshot)


class Load(Struct, frozen=True):
    """What waits, and how far deliveries got: (state, reason code) to how many; no names and no words of others."""

    queues: list[Backlog]
    deliveries: dict[tuple[str, str], int]
    held: int


def load(snapshot: Snapshot) -> Load:
    """Return what a monitor watches."""
    counts: dict[tuple[str, str], int] = {}
    for one in backlog.outcomes(snapshot):
        told = (one.state, _code(one.error))
        counts[told] = counts.get(told, 0) + one.count
    return Load(backlog.backlogs(snapshot), counts, held.count(snapshot))


def _code(error: str | None) -> str:
    """Return the reason code that an error begins with: the rest may name a host."""
    code = (error or "").partition(":")[0]
    return code if code in _CODES else "other" if code else ""


def peers(snapshot: Snapshot) -> list[str]:
    """Return the hosts this node knows."""
    return using.hosts(snapshot)


def peers_beginning(snapshot: Snapshot, start: str) -> list[str]:
    """Return a few of the hosts this node knows whose name begins so."""
    return using.hosts_beginning(snapshot, start.strip().casefold()[:253], limit=MAX_FOUND)
