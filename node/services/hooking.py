"""Telling other systems of the house what happens in the loop: signed like a delivery, ids and links, never numbers.

How it works. What happens makes a job for each webhook that asked for it, in the same transaction. The job says it by a
POST that the institution's key signs. What is told is read when it is sent, so that a title that became private stays here.
Who does not answer is asked again with growing delay; after 20 failures in a row it is switched off and administrators are told.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation import uris
from federation.audience import OPEN
from federation.reasons import PeerError, Reason
from node.entities.instants import iso
from node.errors import invalid, not_found
from node.ports import Delivered, Deliverer, SigningKey
from node.services import recording, voicing
from node.store import accounts as rows_of
from node.store import jobs, keys, records, staff, statuses, webhooks
from node.store.database import Database
from node.store.records import KeptRecord
from node.store.unit import Snapshot, Unit
from node.store.webhooks import Webhook as Webhook

EVENTS: Final = (
    "learning.recorded", "action.begun", "point.entered", "action.decided", "share.published", "record.withdrawn",
    "result.received",
)  # fmt: skip
PING: Final = "ping"
MAX_HOOKS: Final = 20
MAX_URL: Final = 1000
MAX_TOLD: Final = 20
ENOUGH: Final = 20  # failures in a row
JSON: Final = "application/json"
_BEGUN: Final = {"Learning": "learning.recorded", "LearningAction": "action.begun", "LearningShare": "share.published"}


class Said(Struct, frozen=True):
    """The body of a POST. `title` only of what everybody may read; `delivery` is signed here, so that it can be trusted."""

    event: str
    at: str
    delivery: str
    id: str | None = None
    uri: str | None = None
    url: str | None = None
    type: str | None = None
    title: str | None = None
    measure_id: str | None = None


class Parcel(Struct, frozen=True):
    """What is to be posted where, and who signs it."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    key: SigningKey


# ------------------------------------------------------------------ arranging


def listed(snapshot: Snapshot) -> list[Webhook]:
    """Return every webhook."""
    return webhooks.all_of(snapshot, limit=MAX_HOOKS)


def one(snapshot: Snapshot, hook_id: int) -> Webhook:
    """Return a webhook. Raises: 404."""
    found = webhooks.by_id(snapshot, hook_id)
    if found is None:
        raise not_found()
    return found


def add(unit: Unit, url: str, events: Sequence[str], *, by: str, account_id: int | None = None) -> Webhook:
    """Tell an address from now on, of all events unless some are named; one that is there changes and is switched on.

    Raises: 422 with the field at fault.
    """
    address = _address(unit, url)
    wanted = tuple(name for name in EVENTS if name in set(events)) if events else EVENTS
    unknown = [name for name in events if name not in EVENTS]
    if unknown:
        raise invalid(
            f"“{unknown[0]}” is no event. Choose from {', '.join(EVENTS)}.", field="events", code="event-unknown"
        )
    held = webhooks.all_of(unit, limit=MAX_HOOKS)
    if len(held) >= MAX_HOOKS and all(hook.url != address for hook in held):
        raise invalid(f"There are {MAX_HOOKS} webhooks already. Remove one first.", field="url", code="too-many")
    made = webhooks.put(
        unit, Webhook(id=unit.new_id(), url=address, events=wanted, made_by_id=account_id, created_at=unit.now)
    )
    unit.audit(actor=by, act="webhook.add", object=f"webhook:{made.id}", host=uris.host_of(address))
    return made


def remove(unit: Unit, hook_id: int, *, by: str) -> None:
    """Tell an address nothing any more. Raises: 404."""
    if not webhooks.remove(unit, hook_id):
        raise not_found()
    unit.audit(actor=by, act="webhook.remove", object=f"webhook:{hook_id}")


def test(unit: Unit, hook_id: int) -> Webhook:
    """Have a webhook told something harmless, also one that is switched off. Raises: 404."""
    found = one(unit, hook_id)
    _ask(unit, found, PING, {"is_test": True})
    return found


def _address(snapshot: Snapshot, typed: str) -> str:
    url = typed.strip()
    if not uris.is_usable(url, loopback_http=snapshot.site.loopback_http) or len(url) > MAX_URL:
        raise invalid(
            f"This is no address to post to. It begins with https:// and has at most {MAX_URL} characters.",
            field="url",
            code="url-malformed",
        )
    return url


# ------------------------------------------------------------------ what happens


def kept(unit: Unit, status_id: int, *, is_new: bool, is_old: bool) -> None:
    """Tell of a record that is new or has a new version, if anybody asked for it."""
    hooks = webhooks.active(unit, limit=MAX_HOOKS)
    found = records.of_status(unit, status_id) if hooks and not is_old else None
    event = _event(unit, found, is_new=is_new) if found is not None else None
    if event is not None:
        _tell(unit, hooks, event, {"status_id": status_id})


def counted(unit: Unit, status_id: int, measure_id: int) -> None:
    """Tell that a number was entered for an action of ours: not which."""
    hooks = webhooks.active(unit, limit=MAX_HOOKS)
    _tell(unit, hooks, "point.entered", {"status_id": status_id, "measure_id": measure_id})


