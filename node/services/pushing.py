"""Web Push: where an app wants to be told, and telling it: that something happened, by whom, and never what was written.

A push service is somebody else's machine and a phone's lock screen is seen by everybody in the room, so a push says what
kind of thing happened and who did it. What it is about the app asks us for, with its own token.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from federation.reasons import PeerError, Reason
from federation.uris import check
from node.errors import invalid, not_found
from node.ports import AddressCheck, Endpoint, Push, Pusher
from node.services import vapid
from node.social.site import Site
from node.store import notifications, pushes
from node.store.database import Database
from node.store.notifications import Notification
from node.store.pushes import Subscription, Wanting
from node.store.unit import Snapshot, Unit

PUSH: Final = "push"
Policy = Literal["all", "followed", "follower", "none"]
AUTH_BYTES: Final = 16
MAX_AGE: Final = timedelta(hours=12)  # after which nobody is disturbed any more
TTL_S: Final = 48 * 3600  # how long a push service keeps it for a phone that is off
MAX_NAME_CHARS: Final = 80
ALERTS: Final = (
    "mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quote", "quoted_update",
    "severed_relationships", "moderation_warning", "annual_report", "added_to_collection", "collection_update",
    "admin.sign_up", "admin.report",
)  # fmt: skip
_GONE: Final = frozenset({404, 410})
_URGENT: Final = frozenset({"mention", "follow_request", "admin.report"})
_BODY: Final = "Open the app to read it."
_TITLES: Final = {
    "mention": "{name} mentioned you",
    "status": "{name} just posted",
    "reblog": "{name} boosted your post",
    "follow": "{name} is now following you",
    "follow_request": "{name} asks to follow you",
    "favourite": "{name} favourited your post",
    "poll": "A poll has ended",
    "update": "{name} changed a post that you boosted",
    "quote": "{name} quoted your post",
    "quoted_update": "{name} changed a post that you quoted",
    "added_to_collection": "{name} put you into a collection",
    "collection_update": "{name} changed a collection that you are in",
    "admin.sign_up": "{name} signed up",
    "admin.report": "{name} reported somebody",
    "severed_relationships": "Follows were cut off",
    "moderation_warning": "A moderator made a decision about your account",
}


class Wanted(Struct, frozen=True, kw_only=True):
    """A subscription that an app asks for."""

    endpoint: str
    p256dh: str
    auth: str
    is_standard: bool = False
    alerts: Mapping[str, bool] = {}
    policy: Policy = "all"


# ------------------------------------------------------------------ subscriptions


async def check_endpoint(addresses: AddressCheck, endpoint: str, *, loopback_http: bool = False) -> None:
    """Pass if an address may be pushed to: https, and no inner address. Raises: 422."""
    try:
        check(endpoint, loopback_http=loopback_http)
        found = await addresses.look(endpoint)
    except (PeerError, ValueError):
        raise _wrong("endpoint") from None
    if found.inner is not None and not found.is_excepted:
        raise _wrong("endpoint")


def _wrong(field: str) -> Exception:
    return invalid(f"Validation failed: {field.capitalize()} is invalid", field=field)


def subscribe(unit: Unit, account_id: int, token_id: int, wanted: Wanted) -> dict[str, Any]:
    """Keep what an app asks for, in the place of what its token had; its endpoint was checked. Raises: 422 for wrong keys."""
    made = Subscription(
        id=unit.new_id(),
        token_id=token_id,
        account_id=account_id,
        endpoint=wanted.endpoint,
        p256dh=_key(wanted.p256dh, field="p256dh"),
        auth=_key(wanted.auth, field="auth"),
        is_standard=wanted.is_standard,
        alerts=dict(wanted.alerts),
        policy=wanted.policy,
        created_at=unit.now,
    )
    pushes.put(unit, made)
    return _entity(made, vapid.public_of(vapid.ensured(unit)))


def _key(text: str, *, field: str) -> str:
    try:
        data = vapid.bytes_of(text)
    except ValueError:
        raise _wrong(field) from None
    if not (vapid.is_point(data) if field == "p256dh" else len(data) == AUTH_BYTES):
        raise _wrong(field)
    return vapid.text_of(data)


def subscription(snapshot: Snapshot, token_id: int) -> dict[str, Any]:
    """Return the WebPushSubscription of a token. Raises: 404."""
    return _entity(_held(snapshot, token_id), vapid.published(snapshot))


def _held(snapshot: Snapshot, token_id: int) -> Subscription:
    found = pushes.of_token(snapshot, token_id)
    if found is None:
        raise not_found()
    return found


def change(
    unit: Unit, token_id: int, *, alerts: Mapping[str, bool] | None = None, policy: Policy | None = None
) -> dict[str, Any]:
    """Change what a subscription lets through; what is not named stays. Raises: 404."""
    held = _held(unit, token_id)
    kept = {"alerts": held.alerts if alerts is None else dict(alerts), "policy": policy or held.policy}
    pushes.change(unit, held.id, **kept)  # type: ignore[arg-type]
    return _entity(msgspec.structs.replace(held, **kept), vapid.published(unit))


def unsubscribe(unit: Unit, token_id: int) -> None:
    """Remove the subscription of a token; none is fine."""
    pushes.remove_of_tokens(unit, [token_id])


def _entity(kept: Subscription, server_key: str) -> dict[str, Any]:
    return {
        "id": kept.id,
        "endpoint": kept.endpoint,
        "standard": kept.is_standard,
        "server_key": server_key,
        "alerts": {kind: kept.alerts.get(kind, False) for kind in ALERTS},
        "policy": kept.policy,
    }


# ------------------------------------------------------------------ telling


def lets_through(wanting: Wanting) -> bool:
    """Tell whether a subscription wants a notification."""
    is_from_right_people = {
        "all": True,
        "followed": wanting.is_followed,
        "follower": wanting.is_follower,
    }
    return wanting.alerts.get(wanting.kind, False) and is_from_right_people.get(wanting.policy, False)


async def push(db: Database, pusher: Pusher, *, subscription_id: int, notification_id: int) -> None:
    """Tell one app of one notification, if it is still to be seen; a subscription that is gone is removed.

    Raises: PeerError when it should be tried again, or never.
    """
    ready = await db.read(_ready, subscription_id, notification_id)
    if ready is None:
        return
    status = await pusher.push(*ready, key=await vapid.private_key(db))
    if status in _GONE:
        await db.write(pushes.remove, subscription_id)
    elif status == 429 or status >= 500:
        raise PeerError(Reason.UNREACHABLE, f"the push service answered {status}")
    elif not 200 <= status < 300:
        raise PeerError(Reason.NOT_ALLOWED, f"the push service answered {status}")


def _ready(snapshot: Snapshot, subscription_id: int, notification_id: int) -> tuple[Endpoint, Push] | None:
    held = pushes.by_id(snapshot, subscription_id)
    told = notifications.one(snapshot, held.account_id, notification_id) if held is not None else None
    if held is None or told is None or told.is_filtered or told.created_at < snapshot.now - MAX_AGE:
        return None
    body = msgspec.json.encode(payload(told, snapshot.site))
    to = Endpoint(held.endpoint, held.p256dh, held.auth, held.is_standard)
    return to, Push(body, TTL_S, "high" if told.kind in _URGENT else "normal")


def payload(told: Notification, site: Site) -> dict[str, Any]:
    """Return the WebPushPayload. There is no token in it: of tokens we keep nothing that could be sent."""
    account: dict[str, Any] = msgspec.json.decode(told.account_json)
    name = (account["display_name"] or account["username"])[:MAX_NAME_CHARS]
    return {
        "access_token": "",
        "preferred_locale": site.language,
        "notification_id": told.id,
        "notification_type": told.kind,
        "icon": account["avatar_static"],
        "title": _TITLES.get(told.kind, "Something happened").format(name=name),
        "body": _BODY,
    }
