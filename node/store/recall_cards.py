"""Cards: what somebody sees again, when, and how each was answered. Records they may not see any more are left out."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from node.store import tables
from node.store.columns import Instant
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import now, visible_to, wanted_by

c, v = tables.recall_cards, tables.recall_reviews
_r, _s, _a, _u = tables.records, tables.statuses, tables.accounts, tables.users
_owner: Final = literal_column("recall_cards.account_id", BigInteger)  # the predicates are nested: see `streams`
_viewer: Final = bindparam("viewer", type_=BigInteger, required=False)
_since: Final = bindparam("since", type_=Instant, required=False)
MAX_BROUGHT: Final = 2000
_CHUNK: Final = 500
AWAY: Final = timedelta(days=90)
KINDS: Final = ("Learning", "LearningAction", "LearningShare")


class Card(Struct, frozen=True, kw_only=True):
    """A row of `recall_cards`."""

    id: int
    account_id: int
    status_id: int
    origin: str
    stability: float | None = None
    difficulty: float | None = None
    reviewed_at: datetime | None = None
    due_at: datetime
    reason: str | None = None
    because_id: int | None = None
    reviews: int = 0
    poll_id: int | None = None
    asked_at: datetime | None = None
    retired_at: datetime | None = None
    created_at: datetime


class Review(Struct, frozen=True, kw_only=True):
    """A row of `recall_reviews`: an answer, and the card as it was before."""

    id: int
    card_id: int
    grade: str
    via: str
    stability: float | None = None
    difficulty: float | None = None
    reviewed_at: datetime | None = None
    due_at: datetime | None = None
    reason: str | None = None
    created_at: datetime


_columns = [c.c[name] for name in Card.__struct_fields__]
_select = select(*_columns)
_seen = _select.join(_r, _r.c.status_id == c.c.status_id).join(_s, _s.c.id == c.c.status_id)
_seen = _seen.join(_a, _a.c.id == _s.c.account_id)


def _card(row: Sequence[Any]) -> Card:
    return Card(**dict(zip(Card.__struct_fields__, row, strict=True)))


def _one(snapshot: Snapshot, statement: Select[Any]) -> Card | None:
    row = snapshot.conn.execute(statement).first()
    return None if row is None else _card(row)


# ------------------------------------------------------------------ one card


def by_id(snapshot: Snapshot, card_id: int) -> Card | None:
    """Return a card."""
    row = _by_id.first(snapshot.conn, the_id=card_id)
    return None if row is None else _card(row)


_by_id = Prepared(lambda: _select.where(c.c.id == bound(c.c.id)))


def locked(unit: Unit, card_id: int) -> Card | None:
    """Return a card and let nobody else answer it until this transaction is over."""
    return _one(unit, _select.where(c.c.id == card_id).with_for_update())


def of_record(snapshot: Snapshot, account_id: int, status_id: int) -> Card | None:
    """Return somebody's card of a record."""
    row = _of_record.first(snapshot.conn, the_account_id=account_id, the_status_id=status_id)
    return None if row is None else _card(row)


_of_record = Prepared(
    lambda: _select.where(c.c.account_id == bound(c.c.account_id), c.c.status_id == bound(c.c.status_id))
)


def of_poll(snapshot: Snapshot, poll_id: int) -> Card | None:
    """Return the card that a post asked about last."""
    row = _of_poll.first(snapshot.conn, the_poll_id=poll_id)
    return None if row is None else _card(row)


_of_poll = Prepared(lambda: _select.where(c.c.poll_id == bound(c.c.poll_id)))


def insert(unit: Unit, card: Card) -> bool:
    """Insert a card; False when there is one of this record already."""
    statement = insert_into(unit.conn, c).on_conflict_do_nothing(index_elements=["account_id", "status_id"])
    row = msgspec.structs.asdict(card)
    return unit.conn.execute(statement.returning(c.c.id), row).first() is not None


def change(unit: Unit, card_id: int, **values: Any) -> None:
    """Update columns of a card."""
    unit.conn.execute(update(c).where(c.c.id == card_id).values(**values))


def claim(unit: Unit, card_id: int, *, since: datetime) -> bool:
    """Note that a card is asked about now; False when another process did so since then."""
    unasked = or_(c.c.asked_at.is_(None), c.c.asked_at < since)
    claimed = update(c).where(c.c.id == card_id, c.c.retired_at.is_(None), unasked).values(asked_at=unit.now)
    return unit.conn.execute(claimed).rowcount > 0


# ------------------------------------------------------------------ the cards of somebody


def shown(snapshot: Snapshot, account_id: int, *, limit: int, unasked_since: datetime | None = None) -> list[Card]:
    """Return the cards of somebody that are due and may be shown: those with news first, then the one due longest.

    `unasked_since`: only those that no post asked about since then.
    """
    binds = {"viewer": account_id, "now": snapshot.now, "most": limit}
    if unasked_since is None:
        rows = _shown.rows(snapshot.conn, **binds)
    else:
        rows = _unasked.rows(snapshot.conn, since=unasked_since, **binds)
    return [_card(row) for row in rows]


