"""The Mastodon Notification, put together from entities that are JSON text already."""

from datetime import datetime
from typing import Protocol

from node.entities.status import iso


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


def notification(told: Told) -> str:
    """Return the Notification as JSON text; this node groups none."""
    status = f',"status":{told.status_json}' if told.status_json is not None else ""
    return (
        f'{{"id":"{told.id}","type":"{told.kind}","group_key":"ungrouped-{told.id}"'
        f',"created_at":"{iso(told.created_at)}","account":{told.account_json}{status}}}'
    )
