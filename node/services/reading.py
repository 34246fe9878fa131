"""What readers ask for: timelines, threads, accounts and notifications, as the JSON text of their entities."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from federation.audience import OPEN
from federation.uris import parse_handle
from node.entities.account import muted_account
from node.errors import forbidden, not_found
from node.services import writing
from node.social.markup import plain
from node.store import (
    accounts,
    edits,
    favourites,
    follows,
    home,
    lines,
    notifications,
    people,
    pins,
    statuses,
    threads,
    timelines,
    users,
)
from node.store.accounts import Account
from node.store.edits import Edit
from node.store.lines import Line, Page
from node.store.notifications import Notification, Wanted
from node.store.statuses import Status
from node.store.timelines import Feed, OfAccount, Tagged
from node.store.unit import Snapshot

__all__ = ["Feed", "Line", "Listed", "Notification", "OfAccount", "Page", "Tagged", "Wanted"]

MOST_ABOVE_FOR_ANYBODY = 40
MOST_BELOW_FOR_ANYBODY = 60
DEEPEST_FOR_ANYBODY = 20


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


def tagged_page(snapshot: Snapshot, viewer_id: int | None, page: Page, which: Tagged, feed: Feed) -> list[Line]:
    """Return a page of public posts with hashtags."""
    return timelines.tagged(snapshot, viewer_id, page, which, feed)


def account_page(snapshot: Snapshot, viewer_id: int | None, page: Page, which: OfAccount) -> list[Line]:
    """Return a page of an account's posts. Raises: 404 for an unknown account."""
    account(snapshot, which.account_id)
    return timelines.of_account(snapshot, viewer_id, page, which)


def pinned_page(snapshot: Snapshot, viewer_id: int | None, account_id: int, page: Page) -> list[Line]:
    """Return what an account has pinned and the viewer may see, the newest pin first, within a page. Raises: 404."""
    account(snapshot, account_id)
    above, below = max(page.min_id or 0, page.since_id or 0), page.max_id
    wanted = [i for i in pins.ids(snapshot, account_id) if i > above and (below is None or i < below)]
    shown = {line.id: line for line in lines.by_ids(snapshot, viewer_id, wanted)}
    return [shown[i] for i in wanted if i in shown][: page.limit]


