"""Earlier versions of statuses."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select

from node.store import tables
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_EDITS: Final = 200


class Extras(Struct, frozen=True):
    """What a version shows besides its text: the MediaAttachments, what could be chosen, the custom emojis."""

    media: list[dict[str, Any]] = []
    poll_options: list[str] | None = None
    emojis: list[dict[str, str]] = []


class Edit(Struct, frozen=True):
    """A version of a status."""

    content_html: str
    spoiler_text: str
    is_sensitive: bool
    created_at: datetime
    extras: Extras


def keep(unit: Unit, status: Status, extras: Extras) -> None:
    """Keep the version that an edit is about to replace."""
    unit.conn.execute(
        tables.edits.insert().values(
            id=unit.new_id(),
            status_id=status.id,
            content_html=status.content_html,
            spoiler_text=status.spoiler_text,
            is_sensitive=status.is_sensitive,
            media=extras.media,
            poll_options=extras.poll_options,
            emojis=extras.emojis,
            created_at=status.edited_at or status.created_at,
        )
    )


def of(snapshot: Snapshot, status_id: int) -> list[Edit]:
    """Return the earlier versions of a status, oldest first; of very many the newest."""
    e = tables.edits
    said = [e.c[name] for name in ("content_html", "spoiler_text", "is_sensitive", "created_at")]
    shown = [e.c[name] for name in Extras.__struct_fields__]
    newest = select(*said, *shown).where(e.c.status_id == status_id).order_by(e.c.id.desc()).limit(MAX_EDITS)
    rows = snapshot.conn.execute(newest).all()[::-1]
    return [Edit(row[0], row[1], row[2], row[3], Extras(*row[4:])) for row in rows]
