"""Turns a selection of status ids into whole Status entities, spliced as text.

Every timeline selects ids with `s` and `author` joined, orders them with `ordered`, and hands the selection to a `Pair`
(compiled once, for downward and upward paging) or to `of` (when its shape varies). The rows of a page are one statement;
what is boosted in it is another, and what its reader did with it a third, each where there is any.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, Literal, Protocol

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, or_, select

from node.entities import splice
from node.entities.status import LIVE
from node.store import collections, filtered, living, marks, quoted
from node.store.columns import from_ms
from node.store.compiled import Compiled
from node.store.filtered import Carrier
from node.store.tables import accounts, quotes, statuses
from node.store.unit import Snapshot
from node.store.visible import visible_to, wanted_by

MAX_PAGE: Final = 80  # statuses
MAX_LIMIT: Final = 200  # of anything
LAST_ID: Final = (1 << 63) - 1
_SIZES: Final = (1, 2, 4, 8, 16, 32, MAX_PAGE)  # of statements by ids, so that few are ever made
_DAY_MS: Final = 86_400_000

s = statuses.alias("s")
author = accounts.alias("author")

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
        def compiled(*, is_upward: bool) -> Compiled:
            return Compiled(lambda: _detailed(build(is_upward=is_upward)))

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
    page = selection.subquery("page")
    statement = select(*_columns()).select_from(page).join(s, s.c.id == page.c.id).join(author, _wrote)
    rows = snapshot.conn.execute(statement, {"now": snapshot.now, **binds})
    return _lines(snapshot, rows.all(), viewer_id)


def by_ids(snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], *, is_public: bool = False) -> list[Line]:
    """Return these statuses, newest first, as far as the viewer (or with `is_public` anybody at all) may see them."""
    reader: _Reader = "anybody" if is_public or viewer_id is None else "me"
    return _lines(snapshot, _rows(snapshot, viewer_id, ids, reader), viewer_id)


def reported(snapshot: Snapshot, moderator_id: int, ids: Iterable[int]) -> list[Line]:
    """Return these statuses, newest first, to a moderator whom somebody showed them, whoever else may see them."""
    return _lines(snapshot, _rows(snapshot, moderator_id, ids, "checked"), moderator_id)


_Reader = Literal["me", "anybody", "checked"]


def _rows(snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], reader: _Reader) -> list[Sequence[Any]]:
    """Return the rows of these statuses that the reader may see; "checked": which the caller has found out."""
    wanted = list(dict.fromkeys(ids))
    binds = {"me": viewer_id} if reader == "me" else {}
    found: list[Sequence[Any]] = []
    for start in range(0, len(wanted), MAX_PAGE):
        some = wanted[start : start + MAX_PAGE]
        size = next(size for size in _SIZES if size >= len(some))
        named = {f"id_{place}": some[min(place, len(some) - 1)] for place in range(size)}
        found += _some(size, reader).rows(snapshot.conn, **named, **binds)
    return found


@cache
def _some(size: int, reader: _Reader) -> Compiled:
    def build() -> Select[Any]:
        wanted = [bindparam(f"id_{place}", type_=BigInteger, required=False) for place in range(size)]
        shown = select(s.c.id).join(author, _wrote).where(s.c.id.in_(wanted))
        return _detailed(shown if reader == "checked" else shown.where(as_seen_by(me if reader == "me" else None)))

    return Compiled(build)


def by_edges(snapshot: Snapshot, viewer_id: int | None, selection: Select[Any], page: Page) -> list[tuple[int, str]]:
    """Return (edge id, Status as JSON text) of a selection of (id, status_id) that the viewer may see, newest first."""
    edges = selection.subquery("edges")
    statement = (
        select(edges.c.id, s.c.id)
        .join(s, s.c.id == edges.c.status_id)
        .join(author, _wrote)
        .where(as_seen_by(viewer_id), *within(edges.c.id))
    )
    statement = ordered(statement, edges.c.id, is_upward=page.min_id is not None)
    rows = sorted(snapshot.conn.execute(statement, {"now": snapshot.now, **page.binds}), key=lambda row: -int(row[0]))
    shown = {line.id: line.json for line in by_ids(snapshot, viewer_id, [row[1] for row in rows])}
    return [(row[0], shown[row[1]]) for row in rows if row[1] in shown]


def unwanted(snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    """Return those of several statuses whose authors the viewer blocks or mutes."""
    wanted = list(ids)
    if viewer_id is None or not wanted:
        return set()
    statement = select(statuses.c.id).where(statuses.c.id.in_(wanted), ~wanted_by(viewer_id, statuses.c.account_id))
    return set(snapshot.conn.scalars(statement, {"now": snapshot.now}))


def as_seen_by(viewer: Any | None) -> ColumnElement[bool]:
    """Return whether the viewer may see `s`, and what it boosts if it is a boost."""
    boosted, boosted_by = statuses.alias(), accounts.alias()
    sees_boosted = exists(
        select(1)
        .where(boosted.c.id == s.c.boost_of_id, boosted_by.c.id == boosted.c.account_id)
        .where(visible_to(viewer, boosted, boosted_by))
    )
    return and_(visible_to(viewer, s, author), or_(s.c.boost_of_id.is_(None), sees_boosted))


# ------------------------------------------------------------------ rows

_wrote = author.c.id == s.c.account_id
_ID, _PART, _REPLIES, _BOOSTS, _FAVOURITES, _BOOST_OF, _VARIES, _ACCOUNT = range(8)  # the columns of a row


def _detailed(selection: Select[Any]) -> Select[Any]:
    """Return a selection of ids with everything that is spliced, in their place."""
    return selection.with_only_columns(*_columns(), maintain_column_froms=True)


def _columns() -> list[Any]:
    c = s.c
    quotes_any = exists(
        select(1).where(quotes.c.status_id == c.id)
    )  # also what its server says is gone, and has no address
    varies = or_(quotes_any, c.interaction_policy.is_not(None), c.visibility.not_in(_PLAIN))
    counts = (c.replies_count, c.boosts_count, c.favourites_count)
    return [c.id, c.part, *counts, c.boost_of_id, varies, *account_columns(author)]


_PLAIN: Final = ("public", "unlisted", "house")  # whoever sees these may quote them, unless their policy says otherwise


def account_columns(table: Any) -> list[Any]:
    """Return the columns that `account_entity` reads."""
    c = table.c
    return [c.part, c.followers_count, c.following_count, c.statuses_count, c.last_status_at]


def account_entity(row: Sequence[Any]) -> str:
    """Return the Account entity of `account_columns`; the last may be a datetime (by Core) or milliseconds."""
    part, followers, following, posts, at = row
    last = None if at is None else _day(at // _DAY_MS) if isinstance(at, int) else f"{at:%Y-%m-%d}"
    return splice.account(part, followers=followers, following=following, statuses=posts, last_status_on=last)


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """Return the date of a day since 1970."""
    return f"{from_ms(number * _DAY_MS):%Y-%m-%d}"


# ------------------------------------------------------------------ text


def _lines(snapshot: Snapshot, rows: Sequence[Sequence[Any]], viewer_id: int | None) -> list[Line]:
    def show(ids: Iterable[int]) -> dict[int, str]:
        seen = _rows(snapshot, viewer_id, ids, "anybody" if viewer_id is None else "me")
        return {line.id: line.json for line in _unfilled(snapshot, seen, viewer_id)[0]}

    found, varied = _unfilled(snapshot, rows, viewer_id)
    if not varied:
        return found
    texts = quoted.filled(snapshot, viewer_id, [line.json for line in found if line.id in varied], show)
    filled = iter(texts)
    return [Line(line.id, next(filled)) if line.id in varied else line for line in found]


def _unfilled(snapshot: Snapshot, rows: Sequence[Sequence[Any]], viewer_id: int | None) -> tuple[list[Line], set[int]]:
    """Return a page, newest first, and those in it that may have to be filled in for their reader."""
    newest_first = sorted(rows, key=itemgetter(_ID), reverse=True)
    boosted_ids = {row[_BOOST_OF] for row in rows if row[_BOOST_OF] is not None}
    boosted = {row[_ID]: row for row in _rows(snapshot, None, boosted_ids, "checked")} if boosted_ids else {}
    every = [*newest_first, *boosted.values()]
    living_ids = {row[_ID] for row in every if row[_PART].endswith(LIVE)}
    lives = living.of(snapshot, list(living_ids), viewer_id) if living_ids else {}
    tails = _tails(snapshot, viewer_id, newest_first, boosted, lives)
    linked = collections.linked(snapshot, {row[_ID]: row[_PART] for row in every}, viewer_id)
    texts = _texts(every, lives, tails, linked)
    found = []
    for row in newest_first:
        if row[_BOOST_OF] is not None and row[_BOOST_OF] not in texts:
            continue  # deleted between two statements
        original = "null" if row[_BOOST_OF] is None else f"{texts[row[_BOOST_OF]]}null}}"
        found.append(Line(row[_ID], f"{texts[row[_ID]]}{original}}}"))
    return found, {row[_ID] for row in newest_first if row[_VARIES] or boosted.get(row[_BOOST_OF], row)[_VARIES]}


def _texts(
    rows: Iterable[Sequence[Any]], lives: Mapping[int, str], tails: Mapping[int, str] | None, linked: Mapping[int, str]
) -> dict[int, str]:
    """Return the Status of each row but for the end, what it boosts."""
    texts = {}
    for row in rows:
        status_id, part, replies, boosts, favourites, _, _, *account = row
        if status_id in lives:
            part = splice.alive(part, lives[status_id])
        mine = "" if tails is None else tails[status_id]
        counts, by = (replies, boosts, favourites), account_entity(account)
        texts[status_id] = splice.begun(part, counts, mine, by, linked=linked.get(status_id, "[]"))
    return texts


def _tails(
    snapshot: Snapshot,
    viewer_id: int | None,
    rows: Sequence[Sequence[Any]],
    boosted: Mapping[int, Sequence[Any]],
    lives: Mapping[int, str],
) -> dict[int, str] | None:
    """Return what a reader did with each status and what their filters say of it; None for nobody in particular."""
    if viewer_id is None:
        return None
    ids = [row[_ID] for row in rows]
    did = marks.read(snapshot, viewer_id, [*ids, *boosted])
    of = {
        row[_ID]: did.of.get(row[_ID], 0) | _may_pin(row, f'{{"id":"{viewer_id}",')
        for row in (*rows, *boosted.values())
    }
    if not did.has_filters:
        return {one: splice.mine(mark, "[]") for one, mark in of.items()}
    tails = {}
    shown = [boosted.get(row[_BOOST_OF], row) for row in rows]
    carriers = [
        Carrier(dict.fromkeys((row[_ID], original[_ID])), _alive(original, lives))
        for row, original in zip(rows, shown, strict=True)
    ]
    for row, original, matches in zip(rows, shown, filtered.of(snapshot, viewer_id, carriers), strict=True):
        for one in (row[_ID], original[_ID]):
            tails[one] = splice.mine(of.get(one, 0), matches)
    return tails


def _may_pin(row: Sequence[Any], me: str) -> int:
    """Return the mark of a post of one's own that may be pinned; the Account of its author begins with the id."""
    is_own = row[_ACCOUNT].startswith(me) and row[_BOOST_OF] is None
    return splice.MAY_PIN if is_own and splice.may_be_pinned(row[_PART]) else 0


def _alive(row: Sequence[Any], lives: Mapping[int, str]) -> str:
    status_id, part = row[_ID], row[_PART]
    return splice.alive(part, lives[status_id]) if status_id in lives else part
