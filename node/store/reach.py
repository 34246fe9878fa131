"""Whether a post that is not open was meant for anybody on a server."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from federation.audience import OPEN
from node.store.statuses import Status
from node.store.tables import accounts, follows, mentions
from node.store.unit import Snapshot


def reaches(snapshot: Snapshot, status: Status, origin: str | None) -> bool:
    """Return whether a server (`https://host`) may have a status: it is open, or somebody there follows its author or is named."""
    if status.visibility in OPEN:
        return True
    if origin is None or status.visibility not in ("private", "direct"):
        return False
    is_there = accounts.c.uri.startswith(f"{origin}/", autoescape=True)
    ways = [_is_named(status, is_there)]
    if status.visibility == "private":
        ways.append(_is_followed(status, is_there))
    return bool(snapshot.conn.scalar(select(or_(*ways))))


def _is_named(status: Status, is_there: ColumnElement[bool]) -> Any:
    joined = select(1).join_from(mentions, accounts, accounts.c.id == mentions.c.account_id)
    return exists(joined.where(mentions.c.status_id == status.id, is_there))


def _is_followed(status: Status, is_there: ColumnElement[bool]) -> Any:
    joined = select(1).join_from(follows, accounts, accounts.c.id == follows.c.account_id)
    return exists(joined.where(follows.c.target_id == status.account_id, follows.c.is_accepted, is_there))
