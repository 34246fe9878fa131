"""What readers ask for: timelines, threads, accounts and notifications, as the JSON text of their entities."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from node.errors import not_found
from node.store import accounts, favourites, follows, home, lines, notifications, people, statuses, timelines
from node.store.accounts import Account
from node.store.lines import Line, Page
from node.store.notifications import Notification, Wanted
from node.store.statuses import Status
from node.store.timelines import OfAccount
from node.store.unit import Snapshot

__all__ = ["Line", "Listed", "Notification", "OfAccount", "Page", "Wanted"]


class Listed(Struct, frozen=True):
    """One entity of a page: the id to page by, and its JSON text."""

    id: int
    json: str


class Thread(Struct, frozen=True):
    """What stands above and below a status."""

    ancestors: Sequence[Line]
    descendants: Sequence[Line]


def home_page(snapshot: Snapshot, viewer_id: int, page: Page) -> list[Line]:
    """Return a page of the home timeline."""
    return home.home(snapshot, viewer_id, page)


def public_page(snapshot: Snapshot, viewer_id: int | None, page: Page, *, is_local: bool) -> list[Line]:
    """Return a page of the public timeline."""
    return timelines.public(snapshot, viewer_id, page, is_local=is_local)


def tag_page(snapshot: Snapshot, viewer_id: int | None, page: Page, *, tag: str, is_local: bool) -> list[Line]:
    """Return a page of a hashtag's timeline; `tag` is normalised."""
    return timelines.tagged(snapshot, viewer_id, page, tag=tag, is_local=is_local)


def account_page(snapshot: Snapshot, viewer_id: int | None, page: Page, which: OfAccount) -> list[Line]:
    """Return a page of an account's posts. Raises: 404 for an unknown account."""
    account(snapshot, which.account_id)
    return timelines.of_account(snapshot, viewer_id, page, which)


def status(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> str:
    """Return a status as its reader sees it. Raises: 404."""
    found = lines.by_ids(snapshot, viewer_id, [status_id])
    if not found:
        raise not_found()
    return found[0].json


def source(snapshot: Snapshot, viewer_id: int, status_id: int) -> tuple[str, str]:
    """Return (text, content warning) of one's own status, to edit. Raises: 404."""
    found = statuses.visible(snapshot, status_id, viewer_id)
    if found is None or found.account_id != viewer_id:
        raise not_found()
    return found.text, found.spoiler_text


def thread(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Thread:
    """Return the thread around a status, as far as the reader may see it. Raises: 404."""
    if statuses.visible(snapshot, status_id, viewer_id) is None:
        raise not_found()
    above, below = timelines.thread(snapshot, status_id)
    shown = {line.id: line for line in lines.by_ids(snapshot, viewer_id, [*above, *below])}
    return Thread([shown[i] for i in above if i in shown], [shown[i] for i in below if i in shown])


def account(snapshot: Snapshot, account_id: int) -> Account:
    """Return an account that may be shown. Raises: 404."""
    found = accounts.by_id(snapshot, account_id)
    if found is None or found.is_suspended:
        raise not_found()
    return found


def account_by_acct(snapshot: Snapshot, acct: str) -> Account:
    """Return a known account by `name` or `name@host`. Raises: 404."""
    name, _, host = acct.removeprefix("@").partition("@")
    ours = ("", snapshot.site.handle_host, snapshot.site.host)
    found = accounts.by_handle(snapshot, name, "" if host in ours else host.lower())
    if found is None or found.is_suspended:
        raise not_found()
    return found


def followers(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those who follow an account, newest first."""
    return _people(snapshot, follows.followers(account_id), page)


def following(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those an account follows, newest first."""
    return _people(snapshot, follows.following(account_id), page)


def follow_requests(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those who ask to follow an account."""
    return _people(snapshot, follows.requests(account_id), page)


def favourited_by(snapshot: Snapshot, viewer_id: int | None, status_id: int, page: Page) -> list[Listed]:
    """Return a page of those who favourited a status. Raises: 404."""
    return _people(snapshot, favourites.favourited_by(_seen(snapshot, viewer_id, status_id).id), page)


def boosted_by(snapshot: Snapshot, viewer_id: int | None, status_id: int, page: Page) -> list[Listed]:
    """Return a page of those who boosted a status. Raises: 404."""
    return _people(snapshot, favourites.boosted_by(_seen(snapshot, viewer_id, status_id).id), page)


def _seen(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Status:
    found = statuses.visible(snapshot, status_id, viewer_id)
    if found is None:
        raise not_found()
    return found


def _people(snapshot: Snapshot, selection: Any, page: Page) -> list[Listed]:
    return [Listed(edge_id, json) for edge_id, json in people.page(snapshot, selection, page)]


def notification_page(snapshot: Snapshot, account_id: int, page: Page, wanted: Wanted) -> list[Notification]:
    """Return a page of what an account was told."""
    return notifications.page(snapshot, account_id, page, wanted)


def notification(snapshot: Snapshot, account_id: int, notification_id: int) -> Notification:
    """Return one notification. Raises: 404."""
    found = notifications.one(snapshot, account_id, notification_id)
    if found is None:
        raise not_found()
    return found
