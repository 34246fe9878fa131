"""Polls: what a Question asks, how many chose what, and until when; and the answer to one, which is no post."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from federation import loose
from federation.vocab import prose

MAX_OPTIONS: Final = 500
MAX_TITLE_CHARS: Final = 500
MAX_TITLES_BYTES: Final = 48_000  # of all options together: what apps and pages are answered stays small
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = 9000  # a year
_ANSWERS: Final = {"Note", "Answer"}  # the second is Pleroma's own word for it


class Option(Struct, frozen=True):
    """One thing to choose, and how often it was chosen as far as its server says."""

    title: str
    votes: int = 0


class Poll(Struct, frozen=True, kw_only=True):
    """What a Question asks. `closed_at` is set once it is over; `ends_at` None: it has no end."""

    options: tuple[Option, ...]
    is_multiple: bool = False
    voters_count: int | None = None
    ends_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """The options as they read."""
        return tuple(option.title for option in self.options)


def poll_of(document: Mapping[str, object], received_at: datetime) -> Poll | None:
    """Read the poll of a Question; None when it offers nothing to choose."""
    single, several = loose.as_list(document.get("oneOf")), loose.as_list(document.get("anyOf"))
    options = _options(single or several)
    if not options:
        return None
    return Poll(
        options=options,
        is_multiple=not single,
        voters_count=loose.whole_number(document.get("votersCount")),
        ends_at=_moment(document.get("endTime")) or _moment(document.get("closed")),
        closed_at=_closed_at(document.get("closed"), received_at),
    )


def choice_of(document: Mapping[str, object]) -> str | None:
    """Give the option that a Note may stand for as an answer to a poll: its name, if it replies to something."""
    if not _ANSWERS & set(loose.types_of(document)) or not loose.id_of(document.get("inReplyTo")):
        return None
    return prose.line(loose.text_of(document, "name"), MAX_TITLE_CHARS) or None


def _options(received: list[object]) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    left = MAX_TITLES_BYTES
    for item in received[:MAX_OPTIONS]:
        title = _title(item)
        if not title or title in found:
            continue
        left -= len(title.encode())
        if left < 0:
            break
        found[title] = Option(title, _votes(item))
    return tuple(found.values())


def _title(item: object) -> str:
    if not isinstance(item, Mapping):
        return ""
    return prose.line(loose.text_of(item, "name") or loose.text_of(item, "content"), MAX_TITLE_CHARS)


def _votes(item: object) -> int:
    replies = item.get("replies") if isinstance(item, Mapping) else None
    counted = replies.get("totalItems") if isinstance(replies, Mapping) else None
    if counted is None and isinstance(item, Mapping):
        counted = item.get("_misskey_votes")
    return loose.whole_number(counted) or 0


def _closed_at(closed: object, received_at: datetime) -> datetime | None:
    if loose.first(closed) is True:
        return received_at
    at = _moment(closed)
    return at if at is not None and at <= received_at else None


def _moment(value: object) -> datetime | None:
    """Read a time that calendars everywhere can show; what lies after all of them is no end."""
    at = loose.timestamp(value)
    return None if at is None or at.year >= _NEVER else max(at, _LONG_AGO)
