"""What the node says about itself, and whether it can serve."""

from msgspec import Struct

from node.entities.account import account_json
from node.store import accounts, schema
from node.store import usage as using
from node.store.unit import Snapshot
from node.store.usage import Usage


class Description(Struct, frozen=True):
    """The numbers and the contact of this node."""

    usage: Usage
    contact: str | None  # the Account entity of the institution


def is_migrated(snapshot: Snapshot) -> bool:
    """Tell whether the database has a schema."""
    return schema.revision(snapshot) is not None


def describe(snapshot: Snapshot) -> Description:
    """Return how much the node is used and who speaks for it."""
    account = accounts.local_by_username(snapshot, snapshot.site.institution_username)
    return Description(using.usage(snapshot), account_json(account) if account else None)


def usage(snapshot: Snapshot) -> Usage:
    """Return how much the node is used."""
    return using.usage(snapshot)


def peers(snapshot: Snapshot) -> list[str]:
    """Return the hosts this node knows."""
    return using.hosts(snapshot)