def _due(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        _seen.where(
            c.c.account_id == _viewer,
            c.c.due_at <= now,
            c.c.retired_at.is_(None),
            _r.c.type.in_(KINDS),
            visible_to(_viewer, _s, _a),
            wanted_by(_viewer, _a.c.id),
            *conditions,
        )
        .order_by(c.c.reason.is_(None), c.c.due_at, c.c.id)
        .limit(bindparam("most", type_=Integer, required=False))
    )


_shown = Prepared(_due)
_unasked = Prepared(lambda: _due(or_(c.c.asked_at.is_(None), c.c.asked_at < _since), ~_has_open_poll()))


def page(snapshot: Snapshot, account_id: int, *, limit: int, max_id: int | None = None) -> list[Card]:
    """Return the cards of somebody whose records they may see, the newest first, retired ones too."""
    statement = _seen.where(c.c.account_id == account_id, _r.c.type.in_(KINDS), visible_to(account_id, _s, _a))
    if max_id is not None:
        statement = statement.where(c.c.id < max_id)
    return [_card(row) for row in snapshot.conn.execute(statement.order_by(c.c.id.desc()).limit(limit))]


def next_due_at(snapshot: Snapshot, account_id: int) -> datetime | None:
    """Return when the next card of somebody is due."""
    waiting = select(func.min(c.c.due_at)).where(c.c.account_id == account_id, c.c.retired_at.is_(None))
    due: datetime | None = snapshot.conn.scalar(waiting.where(c.c.due_at > snapshot.now))
    return due


def answered(snapshot: Snapshot, account_id: int, *, since: datetime) -> int:
    """Return how many cards somebody answered or retired since then."""
    return _how_many(_answered, snapshot, account_id, since=since)


def touched(snapshot: Snapshot, account_id: int, *, since: datetime) -> int:
    """Return how many cards somebody answered since then, or was asked about by a post."""
    return _how_many(_touched, snapshot, account_id, since=since)


def open_questions(snapshot: Snapshot, account_id: int) -> int:
    """Return how many posts ask somebody and wait for an answer."""
    return _how_many(_asking, snapshot, account_id, now=snapshot.now)


def _how_many(counted: Prepared, snapshot: Snapshot, account_id: int, **binds: datetime) -> int:
    row = counted.first(snapshot.conn, viewer=account_id, **binds)
    return int(row[0]) if row is not None else 0


def _counting(build: Callable[[], ColumnElement[bool]]) -> Prepared:
    return Prepared(lambda: select(func.count()).select_from(c).where(c.c.account_id == _viewer, build()))


_answered = _counting(lambda: or_(c.c.reviewed_at >= _since, c.c.retired_at >= _since))
_touched = _counting(lambda: or_(c.c.reviewed_at >= _since, c.c.retired_at >= _since, c.c.asked_at >= _since))
_asking = _counting(lambda: _has_open_poll())
_introduced = _counting(lambda: and_(c.c.origin == "followed", c.c.created_at >= _since))


def _has_open_poll() -> ColumnElement[bool]:
    p = tables.polls
    return exists(select(1).where(p.c.status_id == c.c.poll_id, p.c.closed_at.is_(None), p.c.ends_at > now))


def uris_of(snapshot: Snapshot, status_ids: Sequence[int]) -> dict[int, str]:
    """Return the ids on the wire of the records of several statuses."""
    if not status_ids:
        return {}
    return {
        row[0]: row[1]
        for row in snapshot.conn.execute(select(_r.c.status_id, _r.c.uri).where(_r.c.status_id.in_(status_ids)))
    }


# ------------------------------------------------------------------ the cards of many


def bring_forward(
    unit: Unit, uris: Iterable[str], because: tuple[int, str], *, today: datetime, tomorrow: datetime
) -> int:
    """Make the cards of these records due, of whoever may see why and wrote something else; return how many.

    `because`: the status that is the reason, and what kind of one. A card that was answered since `today` is due
    `tomorrow`: nothing is asked twice a day.
    """
    status_id, reason = because
    wanted, brought = list(uris), 0
    for start in range(0, len(wanted), _CHUNK):
        result, author = _s.alias("result"), _a.alias("author")
        found = (
            select(c.c.id, c.c.reviewed_at)
            .join(_r, _r.c.status_id == c.c.status_id)
            .join(result, result.c.id == status_id)
            .join(author, author.c.id == result.c.account_id)
            .where(
                _r.c.uri.in_(wanted[start : start + _CHUNK]),
                c.c.account_id != result.c.account_id,
                c.c.status_id != status_id,
                c.c.retired_at.is_(None),
                visible_to(_owner, result, author),
                wanted_by(_owner, author.c.id),
            )
            .limit(MAX_BROUGHT)
        )
        rows = unit.conn.execute(found, {"now": unit.now}).all()
        fresh = {row[0] for row in rows if row[1] is not None and row[1] >= today}
        for ids, due_at in (([row[0] for row in rows if row[0] not in fresh], unit.now), (list(fresh), tomorrow)):
            if ids:
                sooner = and_(c.c.id.in_(ids), c.c.due_at > due_at)
                unit.conn.execute(update(c).where(c.c.id.in_(ids)).values(reason=reason, because_id=status_id))
                unit.conn.execute(update(c).where(sooner).values(due_at=due_at))
        brought += len(rows)
    return brought


