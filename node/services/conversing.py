"""Conversations: direct posts among the same people. Reactions keep the rows; apps read, mark and delete them."""

from collections.abc import Sequence

from node.entities.conversation import conversation
from node.errors import not_found
from node.events import ConversationChanged
from node.services.reading import Listed, Page
from node.store import conversations, lines, people, statuses
from node.store.conversations import Among, Conversation
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit


def keep(unit: Unit, status: Status) -> None:
    """Put a direct post into the conversation of everybody here who is in it and wants to hear of it."""
    people_in = sorted({status.account_id, *statuses.mention_ids(unit, status.id)})
    for account_id in conversations.of_ours(unit, status, people_in):
        others = tuple(one for one in people_in if one != account_id)
        among = Among(account_id, status.context_uri, others)
        conversation_id = conversations.touch(unit, among, status.id, is_unread=account_id != status.account_id)
        unit.record(ConversationChanged(account_id, conversation_id))


def let_go(unit: Unit, status: Status) -> None:
    """Take a post that is about to be removed out of conversations."""
    conversations.fall_back(unit, status)


def page(snapshot: Snapshot, account_id: int, part: Page) -> list[Listed]:
    """Return a page of Conversations with the ids of their newest posts, which they are paged by."""
    found = conversations.page(snapshot, account_id, part)
    shown = _shown(snapshot, account_id, found)
    return [Listed(one.last_status_id or 0, json) for one, json in zip(found, shown, strict=True)]


def show(snapshot: Snapshot, account_id: int, conversation_id: int) -> str:
    """Return a Conversation. Raises: 404."""
    return _shown(snapshot, account_id, [_held(snapshot, account_id, conversation_id)])[0]


def mark(unit: Unit, account_id: int, conversation_id: int, *, is_unread: bool) -> str:
    """Say whether a conversation is to be read, and return it. Raises: 404."""
    held = _held(unit, account_id, conversation_id)
    conversations.mark(unit, held.id, is_unread=is_unread)
    return show(unit, account_id, held.id)


def remove(unit: Unit, account_id: int, conversation_id: int) -> None:
    """Take a conversation out of the list; its posts stay. Raises: 404."""
    if not conversations.remove(unit, account_id, conversation_id):
        raise not_found()


def _held(snapshot: Snapshot, account_id: int, conversation_id: int) -> Conversation:
    found = conversations.one(snapshot, account_id, conversation_id)
    if found is None:
        raise not_found()
    return found


def _shown(snapshot: Snapshot, account_id: int, found: Sequence[Conversation]) -> list[str]:
    """Return Conversations as JSON text; who writes to nobody else is alone in it."""
    posts = lines.by_ids(snapshot, account_id, [one.last_status_id for one in found if one.last_status_id is not None])
    last = {line.id: line.json for line in posts}
    everybody = sorted({other for one in found for other in (*one.others, account_id)})
    known = people.by_ids(snapshot, everybody)
    return [
        conversation(
            one, [known[i] for i in one.others or (account_id,) if i in known], last.get(one.last_status_id or 0)
        )
        for one in found
    ]
