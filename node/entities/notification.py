"""The Mastodon Notification, alone and in groups, put together from entities that are JSON text already."""

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from node.entities.instants import iso
from node.entities.warning import Reported, Warned, report, warning

MOST_SAMPLES: Final = 8
_FALLBACKS: Final = {
    "severed_relationships": "Follows were cut off: this server does not speak with another one any more",
    "moderation_warning": "A moderator of this server made a decision about your account",
    "admin.sign_up": "{name} signed up",
    "admin.report": "{name} reported somebody",
    "quote": "{name} quoted your post",
    "quoted_update": "{name} changed a post that you quoted",
    "added_to_collection": "{name} put you into a collection",
    "collection_update": "{name} changed a collection that you are in",
}
_PARTIAL: Final = ("id", "acct", "locked", "bot", "url", "avatar", "avatar_static", "avatar_description")


class Severed(Protocol):
    """What a decision about a host cut off."""

    @property
    def id(self) -> int: ...
    @property
    def host(self) -> str: ...
    @property
    def following_count(self) -> int: ...
    @property
    def followers_count(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


class Told(Protocol):
    """What an account was told. `kind` is one of our own words, never from outside."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def account_json(self) -> str: ...
    @property
    def status_json(self) -> str | None: ...
    @property
    def from_id(self) -> int: ...
    @property
    def status_id(self) -> int | None: ...
    @property
    def group_key(self) -> str | None: ...
    @property
    def is_filtered(self) -> bool: ...
    @property
    def event(self) -> Severed | None: ...
    @property
    def report(self) -> Reported | None: ...
    @property
    def warning(self) -> Warned | None: ...
    @property
    def collection(self) -> dict[str, Any] | None: ...


class Somebody(Protocol):
    """One of those who are in a group."""

    @property
    def account_id(self) -> int: ...
    @property
    def account_json(self) -> str: ...


class Group(Protocol):
    """Notifications told as one; `low_id`, `high_id` and `at` are of those on the page."""

    @property
    def told(self) -> Told: ...
    @property
    def key(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def newest_id(self) -> int: ...
    @property
    def low_id(self) -> int: ...
    @property
    def high_id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def people(self) -> Sequence[Somebody]: ...


def notification(told: Told, supported: Collection[str] | None = None) -> str:
    """Return the Notification as JSON text; an app that names the kinds it supports gets words for the others."""
    more = f',"status":{told.status_json}' if told.status_json is not None else ""
    about = _about(told, supported) | ({"filtered": True} if told.is_filtered else {})
    if about:
        more += f",{msgspec.json.encode(about).decode()[1:-1]}"
    return (
        f'{{"id":"{told.id}","type":"{told.kind}","group_key":"{told.group_key or f"ungrouped-{told.id}"}"'
        f',"created_at":"{iso(told.created_at)}","account":{told.account_json}{more}}}'
    )


def grouped(
    groups: Sequence[Group], supported: Collection[str] | None = None, *, is_page: bool = True, is_partial: bool = False
) -> dict[str, Any]:
    """Return the GroupedNotificationsResults: accounts and statuses once each.

    `is_partial`: only the first account of each group is whole; of the others there is what it takes to draw them.
    """
    first = {one.people[0].account_id: one.people[0].account_json for one in groups}
    everybody = {person.account_id: person.account_json for one in groups for person in one.people}
    statuses = {one.told.status_id: one.told.status_json for one in groups if one.told.status_json is not None}
    partial = {key: text for key, text in everybody.items() if key not in first}
    return {
        "accounts": _raw((first if is_partial else everybody).values()),
        **({"partial_accounts": [_partial(text) for text in partial.values()]} if is_partial else {}),
        "statuses": _raw(statuses.values()),
        "notification_groups": [_group(one, supported, is_page=is_page) for one in groups],
    }


def _raw(texts: Iterable[str | None]) -> list[msgspec.Raw]:
    return [msgspec.Raw(text.encode()) for text in texts if text is not None]


def _partial(account_json: str) -> dict[str, Any]:
    account: dict[str, Any] = msgspec.json.decode(account_json)
    return {name: account[name] for name in _PARTIAL if name in account}


def _group(one: Group, supported: Collection[str] | None, *, is_page: bool) -> dict[str, Any]:
    told = one.told
    group: dict[str, Any] = {
        "group_key": one.key,
        "notifications_count": one.count,
        "type": told.kind,
        "most_recent_notification_id": one.newest_id,
    }
    if is_page:
        group |= {
            "page_min_id": str(one.low_id),
            "page_max_id": str(one.high_id),
            "latest_page_notification_at": iso(one.at),
        }
    group["sample_account_ids"] = [str(person.account_id) for person in one.people[:MOST_SAMPLES]]
    if told.status_json is not None:
        group["status_id"] = str(told.status_id)
    return group | _about(told, supported)


def _about(told: Told, supported: Collection[str] | None) -> dict[str, Any]:
    """Return what a notification is about beside a status."""
    about: dict[str, Any] = {}
    if told.event is not None:
        about["event"] = _event(told.event)
    if told.report is not None:
        about["report"] = report(told.report)
    if told.warning is not None:
        about["moderation_warning"] = warning(told.warning)
    if told.collection is not None:
        about["collection"] = told.collection
    if supported and told.kind not in supported and told.kind in _FALLBACKS:
        about["fallback"] = _fallback(told)
    return about


def _fallback(told: Told) -> Mapping[str, Any]:
    """Return words for an app that does not know this kind: who did what, nothing of what was written."""
    account: dict[str, Any] = msgspec.json.decode(told.account_json)
    name = html.escape(account["display_name"] or account["username"], quote=False)
    return {"title": _FALLBACKS[told.kind].format(name=name), "summary": None, "details": None, "description": None}


def _event(severed: Severed) -> dict[str, Any]:
    return {
        "id": str(severed.id),
        "type": "domain_block",
        "purged": False,
        "target_name": severed.host,
        "followers_count": severed.followers_count,
        "following_count": severed.following_count,
        "created_at": iso(severed.created_at),
    }