def tell(unit: Unit, status_id: int) -> None:
    """Make every card of a record due now."""
    later = and_(c.c.status_id == status_id, c.c.retired_at.is_(None), c.c.due_at > unit.now)
    unit.conn.execute(update(c).where(later).values(due_at=unit.now))


def readers_after(snapshot: Snapshot, account_id: int, *, limit: int) -> list[int]:
    """Return some of our people who may sign in and were here lately, by ascending account."""
    return list(snapshot.conn.scalars(_active(snapshot).where(_u.c.account_id > account_id).limit(limit)))


def askable_after(snapshot: Snapshot, account_id: int, *, limit: int) -> list[int]:
    """Return some of them who want to be asked by posts and have something due, by ascending account."""
    is_due = exists(
        select(1).where(c.c.account_id == _u.c.account_id, c.c.due_at <= snapshot.now, c.c.retired_at.is_(None))
    )
    found = _active(snapshot).where(_u.c.account_id > account_id, _u.c.recall_posts.is_(True), is_due)
    return list(snapshot.conn.scalars(found.limit(limit)))


def _active(snapshot: Snapshot) -> Select[Any]:
    return (
        select(_u.c.account_id)
        .join(_a, _a.c.id == _u.c.account_id)
        .where(
            _u.c.disabled_at.is_(None),
            _u.c.confirmed_at.is_not(None),
            _u.c.approved_at.is_not(None),
            func.coalesce(_u.c.seen_at, _u.c.created_at) >= snapshot.now - AWAY,
            _a.c.is_suspended.is_(False),
            _a.c.moved_to_uri.is_(None),
        )
        .order_by(_u.c.account_id)
    )


def was_introduced(snapshot: Snapshot, account_id: int, *, since: datetime) -> bool:
    """Tell whether somebody got a card of somebody they follow since then."""
    return _how_many(_introduced, snapshot, account_id, since=since) > 0


def newest_followed(snapshot: Snapshot, account_id: int, *, since: datetime) -> int | None:
    """Return the newest learning or share since then by whom somebody follows, that they have no card of.

    It walks back in time and stops at the first; by type, all there ever were would be looked at.
    """
    row = _followed.first(snapshot.conn, viewer=account_id, since=since, now=snapshot.now)
    return None if row is None else int(row[0])


def _newest_followed() -> Select[Any]:
    f = tables.follows
    is_followed = exists(select(1).where(f.c.account_id == _viewer, f.c.target_id == _s.c.account_id, f.c.is_accepted))
    has_card = exists(select(1).where(c.c.account_id == _viewer, c.c.status_id == _r.c.status_id))
    return (
        select(_r.c.status_id)
        .join(_s, _s.c.id == _r.c.status_id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(
            is_followed,
            _s.c.account_id != _viewer,
            _r.c.published_at.between(_since, now),
            func.coalesce(_r.c.type, "").in_(("Learning", "LearningShare")),
            func.coalesce(_r.c.state, "").in_(("open", "published")),
            visible_to(_viewer, _s, _a),
            wanted_by(_viewer, _s.c.account_id),
            ~has_card,
        )
        .order_by(_r.c.published_at.desc(), _r.c.status_id.desc())
        .limit(1)
    )


_followed = Prepared(_newest_followed)


# ------------------------------------------------------------------ answers


def add_review(unit: Unit, review: Review) -> None:
    """Write an answer down."""
    unit.conn.execute(v.insert().values(msgspec.structs.asdict(review)))


def last_review(snapshot: Snapshot, card_id: int) -> Review | None:
    """Return the last answer to a card."""
    names = Review.__struct_fields__
    statement = select(*(v.c[name] for name in names)).where(v.c.card_id == card_id).order_by(v.c.id.desc()).limit(1)
    row = snapshot.conn.execute(statement).first()
    return None if row is None else Review(**dict(zip(names, row, strict=True)))


def remove_review(unit: Unit, review_id: int) -> None:
    """Forget an answer."""
    unit.conn.execute(delete(v).where(v.c.id == review_id))
