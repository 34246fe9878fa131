"""What one of our people says about others and themselves: endorsements, private notes, hashtags on the profile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, delete, func, select

from federation.audience import OPEN
from node.store import tables
from node.store.database import insert as insert_into
from node.store.follows import Pair
from node.store.unit import Snapshot, Unit

MOST_LOOKED_AT: Final = 1000  # posts, for the hashtags that somebody uses
MOST_COUNTED: Final = 10_000  # posts, for how often somebody used a hashtag

_endorsements = tables.endorsements
_notes = tables.account_notes
_featured = tables.featured_tags


def endorsed(account_id: int) -> Select[Any]:
    """Return the selection of (id to page by, account id) of those an account endorses."""
    e = _endorsements
    return select(e.c.id, e.c.target_id.label("account_id")).where(e.c.account_id == account_id)


def endorse(unit: Unit, pair: Pair) -> None:
    """Put an account on a profile; again is fine."""
    row = {
        "id": unit.new_id(),
        "account_id": pair.account_id,
        "target_id": pair.target_id,
        "created_at": unit.now,
    }
    unit.conn.execute(insert_into(unit.conn, _endorsements).on_conflict_do_nothing(), row)


def unendorse(unit: Unit, pair: Pair) -> None:
    """Take an account from a profile; none is fine."""
    mine = (_endorsements.c.account_id == pair.account_id, _endorsements.c.target_id == pair.target_id)
    unit.conn.execute(delete(_endorsements).where(*mine))


def set_note(unit: Unit, pair: Pair, comment: str) -> None:
    """Keep what somebody notes about another for themselves; nothing written takes it away."""
    unit.conn.execute(
        delete(_notes).where(_notes.c.account_id == pair.account_id, _notes.c.target_id == pair.target_id)
    )
    if comment:
        row = {"account_id": pair.account_id, "target_id": pair.target_id, "comment": comment}
        unit.conn.execute(insert_into(unit.conn, _notes), row)


class Featured(Struct, frozen=True):
    """A hashtag on a profile, with how often its owner used it in public and when last."""

    id: int
    name: str
    tag_id: int
    statuses_count: int
    last_status_at: datetime | None


def featured(snapshot: Snapshot, account_id: int) -> list[Featured]:
    """Return the hashtags on a profile, the most used first; of many posts the newest are counted."""
    s, link, f = tables.statuses, tables.status_tags, _featured
    kept = snapshot.conn.execute(select(f.c.id, f.c.name, f.c.tag_id).where(f.c.account_id == account_id)).all()
    if not kept:
        return []
    newest = _newest(account_id, MOST_COUNTED).subquery("newest")
    statement = (
        select(link.c.tag_id, func.count(), func.max(link.c.status_id))
        .select_from(newest)
        .join(link, link.c.status_id == newest.c.id)
        .where(link.c.tag_id.in_([row[2] for row in kept]))
        .group_by(link.c.tag_id)
    )
    uses = {row[0]: (row[1], row[2]) for row in snapshot.conn.execute(statement)}
    last = select(s.c.id, s.c.created_at).where(s.c.id.in_([last_id for _, last_id in uses.values()]))
    days = {row[0]: row[1] for row in snapshot.conn.execute(last)}
    counted = ((row, *uses.get(row[2], (0, 0))) for row in kept)
    found = [Featured(*row, statuses_count=count, last_status_at=days.get(last_id)) for row, count, last_id in counted]
    return sorted(found, key=lambda one: (-one.statuses_count, one.id))


def _newest(account_id: int, most: int) -> Select[Any]:
    s = tables.statuses
    mine = s.c.account_id == account_id, s.c.visibility.in_(OPEN)
    return select(s.c.id).where(*mine).order_by(s.c.id.desc()).limit(most)


def used_tags(snapshot: Snapshot, account_id: int, *, limit: int) -> Sequence[int]:
    """Return the hashtags that somebody uses lately and does not show on the profile, the most used first."""
    link, f = tables.status_tags, _featured
    shown = select(f.c.tag_id).where(f.c.account_id == account_id)
    statement = (
        select(link.c.tag_id)
        .where(link.c.status_id.in_(_newest(account_id, MOST_LOOKED_AT)), link.c.tag_id.not_in(shown))
        .group_by(link.c.tag_id)
        .order_by(func.count().desc(), func.max(link.c.status_id).desc())
        .limit(limit)
    )
    return snapshot.conn.scalars(statement).all()