def status(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> str:
    """Return a status as its reader sees it. Raises: 404."""
    found = lines.by_ids(snapshot, viewer_id, [status_id])
    if not found:
        raise not_found()
    return found[0].json


def some_statuses(snapshot: Snapshot, viewer_id: int | None, status_ids: Sequence[int]) -> list[Line]:
    """Return those of several statuses that the reader may see, newest first."""
    return lines.by_ids(snapshot, viewer_id, status_ids)


def source(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> tuple[str, str]:
    """Return (text, content warning) of a status as it was typed; a peer's text is read from its HTML. Raises: 404."""
    found = seen(snapshot, viewer_id, status_id)
    return found.text or plain(found.content_html), found.spoiler_text


class Versions(Struct, frozen=True):
    """What a status says and said, oldest first; `quote_json` is what all of them quote."""

    edits: Sequence[Edit]
    account_json: str
    quote_json: msgspec.Raw | None


class _Quoting(Struct):
    quote: msgspec.Raw


def history(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Versions:
    """Return every version of a status. Raises: 404."""
    found = seen(snapshot, viewer_id, status_id)
    extras = writing.extras(snapshot, found.id)
    changed_at = found.edited_at or found.created_at
    now = Edit(found.content_html, found.spoiler_text, found.is_sensitive, changed_at, extras)
    author = people.json_of(snapshot, [found.account_id])[0]
    quote = None
    if found.quote_uri is not None:
        quote = msgspec.json.decode(status(snapshot, viewer_id, found.id), type=_Quoting).quote
    return Versions([*edits.of(snapshot, found.id), now], author, quote)


def thread(snapshot: Snapshot, viewer_id: int | None, status_id: int, *, most: int = threads.MOST) -> Thread:
    """Return the thread around a status, as far as the reader may see it and wants to. Raises: 404."""
    seen(snapshot, viewer_id, status_id)
    if viewer_id is None:
        bounds = {"above": MOST_ABOVE_FOR_ANYBODY, "below": MOST_BELOW_FOR_ANYBODY, "depth": DEEPEST_FOR_ANYBODY}
    else:
        bounds = {"above": most, "below": most}
    above, below = threads.around(snapshot, status_id, **bounds)
    shown = {line.id: line for line in lines.by_ids(snapshot, viewer_id, [*above, *below], is_wanted=True)}
    return Thread([shown[i] for i in above if i in shown], [shown[i] for i in below if i in shown])


def check_translatable(snapshot: Snapshot, viewer_id: int, status_id: int) -> None:
    """Pass a post that might be given to a service that translates. Raises: 404; 403 for what is not for everybody."""
    if seen(snapshot, viewer_id, status_id).visibility not in OPEN:
        raise forbidden()


def account(snapshot: Snapshot, account_id: int) -> Account:
    """Return an account that may be shown. Raises: 404."""
    return _shown(snapshot, accounts.by_id(snapshot, account_id))


def _shown(snapshot: Snapshot, found: Account | None) -> Account:
    """Return an account unless it is suspended, or of somebody who signed up and is not let in yet. Raises: 404."""
    if found is None or found.is_suspended or (found.is_local and users.is_waiting(snapshot, found.id)):
        raise not_found()
    return found


def account_by_acct(snapshot: Snapshot, acct: str) -> Account:
    """Return a known account by `name` or `name@host`. Raises: 404."""
    handle = parse_handle(acct)
    return _shown(snapshot, accounts.of_handle(snapshot, handle) if handle is not None else None)


def profile(snapshot: Snapshot, account_id: int) -> str:
    """Return the Account as JSON text; of a suspended one it says that and nothing else.

    Raises: 404, also for somebody who signed up and is not let in yet.
    """
    if users.is_waiting(snapshot, account_id):
        raise not_found()
    return _first(people.json_of(snapshot, [account_id]))


def profiles(snapshot: Snapshot, account_ids: Sequence[int]) -> list[str]:
    """Return several Accounts as JSON text; unknown ones are left out, and people who are not let in yet."""
    waiting = users.waiting_among(snapshot, account_ids)
    return people.json_of(snapshot, [i for i in account_ids if i not in waiting])


def profile_by_acct(snapshot: Snapshot, acct: str) -> str:
    """Return the Account of `name` or `name@host` as JSON text. Raises: 404."""
    return profile(snapshot, account_by_acct(snapshot, acct).id)


def _first(found: list[str]) -> str:
    if not found:
        raise not_found()
    return found[0]


def followers(snapshot: Snapshot, account_id: int, page: Page, *, viewer_id: int | None = None) -> list[Listed]:
    """Return a page of those who follow an account, newest first, as far as the viewer wants to see them. Raises: 404."""
    return _circle(snapshot, account_id, follows.followers(account_id), page, viewer_id)


def following(snapshot: Snapshot, account_id: int, page: Page, *, viewer_id: int | None = None) -> list[Listed]:
    """Return a page of those an account follows, newest first, as far as the viewer wants to see them. Raises: 404."""
    return _circle(snapshot, account_id, follows.following(account_id), page, viewer_id)


def _circle(snapshot: Snapshot, account_id: int, selection: Any, page: Page, viewer_id: int | None) -> list[Listed]:
    """Return a page of whom an account knows: everybody to itself, nobody if it hides them, nor to those it blocks."""
    whose = account(snapshot, account_id)
    if viewer_id == account_id:
        return _people(snapshot, selection, page)
    if whose.hides_collections:
        return []
    if viewer_id is None:
        return _people(snapshot, selection, page)
    if follows.is_blocking(snapshot, account_id, viewer_id):
        return []
    return _people(snapshot, selection, page, viewer_id=viewer_id, hides_muted=True)


def follow_requests(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those who ask to follow an account."""
    return _people(snapshot, follows.requests(account_id), page)


def favourited_by(snapshot: Snapshot, viewer_id: int | None, status_id: int, page: Page) -> list[Listed]:
    """Return a page of those who favourited a status. Raises: 404."""
    selection = favourites.favourited_by(seen(snapshot, viewer_id, status_id).id)
    return _people(snapshot, selection, page, viewer_id=viewer_id)


def boosted_by(snapshot: Snapshot, viewer_id: int | None, status_id: int, page: Page) -> list[Listed]:
    """Return a page of those who boosted a status. Raises: 404."""
    selection = favourites.boosted_by(seen(snapshot, viewer_id, status_id).id, viewer_id)
    return _people(snapshot, selection, page, viewer_id=viewer_id)


def blocked(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those an account blocks."""
    return _people(snapshot, follows.blocked(account_id), page)


def muted(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of those an account mutes, each with when that ends."""
    found = _people(snapshot, follows.muted(account_id, snapshot.now), page)
    ends = follows.mute_ends(snapshot, account_id, [one.id for one in found])
    return [Listed(one.id, muted_account(one.json, ends.get(one.id))) for one in found]


def favourites_page(snapshot: Snapshot, account_id: int, page: Page) -> list[Listed]:
    """Return a page of what an account favourited and may still see, the newest favourite first."""
    found = lines.by_edges(snapshot, account_id, favourites.of_account(account_id), page)
    return [Listed(edge_id, json) for edge_id, json in found]


def seen(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Status:
    """Return a status that a viewer may see. Raises: 404."""
    found = statuses.visible(snapshot, status_id, viewer_id)
    if found is None:
        raise not_found()
    return found


def _people(
    snapshot: Snapshot, selection: Any, page: Page, *, viewer_id: int | None = None, hides_muted: bool = False
) -> list[Listed]:
    found = people.page(snapshot, selection, page, viewer_id=viewer_id, hides_muted=hides_muted)
    return [Listed(edge_id, json) for edge_id, json in found]


def notification_page(snapshot: Snapshot, account_id: int, page: Page, wanted: Wanted) -> list[Notification]:
    """Return a page of what an account was told."""
    return notifications.page(snapshot, account_id, page, wanted)


def notification(snapshot: Snapshot, account_id: int, notification_id: int) -> Notification:
    """Return one notification. Raises: 404."""
    found = notifications.one(snapshot, account_id, notification_id)
    if found is None:
        raise not_found()
    return found
