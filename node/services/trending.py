"""What many talk about, for readers: hashtags, posts, links. Counted by a job; see `store.trends` for the formula."""

from collections.abc import Sequence
from typing import Any, Final

from node.entities.card import card_json
from node.entities.tag import TagEntity
from node.services import attaching, tagging
from node.services.reading import Line
from node.store import cards, tags, trends
from node.store.unit import Snapshot, Unit

_DAY_S: Final = 86_400


def count(unit: Unit) -> None:
    """Count anew what trends, unless nobody is to be shown it."""
    if unit.site.has_trends:
        trends.count(unit)


def tag_page(
    snapshot: Snapshot, viewer_id: int | None, *, limit: int, offset: int, is_whole: bool = False
) -> list[TagEntity]:
    """Return the hashtags that trend, most first."""
    ids = _ids(snapshot, "tag", limit=limit, offset=offset, is_whole=is_whole)
    found = tags.some(snapshot, ids)
    return tagging.entities(snapshot, viewer_id, [found[i] for i in ids if i in found])


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
    ids = _ids(snapshot, "link", limit=limit, offset=offset, is_whole=is_whole)
    return [(i, entity) for i in ids if (entity := link(snapshot, i)) is not None]


def link(snapshot: Snapshot, card_id: int) -> dict[str, Any] | None:
    """Return the Trends::Link of a card; None when there is none to show."""
    card = cards.by_id(snapshot, card_id)
    if card is None or card.state != "shown":
        return None
    history = [
        {"day": str(day * _DAY_S), "uses": str(uses), "accounts": str(people)}
        for day, uses, people in trends.link_history(snapshot, card_id)
    ]
    return card_json(attaching.card_view(card, snapshot.site)) | {"history": history}


def _ids(snapshot: Snapshot, kind: trends.Kind, *, limit: int, offset: int, is_whole: bool) -> Sequence[int]:
    if not snapshot.site.has_trends:
        return ()
    return trends.ids(snapshot, kind, limit=limit, offset=offset, is_whole=is_whole)
