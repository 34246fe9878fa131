"""The Mastodon Poll: made when it is read, because time, every vote and the reader change it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from node.entities.emoji import custom_emojis
from node.entities.instants import iso


class PollRow(Protocol):
    """What of a poll's row the entity shows."""

    @property
    def status_id(self) -> int: ...
    @property
    def options(self) -> Sequence[str]: ...
    @property
    def tallies(self) -> Sequence[int]: ...
    @property
    def voters_count(self) -> int | None: ...
    @property
    def is_multiple(self) -> bool: ...
    @property
    def hides_totals(self) -> bool: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Reader(Struct, frozen=True):
    """Who looks at a poll: its own author or not, and what they chose."""

    is_author: bool
    choices: Collection[int]


def is_over(poll: PollRow, now: datetime) -> bool:
    """Tell whether a poll takes no votes any more."""
    return poll.closed_at is not None or (poll.ends_at is not None and poll.ends_at <= now)


def poll_entity(
    poll: PollRow, now: datetime, reader: Reader | None, emojis: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Return the Poll entity; `reader` is None for one who is not signed in."""
    is_past = is_over(poll, now)
    is_shown = is_past or not poll.hides_totals
    entity: dict[str, Any] = {
        "id": str(poll.status_id),
        "expires_at": iso(poll.ends_at) if poll.ends_at else None,
        "expired": is_past,
        "multiple": poll.is_multiple,
        "votes_count": sum(poll.tallies),
        "voters_count": poll.voters_count,
        "options": [
            {"title": title, "votes_count": votes if is_shown else None}
            for title, votes in zip(poll.options, poll.tallies, strict=True)
        ],
        "emojis": custom_emojis(emojis, within="\n".join(poll.options)) if emojis else [],
    }
    if reader is not None:
        entity["voted"] = reader.is_author or bool(reader.choices)
        entity["own_votes"] = sorted(reader.choices)
    return entity
