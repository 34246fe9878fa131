"""What somebody lets through of what others would tell them: a policy by kind of sender, and who waits behind it.

`judge` is asked once for each notification. What nobody may decide (blocks, mutes, muted threads) comes first; the policy
is looked at only where there is one, or where the sender is limited.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, cast

from msgspec import Struct, structs
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from node.store import lines, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.unit import Snapshot, Unit
from node.store.visible import hears_of, tells

Answer = Literal["accept", "filter", "drop"]
SIFTED: Final = frozenset({"mention", "reblog", "follow", "follow_request", "favourite", "quote", "quoted_update"})
BY_ONESELF: Final = frozenset({"poll", "severed_relationships", "moderation_warning"})
MOST: Final = 100  # that are worth counting
NEW_ACCOUNT: Final = timedelta(days=30)
NEW_FOLLOWER: Final = timedelta(days=3)
CHUNK: Final = 1000

policies, requests, permissions = (
    tables.notification_policies,
    tables.notification_requests,
    tables.notification_permissions,
)
n, follows, statuses, mentions = tables.notifications, tables.follows, tables.statuses, tables.mentions


class Policy(Struct, frozen=True):
    """What happens to notifications of each kind of sender."""

    for_not_following: Answer = "accept"
    for_not_followers: Answer = "accept"
    for_new_accounts: Answer = "accept"
    for_private_mentions: Answer = "accept"
    for_limited_accounts: Answer = "filter"
    for_bots: Answer = "accept"


class Telling(NamedTuple):
    """Who would tell whom what."""

    account_id: int
    from_id: int
    kind: str
    status_id: int | None


class Request(Struct, frozen=True):
    """Somebody whose notifications wait, with their Account as JSON text."""

    id: int
    from_id: int
    last_status_id: int | None
    created_at: datetime
    updated_at: datetime
    count: int
    account_json: str


# ------------------------------------------------------------------ the policy

_answers: Final = [policies.c[name] for name in Policy.__struct_fields__]


def of(snapshot: Snapshot, account_id: int) -> Policy:
    """Return the policy of an account; who never chose one has the usual."""
    row = snapshot.conn.execute(select(*_answers).where(policies.c.account_id == account_id)).first()
    return Policy(*row) if row else Policy()


def keep(unit: Unit, account_id: int, policy: Policy) -> None:
    """Put a policy in place."""
    chosen = structs.asdict(policy)
    statement = insert_into(unit.conn, policies).values(account_id=account_id, **chosen)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=chosen))


def judge(unit: Unit, telling: Telling) -> Answer:
    """Return what happens to a notification: it is made, made but kept aside, or not made at all."""
    binds = {"the_account_id": telling.account_id, "the_from_id": telling.from_id, "the_status_id": telling.status_id}
    row = _told.first(unit.conn, now=unit.now, **binds)
    if row is None or (telling.account_id == telling.from_id and telling.kind not in BY_ONESELF):
        return "drop"
    is_limited, *chosen = row
    if telling.kind not in SIFTED or (chosen[0] is None and not is_limited):
        return "accept"
    policy = Policy() if chosen[0] is None else Policy(*chosen)
    return "accept" if policy == Policy(for_limited_accounts="accept") else _sift(unit, telling, policy)


def _sift(unit: Unit, telling: Telling, policy: Policy) -> Answer:
    binds = {"the_account_id": telling.account_id, "the_from_id": telling.from_id, "the_status_id": telling.status_id}
    row = _facts.first(unit.conn, **binds)
    if row is None or row[0]:  # the sender was let through
        return "accept"
    _, created_at, is_limited, kind, is_followed, followed_at, is_private, is_in_answer = row
    applies = {
        "for_not_following": not is_followed,
        "for_not_followers": followed_at is None or followed_at > unit.now - NEW_FOLLOWER,
        "for_new_accounts": created_at > unit.now - NEW_ACCOUNT,
        "for_private_mentions": telling.kind == "mention" and is_private and not is_in_answer,
        "for_limited_accounts": is_limited and not is_followed,
        "for_bots": kind in ("service", "application"),
    }
    given = {getattr(policy, name) for name, does in applies.items() if does}
    return "drop" if "drop" in given else "filter" if "filter" in given else "accept"


def _telling() -> Select[Any]:
    """Select how the policy of a reader stands, if they let the sender tell them anything at all."""
    reader, sender = tables.accounts.alias(), tables.accounts.alias()
    account_id, status_id = bound(n.c.account_id), bound(n.c.status_id)
    return (
        select(sender.c.is_limited, *_answers)
        .join_from(reader, sender, sender.c.id == bound(n.c.from_id))
        .outerjoin(policies, policies.c.account_id == reader.c.id)
        .where(reader.c.id == account_id, reader.c.host == "")
        .where(tells(account_id, sender.c.id), hears_of(account_id, status_id))
    )


def _known() -> Select[Any]:
    """Select what a policy asks of a sender, and of the post that names its reader."""
    sender, status, theirs, ours = tables.accounts.alias(), statuses.alias(), follows.alias(), follows.alias()
    account_id, from_id = bound(n.c.account_id), bound(n.c.from_id)
    answered = statuses.alias()
    is_permitted = exists(select(1).where(permissions.c.account_id == account_id, permissions.c.from_id == from_id))
    is_followed = exists(
        select(1).where(ours.c.account_id == account_id, ours.c.target_id == from_id, ours.c.is_accepted)
    )
    followed_at = select(theirs.c.created_at).where(
        theirs.c.account_id == from_id, theirs.c.target_id == account_id, theirs.c.is_accepted
    )
    names_sender = exists(
        select(1).where(mentions.c.status_id == answered.c.id, mentions.c.account_id == from_id).correlate(answered)
    )
    wrote_to = exists(
        select(1)
        .where(answered.c.context_uri == status.c.context_uri, answered.c.account_id == account_id, names_sender)
        .correlate(status)
    )
    return (
        select(
            is_permitted,
            sender.c.created_at,
            sender.c.is_limited,
            sender.c.kind,
            is_followed,
            followed_at.scalar_subquery(),
            func.coalesce(status.c.visibility == "direct", False),
            and_(status.c.reply_to_id.is_not(None), wrote_to),
        )
        .join_from(sender, status, status.c.id == bound(n.c.status_id), isouter=True)
        .where(sender.c.id == from_id)
    )


_told = Prepared(_telling)
_facts = Prepared(_known)


def lets_through(account_id: int, sender: Any) -> ColumnElement[bool]:
    """Return whether an account lets limited senders tell it things: all of them, or this one."""
    p, one = policies.alias(), permissions.alias()
    chose = exists(select(1).where(p.c.account_id == account_id, p.c.for_limited_accounts == "accept"))
    allows = exists(select(1).where(one.c.account_id == account_id, one.c.from_id == sender.c.id))
    return or_(chose, allows)


# ------------------------------------------------------------------ those who wait


def hold(unit: Unit, telling: Telling) -> None:
    """Let a sender wait whose notification was kept aside, with the newest post."""
    row = {
        "id": unit.new_id(),
        "account_id": telling.account_id,
        "from_id": telling.from_id,
        "last_status_id": telling.status_id,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    statement = insert_into(unit.conn, requests).values(row)
    newest = func.coalesce(statement.excluded.last_status_id, requests.c.last_status_id)
    changed = {"last_status_id": newest, "updated_at": unit.now}
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["account_id", "from_id"], set_=changed))


def waiting(snapshot: Snapshot, account_id: int, page: Page) -> list[Request]:
    """Return a page of those who wait, newest first."""
    statement = _waiting(account_id).where(*lines.within(requests.c.id))
    statement = lines.ordered(statement, requests.c.id, is_upward=page.min_id is not None)
    rows = snapshot.conn.execute(statement, page.binds | {"now": snapshot.now}).all()
    return sorted(map(_request, rows), key=lambda one: -one.id)


def one(snapshot: Snapshot, account_id: int, request_id: int) -> Request | None:
    """Return somebody who waits."""
    statement = _waiting(account_id).where(requests.c.id == request_id)
    row = snapshot.conn.execute(statement, {"now": snapshot.now}).first()
    return _request(row) if row else None


def some(snapshot: Snapshot, account_id: int, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return (id, sender) of those of an account's requests that are there."""
    mine = requests.c.id.in_(ids), requests.c.account_id == account_id
    return [(row[0], row[1]) for row in snapshot.conn.execute(select(requests.c.id, requests.c.from_id).where(*mine))]


