"""How somebody wants to be reminded: the digest and its day, reminders, posts to see again, and the address of the feed."""

import secrets
from typing import Final

from msgspec import Struct

from node.errors import invalid, not_found
from node.social.site import Site
from node.store import digests
from node.store.digests import Habits
from node.store.unit import Snapshot, Unit

DIGESTS: Final = ("mail", "none")
_KEY_BYTES: Final = 32


class Choices(Struct, frozen=True, kw_only=True):
    """What holds for somebody. `can_mail`: this node has a mail server, so that the digest can come by mail."""

    digest: str
    digest_day: int  # 0 is Monday
    reminders: bool
    recall_posts: bool
    can_mail: bool


class Change(Struct, frozen=True, kw_only=True):
    """What shall hold from now on; None stays as it is."""

    digest: str | None = None
    digest_day: int | None = None
    reminders: bool | None = None
    recall_posts: bool | None = None


def chosen(snapshot: Snapshot, account_id: int) -> Choices:
    """Return what somebody chose. Raises: 404 when the account has no user."""
    habits = habits_of(snapshot, account_id)
    return Choices(
        digest=habits.digest_by,
        digest_day=habits.digest_day,
        reminders=habits.has_reminders,
        recall_posts=habits.recall_posts,
        can_mail=snapshot.site.has_mail,
    )


def choose(unit: Unit, account_id: int, change: Change) -> Choices:
    """Keep what somebody chooses and return what holds. Raises: 422 naming what is wrong; 404."""
    habits = habits_of(unit, account_id)
    if change.digest is not None and change.digest not in DIGESTS:
        raise invalid("Validation failed: digest must be mail or none", field="digest")
    if change.digest_day is not None and not 0 <= change.digest_day <= 6:
        raise invalid("Validation failed: digest_day must be 0 (Monday) to 6 (Sunday)", field="digest_day")
    values = {
        "digest_by": change.digest,
        "digest_day": change.digest_day,
        "has_reminders": change.reminders,
        "recall_posts": change.recall_posts,
    }
    changed = {name: value for name, value in values.items() if value is not None}
    if changed:
        digests.change(unit, habits.id, **changed)
    return chosen(unit, account_id)


def habits_of(snapshot: Snapshot, account_id: int) -> Habits:
    """Return the row of what a user chose. Raises: 404."""
    habits = digests.of_account(snapshot, account_id)
    if habits is None:
        raise not_found()
    return habits


# ------------------------------------------------------------------ the feed


def feed_url(site: Site, key: str) -> str:
    """Return the address of a feed."""
    return f"{site.base_url}/digest.atom?key={key}"


def feed(snapshot: Snapshot, account_id: int) -> str | None:
    """Return the address of somebody's feed, None when they never asked for one. Raises: 404."""
    key = habits_of(snapshot, account_id).feed_key
    return None if key is None else feed_url(snapshot.site, key)


def renew_feed(unit: Unit, account_id: int) -> str:
    """Give somebody's feed a new address and return it; the old one shows nothing any more. Raises: 404."""
    habits = habits_of(unit, account_id)
    key = digests.set_feed_key(unit, habits.id, secrets.token_urlsafe(_KEY_BYTES), was=habits.feed_key)
    return feed_url(unit.site, key)
