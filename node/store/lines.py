"""Turns a selection of status ids into whole Status entities: one statement, spliced as text.

Every timeline selects ids with `s` (and `author` joined where it needs it), orders them with `ordered`, and hands the
selection to a `Pair` (compiled once, for downward and upward paging) or to `of` (when its shape varies).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, Protocol

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, bindparam, exists, false, or_, select

from node.entities import splice
from node.entities.status import LIVE
from node.store import filtered, living, quoted
from node.store.columns import from_ms
from node.store.compiled import Compiled
from node.store.filtered import Carrier
from node.store.tables import accounts, bookmarks, favourites, filters, pins, statuses, thread_mutes
from node.store.unit import Snapshot
from node.store.visible import visible_to

MAX_PAGE: Final = 80  # statuses
MAX_LIMIT: Final = 200  # of anything
LAST_ID: Final = (1 << 63) - 1
_WIDTH: Final = 15  # of `_status_columns` and `account_columns` together
_STARTS: Final = (0, _WIDTH)  # of a row: the status, and what it boosts
_DAY_MS: Final = 86_400_000

s = statuses.alias("s")
author = accounts.alias("author")
_original = statuses.alias("original")
_original_author = accounts.alias("original_author")

me = bindparam("me", type_=BigInteger, required=False)
_limit = bindparam("limit", type_=BigInteger, required=False)
_below = bindparam("below", type_=BigInteger, required=False)
_above = bindparam("above", type_=BigInteger, required=False)


class Page(Struct, frozen=True):
    """Which part of a list: ids strictly between `min_id` or `since_id` and `max_id`, newest first.

    `min_id` asks for the page directly above it, `since_id` for the newest one above it.
    """

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @property
    def binds(self) -> dict[str, int]:
        """The page as the binds that `within` and `ordered` use."""
        return {
            "below": LAST_ID if self.max_id is None else self.max_id,
            "above": max(self.min_id or 0, self.since_id or 0),
            "limit": max(1, min(self.limit, MAX_LIMIT)),
        }


class Line(Struct, frozen=True):
    """One status of a page: its id and the Status entity as JSON text."""

    id: int
    json: str


def within(identifier: ColumnElement[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the bounds of a page over an id."""
    return identifier < _below, identifier > _above


def ordered(statement: Select[Any], identifier: ColumnElement[int], *, is_upward: bool) -> Select[Any]:
    """Return a selection cut to one page, from the right end."""
    return statement.order_by(identifier if is_upward else identifier.desc()).limit(_limit)


class Build(Protocol):
    """Gives a timeline's selection of ids, cut to one page."""

    def __call__(self, *, is_upward: bool) -> Select[Any]: ...


class Pair:
    """A timeline's statement for paging down and for paging up, each compiled once."""

    def __init__(self, build: Build, *, is_signed_in: bool) -> None:
        viewer = me if is_signed_in else None

        def compiled(*, is_upward: bool) -> Compiled:
            return Compiled(lambda: details(build(is_upward=is_upward).subquery("page"), viewer))

        self._is_signed_in = is_signed_in
        self._down = compiled(is_upward=False)
        self._up = compiled(is_upward=True)

    def read(self, snapshot: Snapshot, page: Page, **binds: Any) -> list[Line]:
        """Return a page; `me` is bound for a signed-in reader."""
        statement = self._down if page.min_id is None else self._up
        rows = statement.rows(snapshot.conn, now=snapshot.now, **page.binds, **binds)
        return _lines(snapshot, rows, binds["me"] if self._is_signed_in else None)


def of(snapshot: Snapshot, selection: Select[Any], viewer_id: int | None, **binds: Any) -> list[Line]:
    """Return the statuses of a selection whose shape varies, by Core's own execution."""
    rows = snapshot.conn.execute(details(selection.subquery("page"), viewer_id), {"now": snapshot.now, **binds})
    return _lines(snapshot, rows.all(), viewer_id)


