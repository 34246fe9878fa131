"""The Mastodon Notification, put together from entities that are JSON text already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from node.entities.status import iso


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
    def event(self) -> Severed | None: ...


def notification(told: Told) -> str:
    """Return the Notification as JSON text; this node groups none."""
    more = f',"status":{told.status_json}' if told.status_json is not None else ""
    if told.event is not None:
        more += f',"event":{msgspec.json.encode(_event(told.event)).decode()}'
    return (
        f'{{"id":"{told.id}","type":"{told.kind}","group_key":"ungrouped-{told.id}"'
        f',"created_at":"{iso(told.created_at)}","account":{told.account_json}{more}}}'
    )


def grouped(page: Sequence[Told]) -> dict[str, Any]:
    """Return the GroupedNotificationsResults: accounts and statuses once each, every notification a group of its own."""
    accounts = {told.from_id: told.account_json for told in page}
    statuses = {told.status_id: told.status_json for told in page if told.status_json is not None}
    return {
        "accounts": [msgspec.Raw(text.encode()) for text in accounts.values()],
        "statuses": [msgspec.Raw(text.encode()) for text in statuses.values()],
        "notification_groups": [_group(told) for told in page],
    }


def _group(told: Told) -> dict[str, Any]:
    identifier = str(told.id)
    group = {
        "group_key": f"ungrouped-{identifier}",
        "notifications_count": 1,
        "type": told.kind,
        "most_recent_notification_id": told.id,
        "page_min_id": identifier,
        "page_max_id": identifier,
        "latest_page_notification_at": iso(told.created_at),
        "sample_account_ids": [str(told.from_id)],
    }
    if told.event is not None:
        group["event"] = _event(told.event)
    return group if told.status_json is None else group | {"status_id": str(told.status_id)}


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
