"""Hashtags: those of statuses, and what is known of each. They are found by the key of their name."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import BigInteger, bindparam, distinct, func, literal_column, select
from sqlalchemy import delete as sql_delete

from node.social import hashtags
from node.store import homes, memo, tables
from node.store.columns import DAY_MS, to_ms
from node.store.compiled import Compiled, Insertion, OneOf, Prepared, bound
from node.store.ids import LOW_BITS, IdTaken
from node.store.unit import Snapshot, Unit

DAYS: Final = 7
MOST_COUNTED: Final = 2000  # the newest uses of a hashtag that its history looks at

t = tables.tags
link = tables.status_tags


class Tag(Struct, frozen=True):
    """A row of `tags`. What moderators said of it is None until they did."""

    id: int
    name: str
    display_name: str | None = None
    is_usable: bool | None = None
    is_listable: bool | None = None
    is_trendable: bool | None = None

    @property
    def shown(self) -> str:
        """The name as it was first written."""
        return self.display_name or self.name


_columns = [t.c[name] for name in Tag.__struct_fields__]


class Use(Struct, frozen=True):
    """How often, and by how many, a hashtag was used on a day; `day_s` is its beginning in seconds since 1970."""

    day_s: int
    uses: int
    accounts: int


def put(unit: Unit, status_id: int, names: Iterable[str], *, is_new: bool = True) -> None:
    """Replace the hashtags of a status; names are folded already."""
    memo.gains(unit, "tags", status_id)
    if not is_new:
        unit.conn.execute(sql_delete(link).where(link.c.status_id == status_id))
    ids = ids_of(unit, names)
    if ids:
        _link_tags.many(unit.conn, [{"tag_id": one, "status_id": status_id} for one in ids])
        homes.spread_by_tags(unit, status_id)


def ids_of(unit: Unit, names: Iterable[str]) -> list[int]:
    """Return the ids of hashtags, made where there is none yet; names are folded already."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(hashtags.key(name), name)
    if not wanted:
        return []
    made = [
        {"id": unit.new_id(), "name": key, "display_name": None if shown == key else shown}
        for key, shown in wanted.items()
    ]
    _add_tags.many(unit.conn, made)
    ids = [row[0] for row in _tag_ids.rows(unit.conn, list(wanted))]
    if len(ids) < len(wanted):
        raise IdTaken(t.name)
    return ids


_add_tags = Insertion(t, ("id", "name", "display_name"), or_nothing=True)
_tag_ids = OneOf(lambda names: select(t.c.id).where(t.c.name.in_(names)), t.c.name)
_link_tags = Insertion(link, ("tag_id", "status_id"))


def names_of(snapshot: Snapshot, status_id: int) -> list[str]:
    """Return the hashtags of a status as they are shown."""
    if memo.lacks(snapshot, "tags", status_id):
        return []
    return [row[0] for row in _tags_of.rows(snapshot.conn, the_status_id=status_id)]


_tags_of = Prepared(
    lambda: (
        select(func.coalesce(t.c.display_name, t.c.name))
        .join(link, link.c.tag_id == t.c.id)
        .where(link.c.status_id == bound(link.c.status_id))
        .order_by(t.c.id)
    )
)


def named(snapshot: Snapshot, name: str) -> Tag | None:
    """Return a hashtag, however its name is written."""
    row = _named.first(snapshot.conn, the_name=hashtags.key(name))
    return Tag(*row) if row else None


_named = Prepared(lambda: select(*_columns).where(t.c.name == bound(t.c.name)))


def some(snapshot: Snapshot, tag_ids: Sequence[int]) -> dict[int, Tag]:
    """Return several hashtags by their ids."""
    return {row[0]: Tag(*row) for row in _some.rows(snapshot.conn, list(dict.fromkeys(tag_ids)))}


_some = OneOf(lambda ids: select(*_columns).where(t.c.id.in_(ids)), t.c.id)


def history(snapshot: Snapshot, tag_id: int, *, most: int = MOST_COUNTED) -> list[Use]:
    """Return how a hashtag was used in public on each of the last days, today first; of its newest uses alone."""
    today = to_ms(snapshot.now) // DAY_MS
    since = (today - DAYS + 1) * DAY_MS << LOW_BITS
    rows = _history.rows(snapshot.conn, tag=tag_id, since=since, most=most)
    found = {row[0]: (row[1], row[2]) for row in rows}
    days = (today - back for back in range(DAYS))
    return [Use(day * DAY_MS // 1000, *found.get(day, (0, 0))) for day in days]


def _uses_by_day() -> Any:
    number = {name: bindparam(name, type_=BigInteger, required=False) for name in ("tag", "since", "most")}
    newest = (
        select(link.c.status_id)
        .where(link.c.tag_id == number["tag"], link.c.status_id >= number["since"])
        .order_by(link.c.status_id.desc())
        .limit(number["most"])
        .subquery("newest")
    )
    s = tables.statuses
    day = (newest.c.status_id // literal_column(str(DAY_MS << LOW_BITS))).label("day")
    return (
        select(day, func.count(), func.count(distinct(s.c.account_id)))
        .join(s, s.c.id == newest.c.status_id)
        .where(s.c.visibility == literal_column("'public'"))
        .group_by(day)
    )


_history = Compiled(_uses_by_day)
