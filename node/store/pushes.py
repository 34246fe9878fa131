"""Where apps want to be pushed to: one subscription for each token."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, structs
from sqlalchemy import Select, delete, exists, func, select, update

from node.store import tables
from node.store.compiled import Prepared, bound
from node.store.unit import Snapshot, Unit

t, n, tokens, follows = tables.push_subscriptions, tables.notifications, tables.tokens, tables.follows
MOST: Final = 50  # that one account is pushed to
_CHUNK: Final = 500


class Subscription(Struct, frozen=True):
    """A row of `push_subscriptions`. `alerts`: which kinds, as far as the app said."""

    id: int
    token_id: int
    account_id: int
    endpoint: str
    p256dh: str
    auth: str
    is_standard: bool
    alerts: dict[str, bool]
    policy: str
    created_at: datetime


class Wanting(Struct, frozen=True):
    """A subscription of whom a notification is for, and how both sides follow each other."""

    subscription_id: int
    kind: str
    alerts: dict[str, bool]
    policy: str
    is_followed: bool
    is_follower: bool


_columns = [t.c[name] for name in Subscription.__struct_fields__]


def put(unit: Unit, subscription: Subscription) -> None:
    """Keep the subscription of a token, in the place of the one before."""
    remove_of_tokens(unit, [subscription.token_id])
    unit.conn.execute(t.insert().values(structs.asdict(subscription)))


def of_token(snapshot: Snapshot, token_id: int) -> Subscription | None:
    """Return the subscription of a token."""
    row = snapshot.conn.execute(select(*_columns).where(t.c.token_id == token_id)).first()
    return Subscription(*row) if row else None


def by_id(snapshot: Snapshot, subscription_id: int) -> Subscription | None:
    """Return a subscription whose token is still good."""
    living = select(*_columns).join(tokens, tokens.c.id == t.c.token_id).where(tokens.c.revoked_at.is_(None))
    row = snapshot.conn.execute(living.where(t.c.id == subscription_id)).first()
    return Subscription(*row) if row else None


def change(unit: Unit, subscription_id: int, *, alerts: Mapping[str, bool], policy: str) -> None:
    """Change what a subscription lets through."""
    changed = {"alerts": dict(alerts), "policy": policy}
    unit.conn.execute(update(t).where(t.c.id == subscription_id).values(**changed))


def remove(unit: Unit, subscription_id: int) -> None:
    """Remove a subscription; none is fine."""
    unit.conn.execute(delete(t).where(t.c.id == subscription_id))


def remove_of_tokens(unit: Unit, token_ids: Sequence[int]) -> None:
    """Remove the subscriptions of tokens; none is fine."""
    for start in range(0, len(token_ids), _CHUNK):
        unit.conn.execute(delete(t).where(t.c.token_id.in_(token_ids[start : start + _CHUNK])))


def wanting(snapshot: Snapshot, notification_id: int) -> list[Wanting]:
    """Return the subscriptions of whom a notification is for, the newest ones."""
    return [Wanting(*row) for row in _wanting.rows(snapshot.conn, the_id=notification_id)]


def _those_who_want() -> Select[Any]:
    def has_follow(follower: Any, followed: Any) -> Any:
        f = follows.alias()
        both = f.c.account_id == follower, f.c.target_id == followed
        return func.coalesce(exists(select(1).where(*both, f.c.is_accepted)), False)

    return (
        select(
            t.c.id,
            n.c.kind,
            t.c.alerts,
            t.c.policy,
            has_follow(n.c.account_id, n.c.from_id),
            has_follow(n.c.from_id, n.c.account_id),
        )
        .join_from(n, t, t.c.account_id == n.c.account_id)
        .join(tokens, tokens.c.id == t.c.token_id)
        .where(n.c.id == bound(n.c.id), tokens.c.revoked_at.is_(None))
        .order_by(t.c.id.desc())
        .limit(MOST)
    )


_wanting = Prepared(_those_who_want)
