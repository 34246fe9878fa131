"""Who gets a body: one row of the queue for each distinct inbox, written by a single INSERT ... SELECT."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from node.store import domains, inside, tables
from node.store.compiled import Prepared, PreparedOn, bound
from node.store.database import insert as insert_into
from node.store.unit import Unit, Wake

t = tables.deliveries
bodies = tables.bodies
accounts = tables.accounts


class Inboxes(NamedTuple):
    """Whose inboxes: of the accounts with these ids, of the followers of the account, or of who boosted the status or
    voted in its poll.

    Where `is_shared`, one for a whole server.
    """

    ids: tuple[int, ...]
    is_shared: bool = True
    whose: Literal["accounts", "followers", "boosters", "voters"] = "accounts"


def inboxes_of_followers(account_id: int) -> Inboxes:
    """Return where the followers of an account receive, those elsewhere."""
    return Inboxes((account_id,), whose="followers")


def inboxes_of_boosters(status_id: int) -> Inboxes:
    """Return where those receive who boosted a status, those elsewhere."""
    return Inboxes((status_id,), whose="boosters")


def inboxes_of_voters(status_id: int) -> Inboxes:
    """Return where those receive who voted in the poll of a status, those elsewhere."""
    return Inboxes((status_id,), whose="voters")


def inboxes_of(account_ids: Iterable[int], *, is_shared: bool) -> Inboxes:
    """Return where these accounts receive, those elsewhere; at their own inboxes what only they may read."""
    return Inboxes(tuple(dict.fromkeys(account_ids)), is_shared)


def fan_out(unit: Unit, body_id: int, receivers: Sequence[Inboxes], *, not_before: datetime | None = None) -> None:
    """Write one row per distinct inbox of these receivers: one INSERT ... SELECT. Raises: 422 for what stays in the house."""
    filled = [_padded(some) for some in receivers if some.ids]
    if not filled:
        return
    binds = {f"id_{n}_{m}": one for n, some in enumerate(filled) for m, one in enumerate(some.ids)}
    shapes = tuple((len(some.ids), some.is_shared, some.whose) for some in filled)
    most = sum(_most(unit, some) for some in filled)
    if not most:
        return
    first = {"the_id": unit.new_ids(most) - 1, "the_body_id": body_id, "the_next_at": not_before or unit.now}
    if _fanning(shapes).run(unit.conn, **binds, **first):
        inside.check_body(unit, body_id)
        unit.after_commit(Wake("deliveries"))


def _most(unit: Unit, some: Inboxes) -> int:
    """Return how many inboxes there can be at most: so many ids are kept free."""
    if some.whose == "accounts":
        return len(some.ids)
    row = _EDGES[some.whose].first(unit.conn, the_id=some.ids[0])
    return int(row[0]) if row is not None else 0


_followers = Prepared(
    lambda: (
        select(func.count())
        .select_from(tables.follows)
        .where(tables.follows.c.target_id == bound(accounts.c.id), tables.follows.c.is_accepted)
    )
)


_boosters = Prepared(
    lambda: (
        select(func.count())
        .select_from(tables.statuses)
        .where(tables.statuses.c.boost_of_id == bound(tables.statuses.c.id))
    )
)


_voters = Prepared(
    lambda: (
        select(func.count()).select_from(tables.votes).where(tables.votes.c.status_id == bound(tables.statuses.c.id))
    )
)
_EDGES: Final = {"followers": _followers, "boosters": _boosters, "voters": _voters}


def _padded(some: Inboxes) -> Inboxes:
    """Repeat an id until there are a power of two, so that there are only a few statements."""
    missing = (1 << (len(some.ids) - 1).bit_length()) - len(some.ids)
    return some._replace(ids=some.ids + some.ids[-1:] * missing)


@cache
def _fanning(shapes: tuple[tuple[int, bool, str], ...]) -> PreparedOn:
    """Return the statement that inserts the rows of a fan-out of this shape."""

    def insert(conn: Connection) -> Any:
        named = union_all(*(_selection(f"id_{n}", *shape) for n, shape in enumerate(shapes))).subquery("named")
        found = select(named.c.inbox, named.c.host).distinct().subquery("inboxes")
        rows = select(
            bound(t.c.id) + func.row_number().over(),
            bound(t.c.body_id),
            found.c.inbox,
            found.c.host,
            bound(t.c.next_at),
        ).where(found.c.inbox != "")  # SQLite reads ON CONFLICT as a join's ON where a SELECT has no WHERE
        statement = insert_into(conn, t).from_select(["id", "body_id", "inbox", "host", "next_at"], rows)
        return statement.on_conflict_do_nothing(index_elements=["body_id", "inbox"])

    return PreparedOn(insert)


def _selection(name: str, count: int, is_shared: bool, whose: str) -> Select[Any]:  # noqa: FBT001 - a shape
    inbox = func.coalesce(accounts.c.shared_inbox, accounts.c.inbox) if is_shared else accounts.c.inbox
    ids = [bindparam(f"{name}_{place}", type_=BigInteger, required=False) for place in range(count)]
    chosen = select(inbox.label("inbox"), accounts.c.inbox_host.label("host")).where(accounts.c.host != "")
    chosen = chosen.where(accounts.c.is_host_suspended.is_(False))
    follows, boosts, votes = tables.follows, tables.statuses, tables.votes
    if whose == "followers":
        followed = chosen.join(follows, follows.c.account_id == accounts.c.id)
        return followed.where(follows.c.target_id.in_(ids), follows.c.is_accepted)
    if whose == "boosters":
        return chosen.join(boosts, boosts.c.account_id == accounts.c.id).where(boosts.c.boost_of_id.in_(ids))
    if whose == "voters":
        return chosen.join(votes, votes.c.account_id == accounts.c.id).where(votes.c.status_id.in_(ids))
    return chosen.where(accounts.c.id.in_(ids))


def fan_out_to_holders(unit: Unit, body_id: int, status_id: int) -> None:
    """Write a row for every inbox that a status was delivered to, whoever follows now; none to hosts that are refused."""
    held = (
        select(t.c.inbox, t.c.host)
        .join(bodies, bodies.c.id == t.c.body_id)
        .where(bodies.c.status_id == status_id, t.c.state == "delivered")
        .distinct()
        .subquery("held")
    )
    hosts = unit.conn.scalars(select(held.c.host)).all()
    refused = {host for host, found in domains.standings(unit, set(hosts)).items() if found.refusal is not None}
    count = sum(host not in refused for host in hosts)
    if not count:
        return
    number = literal(unit.new_ids(count) - 1) + func.row_number().over(order_by=held.c.inbox)
    next_at = literal(unit.now, type_=t.c.next_at.type)
    rows = select(number, literal(body_id), held.c.inbox, held.c.host, next_at)
    rows = rows.where(held.c.inbox != "", held.c.host.not_in(refused))
    statement = insert_into(unit.conn, t).from_select(["id", "body_id", "inbox", "host", "next_at"], rows)
    unit.conn.execute(statement.on_conflict_do_nothing(index_elements=["body_id", "inbox"]))
    inside.check_body(unit, body_id)
    unit.after_commit(Wake("deliveries"))
