"""Which post quotes which, and whether it may."""

from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import Select, func, or_, select, update

from node.social.visibility import INSIDE
from node.store import bodies, lines, memo, statuses, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import wanted_by

t = tables.quotes
MAX_ADOPTED: Final = 200
State = Literal["pending", "accepted", "rejected", "revoked", "deleted"]


class Quote(Struct, frozen=True):
    """A row of `quotes`. `quoted_id` None: the quoted post is not here, or not any more."""

    status_id: int
    quoted_id: int | None
    quoted_uri: str
    state: State
    authorization_uri: str | None
    request_uri: str | None
    is_legacy: bool
    created_at: datetime


_by, _of_whom = tables.statuses.alias("quoting"), tables.statuses.alias("quoted")
_select = select(*[t.c[name] for name in Quote.__struct_fields__])
_of = Prepared(lambda: _select.where(t.c.status_id == bound(t.c.status_id)))
_waiting_for = Prepared(
    lambda: (
        select(t.c.status_id).where(t.c.quoted_uri == bound(t.c.quoted_uri), t.c.quoted_id.is_(None)).limit(MAX_ADOPTED)
    )
)
_count = Prepared(
    lambda: (
        select(func.count())
        .select_from(t)
        .join(_by, _by.c.id == t.c.status_id)
        .join(_of_whom, _of_whom.c.id == t.c.quoted_id)
        .where(t.c.quoted_id == bound(t.c.quoted_id), t.c.state == "accepted")
        .where(or_(_by.c.visibility.not_in(sorted(INSIDE)), _of_whom.c.visibility.in_(sorted(INSIDE))))
    )
)


def of(snapshot: Snapshot, status_id: int) -> Quote | None:
    """Return what a post quotes."""
    if memo.lacks(snapshot, "quote", status_id):
        return None
    row = _of.first(snapshot.conn, the_status_id=status_id)
    return None if row is None else Quote(*row)


def named(snapshot: Snapshot, uri: str) -> list[Quote]:
    """Return the quotes that go by an id: that of the authorization, or of the request for it."""
    found = _select.where(or_(t.c.authorization_uri == uri, t.c.request_uri == uri)).limit(20)
    return [Quote(*row) for row in snapshot.conn.execute(found)]


def insert(unit: Unit, quote: Quote) -> bool:
    """Keep a quote; False when the post quotes something already."""
    memo.gains(unit, "quote", quote.status_id)
    row = {name: getattr(quote, name) for name in Quote.__struct_fields__}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.status_id)
    return unit.conn.execute(statement, row).first() is not None


def change(unit: Unit, status_id: int, **values: Any) -> None:
    """Change a quote."""
    unit.conn.execute(update(t).where(t.c.status_id == status_id).values(**values))


def adopt(unit: Unit, quoted_uri: str, quoted_id: int) -> list[int]:
    """Tie quotes that came before what they quote to it; return the quoting posts."""
    found = [row[0] for row in _waiting_for.rows(unit.conn, the_quoted_uri=quoted_uri)]
    if found:
        unit.conn.execute(update(t).where(t.c.status_id.in_(found)).values(quoted_id=quoted_id))
    return found


def is_awaited(snapshot: Snapshot, uri: str) -> bool:
    """Return whether a post was fetched because another quotes it: what it quotes itself is then left alone."""
    return bool(_waiting_for.rows(snapshot.conn, the_quoted_uri=uri))


def count(snapshot: Snapshot, quoted_id: int) -> int:
    """Return how many posts quote a post with its author's consent; of one that is not of the house, none of the house."""
    row = _count.first(snapshot.conn, the_quoted_id=quoted_id)
    return 0 if row is None else int(row[0])


def quoting(quoted_id: int, viewer_id: int | None) -> Select[Any]:
    """Return the accepted quotes of a post as (id, status_id), to be paged by the quoting post.

    Those by people whom the viewer blocks or mutes are left out.
    """
    return (
        select(t.c.status_id.label("id"), t.c.status_id.label("status_id"))
        .join(_by, _by.c.id == t.c.status_id)
        .where(t.c.quoted_id == quoted_id, t.c.state == "accepted", wanted_by(viewer_id, _by.c.account_id))
    )


def shown_to_author(snapshot: Snapshot, author_id: int, quoted_id: int, page: lines.Page) -> list[lines.Line]:
    """Return a page of all the accepted quotes of a post: who allowed them sees them, whoever else may."""
    s, by = bodies.s, bodies.author
    allowed = (
        select(s.c.id)
        .join(t, t.c.status_id == s.c.id)
        .join(by, by.c.id == s.c.account_id)
        .where(t.c.quoted_id == quoted_id, t.c.state == "accepted", by.c.is_suspended.is_(False))
        .where(*lines.within(s.c.id))
    )
    selection = lines.ordered(allowed, s.c.id, is_upward=page.min_id is not None)
    return lines.of(snapshot, selection, author_id, **page.binds)


def local_quoting(quoted_id: int, *, limit: int) -> Select[Any]:
    """Return the posts of our people that quote a post, as `statuses.all_of` reads them."""
    s = tables.statuses
    shown = select(t.c.status_id).where(t.c.quoted_id == quoted_id, t.c.state == "accepted")
    return statuses.selection().where(s.c.id.in_(shown), s.c.is_local).order_by(s.c.id.desc()).limit(limit)
