"""Sites that posts link to, and what moderators said of them; and what they said of hashtags and links."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select, update

from node.store import lines, tables
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.tags import Tag
from node.store.unit import Snapshot, Unit

t = tables.publishers


class Publisher(Struct, frozen=True):
    """A row of `publishers`."""

    id: int
    host: str
    is_trendable: bool | None
    reviewed_at: datetime | None


_select = select(*(t.c[name] for name in Publisher.__struct_fields__))


def meet(unit: Unit, hosts: Iterable[str]) -> None:
    """Write down sites that are new."""
    wanted = list(dict.fromkeys(hosts))
    known = set(unit.conn.scalars(select(t.c.host).where(t.c.host.in_(wanted))))
    rows = [{"id": unit.new_id(), "host": host, "created_at": unit.now} for host in wanted if host not in known]
    if rows:
        unit.conn.execute(insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["host"]), rows)


def page(snapshot: Snapshot, *, limit: int) -> list[Publisher]:
    """Return the newest sites."""
    return [Publisher(*row) for row in snapshot.conn.execute(_select.order_by(t.c.id.desc()).limit(limit))]


def by_id(snapshot: Snapshot, publisher_id: int) -> Publisher | None:
    """Return a site."""
    row = snapshot.conn.execute(_select.where(t.c.id == publisher_id)).first()
    return Publisher(*row) if row else None


def judge(unit: Unit, publisher_id: int, *, is_trendable: bool) -> None:
    """Say whether links to a site may trend."""
    values = {"is_trendable": is_trendable, "reviewed_at": unit.now}
    unit.conn.execute(update(t).where(t.c.id == publisher_id).values(**values))


def newest_links(snapshot: Snapshot, *, limit: int) -> list[str]:
    """Return the addresses of the newest links."""
    c = tables.cards
    return list(snapshot.conn.scalars(select(c.c.url).order_by(c.c.id.desc()).limit(limit)))


def judge_link(unit: Unit, card_id: int, *, is_trendable: bool) -> None:
    """Say whether a link may trend."""
    c = tables.cards
    unit.conn.execute(update(c).where(c.c.id == card_id).values(is_trendable=is_trendable))


def tags(snapshot: Snapshot, part: Page) -> list[Tag]:
    """Return a page of hashtags, the newest first."""
    g = tables.tags
    statement = select(*(g.c[name] for name in Tag.__struct_fields__)).where(*lines.within(g.c.id))
    statement = lines.ordered(statement, g.c.id, is_upward=part.min_id is not None)
    return sorted((Tag(*row) for row in snapshot.conn.execute(statement, part.binds)), key=lambda one: -one.id)


def judge_tag(unit: Unit, tag_id: int, **words: Any) -> None:
    """Say how a hashtag is shown and whether it may be used, listed, or trend."""
    g = tables.tags
    unit.conn.execute(update(g).where(g.c.id == tag_id).values(**words, reviewed_at=unit.now))
