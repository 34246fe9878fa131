"""The timelines of many: public posts, posts with a hashtag, posts about a link; as far as an administrator opens them.

Who is signed in gets them in the languages they chose.
"""

from msgspec import Struct

from node.errors import Problem, not_found
from node.services.authorising import MODERATING
from node.services.reading import Feed, Line, Page, Tagged
from node.store import timelines, users
from node.store.unit import Snapshot


class Reader(Struct, frozen=True):
    """Who reads: nobody in particular, an app alone, or one of ours."""

    account_id: int | None = None
    role: str = ""


def feed_page(snapshot: Snapshot, reader: Reader, page: Page, feed: Feed) -> list[Line]:
    """Return a page of the public timeline or of a part of it; nothing where it is closed. Raises: 422."""
    _check(snapshot, reader)
    if is_closed(snapshot, reader.role):
        return []
    return timelines.public(snapshot, reader.account_id, page, _in_languages(snapshot, reader, feed))


def house_page(snapshot: Snapshot, viewer_id: int, page: Page) -> list[Line]:
    """Return a page of what is written here, for everybody or for the house alone."""
    found = [
        *timelines.public(snapshot, viewer_id, page, Feed(is_local=True)),
        *timelines.of_house(snapshot, viewer_id, page),
    ]
    found.sort(key=lambda line: line.id, reverse=True)
    return found[: page.limit] if page.min_id is None else found[-page.limit :]


def is_closed(snapshot: Snapshot, role: str) -> bool:
    """Return whether the public timelines, and the streams of them, are closed to one of ours; who moderates sees them."""
    return snapshot.site.timelines_access == "disabled" and role not in MODERATING


def tagged_page(snapshot: Snapshot, reader: Reader, page: Page, which: Tagged, feed: Feed) -> list[Line]:
    """Return a page of public posts with hashtags. Raises: 422."""
    _check(snapshot, reader)
    return timelines.tagged(snapshot, reader.account_id, page, which, _in_languages(snapshot, reader, feed))


def link_page(snapshot: Snapshot, reader: Reader, page: Page, url: str) -> list[Line]:
    """Return a page of public posts about a link that many speak of. Raises: 404 for any other link, 422."""
    _check(snapshot, reader)
    card_id = timelines.trending_card(snapshot, url)
    if card_id is None:
        raise not_found()
    return timelines.linked(snapshot, reader.account_id, page, card_id)


def _check(snapshot: Snapshot, reader: Reader) -> None:
    """Raises: 422 for nobody in particular, where only our own people read."""
    if snapshot.site.timelines_access != "public" and reader.account_id is None:
        raise Problem(422, "user-required", "This method requires an authenticated user")


def _in_languages(snapshot: Snapshot, reader: Reader, feed: Feed) -> Feed:
    if reader.account_id is None:
        return feed
    chosen = users.chosen_languages(snapshot, reader.account_id)
    return Feed(feed.is_local, feed.is_remote, feed.only_media, chosen) if chosen else feed
