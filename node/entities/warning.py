"""The Mastodon Report as its reporter and moderators are told of it, and the AccountWarning of whom a moderator dealt with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from node.entities.instants import iso


class Reported(Protocol):
    """A report."""

    @property
    def id(self) -> int: ...
    @property
    def category(self) -> str: ...
    @property
    def comment(self) -> str: ...
    @property
    def is_forwarded(self) -> bool: ...
    @property
    def status_ids(self) -> Sequence[int]: ...
    @property
    def rule_ids(self) -> Sequence[str]: ...
    @property
    def collection_ids(self) -> Sequence[str]: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def target_json(self) -> str: ...


class Warned(Protocol):
    """What a moderator did about an account."""

    @property
    def id(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def status_ids(self) -> Sequence[int]: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def target_json(self) -> str: ...


def report(kept: Reported) -> dict[str, Any]:
    """Return the Report."""
    return {
        "id": str(kept.id),
        "action_taken": kept.resolved_at is not None,
        "action_taken_at": None if kept.resolved_at is None else iso(kept.resolved_at),
        "category": kept.category,
        "comment": kept.comment,
        "forwarded": kept.is_forwarded,
        "created_at": iso(kept.created_at),
        "status_ids": _texts(kept.status_ids),
        "collection_ids": _texts(kept.collection_ids) or None,
        "rule_ids": _texts(kept.rule_ids) or None,
        "target_account": msgspec.Raw(kept.target_json.encode()),
    }


def warning(kept: Warned) -> dict[str, Any]:
    """Return the AccountWarning; nobody appeals here, people talk to each other."""
    return {
        "id": str(kept.id),
        "action": kept.action,
        "text": kept.text,
        "status_ids": _texts(kept.status_ids) or None,
        "target_account": msgspec.Raw(kept.target_json.encode()),
        "appeal": None,
        "created_at": iso(kept.created_at),
    }


def _texts(ids: Sequence[object]) -> list[str]:
    return [str(one) for one in ids]
