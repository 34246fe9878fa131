"""The records that make up a loop: where it begins, what belongs to it, and each one with its author and place.

Read from `records` and `edges` alone, as far as a reader may see them. Walks are bounded in depth and number.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from federation.records import fields
from federation.records.fields import Record
from federation.records.shape import CLASSES
from node.learning import lineage
from node.learning.lineage import MAX_DEPTH, Graph, Version
from node.store import accounts, loops, records
from node.store.accounts import Account
from node.store.loops import Seen
from node.store.unit import Snapshot

MAX_MEMBERS: Final = 300
MAX_READ: Final = 2000  # to find them: a reader may not see all
Kind = Literal["learning", "action", "share"]
KINDS: Final[Mapping[str, Kind]] = {"Learning": "learning", "LearningAction": "action", "LearningShare": "share"}


class Part(Struct, frozen=True, kw_only=True):
    """One record of a loop with its author and place. `place` is the hospital's name, or its host where none is known."""

    status_id: int
    uri: str
    url: str
    kind: Kind
    state: str
    title: str
    record: Record
    author: Account
    place: str
    origin: str
    is_here: bool
    visibility: str
    context_uri: str
    published_at: datetime
    received_at: datetime
    edited_at: datetime | None
    warnings: tuple[str, ...] = ()
    licence: str | None = None

    @property
    def withdrawal(self) -> fields.Withdrawal | None:
        """Why it was taken back."""
        return self.record.withdrawal


class Family(Struct, frozen=True):
    """What goes back to a root, and the edges among it. `is_cut`: there is more."""

    seen: dict[str, Seen]
    graph: Graph
    is_cut: bool = False


def roots(snapshot: Snapshot, start: Sequence[Seen], viewer_id: int | None) -> dict[str, Seen]:
    """Return the root of each record: up along reportsOn and basedOn, all of them level by level."""
    known = {one.uri: one for one in start}
    front = list(start)
    for _ in range(MAX_DEPTH):
        wanted = [uri for one in front for uri in above(one) if uri not in known]
        if not wanted:
            break
        found = loops.seen(snapshot, wanted, viewer_id)
        known |= found
        front = list(found.values())
    return {one.uri: _climb(one, known) for one in start}


def _climb(one: Seen, known: Mapping[str, Seen]) -> Seen:
    passed = {one.uri}
    while True:
        parent = next((known[uri] for uri in above(one) if uri in known and uri not in passed), None)
        if parent is None:
            return one
        passed.add(parent.uri)
        one = parent


def above(one: Seen) -> list[str]:
    """Return the ids that a record begins from or reports on, the nearest first."""
    named = (one.record.get("reportsOn"), one.record.get("basedOn"))
    return [uri for uri in named if isinstance(uri, str)]


def family(snapshot: Snapshot, root: Seen, viewer_id: int | None) -> Family:
    """Return everything that goes back to a root."""
    below = records.below(snapshot, (root.uri,), generations=MAX_DEPTH, limit=MAX_READ)
    read = loops.seen(snapshot, (root.uri, *below), viewer_id)
    seen = {uri: one for uri, one in read.items() if one.type in KINDS}
    graph = lineage.graph(map(version, seen.values()))
    walk = lineage.descendants(graph, root.uri, max_found=MAX_MEMBERS)
    kept = {uri: seen[uri] for uri in (root.uri, *walk.uris) if uri in seen}
    inner = tuple(edge for edge in graph.edges if edge.child in kept and edge.parent in kept)
    nodes = tuple(node for node in graph.nodes if node.uri in kept)
    return Family(kept, Graph(nodes, inner), walk.is_cut or len(below) == MAX_READ)


def version(seen: Seen) -> Version:
    """Return a record as the lineage graph takes it."""
    return Version(uri=seen.uri, author=seen.author_uri, published=seen.published_at, digest="", record=_typed(seen))


def _typed(seen: Seen) -> Record:
    return msgspec.convert(seen.record, CLASSES[seen.type])


def parts_of(snapshot: Snapshot, viewer_id: int | None, uris: Iterable[str]) -> dict[str, Part]:
    """Return the records of several Notes as far as a reader may see them, for the cards of a page."""
    found = loops.seen(snapshot, uris, viewer_id)
    return parts(snapshot, {uri: one for uri, one in found.items() if one.type in KINDS})


def parts(snapshot: Snapshot, seen: Mapping[str, Seen]) -> dict[str, Part]:
    """Return records in order of time, with their authors and places."""
    ordered = sorted(seen.values(), key=lambda one: (one.published_at, one.uri))
    authors = accounts.by_ids(snapshot, {one.account_id for one in ordered})
    speaking = accounts.by_uris(snapshot, {one.institution_uri for one in ordered if one.institution_uri})
    return {
        one.uri: Part(
            status_id=one.status_id,
            uri=one.uri,
            url=one.url,
            kind=KINDS[one.type],
            state=one.state,
            title=one.title,
            record=_typed(one),
            author=authors[one.account_id],
            place=_place(snapshot, one, speaking),
            origin=one.origin,
            is_here=one.is_local,
            visibility=one.visibility,
            context_uri=one.context_uri,
            published_at=one.published_at,
            received_at=one.received_at,
            edited_at=one.edited_at,
            warnings=tuple(one.warnings),
            licence=one.licence,
        )
        for one in ordered
        if one.account_id in authors
    }


def _place(snapshot: Snapshot, one: Seen, speaking: Mapping[str, Account]) -> str:
    if one.is_local:
        return snapshot.site.institution_name
    institution = speaking.get(one.institution_uri or "")
    return (institution.display_name if institution else "") or one.origin
