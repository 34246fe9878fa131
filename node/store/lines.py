"""Turns a selection of status ids into whole Status entities, spliced as text.

Every timeline selects ids with `s` and `author` joined, orders them with `ordered`, and hands the selection to a `Pair`
(compiled once, for downward and upward paging) or to `of` (when its shape varies). The rows of a page are one statement;
what is boosted in it is another, and what its reader did with it a third, each where there is any.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final, Literal, Protocol

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, or_, select

from node.entities import splice
from node.social.keywords import Words
from node.store import bodies, collections, filtered, living, marks, quoted
from node.store.bodies import Body, Selection, account_columns, account_entity, author, s
from node.store.filtered import Carrier
from node.store.tables import accounts, statuses
from node.store.unit import Snapshot
from node.store.visible import visible_to, wanted_by

__all__ = ["account_columns", "account_entity"]

MAX_PAGE: Final = bodies.MAX_IDS  # statuses
MAX_LIMIT: Final = 200  # of anything
LAST_ID: Final = (1 << 63) - 1

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
        self._is_signed_in = is_signed_in
        self._down = Selection(lambda: build(is_upward=False))
        self._up = Selection(lambda: build(is_upward=True))

    def read(self, snapshot: Snapshot, page: Page, **binds: Any) -> list[Line]:
        """Return a page; `me` is bound for a signed-in reader."""
        selection = self._down if page.min_id is None else self._up
        found = selection.read(snapshot, now=snapshot.now, **page.binds, **binds)
        return _lines(snapshot, found, binds["me"] if self._is_signed_in else None)


def of(snapshot: Snapshot, selection: Select[Any], viewer_id: int | None, **binds: Any) -> list[Line]:
    """Return the statuses of a selection whose shape varies, by Core's own execution."""
    ids = snapshot.conn.scalars(selection, {"now": snapshot.now, **binds}).all()
    return _lines(snapshot, bodies.by_ids(snapshot, ids), viewer_id)


def by_ids(
    snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], *, is_public: bool = False, is_wanted: bool = False
) -> list[Line]:
    """Return these statuses, newest first, as far as the viewer (or with `is_public` anybody at all) may see them.

    With `is_wanted` those by people whom the viewer blocks or mutes are left out.
    """
    reader: _Reader = "anybody" if is_public or viewer_id is None else "wanting" if is_wanted else "me"
    return _lines(snapshot, _seen(snapshot, viewer_id, ids, reader), viewer_id)


def reported(snapshot: Snapshot, moderator_id: int, ids: Iterable[int]) -> list[Line]:
    """Return these statuses, newest first, to a moderator whom somebody showed them, whoever else may see them."""
    return _lines(snapshot, bodies.by_ids(snapshot, ids), moderator_id)


_Reader = Literal["me", "anybody", "wanting"]


def _seen(snapshot: Snapshot, viewer_id: int | None, ids: Iterable[int], reader: _Reader) -> list[Body]:
    """Return those of these statuses that the reader may see."""
    binds = {} if reader == "anybody" else {"me": viewer_id, "now": snapshot.now}
    found: list[Body] = []
    for size, named in bodies.in_sizes(list(dict.fromkeys(ids))):
        found += _some(size, reader).read(snapshot, **named, **binds)
    return found


@cache
def _some(size: int, reader: _Reader) -> Selection:
    viewer = None if reader == "anybody" else me
    shown = select(s.c.id).join(author, bodies.wrote).where(bodies.is_one_of(size), as_seen_by(viewer))
    return Selection(lambda: shown.where(wanted_by(viewer, s.c.account_id)) if reader == "wanting" else shown)


def by_edges(snapshot: Snapshot, viewer_id: int | None, selection: Select[Any], page: Page) -> list[tuple[int, str]]:
    """Return (edge id, Status as JSON text) of a selection of (id, status_id) that the viewer may see, newest first."""
    edges = selection.subquery("edges")
    statement = (
        select(edges.c.id, s.c.id)
        .join(s, s.c.id == edges.c.status_id)
        .join(author, bodies.wrote)
        .where(as_seen_by(viewer_id), *within(edges.c.id))
    )
    statement = ordered(statement, edges.c.id, is_upward=page.min_id is not None)
    rows = sorted(snapshot.conn.execute(statement, {"now": snapshot.now, **page.binds}), key=lambda row: -int(row[0]))
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


