"""Previews of links: what is known of each page, and which status shows it. The row is the claim to fetch a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, select, update

from node.store import memo, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.cards
s = tables.status_cards
FRESH: Final = timedelta(hours=24)  # a page is asked for once in this time, however many link to it


class Card(Struct, frozen=True):
    """A row of `cards`."""

    id: int
    url: str
    kind: str
    title: str
    description: str
    language: str | None
    authors: list[dict[str, str]]
    provider_name: str
    provider_url: str
    image_blob: str | None
    image_alt: str
    blurhash: str | None
    width: int
    height: int
    published_at: datetime | None
    state: str
    fetched_at: datetime | None


_select = select(*(t.c[name] for name in Card.__struct_fields__))
_of_status = Prepared(
    lambda: _select.join(s, s.c.card_id == t.c.id).where(s.c.status_id == bound(s.c.status_id), t.c.state == "shown")
)


def of_status(snapshot: Snapshot, status_id: int) -> Card | None:
    """Return the preview that a status shows."""
    if memo.lacks(snapshot, "card", status_id):
        return None
    row = _of_status.first(snapshot.conn, the_status_id=status_id)
    return Card(*row) if row else None


def by_id(snapshot: Snapshot, card_id: int) -> Card | None:
    """Return a card."""
    row = snapshot.conn.execute(_select.where(t.c.id == card_id)).first()
    return Card(*row) if row else None


def some(snapshot: Snapshot, card_ids: Sequence[int]) -> dict[int, Card]:
    """Return several cards by their ids."""
    found = snapshot.conn.execute(_select.where(t.c.id.in_(card_ids))) if card_ids else ()
    return {row[0]: Card(*row) for row in found}


def by_url(snapshot: Snapshot, url: str) -> Card | None:
    """Return what is known of a page."""
    row = snapshot.conn.execute(_select.where(t.c.url == url)).first()
    return Card(*row) if row else None


def claim(unit: Unit, url: str) -> tuple[Card, bool]:
    """Return the card of a page, and whether whoever asks is the one to fetch it now."""
    row = {"id": unit.new_id(), "url": url, "created_at": unit.now, "fetched_at": unit.now}
    kept = insert_into(unit.conn, t).values(row).on_conflict_do_nothing(index_elements=["url"]).returning(t.c.id)
    is_new = unit.conn.execute(kept).first() is not None
    if not is_new:
        is_old = (t.c.url == url) & (t.c.fetched_at < unit.now - FRESH)
        is_new = unit.conn.execute(update(t).where(is_old).values(fetched_at=unit.now)).rowcount > 0
    found = by_url(unit, url)
    if found is None:
        raise LookupError("a card that was just kept")
    return found, is_new


def fill(unit: Unit, card_id: int, values: Mapping[str, Any]) -> None:
    """Write what a page said of itself."""
    unit.conn.execute(update(t).where(t.c.id == card_id).values(**values))


def attached_id(snapshot: Snapshot, status_id: int) -> int | None:
    """Return which card hangs on a status, whether there is anything to show yet or not."""
    row = None if memo.lacks(snapshot, "card", status_id) else _attached.first(snapshot.conn, the_status_id=status_id)
    return row[0] if row else None


_attached = Prepared(lambda: select(s.c.card_id).where(s.c.status_id == bound(s.c.status_id)))


def attach(unit: Unit, status_id: int, card_id: int) -> None:
    """Hang a card on a status, in place of another."""
    memo.gains(unit, "card", status_id)
    put = insert_into(unit.conn, s).values(status_id=status_id, card_id=card_id)
    unit.conn.execute(put.on_conflict_do_update(index_elements=["status_id"], set_={"card_id": card_id}))


def detach(unit: Unit, status_id: int) -> None:
    """Take the card from a status."""
    unit.conn.execute(delete(s).where(s.c.status_id == status_id))


def showing(snapshot: Snapshot, card_id: int, *, after: int, limit: int) -> list[int]:
    """Return the statuses on which a card hangs, oldest first, a page of them."""
    wanted = select(s.c.status_id).where(s.c.card_id == card_id, s.c.status_id > after)
    return list(snapshot.conn.scalars(wanted.order_by(s.c.status_id).limit(limit)))


def has_image(snapshot: Snapshot, blob: str) -> bool:
    """Return whether a blob is the picture of a card."""
    return snapshot.conn.scalar(select(t.c.id).where(t.c.image_blob == blob).limit(1)) is not None


def remove_unused(unit: Unit, *, before: datetime, limit: int) -> list[Card]:
    """Remove cards that no status shows and that were fetched before a time; return them."""
    is_used = select(s.c.status_id).where(s.c.card_id == t.c.id).exists()
    chosen = select(t.c.id).where(t.c.fetched_at < before, ~is_used).order_by(t.c.id).limit(limit)
    gone = delete(t).where(t.c.id.in_(chosen)).returning(*_select.selected_columns)
    return [Card(*row) for row in unit.conn.execute(gone)]
