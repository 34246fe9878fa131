"""Our own custom emoji. Those of others travel with their posts."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, or_, select

from node.store.database import insert as insert_into
from node.store.tables import custom_emojis as t
from node.store.unit import Snapshot, Unit

MAX_LISTED = 2000


class CustomEmoji(Struct, frozen=True):
    """A row of `custom_emojis`."""

    id: int
    shortcode: str
    blob: str
    static_blob: str
    category: str | None
    is_listed: bool
    is_enabled: bool
    created_at: datetime


_select = select(*[t.c[name] for name in CustomEmoji.__struct_fields__])


def every(snapshot: Snapshot) -> list[CustomEmoji]:
    """Return all, by category and shortcode."""
    ordered = _select.order_by(t.c.category, t.c.shortcode).limit(MAX_LISTED)
    return [CustomEmoji(*row) for row in snapshot.conn.execute(ordered)]


def named(snapshot: Snapshot, shortcodes: Sequence[str]) -> list[CustomEmoji]:
    """Return those that may be used and have one of these shortcodes."""
    wanted = t.c.shortcode.in_(shortcodes) & t.c.is_enabled
    return [CustomEmoji(*row) for row in snapshot.conn.execute(_select.where(wanted).order_by(t.c.shortcode))]


def has_blob(snapshot: Snapshot, key: str) -> bool:
    """Tell whether a file is the picture of an emoji."""
    return snapshot.conn.execute(select(t.c.id).where(or_(t.c.blob == key, t.c.static_blob == key))).first() is not None


def insert(unit: Unit, emoji: CustomEmoji) -> bool:
    """Keep a new one; False when its shortcode is taken."""
    row = {name: getattr(emoji, name) for name in CustomEmoji.__struct_fields__}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["shortcode"]).returning(t.c.id)
    return unit.conn.execute(statement, row).first() is not None


def remove(unit: Unit, shortcode: str) -> CustomEmoji | None:
    """Remove one and return it; None when there is none."""
    found = unit.conn.execute(_select.where(t.c.shortcode == shortcode)).first()
    if found is None:
        return None
    unit.conn.execute(delete(t).where(t.c.shortcode == shortcode))
    return CustomEmoji(*found)
