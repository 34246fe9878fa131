"""Which hashtags one of ours follows, and which stand on their profile."""

from typing import Any

from sqlalchemy import Table, delete, func, select

from node.store import homes, tables
from node.store.database import insert as insert_into
from node.store.lines import Page, ordered, within
from node.store.unit import Snapshot, Unit

followed = tables.followed_tags
featured = tables.featured_tags


def follow(unit: Unit, account_id: int, tag_id: int) -> bool:
    """Follow a hashtag and return whether that is new."""
    is_new = _add(unit, followed, account_id=account_id, tag_id=tag_id)
    if is_new:
        homes.collect_tag(unit, account_id, tag_id)
    return is_new


def feature(unit: Unit, account_id: int, tag_id: int, name: str) -> bool:
    """Put a hashtag on a profile, as it was typed, and return whether that is new."""
    return _add(unit, featured, account_id=account_id, tag_id=tag_id, name=name)


def _add(unit: Unit, table: Table, **values: Any) -> bool:
    statement = (
        insert_into(unit.conn, table)
        .values(id=unit.new_id(), created_at=unit.now, **values)
        .on_conflict_do_nothing(index_elements=["account_id", "tag_id"])
        .returning(table.c.id)
    )
    return unit.conn.execute(statement).first() is not None


def unfollow(unit: Unit, account_id: int, tag_id: int) -> None:
    """End the follow of a hashtag; none is fine."""
    if _remove(unit, followed, account_id, tag_id):
        homes.release_tag(unit, account_id, tag_id)


def unfeature(unit: Unit, account_id: int, tag_id: int) -> bool:
    """Take a hashtag from a profile and return whether it was there."""
    return _remove(unit, featured, account_id, tag_id)


def drop(unit: Unit, account_id: int, featured_id: int) -> bool:
    """Take what stands on a profile from it, by the id it stands there with, and return whether it was there."""
    mine = featured.c.id == featured_id, featured.c.account_id == account_id
    return unit.conn.execute(delete(featured).where(*mine)).rowcount > 0


def _remove(unit: Unit, table: Table, account_id: int, tag_id: int) -> bool:
    gone = unit.conn.execute(delete(table).where(table.c.account_id == account_id, table.c.tag_id == tag_id))
    return gone.rowcount > 0


def count(snapshot: Snapshot, table: Table, account_id: int) -> int:
    """Return how many hashtags an account follows (`followed`) or shows (`featured`)."""
    return snapshot.conn.scalar(select(func.count()).select_from(table).where(table.c.account_id == account_id)) or 0


def among(snapshot: Snapshot, table: Table, account_id: int, tag_ids: list[int]) -> set[int]:
    """Return which of several hashtags an account follows (`followed`) or shows (`featured`)."""
    wanted = select(table.c.tag_id).where(table.c.account_id == account_id, table.c.tag_id.in_(tag_ids))
    return set(snapshot.conn.scalars(wanted))


def page(snapshot: Snapshot, account_id: int, part: Page, *, most: int) -> list[tuple[int, int]]:
    """Return (id of the follow, id of the hashtag) of those an account follows, the newest follow first."""
    statement = select(followed.c.id, followed.c.tag_id).where(
        followed.c.account_id == account_id, *within(followed.c.id)
    )
    statement = ordered(statement, followed.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds | {"limit": min(part.limit, most)})
    return sorted(((row[0], row[1]) for row in rows), reverse=True)
