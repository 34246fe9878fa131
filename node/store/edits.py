"""Earlier versions of statuses."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from node.store import tables
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit


def keep(unit: Unit, status: Status) -> None:
    """Keep the version that an edit is about to replace."""
    unit.conn.execute(
        tables.edits.insert().values(
            id=unit.new_id(),
            status_id=status.id,
            content_html=status.content_html,
            spoiler_text=status.spoiler_text,
            is_sensitive=status.is_sensitive,
            created_at=status.edited_at or status.created_at,
        )
    )


class Edit(Struct, frozen=True):
    """An earlier version of a status."""

    content_html: str
    spoiler_text: str
    is_sensitive: bool
    created_at: datetime


MAX_EDITS = 200


def of(snapshot: Snapshot, status_id: int) -> list[Edit]:
    """Return the earlier versions of a status, oldest first; of very many the newest."""
    e = tables.edits
    columns = [e.c[name] for name in Edit.__struct_fields__]
    newest = select(*columns).where(e.c.status_id == status_id).order_by(e.c.id.desc()).limit(MAX_EDITS)
    return [Edit(*row) for row in snapshot.conn.execute(newest)][::-1]
