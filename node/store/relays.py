"""Relays this node subscribed to. They are few: every list here is whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, select, update

from federation import uris
from node.store import tables
from node.store.compiled import Prepared
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit, Wake

t = tables.relays
MAX_RELAYS: Final = 20


class Relay(Struct, frozen=True):
    """A row of `relays`: `kind` is mastodon or litepub, `state` pending, accepted or refused.

    Until a LitePub relay's actor is known, its `inbox` is the actor's address.
    """

    id: int
    inbox: str
    actor_uri: str | None
    kind: str
    state: str
    follow_uri: str
    created_at: datetime
    answered_at: datetime | None


_columns = [t.c[name] for name in Relay.__struct_fields__]
_all = Prepared(lambda: select(*_columns).order_by(t.c.id).limit(MAX_RELAYS))


def every(snapshot: Snapshot) -> list[Relay]:
    """Return all relays, the oldest first."""
    return [Relay(*row) for row in _all.rows(snapshot.conn)]


def concerning(snapshot: Snapshot, signer: str, follow_uris: Iterable[str]) -> list[Relay]:
    """Return the relays that a signer may speak for, or whose subscription is named."""
    named = set(follow_uris)
    return [
        relay
        for relay in every(snapshot)
        if relay.actor_uri == signer or relay.follow_uri in named or uris.is_same_origin(relay.inbox, signer)
    ]


def is_accepted(snapshot: Snapshot, actor_uri: str) -> bool:
    """Return whether an actor is a relay that took our subscription."""
    return any(relay.actor_uri == actor_uri and relay.state == "accepted" for relay in every(snapshot))


def by_id(snapshot: Snapshot, relay_id: int) -> Relay | None:
    """Return a relay."""
    return next((relay for relay in every(snapshot) if relay.id == relay_id), None)


def at(snapshot: Snapshot, address: str) -> Relay | None:
    """Return the relay with this inbox or actor."""
    return next((relay for relay in every(snapshot) if address in (relay.inbox, relay.actor_uri)), None)


def insert(unit: Unit, relay: Relay) -> None:
    """Keep a new relay."""
    unit.conn.execute(t.insert().values({name: getattr(relay, name) for name in Relay.__struct_fields__}))


def change(unit: Unit, relay_id: int, **values: Any) -> None:
    """Update columns of a relay."""
    unit.conn.execute(update(t).where(t.c.id == relay_id).values(**values))


def remove(unit: Unit, relay_id: int) -> None:
    """Forget a relay."""
    unit.conn.execute(delete(t).where(t.c.id == relay_id))


def queue(unit: Unit, body_id: int, inboxes: Iterable[str]) -> None:
    """Write a delivery of a body to each of some inboxes."""
    d = tables.deliveries
    rows = [
        {"id": unit.new_id(), "body_id": body_id, "inbox": inbox, "host": uris.host_of(inbox), "next_at": unit.now}
        for inbox in dict.fromkeys(inboxes)
    ]
    if rows:
        unit.conn.execute(insert_into(unit.conn, d).on_conflict_do_nothing(index_elements=["body_id", "inbox"]), rows)
        unit.after_commit(Wake("deliveries"))
