"""What a reader's filters make of a post on a page: it is left out, stands behind a warning, or its pictures do."""

from dataclasses import dataclass
from typing import Final

from web.pages.entities import Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """`warning` and `blurred` name the filters because of which a post, or its pictures, are folded."""

    is_hidden: bool = False
    warning: str = ""
    blurred: str = ""


NOTHING: Final = Verdict()


def verdict(status: Status, context: str, reader_id: int | None) -> Verdict:
    """Return what becomes of a post where it is read: home, notifications, public, thread or account; one's own is shown."""
    by = status.reblog or status
    if not status.filtered or by.account.id == str(reader_id):
        return NOTHING
    found = [one.filter for one in status.filtered if context in one.filter.context]

    def titles(action: str) -> str:
        return ", ".join(one.title for one in found if one.filter_action == action)

    return Verdict(any(one.filter_action == "hide" for one in found), titles("warn"), titles("blur"))
