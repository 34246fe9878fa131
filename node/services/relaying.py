"""Relays (FEP-ae0c): subscribing, their answers, and what of ours goes to them.

How it works. An address that ends in `/inbox` is a Mastodon-style relay: it is asked with a Follow of the public
collection, and gets our public activities as their authors sign them. Any other address is the actor of a LitePub relay,
fetched by a job first: it is followed, may follow back, and gets the server actor's Announces. What a relay refused is
never asked again without a person.
"""

from typing import Any, Final

from msgspec import Struct

from federation import compose, loose, uris
from federation.reasons import PeerError
from node.errors import Problem, invalid
from node.services import policing, sending
from node.services.documents import Document
from node.store import accounts, jobs, relays
from node.store.accounts import Account
from node.store.relays import MAX_RELAYS, Relay
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_ADDRESS_CHARS: Final = 2000


class View(Struct, frozen=True):
    """A relay, for people."""

    address: str
    kind: str
    state: str
    since: str
    answered: str | None


def listed(snapshot: Snapshot) -> list[View]:
    """Return every relay with what it answered."""
    return [
        View(
            address=relay.actor_uri or relay.inbox,
            kind=relay.kind,
            state=relay.state,
            since=relay.created_at.isoformat(timespec="seconds"),
            answered=relay.answered_at.isoformat(timespec="seconds") if relay.answered_at else None,
        )
        for relay in relays.every(snapshot)
    ]


def add(unit: Unit, address: str, *, by: str) -> None:
    """Subscribe to a relay by its inbox or its actor; one that refused is asked again.

    Raises: 422 for what is no usable address, for too many, and for one that is there already.
    """
    _check(unit, address)
    held = relays.at(unit, address)
    if held is not None and held.state != "refused":
        raise invalid(f"This relay is there already: {held.state}.", code="taken")
    if held is None and len(relays.every(unit)) >= MAX_RELAYS:
        raise invalid(f"There are {MAX_RELAYS} relays already; remove one first.")
    if held is not None:
        relays.remove(unit, held.id)
    relay = _new(unit, address)
    relays.insert(unit, relay)
    if relay.kind == "mastodon":
        subscribe(unit, relay)
    else:
        jobs.add(unit, "relay", str(relay.id), relay_id=relay.id)
    unit.audit(actor=by, act="relay.add", object=address, kind=relay.kind)


def _check(unit: Unit, address: str) -> None:
    try:
        uris.check(address, loopback_http=unit.site.loopback_http)
        policing.check(unit, address)
    except PeerError as error:
        raise invalid(f"{address}: {error}", code=error.reason.value) from error
    if unit.site.is_ours(address) or len(address) > MAX_ADDRESS_CHARS:
        raise invalid("Name the inbox or the actor of a relay elsewhere.")


def _new(unit: Unit, address: str) -> Relay:
    relay_id = unit.new_id()
    is_inbox = address.rstrip("/").endswith("/inbox")
    return Relay(
        id=relay_id,
        inbox=address,
        actor_uri=None if is_inbox else address,
        kind="mastodon" if is_inbox else "litepub",
        state="pending",
        follow_uri=f"{unit.site.base_url}/follows/relay-{relay_id}",
        created_at=unit.now,
        answered_at=None,
    )


def subscribe(unit: Unit, relay: Relay) -> None:
    """Ask a relay, once."""
    server = _server(unit)
    _send(unit, server, compose.subscribe(server.uri, target_of(relay), uri=relay.follow_uri), [relay.inbox])


def target_of(relay: Relay) -> str:
    """Return what is followed to subscribe to a relay."""
    return loose.PUBLIC if relay.kind == "mastodon" else relay.actor_uri or relay.inbox


def remove(unit: Unit, address: str, *, by: str) -> None:
    """End a subscription and say so. Raises: 404 when there is none."""
    relay = relays.at(unit, address)
    if relay is None:
        raise Problem(404, "not-found", f"There is no relay {address}. See: rounds relay list")
    jobs.drop(unit, "relay", str(relay.id))
    is_met = relay.kind == "mastodon" or relay.inbox != relay.actor_uri
    if relay.state != "refused" and is_met:
        server = _server(unit)
        asked = compose.subscribe(server.uri, target_of(relay), uri=relay.follow_uri)
        _send(unit, server, compose.undo(asked), [relay.inbox])
    relays.remove(unit, relay.id)
    unit.audit(actor=by, act="relay.remove", object=address)


def answer(unit: Unit, *, follow_uri: str, actor_uri: str, is_accepted: bool) -> None:
    """Write down what a relay answered; nothing is ever asked again because of it."""
    relay = next((one for one in relays.every(unit) if one.follow_uri == follow_uri), None)
    if relay is not None:
        state = "accepted" if is_accepted else "refused"
        relays.change(unit, relay.id, state=state, actor_uri=actor_uri, answered_at=unit.now)


def send(unit: Unit, status: Status, document: Document, *, is_new: bool) -> None:
    """Give the relays what happened to a public post of ours: the activity itself, or (LitePub) an Announce of a new one."""
    accepted = [relay for relay in relays.every(unit) if relay.state == "accepted"]
    plain = [relay.inbox for relay in accepted if relay.kind == "mastodon"]
    author = accounts.by_id(unit, status.account_id)
    if plain and author is not None:
        _send(unit, author, document, plain, status_id=status.id)
    server = _server(unit) if is_new and len(plain) < len(accepted) else None
    for relay in accepted if server is not None else ():
        if relay.kind == "litepub" and server is not None:
            uri = f"{server.uri}#announces/{status.id}-{relay.id}"
            relayed = compose.relayed(
                server.uri, status.uri, uri=uri, relay=target_of(relay), published=status.created_at
            )
            _send(unit, server, relayed, [relay.inbox], status_id=status.id)


def _send(unit: Unit, sender: Account, document: Document, inboxes: list[str], **about: Any) -> None:
    relays.queue(unit, sending.keep(unit, sender.id, document, **about), inboxes)


def _server(snapshot: Snapshot) -> Account:
    server = accounts.by_uri(snapshot, snapshot.site.server_actor_uri)
    if server is None:
        raise Problem(404, "not-found", "The server actor is not there. Run: rounds init")
    return server


def has_any(snapshot: Snapshot) -> bool:
    """Tell whether any relay took our subscription."""
    return any(relay.state == "accepted" for relay in relays.every(snapshot))
