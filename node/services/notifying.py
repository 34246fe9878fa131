"""What somebody was told, in groups; whom they let tell them things; and those who wait until they are let through."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from node.entities.instants import iso
from node.errors import not_found
from node.events import NotificationsMerged
from node.services.reading import Listed
from node.store import bundles, jobs, lines, markers, sieves
from node.store.bundles import Bundle, Told
from node.store.database import Database
from node.store.lines import Page
from node.store.notifications import GROUPED, Wanted
from node.store.sieves import Policy, Request
from node.store.unit import Snapshot, Unit

__all__ = ["GROUPED", "Bundle", "Policy"]

MERGE: Final = "merge"
_V1: Final = {
    "filter_not_following": "for_not_following",
    "filter_not_followers": "for_not_followers",
    "filter_new_accounts": "for_new_accounts",
    "filter_private_mentions": "for_private_mentions",
    "filter_bots": "for_bots",
}


def groups(snapshot: Snapshot, account_id: int, page: Page, wanted: Wanted, *, grouped: frozenset[str]) -> Told:
    """Return a page of groups."""
    return bundles.page(snapshot, account_id, page, wanted, grouped)


def group(snapshot: Snapshot, account_id: int, key: str) -> Bundle:
    """Return a group. Raises: 404."""
    found = bundles.one(snapshot, account_id, key)
    if found is None:
        raise not_found()
    return found


def members(snapshot: Snapshot, account_id: int, key: str, page: Page) -> list[Listed]:
    """Return a page of the accounts of a group. Raises: 404 when there is no such group."""
    found = bundles.people(snapshot, account_id, key, page)
    if not found and bundles.one(snapshot, account_id, key) is None:
        raise not_found()
    return [Listed(one.id, one.account_json) for one in found]


def unread_groups(snapshot: Snapshot, account_id: int, wanted: Wanted, *, grouped: frozenset[str], limit: int) -> int:
    """Return how many groups have something that came since the person looked, counted to a limit."""
    since = markers.last_read(snapshot, account_id, "notifications")
    return bundles.count_above(snapshot, account_id, since, wanted, grouped=grouped, limit=limit)


def dismiss_group(unit: Unit, account_id: int, key: str) -> None:
    """Remove a group; none is fine."""
    bundles.dismiss(unit, account_id, key)


# ------------------------------------------------------------------ the policy


def policy(snapshot: Snapshot, account_id: int) -> dict[str, Any]:
    """Return the NotificationPolicy."""
    answers: dict[str, Any] = msgspec.structs.asdict(sieves.of(snapshot, account_id))
    return answers | {"summary": _summary(snapshot, account_id)}


def policy_v1(snapshot: Snapshot, account_id: int) -> dict[str, Any]:
    """Return the older policy, which knows two answers."""
    kept = sieves.of(snapshot, account_id)
    answers = {old: getattr(kept, name) != "accept" for old, name in _V1.items()}
    return answers | {"summary": _summary(snapshot, account_id)}


def _summary(snapshot: Snapshot, account_id: int) -> dict[str, int]:
    senders, waiting = sieves.summary(snapshot, account_id)
    return {"pending_requests_count": senders, "pending_notifications_count": waiting}


def choose(unit: Unit, account_id: int, answers: Mapping[str, sieves.Answer]) -> dict[str, Any]:
    """Change some answers of the policy and return it whole."""
    kept = sieves.of(unit, account_id)
    sieves.keep(unit, account_id, msgspec.structs.replace(kept, **answers))
    return policy(unit, account_id)


def choose_v1(unit: Unit, account_id: int, filters: Mapping[str, bool]) -> dict[str, Any]:
    """Change some answers as the older API says them; what was dropped stays so when it is filtered again."""
    kept = sieves.of(unit, account_id)
    answers = {_V1[old]: _answer(getattr(kept, _V1[old]), does_filter=does) for old, does in filters.items()}
    sieves.keep(unit, account_id, msgspec.structs.replace(kept, **answers))
    return policy_v1(unit, account_id)


def _answer(kept: sieves.Answer, *, does_filter: bool) -> sieves.Answer:
    if not does_filter:
        return "accept"
    return kept if kept == "drop" else "filter"


# ------------------------------------------------------------------ those who wait


def requests(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of NotificationRequests, newest first."""
    return _entities(snapshot, account_id, sieves.waiting(snapshot, account_id, page))


def request(snapshot: Snapshot, account_id: int, request_id: int) -> str:
    """Return a NotificationRequest. Raises: 404."""
    found = sieves.one(snapshot, account_id, request_id)
    if found is None:
        raise not_found()
    return _entities(snapshot, account_id, [found])[0].json


def _entities(snapshot: Snapshot, account_id: int, found: Sequence[Request]) -> list[Listed]:
    last_ids = {one.last_status_id for one in found if one.last_status_id is not None}
    posts = {line.id: line.json for line in lines.by_ids(snapshot, account_id, last_ids)}
    return [Listed(one.id, _entity(one, posts.get(one.last_status_id or 0))) for one in found]


def _entity(one: Request, status_json: str | None) -> str:
    body = {
        "id": str(one.id),
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "notifications_count": str(one.count),
        "account": msgspec.Raw(one.account_json.encode()),
        "last_status": None if status_json is None else msgspec.Raw(status_json.encode()),
    }
    return msgspec.json.encode(body).decode()


def accept(unit: Unit, account_id: int, ids: Sequence[int]) -> int:
    """Let senders through from now on and return how many were there; what waits of them follows in a job."""
    found = sieves.some(unit, account_id, ids)
    for request_id, from_id in found:
        sieves.allow(unit, account_id, from_id)
        sieves.remove(unit, request_id)
        jobs.add(unit, MERGE, f"{account_id}:{from_id}", account_id=account_id, from_id=from_id)
    return len(found)


def refuse(unit: Unit, account_id: int, ids: Sequence[int]) -> int:
    """Remove what waits of senders, who may wait again, and return how many were there."""
    found = sieves.some(unit, account_id, ids)
    for request_id, from_id in found:
        sieves.remove(unit, request_id)
        sieves.discard(unit, account_id, from_id)
    return len(found)


def accept_one(unit: Unit, account_id: int, request_id: int) -> None:
    """Let a sender through from now on. Raises: 404."""
    if not accept(unit, account_id, [request_id]):
        raise not_found()


def refuse_one(unit: Unit, account_id: int, request_id: int) -> None:
    """Remove what waits of a sender. Raises: 404."""
    if not refuse(unit, account_id, [request_id]):
        raise not_found()


def is_merged(snapshot: Snapshot, account_id: int) -> bool:
    """Tell whether everything that was let through is where it belongs."""
    return not jobs.has_any(snapshot, MERGE, start=f"{account_id}:")


async def merge(db: Database, account_id: int, from_id: int) -> None:
    """Let what waits of a sender through, a part at a time, and say so when the last sender's is."""
    while await db.write(sieves.release, account_id, from_id):
        continue
    await db.write(_end_merge, account_id, from_id)


def _end_merge(unit: Unit, account_id: int, from_id: int) -> None:
    jobs.drop(unit, MERGE, f"{account_id}:{from_id}")
    if is_merged(unit, account_id):
        unit.record(NotificationsMerged(account_id))
