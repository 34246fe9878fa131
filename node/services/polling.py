"""Polls: seen, answered, counted, and over. For ours and for theirs alike."""

import msgspec

from node.errors import not_found
from node.store import living, statuses
from node.store.unit import Snapshot

_encode = msgspec.json.Encoder().encode


def show(snapshot: Snapshot, viewer_id: int | None, poll_id: int) -> bytes:
    """Return a poll as its reader sees it. Raises: 404 when there is none, or the reader may not see its post."""
    if statuses.visible(snapshot, poll_id, viewer_id) is None:
        raise not_found()
    found = living.poll_entities(snapshot, [poll_id], viewer_id)
    if not found:
        raise not_found()
    return _encode(found[poll_id])
