"""What moderators say of hashtags, posts, links and the sites they lead to: whether they may trend, or be used at all."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation import uris
from federation.reasons import PeerError
from node.entities.instants import iso
from node.errors import invalid, not_found
from node.services import tagging, trending
from node.services.moderating import Moderator
from node.social import hashtags
from node.store import publishers, statuses, tags, trends
from node.store.lines import Page
from node.store.publishers import Publisher
from node.store.tags import Tag
from node.store.unit import Snapshot, Unit

MOST_LINKS: Final = 500  # the newest, from which the sites are read
Entity = dict[str, Any]


class TagWish(Struct, frozen=True):
    """What a moderator wants of a hashtag; None leaves it as it is."""

    display_name: str | None = None
    is_listable: bool | None = None
    is_trendable: bool | None = None
    is_usable: bool | None = None


def tag_page(snapshot: Snapshot, part: Page) -> list[tuple[int, Entity]]:
    """Return a page of (id, Admin::Tag), the newest first."""
    found = publishers.tags(snapshot, part)
    return [(one.id, entity) for one, entity in zip(found, _tags(snapshot, found), strict=True)]


def tag(snapshot: Snapshot, tag_id: int) -> Entity:
    """Return the Admin::Tag. Raises: 404."""
    return _tags(snapshot, [_kept(snapshot, tag_id)])[0]


def _kept(snapshot: Snapshot, tag_id: int) -> Tag:
    found = tags.some(snapshot, [tag_id]).get(tag_id)
    if found is None:
        raise not_found()
    return found


def _tags(snapshot: Snapshot, found: Sequence[Tag]) -> list[Entity]:
    shown = tagging.entities(snapshot, None, found)
    return [msgspec.to_builtins(entity) | _words_on(one) for one, entity in zip(found, shown, strict=True)]


def _words_on(one: Tag) -> dict[str, bool]:
    return {
        "trendable": one.is_trendable is not False,
        "usable": one.is_usable is not False,
        "listable": one.is_listable is not False,
        "requires_review": False,
    }


def change_tag(unit: Unit, by: Moderator, tag_id: int, wish: TagWish) -> Entity:
    """Change what is said of a hashtag. Raises: 404; 422 for a name of other letters."""
    held = _kept(unit, tag_id)
    if wish.display_name is not None and hashtags.key(wish.display_name) != held.name:
        raise invalid("Validation failed: the shown name may differ in case and accents alone", field="display_name")
    words = {name: value for name in wish.__struct_fields__ if (value := getattr(wish, name)) is not None}
    publishers.judge_tag(unit, tag_id, **words)
    unit.audit(actor=by.name, act="tag.changed", object=f"tag:{tag_id}", **_flags(words))
    return tag(unit, tag_id)


def _flags(words: dict[str, Any]) -> dict[str, bool]:
    return {name: value for name, value in words.items() if isinstance(value, bool)}


def trending_tags(snapshot: Snapshot, *, limit: int, offset: int) -> list[Entity]:
    """Return the Admin::Tag of what trends, also of what was refused."""
    return _tags(snapshot, trending.tags_of(snapshot, limit=limit, offset=offset, is_whole=True))


def judge_tag(unit: Unit, by: Moderator, tag_id: int, *, is_allowed: bool) -> Entity:
    """Let a hashtag trend, or not. Raises: 404."""
    return change_tag(unit, by, tag_id, TagWish(is_trendable=is_allowed))


# ------------------------------------------------------------------ posts


def trending_statuses(snapshot: Snapshot, viewer_id: int, *, limit: int, offset: int) -> list[msgspec.Raw]:
    """Return the Admin::Trends::Status of what trends, also of what was refused."""
    found = trending.status_page(snapshot, viewer_id, limit=limit, offset=offset, is_whole=True)
    return [_status(line.json) for line in found]


def _status(json: str) -> msgspec.Raw:
    return msgspec.Raw(f'{json[:-1]},"requires_review":false}}'.encode())


def judge_status(unit: Unit, by: Moderator, status_id: int, *, is_allowed: bool) -> msgspec.Raw:
    """Let a post trend, or not, and return it. Raises: 404 for what is not there or not public."""
    status = statuses.visible(unit, status_id, None)
    if status is None:
        raise not_found()
    trends.allow(unit, status_id, is_allowed=is_allowed)
    unit.audit(actor=by.name, act="status.trend", object=f"status:{status_id}", is_allowed=is_allowed)
    return _status(trends.posts(unit, by.account_id, [status_id])[0].json)


# ------------------------------------------------------------------ links and sites


def trending_links(snapshot: Snapshot, *, limit: int, offset: int) -> list[Entity]:
    """Return the Admin::Trends::Link of what trends, also of what was refused."""
    found = trending.link_page(snapshot, limit=limit, offset=offset, is_whole=True)
    return [_link(card_id, entity) for card_id, entity in found]


def _link(card_id: int, entity: Entity) -> Entity:
    return entity | {"id": card_id, "requires_review": False}


def judge_link(unit: Unit, by: Moderator, card_id: int, *, is_allowed: bool) -> Entity:
    """Let a link trend, or not, and return it. Raises: 404."""
    found = trending.links(unit, [card_id])
    if not found:
        raise not_found()
    publishers.judge_link(unit, card_id, is_trendable=is_allowed)
    unit.audit(actor=by.name, act="link.trend", object=f"link:{card_id}", is_allowed=is_allowed)
    return _link(*found[0])


def sites(unit: Unit, *, limit: int) -> list[Entity]:
    """Return the Admin::Trends::Links::PreviewCardProvider of the sites that posts link to, the newest first."""
    publishers.meet(unit, [host for url in publishers.newest_links(unit, limit=MOST_LINKS) if (host := _host(url))])
    return [_site(one) for one in publishers.page(unit, limit=limit)]


def judge_site(unit: Unit, by: Moderator, publisher_id: int, *, is_allowed: bool) -> Entity:
    """Let links to a site trend, or not, and return it. Raises: 404."""
    publishers.judge(unit, publisher_id, is_trendable=is_allowed)
    found = publishers.by_id(unit, publisher_id)
    if found is None:
        raise not_found()
    unit.audit(actor=by.name, act="site.trend", object=f"site:{publisher_id}", is_allowed=is_allowed)
    return _site(found)


def _site(one: Publisher) -> Entity:
    return {
        "id": one.id,
        "domain": one.host,
        "trendable": one.is_trendable,
        "reviewed_at": None if one.reviewed_at is None else iso(one.reviewed_at),
        "requested_review_at": None,
        "requires_review": False,
    }


def _host(url: str) -> str | None:
    try:
        return uris.host_of(url)
    except PeerError:
        return None
