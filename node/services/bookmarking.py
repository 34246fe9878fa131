"""What readers keep for themselves about posts: bookmarks, and threads they want to hear no more of. Nobody is told."""

from node.events import Bookmarked, Unbookmarked
from node.services import answering, reacting, reading
from node.services.reading import Listed, Page
from node.store import bookmarks, lines
from node.store.unit import Snapshot, Unit


def bookmark(unit: Unit, account_id: int, status_id: int) -> str:
    """Bookmark a post and return it; twice is once. Raises: 404."""
    status = reacting.original(unit, account_id, status_id)
    bookmarks.add(unit, account_id, status.id)
    unit.record(Bookmarked(account_id, status.id))
    return reading.status(unit, account_id, status.id)


def unbookmark(unit: Unit, account_id: int, status_id: int) -> str | None:
    """Take a bookmark away and return the post; None when the account may not see it any more, or never could."""
    return answering.undone(unit, _remove, account_id, status_id)


def _remove(unit: Unit, account_id: int, status_id: int) -> None:
    bookmarks.remove(unit, account_id, status_id)
    unit.record(Unbookmarked(account_id, status_id))


def page(snapshot: Snapshot, account_id: int, part: Page) -> list[Listed]:
    """Return a page of what an account bookmarked and may still see, the newest bookmark first."""
    found = lines.by_edges(snapshot, account_id, bookmarks.of_account(account_id), part)
    return [Listed(edge_id, json) for edge_id, json in found]


def mute_thread(unit: Unit, account_id: int, status_id: int) -> str:
    """Hear no more of the thread of a post, and return the post. Raises: 404."""
    status = reading.seen(unit, account_id, status_id)
    bookmarks.mute_thread(unit, account_id, status.context_uri)
    return reading.status(unit, account_id, status.id)


def unmute_thread(unit: Unit, account_id: int, status_id: int) -> str:
    """Hear of the thread of a post again, and return the post. Raises: 404."""
    status = reading.seen(unit, account_id, status_id)
    bookmarks.unmute_thread(unit, account_id, status.context_uri)
    return reading.status(unit, account_id, status.id)
