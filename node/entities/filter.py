"""The Mastodon Filter with its keywords and statuses, what a post matches of it, and the older filter of one keyword."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from node.entities.instants import iso


class FilterRow(Protocol):
    """What of a filter the entities show."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def contexts(self) -> Sequence[str]: ...
    @property
    def action(self) -> str: ...
    @property
    def expires_at(self) -> datetime | None: ...


class KeywordRow(Protocol):
    """What of a keyword the entities show."""

    @property
    def id(self) -> int: ...
    @property
    def keyword(self) -> str: ...
    @property
    def is_whole_word(self) -> bool: ...


class MarkedRow(Protocol):
    """What of a status in a filter the entities show."""

    @property
    def id(self) -> int: ...
    @property
    def status_id(self) -> int: ...


def brief(row: FilterRow) -> dict[str, Any]:
    """Return the Filter as it stands in what a post matches: without what it looks for."""
    return {
        "id": str(row.id),
        "title": row.title,
        "context": list(row.contexts),
        "expires_at": None if row.expires_at is None else iso(row.expires_at),
        "filter_action": row.action,
    }


def filter_entity(row: FilterRow, keywords: Sequence[KeywordRow], marked: Sequence[MarkedRow]) -> dict[str, Any]:
    """Return the whole Filter."""
    return brief(row) | {
        "keywords": [keyword_entity(keyword) for keyword in keywords],
        "statuses": [marked_entity(one) for one in marked],
    }


def keyword_entity(row: KeywordRow) -> dict[str, Any]:
    """Return the FilterKeyword."""
    return {"id": str(row.id), "keyword": row.keyword, "whole_word": row.is_whole_word}


def marked_entity(row: MarkedRow) -> dict[str, Any]:
    """Return the FilterStatus."""
    return {"id": str(row.id), "status_id": str(row.status_id)}


def result(row: FilterRow, found: str | None, status_ids: Sequence[int]) -> dict[str, Any]:
    """Return the FilterResult: what was found of the keywords, and which of a post's ids the filter names."""
    return {
        "filter": brief(row),
        "keyword_matches": None if found is None else [found],
        "status_matches": [str(status_id) for status_id in status_ids] or None,
    }


def first_version(row: FilterRow, keyword: KeywordRow) -> dict[str, Any]:
    """Return the V1::Filter, which is one keyword."""
    return {
        "id": str(keyword.id),
        "phrase": keyword.keyword,
        "context": list(row.contexts),
        "whole_word": keyword.is_whole_word,
        "expires_at": None if row.expires_at is None else iso(row.expires_at),
        "irreversible": row.action == "hide",
    }
