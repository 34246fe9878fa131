"""A loop as one thing: what was learned, what was done about it, what came of it, and where else, ours and theirs alike.

How it works. A loop is named by the status id of its root on this node: the record above which nothing is known that the
reader may see. Everything that goes back to the root belongs to it. All of it is read from `records` and `edges`, so
that our work and that of peers look alike; only an undecided action of our own shows its points, and only to people of
this node. Edges that do not point back in time are dropped, as on every other node. Everything is bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec
from msgspec import Struct

from federation.records.fields import LearningAction, LearningShare
from node.errors import not_found
from node.learning import lineage, loop
from node.learning.lineage import MAX_DEPTH, MAX_FOUND, Deletion, Edge, Graph
from node.learning.loop import ActionFact, LearningStanding, Ring
from node.services import families, plotting, recording
from node.services.families import KINDS, Family, Part
from node.services.plotting import Series
from node.store import actions, arrivals, lines, loops, measures, records
from node.store.loops import Seen
from node.store.unit import Snapshot

MAX_TALK: Final = 40
MAX_SERIES: Final = 12
MAX_UPON: Final = 2000  # what was done upon several actions
Word = Literal["Trying", "Kept", "Adapted", "Stopped", "Withdrawn"]
WORDS: Final[Mapping[str, Word]] = {"adopt": "Kept", "adapt": "Adapted", "abandon": "Stopped"}


class Doing(Struct, frozen=True, kw_only=True):
    """An action with what came of it. `word` is what one says of it from elsewhere; `series` are what may be shown."""

    part: Part
    relation: str
    word: Word
    due_on: date
    is_open: bool
    is_overdue: bool
    shares: tuple[Part, ...] = ()
    series: tuple[Series, ...] = ()

    @property
    def action(self) -> LearningAction:
        """The record of the action."""
        assert isinstance(self.part.record, LearningAction)
        return self.part.record

    @property
    def share(self) -> Part | None:
        """The newest share that stands."""
        return next((one for one in reversed(self.shares) if one.state != "withdrawn"), None)

    @property
    def shared(self) -> LearningShare | None:
        """The record of that share."""
        record = self.share.record if self.share else None
        return record if isinstance(record, LearningShare) else None


class Branch(Struct, frozen=True, kw_only=True):
    """An action in the lineage, and the ones that were begun from it or from what came of it."""

    doing: Doing
    below: tuple["Branch", ...] = ()


class Loop(Struct, frozen=True, kw_only=True):
    """All of a loop that a reader may see. `focus` is the action the page is about; `talk` are Status entities as JSON."""

    id: int
    root: Part
    ring: Ring
    standing: LearningStanding
    focus: Doing | None
    doings: tuple[Doing, ...]
    branches: tuple[Branch, ...]
    learnings: tuple[Part, ...]
    edges: tuple[Edge, ...]
    talk: tuple[str, ...]
    is_cut: bool

    @property
    def learning(self) -> Part | None:
        """What was learned, if the loop begins with it."""
        return self.root if self.root.kind == "learning" else None

    @property
    def elsewhere(self) -> tuple[Doing, ...]:
        """What other hospitals did about it."""
        return tuple(doing for doing in self.doings if not doing.part.is_here)


class Gathered(Struct, frozen=True, kw_only=True):
    """The records of a loop as they are read, before anything of it is drawn; the actions in order of time."""

    start: Seen
    root: Seen
    family: Family
    parts: Mapping[str, Part]
    doings: tuple[Doing, ...]


class Lineage(Struct, frozen=True, kw_only=True):
    """The family of a record among public ones; every node that knows them gives the same hash."""

    uri: str
    graph: Graph
    hash: str


# ------------------------------------------------------------------ one loop


def loop_of(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Loop:
    """Return the loop that a status belongs to, as a reader may see it. Raises: 404."""
    found = gather(snapshot, viewer_id, status_id)
    root, family, parts, doings = found.root, found.family, found.parts, found.doings
    focus = _focus(doings, found.start)
    doings = tuple(_drawn(snapshot, doings, focus, viewer_id))
    shares = [part for part in parts.values() if part.kind == "share"]
    facts = [_fact(doing) for doing in doings]
    ring = loop.ring_of(facts, has_share=any(one.state != "withdrawn" for one in shares))
    root_part = parts[root.uri]
    contexts = dict.fromkeys(part.context_uri for part in parts.values())
    talk_ids = loops.talk(snapshot, contexts, viewer_id, limit=MAX_TALK)
    return Loop(
        id=root.status_id,
        root=root_part,
        ring=ring,
        standing=loop.standing(root_part.state, facts) if root_part.kind == "learning" else "acted",  # type: ignore[arg-type]
        focus=next((doing for doing in doings if focus and doing.part.uri == focus.part.uri), None),
        doings=doings,
        branches=_branches(doings, family.graph, root.uri),
        learnings=tuple(part for part in parts.values() if part.kind == "learning" and part.uri != root.uri),
        edges=family.graph.edges,
        talk=tuple(line.json for line in reversed(lines.by_ids(snapshot, viewer_id, talk_ids))),
        is_cut=family.is_cut,
    )


def gather(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Gathered:
    """Return the records of the loop that a status belongs to, as a reader may see them. Raises: 404."""
    start = loops.of_status(snapshot, status_id, viewer_id)
    if start is None or start.type not in KINDS:
        raise not_found()
    root = families.roots(snapshot, [start], viewer_id)[start.uri]
    family = families.family(snapshot, root, viewer_id)
    parts = families.parts(snapshot, family.seen)
    return Gathered(start=start, root=root, family=family, parts=parts, doings=_doings(snapshot, parts))


def lineage_of(snapshot: Snapshot, uri: str) -> Lineage:
    """Return the family of a public record: what it goes back to and what goes back to it. Raises: 404."""
    if not loops.public(snapshot, (uri,)):
        raise not_found()
    above = records.ancestors(snapshot, uri, limit=MAX_FOUND)
    named = (uri, *above, *records.below(snapshot, (uri,), generations=MAX_DEPTH, limit=MAX_FOUND))
    public = loops.public(snapshot, named)
    gone = arrivals.deleted_by(snapshot, named)
    deletions = [Deletion(of, actor) for of, actors in gone.items() for actor in actors]
    family = lineage.around(lineage.graph(map(families.version, public.values()), deletions), uri)
    return Lineage(uri=uri, graph=family, hash=lineage.hash_of(family))


# ------------------------------------------------------------------ one record


def part_of(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Part:
    """Return one record as a reader may see it. Raises: 404."""
    seen = loops.of_status(snapshot, status_id, viewer_id)
    if seen is None or seen.type not in KINDS:
        raise not_found()
    return families.parts(snapshot, {seen.uri: seen})[seen.uri]


def doing_of(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Doing:
    """Return one action with what came of it, as a reader may see it. Raises: 404."""
    part = part_of(snapshot, viewer_id, status_id)
    if part.kind != "action":
        raise not_found()
    reports = [edge.child_uri for edge in records.children(snapshot, part.uri) if edge.kind == "reports-on"]
    parts = families.parts(snapshot, loops.seen(snapshot, reports, viewer_id)) | {part.uri: part}
    doing = _doings(snapshot, parts)[0]
    return msgspec.structs.replace(doing, series=shown_series(snapshot, doing, viewer_id))


def doings_of(snapshot: Snapshot, viewer_id: int | None, status_ids: Iterable[int]) -> tuple[Doing, ...]:
    """Return several actions with what came of each, without series; what a reader may not see is left out."""
    acted = {one.uri: one for one in loops.of_statuses(snapshot, status_ids, viewer_id) if one.type == "LearningAction"}
    upon = records.below(snapshot, acted, generations=1, limit=MAX_UPON)
    told = {uri: one for uri, one in loops.seen(snapshot, upon, viewer_id).items() if one.type == "LearningShare"}
    return _doings(snapshot, families.parts(snapshot, acted | told))


def series_of(snapshot: Snapshot, viewer_id: int | None, status_id: int, key: str) -> Series:
    """Return the series that a record carries under a key, as a reader may see it. Raises: 404."""
    record = part_of(snapshot, viewer_id, status_id).record
    told = record.measures if isinstance(record, LearningAction | LearningShare) else ()
    found = next((measure for measure in told if measure.key == key and measure.points), None)
    if found is None or not isinstance(record, LearningAction | LearningShare):
        raise not_found()
    return plotting.series_in(found, record.day_zero)


# ------------------------------------------------------------------ inside


def _doings(snapshot: Snapshot, parts: Mapping[str, Part]) -> tuple[Doing, ...]:
    shares: dict[str, list[Part]] = {}
    for part in parts.values():
        if isinstance(part.record, LearningShare):
            shares.setdefault(part.record.reports_on, []).append(part)
    today = recording.today(snapshot)
    return tuple(
        _doing(part, part.record, tuple(shares.get(part.uri, ())), today)
        for part in parts.values()
        if isinstance(part.record, LearningAction)
    )


def _doing(part: Part, record: LearningAction, shares: tuple[Part, ...], today: date) -> Doing:
    due_on = date.fromisoformat(record.due)
    told = next((one.record for one in reversed(shares) if one.state != "withdrawn"), None)
    decision = told.decision if isinstance(told, LearningShare) else record.decision
    word: Word = "Withdrawn" if part.state == "withdrawn" else WORDS[decision] if decision else "Trying"
    return Doing(
        part=part,
        relation=record.relation or "inspired-by",
        word=word,
        due_on=due_on,
        is_open=word == "Trying",
        is_overdue=word == "Trying" and due_on < today,
        shares=shares,
    )


def _drawn(snapshot: Snapshot, doings: Sequence[Doing], focus: Doing | None, viewer_id: int | None) -> Iterable[Doing]:
    """Return the actions with their series: of the one in focus, and of as many others as a page draws."""
    first = [doing.part.uri for doing in doings if doing is focus]
    others = [doing.part.uri for doing in doings if doing is not focus and (doing.share or doing.part.is_here)]
    drawn = {*first, *others[: MAX_SERIES - 1]}
    for doing in doings:
        series = shown_series(snapshot, doing, viewer_id) if doing.part.uri in drawn else ()
        yield msgspec.structs.replace(doing, series=series)


def shown_series(snapshot: Snapshot, doing: Doing, viewer_id: int | None) -> tuple[Series, ...]:
    """Return what may be shown: the series of the share; for our own people also the points of an action of ours."""
    told, part = doing.shared, doing.part
    if told is not None:
        shown = [measure for measure in told.measures if measure.points]
        return tuple(plotting.series_in(measure, told.day_zero) for measure in shown)
    if part.is_here and viewer_id is not None and (action := actions.of_status(snapshot, part.status_id)):
        rows = measures.of_action(snapshot, action.id)
        return tuple(plotting.series_of(snapshot, row, action) for row in rows)
    record = doing.action
    return tuple(plotting.series_in(measure, record.day_zero) for measure in record.measures if measure.points)


def _fact(doing: Doing) -> ActionFact:
    state = "closed" if doing.word in ("Kept", "Adapted", "Stopped") else doing.part.state
    return ActionFact(state=state, due_on=doing.due_on, is_shared=doing.share is not None)  # type: ignore[arg-type]


def _focus(doings: Sequence[Doing], start: Seen) -> Doing | None:
    """Return the action a page is about: the one asked for, else our newest, else the newest with a result, else the newest."""
    asked = {start.uri, *families.above(start)} if start.type == "LearningShare" else {start.uri}
    choices: Iterable[Iterable[Doing]] = (
        (doing for doing in doings if doing.part.uri in asked),
        (doing for doing in reversed(doings) if doing.part.is_here and doing.word != "Withdrawn"),
        (doing for doing in reversed(doings) if doing.share is not None),
        reversed(doings),
    )
    return next((doing for choice in choices for doing in choice), None)


def _branches(doings: Sequence[Doing], graph: Graph, root_uri: str) -> tuple[Branch, ...]:
    """Return the actions as a tree: each below the action that it, or the share it began from, belongs to."""
    acted = {doing.part.uri: doing for doing in doings}
    owner = {share.uri: doing.part.uri for doing in doings for share in doing.shares}
    below: dict[str, list[Doing]] = {}
    for doing in doings:
        above = [owner.get(uri, uri) for uri in graph.parents.get(doing.part.uri, ())]
        parent = next((uri for uri in above if uri in acted and uri != doing.part.uri), root_uri)
        below.setdefault(parent, []).append(doing)

    def grow(uri: str, depth: int) -> tuple[Branch, ...]:
        found = below.get(uri, ()) if depth < MAX_DEPTH else ()
        return tuple(Branch(doing=doing, below=grow(doing.part.uri, depth + 1)) for doing in found)

    if root_uri in acted:
        return (
            Branch(doing=acted[root_uri], below=tuple(b for b in grow(root_uri, 0) if b.doing.part.uri != root_uri)),
        )
    return grow(root_uri, 0)