def _event(snapshot: Snapshot, kept: KeptRecord, *, is_new: bool) -> str | None:
    """Return what the version of a record means, None where nobody asked for such a thing."""
    is_ours = snapshot.site.is_ours(kept.uri)
    if kept.state == "withdrawn":
        return "record.withdrawn" if not is_new and (is_ours or _is_built_upon(snapshot, kept)) else None
    if is_ours and is_new:
        return _BEGUN.get(kept.type)
    if is_ours:
        return "action.decided" if kept.type == "LearningAction" and kept.state == "closed" else None
    if is_new and kept.type == "LearningShare" and _is_of_ours(snapshot, records.ancestors(snapshot, kept.uri)):
        return "result.received"
    return None


def _is_built_upon(snapshot: Snapshot, kept: KeptRecord) -> bool:
    return _is_of_ours(snapshot, [edge.child_uri for edge in records.children(snapshot, kept.uri)])


def _is_of_ours(snapshot: Snapshot, named: Sequence[str]) -> bool:
    return any(snapshot.site.is_ours(uri) for uri in named)


def _tell(unit: Unit, hooks: Sequence[Webhook], event: str, what: Mapping[str, Any]) -> None:
    for hook in hooks:
        if event in hook.events:
            _ask(unit, hook, event, what)


def _ask(unit: Unit, hook: Webhook, event: str, what: Mapping[str, Any]) -> None:
    delivery = unit.new_id()
    told: dict[str, Any] = {"hook_id": hook.id, "event": event, "delivery": str(delivery), "happened_at": iso(unit.now)}
    jobs.add(unit, "hook", f"{hook.id}-{delivery}", **told, **what)


# ------------------------------------------------------------------ sending


async def deliver(db: Database, deliverer: Deliverer, payload: Mapping[str, Any]) -> Delivered | None:
    """Tell a webhook what happened; None when it or the record is not there any more.

    Raises: PeerError when it did not take it, so that the job is tried again.
    """
    parcel = await db.read(_parcel, payload)
    if parcel is None:
        return None
    answer = await deliverer.post(parcel.url, parcel.body, parcel.key, headers=parcel.headers, content_type=JSON)
    is_taken = 200 <= answer.status < 300
    await db.write(settle, payload["hook_id"], answer.status, is_taken=is_taken)
    if not is_taken:
        raise PeerError(Reason.UNREACHABLE, f"answered {answer.status}" if answer.status else "there was no answer")
    return answer


async def try_out(db: Database, deliverer: Deliverer, hook_id: int) -> Delivered:
    """Tell a webhook something harmless now and return how it answered; nothing is counted. Raises: 404."""
    parcel = await db.read(_trial, hook_id)
    return await deliverer.post(parcel.url, parcel.body, parcel.key, headers=parcel.headers, content_type=JSON)


def _trial(snapshot: Snapshot, hook_id: int) -> Parcel:
    at = iso(snapshot.now)
    told = {
        "hook_id": one(snapshot, hook_id).id,
        "event": PING,
        "delivery": f"test-{at}",
        "happened_at": at,
        "is_test": True,
    }
    parcel = _parcel(snapshot, told)
    if parcel is None:
        raise not_found()
    return parcel


def _parcel(snapshot: Snapshot, payload: Mapping[str, Any]) -> Parcel | None:
    hook = webhooks.by_id(snapshot, payload["hook_id"])
    institution = rows_of.by_uri(snapshot, recording.institution_uri(snapshot))
    key = keys.for_account(snapshot, institution.id) if institution else None
    said = _said(snapshot, payload)
    if hook is None or key is None or said is None or not (hook.is_active or payload.get("is_test")):
        return None
    headers = {"x-rounds-event": said.event, "x-rounds-delivery": said.delivery}
    return Parcel(hook.url, msgspec.json.encode(said), headers, key)


def _said(snapshot: Snapshot, payload: Mapping[str, Any]) -> Said | None:
    event, at = payload["event"], payload["happened_at"]
    if event == PING:
        return Said(event, at, payload["delivery"])
    status = statuses.by_id(snapshot, payload["status_id"])
    found = records.of_status(snapshot, payload["status_id"])
    if status is None or found is None:
        return None
    measure_id = payload.get("measure_id")
    return Said(
        event=event,
        at=at,
        delivery=payload["delivery"],
        id=str(status.id),
        uri=status.uri,
        url=snapshot.site.loop_url(status.id),
        type=found.type,
        title=found.title if status.visibility in OPEN else None,
        measure_id=None if measure_id is None else str(measure_id),
    )


def settle(unit: Unit, hook_id: int, status: int, *, is_taken: bool) -> None:
    """Write how a webhook answered; the twentieth failure in a row switches it off and tells administrators."""
    failures = webhooks.answered(unit, hook_id, status, is_taken=is_taken)
    if failures >= ENOUGH and webhooks.switch_off(unit, hook_id):
        unit.audit(actor="system", act="webhook.switch-off", object=f"webhook:{hook_id}", failures=failures)
        _warn(unit, one(unit, hook_id))


def _warn(unit: Unit, hook: Webhook) -> None:
    text = (
        f"The webhook {hook.id} to {uris.host_of(hook.url)} failed {hook.failures} times in a row and is switched off. "
        "Repair it, then add it again: rounds webhook add."
    )
    for account_id in staff.ids_of_roles(unit, ("admin",))[:MAX_TOLD]:
        voicing.say(unit, account_id, text)
