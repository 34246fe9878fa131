"""What of a status is made anew whenever it is read, because time, others and the reader change it: polls and reactions.

Few statuses have either. The rendered part of one that has ends in `node.entities.status.LIVE`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from node.entities.emoji import copied, reaction
from node.entities.poll import Reader, poll_entity
from node.store import polls, reactions
from node.store.compiled import OneOf
from node.store.reactions import Tally
from node.store.tables import statuses
from node.store.unit import Snapshot

_encode = msgspec.json.Encoder().encode
_carriers = OneOf(
    lambda ids: select(statuses.c.id, statuses.c.account_id, statuses.c.emojis).where(statuses.c.id.in_(ids)),
    statuses.c.id,
)


def of(snapshot: Snapshot, status_ids: Sequence[int], viewer_id: int | None) -> dict[int, str]:
    """Return what `splice.alive` puts into each of these statuses, whose ids are distinct."""
    asked = poll_entities(snapshot, status_ids, viewer_id)
    put = reactions.tallies(snapshot, status_ids, viewer_id)
    is_signed_in = viewer_id is not None
    shown = {one: shown_reactions(snapshot, one, put.get(one, ()), is_signed_in=is_signed_in) for one in status_ids}
    return {one: _live(asked.get(one), shown[one]) for one in status_ids}


def shown_reactions(
    snapshot: Snapshot, status_id: int, put: Sequence[Tally], *, is_signed_in: bool
) -> list[dict[str, Any]]:
    """Return the emoji under a status as apps show them, their pictures from our copies."""

    def place(url: str | None) -> str | None:
        return None if url is None else snapshot.site.copy_url("statuses", status_id, "emoji", url)

    return [
        reaction(one.name, one.url, one.count, is_mine=one.is_mine if is_signed_in else None, shown_url=place(one.url))
        for one in put
    ]


def _live(poll: dict[str, Any] | None, shown: Sequence[dict[str, Any]]) -> str:
    return f'"poll":{_encode(poll).decode()},"reactions":{_encode(shown).decode()}'


def is_live(snapshot: Snapshot, status_id: int) -> bool:
    """Return whether a status has anything that is made anew whenever it is read."""
    return reactions.has_any(snapshot, status_id) or polls.of_status(snapshot, status_id) is not None


def poll_entities(snapshot: Snapshot, status_ids: Sequence[int], viewer_id: int | None) -> dict[int, dict[str, Any]]:
    """Return the Poll entities of those of several statuses that have one."""
    found = polls.of_statuses(snapshot, status_ids)
    if not found:
        return {}
    ids = list(found)
    chosen = polls.choices(snapshot, ids, viewer_id) if viewer_id is not None else {}
    entities = {}
    for status_id, author_id, emojis in _carriers.rows(snapshot.conn, ids):
        reader = None if viewer_id is None else Reader(author_id == viewer_id, chosen.get(status_id, ()))
        pictures = copied(emojis, snapshot.site, "statuses", status_id)
        entities[status_id] = poll_entity(found[status_id], snapshot.now, reader, pictures)
    return entities
