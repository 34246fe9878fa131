"""Conversations of our people: direct posts of one thread among the same people, as one line with its newest post.

Everybody in it has a row of their own, so that each reads and deletes for themselves.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, literal, or_, select, update

from node.store import lines, tables
from node.store.bodies import author, s
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit
from node.store.visible import hears_of, tells, visible_to

MOST_BEFORE: Final = 100  # posts of a thread that are looked at for the one before a deleted one

t = tables.conversations
accounts, mentions = tables.accounts, tables.mentions


class Conversation(Struct, frozen=True):
    """A row of `conversations`; `others` are the ids of who else is in it."""

    id: int
    others: tuple[int, ...]
    last_status_id: int | None
    is_unread: bool


class Among(Struct, frozen=True):
    """Which conversation: of whom, in which thread, with whom else."""

    account_id: int
    context_uri: str
    others: tuple[int, ...]

    @property
    def key(self) -> str:
        """The others as the column has them."""
        return ",".join(map(str, self.others))


_select = select(t.c.id, t.c.participants, t.c.last_status_id, t.c.is_unread)


def _made(row: Sequence[Any]) -> Conversation:
    return Conversation(row[0], tuple(int(one) for one in row[1].split(",") if one), row[2], bool(row[3]))


def touch(unit: Unit, among: Among, status_id: int, *, is_unread: bool) -> int:
    """Put a post into a conversation, which is made with its first one, and return the conversation's id."""
    row = {
        "id": unit.new_id(),
        "account_id": among.account_id,
        "context_uri": among.context_uri,
        "participants": among.key,
        "last_status_id": status_id,
        "first_status_id": status_id,
        "is_unread": is_unread,
        "updated_at": unit.now,
    }
    statement = insert_into(unit.conn, t).values(row)
    is_newer = or_(t.c.last_status_id.is_(None), t.c.last_status_id < status_id)
    changed = {
        "last_status_id": case((is_newer, status_id), else_=t.c.last_status_id),
        "is_unread": is_unread,
        "updated_at": unit.now,
    }
    same = ["account_id", "context_uri", "participants"]
    found: int = unit.conn.execute(
        statement.on_conflict_do_update(index_elements=same, set_=changed).returning(t.c.id)
    ).scalar_one()
    return found


def of_ours(snapshot: Snapshot, status: Status, account_ids: Sequence[int]) -> list[int]:
    """Return who of several people are ours and let the author tell them about this thread; the author always does."""
    a = accounts
    hears = and_(tells(a.c.id, literal(status.account_id)), hears_of(a.c.id, literal(status.id)))
    mine = a.c.id.in_(account_ids), a.c.host == "", or_(a.c.id == status.account_id, hears)
    return list(snapshot.conn.scalars(select(a.c.id).where(*mine).order_by(a.c.id), {"now": snapshot.now}))


def fall_back(unit: Unit, status: Status) -> None:
    """Let every conversation whose newest post goes show the one before; without one it goes as well."""
    statement = select(t.c.id, t.c.account_id, t.c.participants, t.c.first_status_id)
    rows = unit.conn.execute(statement.where(t.c.last_status_id == status.id)).all()
    before = _before(unit, status) if rows else []
    for conversation_id, account_id, participants, first_id in rows:
        people = {account_id, *(int(one) for one in participants.split(",") if one)}
        left = next((i for i, those in before if i >= first_id and those == people), None)
        if left is None:
            unit.conn.execute(delete(t).where(t.c.id == conversation_id))
        else:
            unit.conn.execute(update(t).where(t.c.id == conversation_id).values(last_status_id=left))


def _before(snapshot: Snapshot, status: Status) -> list[tuple[int, set[int]]]:
    """Return the direct posts of a thread before one, newest first, each with its people."""
    older = tables.statuses
    statement = (
        select(older.c.id, older.c.account_id)
        .where(older.c.context_uri == status.context_uri, older.c.visibility == "direct", older.c.id < status.id)
        .order_by(older.c.id.desc())
        .limit(MOST_BEFORE)
    )
    found = {row[0]: {row[1]} for row in snapshot.conn.execute(statement)}
    named = select(mentions.c.status_id, mentions.c.account_id).where(mentions.c.status_id.in_(found))
    for status_id, account_id in snapshot.conn.execute(named):
        found[status_id].add(account_id)
    return list(found.items())


def page(snapshot: Snapshot, account_id: int, part: Page) -> list[Conversation]:
    """Return a page of conversations by the ids of their newest posts, newest first.

    Those with somebody whom the account blocks, or mutes with their notices, are left out.
    """
    statement = (
        _select.join(s, s.c.id == t.c.last_status_id)
        .join(author, author.c.id == s.c.account_id)
        .where(t.c.account_id == account_id, *lines.within(t.c.last_status_id))
        .where(visible_to(account_id, s, author), _hears_all(account_id))
    )
    statement = lines.ordered(statement, t.c.last_status_id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, {**part.binds, "now": snapshot.now}).all()
    return sorted((_made(row) for row in rows), key=lambda one: -(one.last_status_id or 0))


def _hears_all(account_id: int) -> ColumnElement[bool]:
    """Return whether an account hears the author of a newest post, and everybody else it names."""
    hushed = and_(mentions.c.account_id != account_id, ~tells(account_id, mentions.c.account_id))
    names_hushed = exists(select(1).where(mentions.c.status_id == s.c.id, hushed))
    return and_(or_(s.c.account_id == account_id, tells(account_id, s.c.account_id)), ~names_hushed)


def one(snapshot: Snapshot, account_id: int, conversation_id: int) -> Conversation | None:
    """Return a conversation of an account."""
    row = snapshot.conn.execute(_mine(_select, account_id, conversation_id)).first()
    return _made(row) if row else None


def _mine(statement: Select[Any], account_id: int, conversation_id: int) -> Select[Any]:
    return statement.where(t.c.id == conversation_id, t.c.account_id == account_id)


def mark(unit: Unit, conversation_id: int, *, is_unread: bool) -> None:
    """Say whether a conversation is to be read."""
    unit.conn.execute(update(t).where(t.c.id == conversation_id).values(is_unread=is_unread))


def remove(unit: Unit, account_id: int, conversation_id: int) -> bool:
    """Take a conversation out of an account's list; False when there is none. Its posts stay."""
    mine = t.c.id == conversation_id, t.c.account_id == account_id
    return unit.conn.execute(delete(t).where(*mine)).rowcount > 0
