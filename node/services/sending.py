"""Puts what we say into the outgoing queue: proven where it is public, written down once, a row per inbox."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from node.services import vouching
from node.store import accounts, deliveries, fanning
from node.store.unit import Unit

Document = dict[str, Any]
_encode: Final = msgspec.json.Encoder().encode


def keep(unit: Unit, account_id: int, document: Document, *, status_id: int | None = None) -> int:
    """Keep an activity of an account of ours, with its proof, and return the id of its body."""
    return keep_as_it_is(unit, account_id, vouching.proven(unit, account_id, document), status_id=status_id)


def keep_as_it_is(unit: Unit, account_id: int, document: Document, *, status_id: int | None = None) -> int:
    """Keep what an account of ours passes on as another made it, and return the id of its body."""
    body = _encode(document).decode()
    return deliveries.add_body(unit, account_id=account_id, body=body, status_id=status_id)


def to_followers(unit: Unit, account_id: int, document: Document) -> None:
    """Send an activity to an account's followers elsewhere."""
    fanning.fan_out(unit, keep(unit, account_id, document), [fanning.inboxes_of_followers(account_id)])


def to_people(unit: Unit, account_id: int, document: Document, people: Iterable[int]) -> None:
    """Send an activity to the own inboxes of people elsewhere; nothing happens when all are ours."""
    found = accounts.by_ids(unit, list(people))
    receivers = [account.id for account in found.values() if not account.is_local]
    if receivers:
        fanning.fan_out(unit, keep(unit, account_id, document), [fanning.inboxes_of(receivers, is_shared=False)])
