"""Media files: what is known of each, and to which status it belongs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, delete, func, or_, select, update

from federation.audience import OPEN
from node.errors import invalid
from node.store import memo, tables
from node.store.compiled import Prepared, bound
from node.store.unit import Snapshot, Unit

t = tables.media


class Media(Struct, frozen=True):
    """A row of `media`."""

    id: int
    account_id: int
    status_id: int | None
    position: int
    kind: str
    content_type: str
    blob: str | None
    preview_blob: str | None
    remote_url: str | None
    description: str
    blurhash: str | None
    width: int | None
    height: int | None
    focus_x: float
    focus_y: float
    created_at: datetime
    duration_s: float | None = None
    poster_url: str | None = None
    state: str = "ready"  # processing, failed
    source_blob: str | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    frame_rate: str | None = None
    bitrate: int | None = None
    proxy_key: str | None = None
    cached_at: datetime | None = None
    cached_bytes: int | None = None
    scheduled_id: int | None = None  # of a post that waits for its time and keeps it

    @property
    def blobs(self) -> tuple[str | None, ...]:
        """Every file of ours that belongs to it."""
        return (self.blob, self.preview_blob, self.source_blob)


_is_unused = and_(t.c.status_id.is_(None), t.c.scheduled_id.is_(None))
_select = select(*(t.c[name] for name in Media.__struct_fields__))
_of_status = Prepared(lambda: _select.where(t.c.status_id == bound(t.c.status_id)).order_by(t.c.position, t.c.id))


def by_id(snapshot: Snapshot, media_id: int) -> Media | None:
    """Return a media file."""
    row = snapshot.conn.execute(_select.where(t.c.id == media_id)).first()
    return Media(*row) if row else None


def by_ids(snapshot: Snapshot, ids: Iterable[int]) -> list[Media]:
    """Return several media files in the order of the ids."""
    wanted = list(ids)
    if not wanted:
        return []
    found = {row[0]: Media(*row) for row in snapshot.conn.execute(_select.where(t.c.id.in_(wanted)))}
    return [found[i] for i in wanted if i in found]


def of_status(snapshot: Snapshot, status_id: int) -> list[Media]:
    """Return the media of a status in their order."""
    if memo.lacks(snapshot, "media", status_id):
        return []
    return [Media(*row) for row in _of_status.rows(snapshot.conn, the_status_id=status_id)]


def insert(unit: Unit, file: Media) -> None:
    """Insert a media file."""
    if file.status_id is not None:
        memo.gains(unit, "media", file.status_id)
    unit.conn.execute(t.insert().values({name: getattr(file, name) for name in Media.__struct_fields__}))


def change(unit: Unit, media_id: int, **values: Any) -> None:
    """Update columns of a media file."""
    memo.gains(unit, "media", values.get("status_id", 0))
    unit.conn.execute(update(t).where(t.c.id == media_id).values(**values))


def attach(unit: Unit, status_id: int, ids: Iterable[int]) -> None:
    """Tie media files to a status, in this order; those tied before and not named are let go, as if new.

    Raises: 422 when another status took a file meanwhile.
    """
    wanted = list(ids)
    memo.gains(unit, "media", status_id)
    free = {"status_id": None, "created_at": unit.now}  # so that there is a day to use them again
    unit.conn.execute(update(t).where(t.c.status_id == status_id, t.c.id.notin_(wanted)).values(free))
    for position, media_id in enumerate(wanted):
        is_free = or_(t.c.status_id.is_(None), t.c.status_id == status_id)
        tied = update(t).where(t.c.id == media_id, is_free).values(status_id=status_id, position=position)
        if not unit.conn.execute(tied).rowcount:
            raise invalid("Validation failed: a file is not yours or is used already", field="media_ids")


def reserve(unit: Unit, scheduled_id: int | None, ids: Iterable[int]) -> None:
    """Keep media files for a post that waits for its time, or (None) let them go, as if new."""
    values = {"scheduled_id": scheduled_id, "created_at": unit.now}
    unit.conn.execute(update(t).where(t.c.id.in_(list(ids))).values(values))


def of_scheduled(snapshot: Snapshot, scheduled_ids: Iterable[int]) -> list[Media]:
    """Return the media that posts keep which wait for their time."""
    return [Media(*row) for row in snapshot.conn.execute(_select.where(t.c.scheduled_id.in_(list(scheduled_ids))))]


def remove(unit: Unit, media_id: int) -> None:
    """Remove the row of a media file."""
    unit.conn.execute(delete(t).where(t.c.id == media_id))


def count_unused(snapshot: Snapshot, account_id: int) -> int:
    """Return how many files of an account no status uses."""
    unused = select(func.count()).select_from(t).where(_is_unused, t.c.account_id == account_id)
    return snapshot.conn.scalar(unused) or 0


def count_processing(snapshot: Snapshot, account_id: int) -> int:
    """Return how many files of an account are still being made."""
    made = select(func.count()).select_from(t).where(t.c.account_id == account_id, t.c.state == "processing")
    return snapshot.conn.scalar(made.where(t.c.status_id.is_(None))) or 0


def remove_unused(unit: Unit, *, before: datetime, limit: int) -> list[Media]:
    """Remove the rows of files that no status uses and that were free before a time; return them."""
    chosen = (
        select(t.c.id)
        .where(_is_unused, t.c.created_at < before)
        .order_by(t.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = delete(t).where(t.c.id.in_(chosen)).returning(*_select.selected_columns)
    return [Media(*row) for row in unit.conn.execute(gone)]


def remove_of_status(unit: Unit, status_id: int) -> None:
    """Remove the media rows of a status (a peer's, replaced by an edit)."""
    unit.conn.execute(delete(t).where(t.c.status_id == status_id))


def by_proxy_key(snapshot: Snapshot, key: str) -> Media | None:
    """Return a peer's media file by the name of our copy."""
    row = snapshot.conn.execute(_select.where(t.c.proxy_key == key)).first()
    return Media(*row) if row else None


def stale_copies(snapshot: Snapshot, *, before: datetime, max_bytes: int, limit: int) -> list[Media]:
    """Return copies that are old or, of the oldest, as many as are beyond `max_bytes` in all."""
    newer = func.sum(t.c.cached_bytes).over(order_by=(t.c.cached_at.desc(), t.c.id.desc()))
    sized = select(t.c.id, t.c.cached_at, newer.label("bytes")).where(t.c.cached_at.is_not(None)).subquery()
    chosen = select(sized.c.id).where((sized.c.cached_at < before) | (sized.c.bytes > max_bytes)).limit(limit)
    return [Media(*row) for row in snapshot.conn.execute(_select.where(t.c.id.in_(chosen)))]


def is_open(snapshot: Snapshot, blob: str) -> bool | None:
    """Tell whether a file or preview of ours is in a post that is open to all; None when nobody but the suspended has it."""
    s, a = tables.statuses, tables.accounts
    named = (
        select(s.c.visibility)
        .select_from(t.join(a, a.c.id == t.c.account_id).outerjoin(s, s.c.id == t.c.status_id))
        .where((t.c.blob == blob) | (t.c.preview_blob == blob), t.c.remote_url.is_(None), a.c.is_suspended.is_(False))
        .order_by(s.c.visibility.in_(OPEN).desc().nulls_last())
        .limit(1)
    )
    row = snapshot.conn.execute(named).first()
    return row[0] in OPEN if row else None


def is_named(snapshot: Snapshot, blob: str) -> bool:
    """Return whether a row names a blob, to show it or to make something of it."""
    named = select(t.c.id).where((t.c.blob == blob) | (t.c.preview_blob == blob) | (t.c.source_blob == blob)).limit(1)
    return snapshot.conn.scalar(named) is not None
