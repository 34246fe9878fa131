"""Parts of follower lists: those who live at one server, and those who live here (FEP-8fcf)."""

from typing import Final

from msgspec import Struct
from sqlalchemy import select

from node.store.tables import accounts, follows
from node.store.unit import Snapshot

MAX_PEOPLE: Final = 20_000


class Follower(Struct, frozen=True):
    """Somebody here who follows."""

    account_id: int
    uri: str


def followers_at(snapshot: Snapshot, account_id: int, origin: str) -> list[str]:
    """Return the ids of an account's followers that lie below an origin."""
    lives_there = accounts.c.uri.startswith(f"{origin}/", autoescape=True)
    statement = (
        select(accounts.c.uri)
        .join(follows, follows.c.account_id == accounts.c.id)
        .where(follows.c.target_id == account_id, follows.c.is_accepted, accounts.c.host != "", lives_there)
        .order_by(follows.c.id)
        .limit(MAX_PEOPLE)
    )
    return list(snapshot.conn.scalars(statement))


def followers_here(snapshot: Snapshot, account_id: int) -> list[Follower]:
    """Return who of ours follows an account."""
    statement = (
        select(accounts.c.id, accounts.c.uri)
        .join(follows, follows.c.account_id == accounts.c.id)
        .where(follows.c.target_id == account_id, follows.c.is_accepted, accounts.c.host == "")
        .limit(MAX_PEOPLE)
    )
    return [Follower(*row) for row in snapshot.conn.execute(statement)]
