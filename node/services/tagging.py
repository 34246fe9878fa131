"""Hashtags as things of their own: shown, followed into home, put on a profile."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET, Struct

from node.entities.tag import TagDay, TagEntity
from node.errors import invalid, not_found
from node.services.reading import Page
from node.social import hashtags, text
from node.store import accounts, following_tags, tags
from node.store.tags import Tag
from node.store.unit import Snapshot, Unit

MAX_FEATURED_TAGS: Final = 10
MAX_FOLLOWED_TAGS: Final = 1000
MOST_PAGE: Final = 200
MOST_COUNTED: Final = 20_000  # uses that the histories of one answer look at


class Followed(Struct, frozen=True):
    """A hashtag that is followed, and the id of the follow, to page by."""

    id: int
    tag: TagEntity


def show(snapshot: Snapshot, viewer_id: int | None, name: str) -> TagEntity:
    """Return a hashtag, also one that nobody used. Raises: 404 for what can be none."""
    _check(name)
    found = tags.named(snapshot, name)
    if found is None:
        shown = text.fold_tag(name)
        found = Tag(0, hashtags.key(name), shown)
    return entities(snapshot, viewer_id, [found])[0]


def follow(unit: Unit, account_id: int, name: str) -> TagEntity:
    """Follow a hashtag; again is fine. Raises: 404 for what can be none, 422 for one too many."""
    tag = ensure(unit, name)
    accounts.hold(unit, (account_id,))
    if not following_tags.among(unit, following_tags.followed, account_id, [tag.id]):
        if following_tags.count(unit, following_tags.followed, account_id) >= MAX_FOLLOWED_TAGS:
            words = f"Validation failed: you follow {MAX_FOLLOWED_TAGS} hashtags, and no more fit"
            raise invalid(words, code="too-many")
        following_tags.follow(unit, account_id, tag.id)
    return entities(unit, account_id, [tag])[0]


def unfollow(unit: Unit, account_id: int, name: str) -> TagEntity:
    """End the follow of a hashtag; none is fine. Raises: 404 for what can be no hashtag."""
    tag = _made(unit, name)
    following_tags.unfollow(unit, account_id, tag.id)
    return entities(unit, account_id, [tag])[0]


def feature(unit: Unit, account_id: int, name: str) -> Tag:
    """Put a hashtag on one's profile; again is fine. Raises: 404 for what can be none, 422 for one too many."""
    tag = ensure(unit, name)
    accounts.hold(unit, (account_id,))
    if following_tags.among(unit, following_tags.featured, account_id, [tag.id]):
        return tag
    if following_tags.count(unit, following_tags.featured, account_id) >= MAX_FEATURED_TAGS:
        words = f"Validation failed: you feature {MAX_FEATURED_TAGS} hashtags, and no more fit"
        raise invalid(words, code="too-many")
    following_tags.feature(unit, account_id, tag.id, name.lstrip("#＃"))
    return tag


def featured(unit: Unit, account_id: int, name: str) -> TagEntity:
    """Feature a hashtag and return it. Raises: as `feature`."""
    return entities(unit, account_id, [feature(unit, account_id, name)])[0]


def unfeatured(unit: Unit, account_id: int, name: str) -> TagEntity:
    """Take a hashtag from one's profile and return it; none is fine. Raises: 404 for what can be no hashtag."""
    tag = _made(unit, name)
    following_tags.unfeature(unit, account_id, tag.id)
    return entities(unit, account_id, [tag])[0]


def followed(snapshot: Snapshot, account_id: int, page: Page) -> list[Followed]:
    """Return a page of the hashtags an account follows, the newest follow first."""
    pairs = following_tags.page(snapshot, account_id, page, most=MOST_PAGE)
    known = tags.some(snapshot, [tag_id for _, tag_id in pairs])
    shown = entities(snapshot, account_id, [known[tag_id] for _, tag_id in pairs])
    return [Followed(pair[0], entity) for pair, entity in zip(pairs, shown, strict=True)]


def ensure(unit: Unit, name: str) -> Tag:
    """Return a hashtag, made if nobody used it yet. Raises: 404 for what can be none, 422 for one that may not be used."""
    found = _made(unit, name)
    if found.is_usable is False:
        raise invalid("Validation failed: this hashtag may not be used here", field="name")
    return found


def _made(unit: Unit, name: str) -> Tag:
    _check(name)
    found = tags.named(unit, name)
    if found is None:
        tags.ids_of(unit, [text.fold_tag(name)])
        found = tags.named(unit, name)
    if found is None:
        raise not_found()
    return found


def entities(snapshot: Snapshot, viewer_id: int | None, found: Sequence[Tag]) -> list[TagEntity]:
    """Return hashtags as their reader sees them."""
    ids = [tag.id for tag in found]
    following: set[int] = set()
    featuring: set[int] = set()
    if viewer_id is not None:
        following = following_tags.among(snapshot, following_tags.followed, viewer_id, ids)
        featuring = following_tags.among(snapshot, following_tags.featured, viewer_id, ids)
    most = min(tags.MOST_COUNTED, MOST_COUNTED // max(1, len(found)))
    return [
        TagEntity(
            id=str(tag.id),
            name=tag.shown,
            url=snapshot.site.tag_url(tag.shown),
            history=[
                TagDay(str(one.day_s), str(one.uses), str(one.accounts))
                for one in tags.history(snapshot, tag.id, most=most)
            ],
            following=UNSET if viewer_id is None else tag.id in following,
            featuring=UNSET if viewer_id is None else tag.id in featuring,
        )
        for tag in found
    ]


def _check(name: str) -> None:
    if not hashtags.is_name(name):
        raise not_found()
