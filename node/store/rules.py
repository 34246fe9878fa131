"""The rules of the node, as moderators wrote them. A rule that was removed stays, because reports name it."""

from typing import Any

from msgspec import Struct
from sqlalchemy import func, select, update

from node.store.tables import rules as t
from node.store.unit import Snapshot, Unit

MAX_LISTED = 100


class Rule(Struct, frozen=True):
    """A row of `rules`; `translations` is {language: {text, hint}}."""

    id: int
    position: int
    text: str
    hint: str
    translations: dict[str, dict[str, str]]


def standing(snapshot: Snapshot) -> list[Rule]:
    """Return the rules that hold, in their order."""
    columns = [t.c[name] for name in Rule.__struct_fields__]
    statement = select(*columns).where(t.c.removed_at.is_(None)).order_by(t.c.position, t.c.id).limit(MAX_LISTED)
    return [Rule(*row) for row in snapshot.conn.execute(statement)]


def is_empty(snapshot: Snapshot) -> bool:
    """Tell whether nobody ever wrote a rule."""
    return snapshot.conn.execute(select(t.c.id).limit(1)).first() is None


def last_position(snapshot: Snapshot) -> int:
    """Return the place of the last rule."""
    return int(snapshot.conn.execute(select(func.coalesce(func.max(t.c.position), 0))).scalar_one())


def insert(unit: Unit, rule: Rule) -> None:
    """Keep a new rule."""
    unit.conn.execute(t.insert().values({name: getattr(rule, name) for name in Rule.__struct_fields__}))


def change(unit: Unit, rule_id: int, **values: Any) -> bool:
    """Change a rule that holds; False when there is none."""
    held = (t.c.id == rule_id) & t.c.removed_at.is_(None)
    return unit.conn.execute(update(t).where(held).values(**values)).rowcount > 0
