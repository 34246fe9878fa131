"""What stands above and below a post: ids alone, whoever looks, bounded in number and in depth."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import literal, select

from node.store import groups
from node.store.tables import statuses
from node.store.unit import Snapshot

MOST: Final = 4096
t = statuses


def around(
    snapshot: Snapshot, status_id: int, *, above: int = MOST, below: int = MOST, depth: int = MOST
) -> tuple[list[int], list[int]]:
    """Return at most so many ids above a status (oldest first) and below it (in thread order)."""
    return _above(snapshot, status_id, above)[::-1], _below(snapshot, status_id, below, depth)


def ancestors(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the ids above a status as far as they are held, the topmost first."""
    return _above(snapshot, status_id, MOST)[::-1]


def _above(snapshot: Snapshot, status_id: int, most: int) -> list[int]:
    """Return the ids above, nearest first. Peers can tie posts into a ring: it ends where it comes back."""
    start = select(t.c.id, t.c.reply_to_id, literal(0).label("depth")).where(t.c.id == status_id)
    up, parent = start.cte("up", recursive=True), t.alias()
    up = up.union_all(
        select(parent.c.id, parent.c.reply_to_id, up.c.depth + 1).where(
            parent.c.id == up.c.reply_to_id, parent.c.id != status_id, up.c.depth < most
        )
    )
    passed = dict.fromkeys(snapshot.conn.scalars(select(up.c.id).order_by(up.c.depth).limit(most + 1)))
    return [i for i in passed if i != status_id]


def _below(snapshot: Snapshot, status_id: int, most: int, depth: int) -> list[int]:
    """Return the ids below. What hangs below a post that is itself in a ring comes back to it, and ends there."""
    start = select(t.c.id, literal(0).label("depth")).where(t.c.id == status_id)
    down, child = start.cte("down", recursive=True), t.alias()
    down = down.union_all(
        select(child.c.id, down.c.depth + 1).where(
            child.c.reply_to_id == down.c.id, child.c.id != status_id, down.c.depth < depth
        )
    )
    found = select(down.c.id).limit(most + 1).subquery("found")
    pairs = (
        select(t.c.id, t.c.reply_to_id)
        .join(found, found.c.id == t.c.id)
        .where(t.c.id != status_id, ~groups.is_hidden(t.c.id, beside=status_id))
        .order_by(t.c.id)
    )
    return _in_thread_order(status_id, list(snapshot.conn.execute(pairs)))


def _in_thread_order(root: int, pairs: Sequence[Sequence[int]]) -> list[int]:
    children: dict[int, list[int]] = {}
    for child, parent in pairs:
        children.setdefault(parent, []).append(child)
    order: list[int] = []
    stack = children.get(root, [])[::-1]
    while stack:
        current = stack.pop()
        order.append(current)
        stack.extend(children.get(current, [])[::-1])
    return order