def by_ids(snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], *, is_public: bool = False) -> list[Line]:
    """Return these statuses, newest first, as far as the viewer (or with `is_public` anybody at all) may see them."""
    return _lines(snapshot, _rows(snapshot, viewer_id, ids, is_public=is_public), viewer_id)


def _rows(
    snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], *, is_public: bool = False
) -> list[Sequence[Any]]:
    wanted = list(dict.fromkeys(ids))
    is_signed_in = viewer_id is not None
    binds = {"me": viewer_id} if is_signed_in else {}
    found: list[Sequence[Any]] = []
    for start in range(0, len(wanted), MAX_PAGE):
        some = {f"id_{place}": one for place, one in enumerate(wanted[start : start + MAX_PAGE])}
        statement = _some(len(some), is_signed_in=is_signed_in, is_public=is_public)
        found += statement.rows(snapshot.conn, **some, **binds)
    return found


@cache
def _some(count: int, *, is_signed_in: bool, is_public: bool) -> Compiled:
    def build() -> Select[Any]:
        viewer = me if is_signed_in else None
        wanted = [bindparam(f"id_{place}", type_=BigInteger, required=False) for place in range(count)]
        joined = select(s.c.id).join(author, author.c.id == s.c.account_id)
        shown = joined.where(s.c.id.in_(wanted), as_seen_by(None if is_public else viewer))
        return details(shown.subquery("page"), viewer)

    return Compiled(build)


def by_edges(snapshot: Snapshot, viewer_id: int | None, selection: Select[Any], page: Page) -> list[tuple[int, str]]:
    """Return (edge id, Status as JSON text) of a selection of (id, status_id) that the viewer may see, newest first."""
    edges = selection.subquery("edges")
    statement = (
        select(edges.c.id, s.c.id)
        .join(s, s.c.id == edges.c.status_id)
        .join(author, author.c.id == s.c.account_id)
        .where(as_seen_by(viewer_id), *within(edges.c.id))
    )
    statement = ordered(statement, edges.c.id, is_upward=page.min_id is not None)
    rows = sorted(snapshot.conn.execute(statement, page.binds), key=lambda row: -int(row[0]))
    shown = {line.id: line.json for line in by_ids(snapshot, viewer_id, [row[1] for row in rows])}
    return [(row[0], shown[row[1]]) for row in rows if row[1] in shown]


def as_seen_by(viewer: Any | None) -> ColumnElement[bool]:
    """Return whether the viewer may see `s`, and what it boosts if it is a boost."""
    boosted, boosted_by = statuses.alias(), accounts.alias()
    sees_boosted = exists(
        select(1)
        .where(boosted.c.id == s.c.boost_of_id, boosted_by.c.id == boosted.c.account_id)
        .where(visible_to(viewer, boosted, boosted_by))
    )
    return and_(visible_to(viewer, s, author), or_(s.c.boost_of_id.is_(None), sees_boosted))


def details(page: Subquery, viewer: Any | None) -> Select[Any]:
    """Return the statement that fetches everything `_line` splices; a sort would copy every part, so `_lines` does it."""
    return (
        select(
            *_status_columns(s, viewer),
            *account_columns(author),
            *_status_columns(_original, viewer),
            *account_columns(_original_author),
            false() if viewer is None else exists(select(1).where(filters.c.account_id == viewer)),
        )
        .select_from(page)
        .join(s, s.c.id == page.c.id)
        .join(author, author.c.id == s.c.account_id)
        .outerjoin(_original, _original.c.id == s.c.boost_of_id)
        .outerjoin(_original_author, _original_author.c.id == _original.c.account_id)
    )


def account_columns(table: Any) -> list[Any]:
    """Return the columns that `account_entity` reads."""
    c = table.c
    return [c.part, c.followers_count, c.following_count, c.statuses_count, c.last_status_at]


