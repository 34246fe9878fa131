"""Reactions that give relays our public posts, where an administrator subscribed to any.

A deletion goes to all who were given the post, and so to them.
"""

from node.events import StatusEdited, StatusReady
from node.services import composing, relaying
from node.store import statuses
from node.store.statuses import Status
from node.store.unit import Unit


def status(unit: Unit, event: StatusReady) -> None:
    """Give relays a new post."""
    found = _public(unit, event.status_id)
    if found is not None:
        relaying.send(unit, found, composing.create(unit, found), is_new=True)


def edit(unit: Unit, event: StatusEdited) -> None:
    """Give relays a new version."""
    found = _public(unit, event.status_id)
    if found is not None:
        relaying.send(unit, found, composing.update(unit, found), is_new=False)


def _public(unit: Unit, status_id: int) -> Status | None:
    """Return a public post of ours, if any relay wants it."""
    found = statuses.by_id(unit, status_id)
    is_ours = found is not None and found.is_local and found.boost_of_id is None and found.visibility == "public"
    is_ours = is_ours and found is not None and found.approval != "pending"  # the author it answers decides first
    return found if is_ours and relaying.has_any(unit) else None
