"""What many talk about, for readers: hashtags, posts, links. Counted by a job; see `store.trends` for the formula."""

from collections.abc import Sequence
from typing import Any, Final

from node.entities.card import card_json
from node.entities.tag import TagEntity
from node.services import attaching, tagging
from node.services.reading import Line
from node.store import cards, tags, trends
from node.store.tags import Tag
from node.store.unit import Snapshot, Unit

_DAY_S: Final = 86_400


def count(unit: Unit) -> None:
    """Count anew what trends, unless nobody is to be shown it."""
    if unit.site.has_trends:
        trends.count(unit)


def tag_page(snapshot: Snapshot, viewer_id: int | None, *, limit: int, offset: int) -> list[TagEntity]:
    """Return the hashtags that trend, most first."""
    found = tags_of(snapshot, limit=limit, offset=offset)
    return tagging.entities(snapshot, viewer_id, found)


def tags_of(snapshot: Snapshot, *, limit: int, offset: int, is_whole: bool = False) -> list[Tag]:
    """Return the hashtags that trend, most first; with `is_whole` also those that moderators refused."""
    ids = _ids(snapshot, "tag", limit=limit, offset=offset, is_whole=is_whole)
    found = tags.some(snapshot, ids)
    return [found[i] for i in ids if i in found]


def status_page(
    snapshot: Snapshot, viewer_id: int | None, *, limit: int, offset: int, is_whole: bool = False
) -> list[Line]:
    """Return the posts that trend and that the reader may see, most first."""
    ids = _ids(snapshot, "status", limit=limit, offset=offset, is_whole=is_whole)
    return trends.posts(snapshot, viewer_id, ids, is_whole=is_whole)


def link_page(
    snapshot: Snapshot, *, limit: int, offset: int, is_whole: bool = False
) -> list[tuple[int, dict[str, Any]]]:
    """Return (id, Trends::Link) of the links that trend, most first."""
    return links(snapshot, _ids(snapshot, "link", limit=limit, offset=offset, is_whole=is_whole))


def links(snapshot: Snapshot, card_ids: Sequence[int]) -> list[tuple[int, dict[str, Any]]]:
    """Return (id, Trends::Link) of those of several cards that have anything to show, in their order."""
    found = {i: card for i, card in cards.some(snapshot, card_ids).items() if card.state == "shown"}
    histories = trends.link_histories(snapshot, list(found))
    return [
        (i, card_json(attaching.card_view(found[i], snapshot.site)) | {"history": _days(histories[i])})
        for i in card_ids
        if i in found
    ]


def _days(history: Sequence[tuple[int, int, int]]) -> list[dict[str, str]]:
    return [{"day": str(day * _DAY_S), "uses": str(uses), "accounts": str(people)} for day, uses, people in history]


def _ids(snapshot: Snapshot, kind: trends.Kind, *, limit: int, offset: int, is_whole: bool) -> Sequence[int]:
    if not snapshot.site.has_trends:
        return ()
    return trends.ids(snapshot, kind, limit=limit, offset=offset, is_whole=is_whole)