# ------------------------------------------------------------------ text


def _lines(snapshot: Snapshot, found: list[Body], viewer_id: int | None) -> list[Line]:
    def show(ids: Iterable[int]) -> dict[int, str]:
        seen = _seen(snapshot, viewer_id, ids, "anybody" if viewer_id is None else "me")
        return {line.id: line.json for line in _unfilled(snapshot, seen, viewer_id)[0]}

    lines, varied = _unfilled(snapshot, found, viewer_id)
    if not varied:
        return lines
    texts = quoted.filled(snapshot, viewer_id, [line.json for line in lines if line.id in varied], show)
    filled = iter(texts)
    return [Line(line.id, next(filled)) if line.id in varied else line for line in lines]


def _unfilled(snapshot: Snapshot, page: list[Body], viewer_id: int | None) -> tuple[list[Line], set[int]]:
    """Return a page, newest first, and those in it that may have to be filled in for their reader."""
    page.sort(key=attrgetter("id"), reverse=True)
    boosted_ids = {body.boost_of_id for body in page if body.boost_of_id is not None}
    boosted = {body.id: body for body in bodies.by_ids(snapshot, boosted_ids)} if boosted_ids else {}
    texts = _texts(snapshot, viewer_id, page, boosted)
    found, varied = [], set()
    for body in page:
        original = "null"
        if body.boost_of_id is not None:
            if body.boost_of_id not in texts:
                continue  # deleted between two statements
            original = f"{texts[body.boost_of_id]}null}}"
        found.append(Line(body.id, f"{texts[body.id]}{original}}}"))
        if boosted.get(body.boost_of_id or 0, body).varies:
            varied.add(body.id)
    return found, varied


def _texts(
    snapshot: Snapshot, viewer_id: int | None, page: Sequence[Body], boosted: Mapping[int, Body]
) -> dict[int, str]:
    """Return the Status of each on a page, and of each that is boosted there, but for the end, what it boosts."""
    every = {body.id: body for body in (*page, *boosted.values())}
    living_ids = [body.id for body in every.values() if body.is_living]
    lives = living.of(snapshot, living_ids, viewer_id) if living_ids else {}
    linking = {body.id: body.part for body in every.values() if body.may_link}
    linked = collections.linked(snapshot, linking, viewer_id) if linking else {}
    mine = {} if viewer_id is None else _mine(snapshot, viewer_id, page, every, lives)
    texts = {}
    for status_id, body in every.items():
        begun = f"{body.begun},{lives[status_id]}{body.counts}" if body.is_living else body.begun
        ended = splice.linked(body.ended, linked[status_id]) if status_id in linked else body.ended
        texts[status_id] = f"{begun}{mine.get(status_id, '')}{ended}"
    return texts


def _mine(
    snapshot: Snapshot, viewer_id: int, page: Sequence[Body], every: Mapping[int, Body], lives: Mapping[int, str]
) -> dict[int, str]:
    """Return what a reader did with each status and what their filters say of it."""
    did = marks.read(snapshot, viewer_id, list(every))
    of = {one: did.of.get(one, 0) for one in every}
    for body in every.values():
        if body.account_id == viewer_id and body.boost_of_id is None and splice.may_be_pinned(body.part):
            of[body.id] |= splice.MAY_PIN
    mine = {one: splice.mine(mark) for one, mark in of.items()}
    if not did.has_filters:
        return mine
    shown = [every.get(body.boost_of_id or 0, body) for body in page]
    carriers = [
        Carrier((body.id,) if body is original else (body.id, original.id), _words(original, lives))
        for body, original in zip(page, shown, strict=True)
    ]
    for body, original, matches in zip(page, shown, filtered.of(snapshot, viewer_id, carriers), strict=True):
        for one in (body.id, original.id):
            mine[one] = splice.mine(of[one], matches)
    return mine


def _words(body: Body, lives: Mapping[int, str]) -> Words:
    return bodies.words_of(body, splice.alive(body.part, lives[body.id]) if body.is_living else body.part)
