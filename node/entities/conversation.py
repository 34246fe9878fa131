"""The Mastodon Conversation, put together from entities that are JSON text already."""

from collections.abc import Iterable
from typing import Protocol


class ConversationRow(Protocol):
    """What of a conversation the entity shows."""

    @property
    def id(self) -> int: ...
    @property
    def is_unread(self) -> bool: ...


def conversation(row: ConversationRow, accounts: Iterable[str], last_status: str | None) -> str:
    """Return the Conversation as JSON text, of the Accounts of the others and the Status that came last."""
    is_unread = "true" if row.is_unread else "false"
    return (
        f'{{"id":"{row.id}","unread":{is_unread},"accounts":[{",".join(accounts)}]'
        f',"last_status":{last_status or "null"}}}'
    )
