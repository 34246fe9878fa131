"""What of a status is the same for all who may see it, rendered: a `Body`, which `lines` completes for one reader.

How it works. On SQLite a process keeps bodies on its shelf for as long as nobody writes, so that a page asks for the ids
of what it shows, and reads only the posts that nobody else has just read. On PostgreSQL, which does not tell whether
anybody wrote, a page is read with everything that is in it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import BigInteger, Select, bindparam, exists, or_, select

from node.entities import splice
from node.entities.status import LIVE
from node.social import keywords
from node.social.keywords import Words
from node.store.columns import DAY_MS, from_ms
from node.store.compiled import Compiled
from node.store.tables import accounts, quotes, statuses
from node.store.unit import Snapshot

MAX_IDS: Final = 80
MAX_KEPT_CHARS: Final = 8192
_SIZES: Final = (1, 2, 4, 8, 16, 32, MAX_IDS)  # of statements by ids, so that few are ever made
_PLAIN: Final = ("public", "unlisted", "house")  # whoever sees these may quote them, unless their policy says otherwise

s = statuses.alias("s")
author = accounts.alias("author")
wrote = author.c.id == s.c.account_id


class Body(Struct):
    """A status: its part, and what stands before and after what depends on its reader.

    `begun` of one that `is_living` lacks what is made anew whenever it is read, and the counts behind that.
    """

    id: int
    account_id: int
    boost_of_id: int | None
    varies: bool
    is_living: bool
    may_link: bool  # to collections
    part: str
    begun: str
    counts: str
    ended: str
    words: Words | None = None


def detailed(selection: Select[Any]) -> Select[Any]:
    """Return a selection of ids with everything that a body is made of, in their place."""
    return selection.with_only_columns(*_columns(), maintain_column_froms=True)


def _columns() -> list[Any]:
    c = s.c
    quotes_any = exists(
        select(1).where(quotes.c.status_id == c.id)
    )  # also what its server says is gone, and has no address
    varies = or_(quotes_any, c.interaction_policy.is_not(None), c.visibility.not_in(_PLAIN))
    counts = (c.replies_count, c.boosts_count, c.favourites_count)
    return [c.id, c.account_id, c.part, *counts, c.boost_of_id, varies, *account_columns(author)]


def account_columns(table: Any) -> list[Any]:
    """Return the columns that `account_entity` reads."""
    c = table.c
    return [c.part, c.followers_count, c.following_count, c.statuses_count, c.last_status_at]


def account_entity(row: Sequence[Any]) -> str:
    """Return the Account entity of `account_columns`; the last may be a datetime (by Core) or milliseconds."""
    part, followers, following, posts, at = row
    last = None if at is None else _day(at // DAY_MS) if isinstance(at, int) else f"{at:%Y-%m-%d}"
    return splice.account(part, followers=followers, following=following, statuses=posts, last_status_on=last)


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """Return the date of a day since 1970."""
    return f"{from_ms(number * DAY_MS):%Y-%m-%d}"


def _body(snapshot: Snapshot, row: Sequence[Any]) -> Body:
    """Return the body of a row of `detailed`."""
    status_id, account_id, part, replies, boosts, favourites, boost_of_id, varies, *by = row
    counts, ended = splice.counted(replies, boosts, favourites), splice.ended(account_entity(by))
    is_living = part.endswith(LIVE)
    begun = part[: -len(LIVE)] if is_living else f"{part[:-1]}{counts}"
    may_link = snapshot.site.collection_url(0)[:-1] in part
    return Body(status_id, account_id, boost_of_id, bool(varies), is_living, may_link, part, begun, counts, ended)


def words_of(body: Body, part: str) -> Words:
    """Return the words of a body, whose part may be a living one."""
    if body.is_living:
        return keywords.words_of(part)
    if body.words is None:
        body.words = keywords.words_of(part)
    return body.words


class Selection:
    """A selection of statuses whose shape is always the same, compiled once."""

    def __init__(self, build: Callable[[], Select[Any]]) -> None:
        self._ids: Final = Compiled(build)
        self._rows: Final = Compiled(lambda: detailed(build()))

    def read(self, snapshot: Snapshot, **binds: Any) -> list[Body]:
        """Return the bodies of what is selected."""
        if snapshot.shelf is None:
            return [_body(snapshot, row) for row in self._rows.rows(snapshot.conn, **binds)]
        return by_ids(snapshot, [row[0] for row in self._ids.rows(snapshot.conn, **binds)])


def by_ids(snapshot: Snapshot, ids: Iterable[int]) -> list[Body]:
    """Return the bodies of these statuses, whoever may see them; those that are gone are left out."""
    shelf: dict[Any, Any] = {} if snapshot.shelf is None else snapshot.shelf
    found, missing = [], []
    for status_id in dict.fromkeys(ids):
        body = shelf.get(status_id)
        if body is None:
            missing.append(status_id)
        else:
            found.append(body)
    for size, names in in_sizes(missing):
        for row in _some(size).rows(snapshot.conn, **names):
            body = _body(snapshot, row)
            found.append(body)
            if len(body.part) <= MAX_KEPT_CHARS:
                shelf[body.id] = body
    return found


def in_sizes(ids: Sequence[int]) -> Iterable[tuple[int, dict[str, int]]]:
    """Return ids as the binds of statements of few sizes."""
    for start in range(0, len(ids), MAX_IDS):
        some = ids[start : start + MAX_IDS]
        size = next(size for size in _SIZES if size >= len(some))
        yield size, {f"id_{place}": some[min(place, len(some) - 1)] for place in range(size)}


def is_one_of(size: int) -> Any:
    """Return whether `s` is one of as many ids as a statement of that size takes."""
    return s.c.id.in_([bindparam(f"id_{place}", type_=BigInteger, required=False) for place in range(size)])


@cache
def _some(size: int) -> Compiled:
    return Compiled(lambda: detailed(select(s.c.id).join(author, wrote).where(is_one_of(size))))
