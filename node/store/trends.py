"""What many talk about: hashtags, posts and links, counted now and then into `trends`.

The formula is for a small node and is one a reader can check. A hashtag or link counts once for each person and day: today
a whole, and half as much for each day back. A post counts for each person who boosted or favourited it, half as much for each day of
its age. What fewer than two people were concerned with does not trend, nor what a moderator said no to.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal_column, or_, select, union_all, update

from node.store import tables
from node.store.columns import DAY_MS, from_ms, to_ms
from node.store.database import insert as insert_into
from node.store.ids import id_at, ms_of
from node.store.lines import Line, by_ids
from node.store.unit import Snapshot, Unit
from node.store.visible import wanted_by

Kind = Literal["tag", "status", "link"]
DAYS: Final = 3
HALF: Final = 0.5
MOST_KEPT: Final = 100
MOST_COUNTED: Final = 20_000  # of the newest uses
LEAST: Final = 2  # people

t = tables.trends
_s, _a = tables.statuses, tables.accounts


def count(unit: Unit) -> None:
    """Count anew what trends."""
    _keep(unit, "tag", _scores(unit, _used(tables.status_tags.c.tag_id, tables.status_tags)))
    _keep(unit, "link", _scores(unit, _used(tables.status_cards.c.card_id, tables.status_cards)))
    _keep(unit, "status", _liked(unit))


def _used(item: ColumnElement[int], link: Any) -> Select[Any]:
    return (
        select(item.label("item"), _s.c.id, _s.c.account_id)
        .select_from(link)
        .join(_s, _s.c.id == link.c.status_id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(_is_shown())
    )


def _is_shown() -> ColumnElement[bool]:
    is_public = and_(_s.c.visibility == literal_column("'public'"), _s.c.boost_of_id.is_(None))
    return and_(is_public, _a.c.is_suspended.is_(False), _a.c.is_limited.is_(False))


def _scores(unit: Unit, used: Select[Any]) -> dict[int, float]:
    """Return a score for each item that enough people used, of (item, status id, account id)."""
    since = id_at(unit.now - timedelta(days=DAYS))
    rows = unit.conn.execute(used.where(_s.c.id >= since).order_by(_s.c.id.desc()).limit(MOST_COUNTED))
    today = to_ms(unit.now) // DAY_MS
    uses: dict[int, set[tuple[int, int]]] = {}
    for item, status_id, account_id in rows:
        uses.setdefault(item, set()).add((account_id, max(0, today - ms_of(status_id) // DAY_MS)))
    return {
        item: sum(HALF**back for _, back in of)
        for item, of in uses.items()
        if len({account_id for account_id, _ in of}) >= LEAST
    }


def _liked(unit: Unit) -> dict[int, float]:
    f, b = tables.favourites, _s.alias("boost")
    since = id_at(unit.now - timedelta(days=DAYS))
    acts = union_all(
        select(f.c.status_id, f.c.account_id).where(f.c.status_id >= since),
        select(b.c.boost_of_id, b.c.account_id).where(b.c.boost_of_id >= since),
    ).subquery("acts")
    people = func.count(acts.c.account_id.distinct())
    statement = (
        select(_s.c.id, people)
        .join(acts, acts.c.status_id == _s.c.id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(_is_shown(), _s.c.id >= since, acts.c.account_id != _s.c.account_id)
        .where(_s.c.is_sensitive.is_(False), _s.c.reply_to_uri.is_(None), or_(_s.c.is_local, _a.c.is_discoverable))
        .group_by(_s.c.id)
        .having(people >= LEAST)
        .limit(MOST_COUNTED)
    )
    now = to_ms(unit.now)
    return {row[0]: row[1] * HALF ** (max(0, now - ms_of(row[0])) / DAY_MS) for row in unit.conn.execute(statement)}


def _keep(unit: Unit, kind: Kind, scores: Mapping[int, float]) -> None:
    best = sorted(scores.items(), key=lambda one: (-one[1], -one[0]))[:MOST_KEPT]
    ids = [item for item, _ in best]
    mine = and_(t.c.kind == kind, t.c.item_id.not_in(ids))
    unit.conn.execute(delete(t).where(mine, t.c.is_allowed.is_(None)))
    unit.conn.execute(update(t).where(mine).values(score=0))
    for item, score in best:
        values = {"score": score, "counted_at": unit.now}
        new = insert_into(unit.conn, t).values(kind=kind, item_id=item, **values)
        unit.conn.execute(new.on_conflict_do_update(index_elements=["kind", "item_id"], set_=values))


def allow(unit: Unit, status_id: int, *, is_allowed: bool) -> None:
    """Let a post trend, or not, from now on."""
    new = insert_into(unit.conn, t).values(
        kind="status", item_id=status_id, score=0, is_allowed=is_allowed, counted_at=unit.now
    )
    changed = new.on_conflict_do_update(index_elements=["kind", "item_id"], set_={"is_allowed": is_allowed})
    unit.conn.execute(changed)


# ------------------------------------------------------------------ reading


def ids(snapshot: Snapshot, kind: Kind, *, limit: int, offset: int, is_whole: bool = False) -> list[int]:
    """Return what trends, most first; with `is_whole` also what moderators said no to."""
    statement = select(t.c.item_id).where(t.c.kind == kind, t.c.score > 0)
    if not is_whole:
        statement = statement.where(_ALLOWED[kind])
    return list(
        snapshot.conn.scalars(statement.order_by(t.c.score.desc(), t.c.item_id.desc()).limit(limit).offset(offset))
    )


def _is_refused(table: Any) -> ColumnElement[bool]:
    return select(table.c.id).where(table.c.id == t.c.item_id, table.c.is_trendable.is_(False)).exists()


def _is_of_refused() -> ColumnElement[bool]:
    c, p = tables.cards, tables.publishers
    starts = [c.c.url.startswith(literal_column(f"'{scheme}://'") + p.c.host) for scheme in ("https", "http")]
    refused = select(c.c.id).where(c.c.id == t.c.item_id, p.c.is_trendable.is_(False), or_(*starts))
    return refused.exists()


_ALLOWED: Final[Mapping[Kind, ColumnElement[bool]]] = {
    "tag": ~_is_refused(tables.tags),
    "link": and_(~_is_refused(tables.cards), ~_is_of_refused()),
    "status": t.c.is_allowed.is_not(False),
}


def posts(
    snapshot: Snapshot, viewer_id: int | None, status_ids: Sequence[int], *, is_whole: bool = False
) -> list[Line]:
    """Return posts in the order of their ids given, as far as the viewer may see them and, unless `is_whole`, wants to."""
    ids = status_ids if is_whole else _wanted(snapshot, viewer_id, status_ids)
    shown = {line.id: line for line in by_ids(snapshot, viewer_id, ids)}
    return [shown[i] for i in status_ids if i in shown]


def _wanted(snapshot: Snapshot, viewer_id: int | None, status_ids: Sequence[int]) -> list[int]:
    """Return the posts whose authors the viewer neither blocks nor mutes, and that no moderator limited since they trend."""
    statement = (
        select(_s.c.id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(_s.c.id.in_(status_ids), _is_shown(), wanted_by(viewer_id, _a.c.id))
    )
    return list(snapshot.conn.scalars(statement, {"now": snapshot.now} if viewer_id is not None else {}))


def link_histories(
    snapshot: Snapshot, card_ids: Sequence[int], *, days: int = 7
) -> dict[int, list[tuple[int, int, int]]]:
    """Return (day since 1970, uses, people) of each link on each of the last days, today first."""
    today = to_ms(snapshot.now) // DAY_MS
    first = id_at(from_ms((today - days + 1) * DAY_MS))
    link = tables.status_cards
    rows = snapshot.conn.execute(
        select(link.c.card_id, _s.c.id, _s.c.account_id)
        .join(_s, _s.c.id == link.c.status_id)
        .where(link.c.card_id.in_(card_ids), _s.c.id >= first, _s.c.visibility == "public")
        .order_by(_s.c.id.desc())
        .limit(MOST_COUNTED)
    )
    used: dict[tuple[int, int], list[int]] = {}
    for card_id, status_id, account_id in rows:
        used.setdefault((card_id, ms_of(status_id) // DAY_MS), []).append(account_id)
    return {
        card_id: [
            (day, len(people), len(set(people)))
            for day in range(today, today - days, -1)
            for people in [used.get((card_id, day), [])]
        ]
        for card_id in card_ids
    }
