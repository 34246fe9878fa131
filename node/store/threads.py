"""What stands above and below a post: ids alone, whoever looks, bounded in number and in depth."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Select, bindparam, literal, select

from node.store import groups
from node.store.compiled import Compiled
from node.store.tables import statuses
from node.store.unit import Snapshot

MOST: Final = 4096
t = statuses
_root, _most, _depth = (bindparam(name, type_=BigInteger, required=False) for name in ("root", "most", "depth"))


def around(
    snapshot: Snapshot, status_id: int, *, above: int = MOST, below: int = MOST, depth: int = MOST
) -> tuple[list[int], list[int]]:
    """Return at most so many ids above a status (oldest first) and below it (in thread order)."""
    pairs = _below.rows(snapshot.conn, root=status_id, most=below + 1, depth=depth)
    return _passed(snapshot, status_id, above), _in_thread_order(status_id, pairs)


def ancestors(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the ids above a status as far as they are held, the topmost first."""
    return _passed(snapshot, status_id, MOST)


def _passed(snapshot: Snapshot, status_id: int, most: int) -> list[int]:
    """Return the ids above, topmost first. Peers can tie posts into a ring: what was passed is not passed again."""
    rows = _above.rows(snapshot.conn, root=status_id, most=most + 1, depth=most)
    passed = dict.fromkeys(row[0] for row in rows)
    passed.pop(status_id, None)
    return list(passed)[::-1]


def _upward() -> Select[Any]:
    start = select(t.c.id, t.c.reply_to_id, literal(0).label("depth")).where(t.c.id == _root)
    up, parent = start.cte("up", recursive=True), t.alias()
    up = up.union_all(
        select(parent.c.id, parent.c.reply_to_id, up.c.depth + 1).where(
            parent.c.id == up.c.reply_to_id, parent.c.id != _root, up.c.depth < _depth
        )
    )
    return select(up.c.id).order_by(up.c.depth).limit(_most)


def _downward() -> Select[Any]:
    """Return the statement. What hangs below a post that is itself in a ring comes back to it, and ends there."""
    start = select(t.c.id, literal(0).label("depth")).where(t.c.id == _root)
    down, child = start.cte("down", recursive=True), t.alias()
    down = down.union_all(
        select(child.c.id, down.c.depth + 1).where(
            child.c.reply_to_id == down.c.id, child.c.id != _root, down.c.depth < _depth
        )
    )
    found = select(down.c.id).limit(_most).subquery("found")
    return (
        select(t.c.id, t.c.reply_to_id)
        .join(found, found.c.id == t.c.id)
        .where(t.c.id != _root, ~groups.is_hidden(t.c.id, beside=_root))
        .order_by(t.c.id)
    )


_above: Final = Compiled(_upward)
_below: Final = Compiled(_downward)


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