def account_entity(row: Sequence[Any]) -> str:
    """Return the Account entity of `account_columns`; the last may be a datetime (by Core) or milliseconds."""
    at = row[4]
    last = None if at is None else _day(at // _DAY_MS) if isinstance(at, int) else f"{at:%Y-%m-%d}"
    return splice.account(row[0], followers=row[1], following=row[2], statuses=row[3], last_status_on=last)


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """Return the date of a day since 1970."""
    return f"{from_ms(number * _DAY_MS):%Y-%m-%d}"


def _status_columns(table: Any, viewer: Any | None) -> list[Any]:
    counts = [table.c.id, table.c.part, table.c.replies_count, table.c.boosts_count, table.c.favourites_count]
    if viewer is None:
        return [*counts, *(false() for _ in range(5))]
    mine = statuses.alias()
    pinned = and_(pins.c.status_id == table.c.id, pins.c.account_id == viewer)
    muted = and_(thread_mutes.c.account_id == viewer, thread_mutes.c.context_uri == table.c.context_uri)
    return [
        *counts,
        exists(select(1).where(favourites.c.status_id == table.c.id, favourites.c.account_id == viewer)),
        exists(select(1).where(mine.c.boost_of_id == table.c.id, mine.c.account_id == viewer)),
        exists(select(1).where(muted)),
        exists(select(1).where(bookmarks.c.status_id == table.c.id, bookmarks.c.account_id == viewer)),
        and_(table.c.account_id == viewer, exists(select(1).where(pinned))),
    ]


def _lines(snapshot: Snapshot, rows: Sequence[Sequence[Any]], viewer_id: int | None) -> list[Line]:
    def show(ids: Iterable[int]) -> dict[int, str]:
        return {line.id: line.json for line in _unfilled(snapshot, _rows(snapshot, viewer_id, ids), viewer_id)}

    found = _unfilled(snapshot, rows, viewer_id)
    texts = [line.json for line in found]
    filled = quoted.filled(snapshot, viewer_id, texts, show)
    return found if filled is texts else [Line(line.id, text) for line, text in zip(found, filled, strict=True)]


def _unfilled(snapshot: Snapshot, rows: Sequence[Sequence[Any]], viewer_id: int | None) -> list[Line]:
    newest_first = sorted(rows, key=itemgetter(0), reverse=True)
    living_ids = {row[at] for row in rows for at in _STARTS if row[at + 1] is not None and row[at + 1].endswith(LIVE)}
    lives = living.of(snapshot, list(living_ids), viewer_id) if living_ids else {}
    if viewer_id is None:
        return [_line(row, lives, None) for row in newest_first]
    if not rows or not rows[0][-1]:
        return [_line(row, lives, "[]") for row in newest_first]
    found = filtered.of(snapshot, viewer_id, [_whole(row, lives) for row in newest_first])
    return [_line(row, lives, matches) for row, matches in zip(newest_first, found, strict=True)]


def _whole(row: Sequence[Any], lives: Mapping[int, str]) -> Carrier:
    """Return a row as filters look at it: of a boost, what was boosted, by either id."""
    start = 0 if row[_WIDTH] is None else _WIDTH
    return Carrier(dict.fromkeys((row[0], row[start])), _alive(row[start], row[start + 1], lives))


def _line(row: Sequence[Any], lives: Mapping[int, str], matches: str | None) -> Line:
    of_boosted = row[_WIDTH : 2 * _WIDTH]
    reblog = "null" if of_boosted[0] is None else _status(of_boosted, lives, matches)
    return Line(row[0], _status(row[0:_WIDTH], lives, matches, reblog=reblog))


def _status(row: Sequence[Any], lives: Mapping[int, str], matches: str | None, *, reblog: str = "null") -> str:
    """Return a Status; `matches` is what the reader's filters say of it, None for nobody in particular."""
    return splice.status(
        _alive(row[0], row[1], lives),
        splice.Counts(row[2], row[3], row[4]),
        account=account_entity(row[10:_WIDTH]),
        flags=None if matches is None else splice.Flags(row[5], row[6], row[7], row[8], row[9], matches),
        reblog=reblog,
    )


def _alive(status_id: int, part: str, lives: Mapping[int, str]) -> str:
    return splice.alive(part, lives[status_id]) if status_id in lives else part
