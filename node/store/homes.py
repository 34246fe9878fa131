"""What may be in whose home, written down when it is posted or followed, so that a page looks at nothing else.

A row is a candidate and no more: `home` asks of each whether it is to be shown. There is one for every reader of ours and
post of theirs, of somebody they follow, or with a hashtag they follow. A new follow brings the newest posts there are.
"""

from typing import Any, Final

from sqlalchemy import Connection, Select, delete, exists, literal, literal_column, or_, select, true, union_all

from node.store import tables
from node.store.compiled import PreparedOn, bound
from node.store.database import insert as insert_into
from node.store.unit import Unit

NEWEST: Final = 1000  # posts that a new follow brings

t = tables.home_posts
statuses = tables.statuses
follows = tables.follows
followed_tags = tables.followed_tags
status_tags = tables.status_tags


def spread(unit: Unit, status_id: int, author_id: int) -> None:
    """Bring a new post to its author and to those of ours who follow them."""
    _spread.run(unit.conn, the_status=status_id, the_author=author_id)


def spread_by_tags(unit: Unit, status_id: int) -> None:
    """Bring a public post to those who follow a hashtag in it."""
    _spread_by_tags.run(unit.conn, the_status=status_id)


def collect(unit: Unit, account_id: int, target_id: int) -> None:
    """Bring what somebody posted to one of ours who follows them now."""
    newest = (
        select(literal(account_id), statuses.c.id)
        .where(statuses.c.account_id == target_id)
        .order_by(statuses.c.id.desc())
        .limit(NEWEST)
    )
    _bring(unit, newest, account_id)


def collect_tag(unit: Unit, account_id: int, tag_id: int) -> None:
    """Bring what was posted in public with a hashtag to one who follows it now."""
    newest = (
        select(status_tags.c.status_id)
        .where(status_tags.c.tag_id == tag_id)
        .order_by(status_tags.c.status_id.desc())
        .limit(NEWEST)
        .subquery("newest")
    )
    public = (
        select(literal(account_id), statuses.c.id)
        .join(newest, newest.c.status_id == statuses.c.id)
        .where(statuses.c.visibility == "public")
    )
    _bring(unit, public, account_id)


def release(unit: Unit, account_id: int, target_id: int) -> None:
    """Take away what somebody posted who is followed no more."""
    _clean(unit, account_id, select(statuses.c.id).where(statuses.c.account_id == target_id))


def release_tag(unit: Unit, account_id: int, tag_id: int) -> None:
    """Take away what has a hashtag that is followed no more."""
    _clean(unit, account_id, select(status_tags.c.status_id).where(status_tags.c.tag_id == tag_id))


def _bring(unit: Unit, found: Select[Any], account_id: int) -> None:
    ours = tables.accounts
    is_ours = exists(select(1).where(ours.c.id == account_id, ours.c.host == ""))
    unit.conn.execute(_into(unit.conn, found.where(is_ours)))


def _clean(unit: Unit, account_id: int, those: Select[Any]) -> None:
    is_followed = exists(
        select(1).where(
            follows.c.account_id == account_id, follows.c.target_id == statuses.c.account_id, follows.c.is_accepted
        )
    )
    has_tag = exists(
        select(1)
        .where(followed_tags.c.account_id == account_id, followed_tags.c.tag_id == status_tags.c.tag_id)
        .where(status_tags.c.status_id == statuses.c.id)
    )
    kept = select(statuses.c.id).where(
        statuses.c.id == t.c.status_id, or_(statuses.c.account_id == account_id, is_followed, has_tag)
    )
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.status_id.in_(those), ~exists(kept)))


def _spreading(conn: Connection) -> Any:
    status, author = bound(statuses.c.id, "status"), bound(statuses.c.account_id, "author")
    readers = select(follows.c.account_id, status).where(
        follows.c.target_id == author, literal_column("follows.is_local"), follows.c.is_accepted
    )
    a = tables.accounts
    itself = select(a.c.id, status).where(a.c.id == author, a.c.host == literal_column("''"))
    return _into(conn, union_all(readers, itself))


def _spreading_by_tags(conn: Connection) -> Any:
    status = bound(statuses.c.id, "status")
    readers = (
        select(followed_tags.c.account_id, statuses.c.id)
        .distinct()
        .join(status_tags, status_tags.c.tag_id == followed_tags.c.tag_id)
        .join(statuses, statuses.c.id == status_tags.c.status_id)
        .where(status_tags.c.status_id == status, statuses.c.visibility == literal_column("'public'"))
    )
    return _into(conn, readers)


def _into(conn: Connection, found: Any) -> Any:
    rows = found.subquery("found")  # SQLite takes no ON CONFLICT directly after a join
    wanted = select(*rows.c).where(true())
    return insert_into(conn, t).from_select(["account_id", "status_id"], wanted).on_conflict_do_nothing()


_spread = PreparedOn(_spreading)
_spread_by_tags = PreparedOn(_spreading_by_tags)