def remove(unit: Unit, request_id: int) -> None:
    """Remove a request; what it stands for stays."""
    unit.conn.execute(delete(requests).where(requests.c.id == request_id))


def allow(unit: Unit, account_id: int, from_id: int) -> None:
    """Let a sender through from now on."""
    statement = insert_into(unit.conn, permissions).values(account_id=account_id, from_id=from_id)
    unit.conn.execute(statement.on_conflict_do_nothing(index_elements=["account_id", "from_id"]))


def summary(snapshot: Snapshot, account_id: int) -> tuple[int, int]:
    """Return how many senders wait and with how many notifications, each counted to a limit."""
    senders = _waiting(account_id).with_only_columns(requests.c.from_id).limit(MOST).subquery()
    kept = _kept(account_id).join(senders, senders.c.from_id == n.c.from_id).limit(MOST * MOST).subquery()
    counts = [select(func.count()).select_from(found).scalar_subquery() for found in (senders, kept)]
    row = snapshot.conn.execute(select(*counts), {"now": snapshot.now}).one()
    return row[0], row[1]


def _kept(account_id: Any) -> Select[Any]:
    return select(n.c.id).where(n.c.account_id == account_id, _is_filtered())


def _is_filtered() -> ColumnElement[bool]:
    """Say it as the index over the few of them does, or it is not used."""
    return cast("ColumnElement[bool]", n.c.is_filtered)


def _waiting(account_id: int) -> Select[Any]:
    sender = tables.accounts.alias()
    theirs = _kept(account_id).where(n.c.from_id == requests.c.from_id).correlate(requests).limit(MOST)
    count = select(func.count()).select_from(theirs.subquery()).scalar_subquery()
    names = [name for name in Request.__struct_fields__ if name not in ("count", "account_json")]
    return (
        select(*(requests.c[name] for name in names), count, *lines.account_columns(sender))
        .join(sender, sender.c.id == requests.c.from_id)
        .where(requests.c.account_id == account_id, sender.c.is_suspended.is_(False))
        .where(tells(account_id, requests.c.from_id))
        .where(exists(_kept(account_id).where(n.c.from_id == requests.c.from_id).correlate(requests)))
    )


def _request(row: Sequence[Any]) -> Request:
    named: dict[str, Any] = dict(zip(Request.__struct_fields__[:6], row, strict=False))
    return Request(**named, account_json=lines.account_entity(row[6:]))


def release(unit: Unit, account_id: int, from_id: int) -> int:
    """Let some of what was kept aside of a sender through; return how many."""
    some = _kept(account_id).where(n.c.from_id == from_id).order_by(n.c.id).limit(CHUNK)
    return unit.conn.execute(update(n).where(n.c.id.in_(some)).values(is_filtered=False)).rowcount


def discard(unit: Unit, account_id: int, from_id: int) -> None:
    """Remove what was kept aside of a sender."""
    mine = n.c.account_id == account_id, n.c.from_id == from_id
    unit.conn.execute(delete(n).where(*mine, _is_filtered()))
