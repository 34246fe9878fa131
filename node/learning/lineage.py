"""Who built on whose idea: the same graph, and the same hash of it, on every node that received the same activities.

How it works: `read` turns one activity into a `Version` of a record or a `Deletion`; `graph` takes any set of these, in
any order and with repetitions, keeps the standing version of each id, draws its edges and drops those that do not point
back in time, so that known records never form a cycle. Walks are bounded in depth and number. Stores and fetches nothing.
Source: learning-record specification, sections 6, 7 and 8.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from federation import loose, uris
from federation.records import Verified, has_record, verify
from federation.records.digest import digest_of
from federation.records.fields import ClinicalCase, LearningShare, Record

MAX_DEPTH: Final = 64
MAX_FOUND: Final = 10_000
NO_TYPE: Final = "-"
_UNDATED: Final = datetime.max.replace(tzinfo=UTC)  # a Note without a date comes after all others

State = Literal["known", "withdrawn", "gone", "unknown"]


class Version(Struct, frozen=True, kw_only=True):
    """One version of a record as one activity brought it. `audience` is `to` and `cc` of its Note."""

    uri: str
    author: str
    published: datetime
    digest: str
    record: Record
    audience: frozenset[str] = frozenset()

    @property
    def standing(self) -> tuple[int, str, datetime, str]:
        """What the standing version is chosen by; date and author only make the choice between equals a fixed one."""
        return (self.record.revision, self.digest, self.published, self.author)

    @property
    def order(self) -> tuple[datetime, bytes]:
        """What parents and children are put in order by."""
        return (self.published, self.uri.encode())


class Deletion(Struct, frozen=True):
    """That `actor` deleted `uri`."""

    uri: str
    actor: str


class Node(Struct, frozen=True):
    """A record, or something that a record names as its parent."""

    uri: str
    type: str
    state: State


class Edge(Struct, frozen=True):
    """That `child` says it comes from `parent`; nobody else is bound by it."""

    child: str
    parent: str
    kind: str


class Graph(Struct, frozen=True, dict=True):
    """Nodes and edges in their canonical order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def by_uri(self) -> Mapping[str, Node]:
        """Nodes by their id."""
        return {node.uri: node for node in self.nodes}

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """The parents of each child, once each."""
        return _grouped((edge.child, edge.parent) for edge in self.edges)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The children of each parent, once each."""
        return _grouped((edge.parent, edge.child) for edge in self.edges)


class Walk(Struct, frozen=True):
    """What a walk found, nearest first, with the number of steps to it. `is_cut` tells that a bound ended it early."""

    steps: Mapping[str, int]
    is_cut: bool

    @property
    def uris(self) -> tuple[str, ...]:
        """The ids found, nearest first."""
        return tuple(self.steps)


def read(activity: Mapping[str, object], *, loopback_http: bool = False) -> Version | Deletion | None:
    """Give what a validly signed activity adds to the graph, or None: no record, or one that is not to be believed."""
    kind, actor = loose.types_of(activity), loose.id_of(activity.get("actor"))
    subject = loose.first(activity.get("object"))
    if actor is None:
        return None
    if "Delete" in kind:
        uri = loose.id_of(subject)
        return None if uri is None else Deletion(uri, actor)
    if not {"Create", "Update"} & set(kind) or not isinstance(subject, dict) or not has_record(subject):
        return None
    verdict = verify(subject, activity=activity, signer=actor, loopback_http=loopback_http)
    return version_of(subject, verdict.record) if isinstance(verdict, Verified) else None


def version_of(note: Mapping[str, object], record: Record) -> Version:
    """Give the version that a Note with a verified record brings."""
    return Version(
        uri=loose.id_of(note) or "",
        author=loose.id_of(note.get("attributedTo")) or "",
        published=loose.timestamp(note.get("published")) or _UNDATED,
        digest=digest_of(note.get("learningRecord")),
        record=record,
        audience=frozenset({*loose.ids_of(note.get("to")), *loose.ids_of(note.get("cc"))}),
    )


def standing(versions: Iterable[Version]) -> dict[str, Version]:
    """Keep the version that stands for each id: the highest revision, then the greatest digest."""
    kept: dict[str, Version] = {}
    for version in versions:
        held = kept.get(version.uri)
        if held is None or version.standing > held.standing:
            kept[version.uri] = version
    return kept


def comes_before(parent: Version, child: Version) -> bool:
    """Tell whether a parent is earlier than its child; if not, there is no edge (rule L6)."""
    return parent.order < child.order


def in_scope(versions: Iterable[Version], circle: str | None = None) -> list[Version]:
    """Keep the public versions, or those addressed to one circle: two nodes compare hashes over one scope."""
    if circle is None:
        return [version for version in versions if any(loose.is_public(uri) for uri in version.audience)]
    return [version for version in versions if circle in version.audience]


def edges_of(uri: str, record: Record) -> frozenset[Edge]:
    """Give the edges that a record states, without those that replace a record of another origin."""
    if isinstance(record, ClinicalCase):
        return frozenset()
    stated = {Edge(uri, edge.ref, edge.relation) for edge in record.lineage}
    if record.based_on is not None:
        stated.add(Edge(uri, record.based_on, record.relation or "inspired-by"))
    if isinstance(record, LearningShare):
        stated.add(Edge(uri, record.reports_on, "reports-on"))
    return frozenset(
        edge for edge in stated if edge.kind != "supersedes" or uris.is_same_origin(edge.child, edge.parent)
    )


def graph(versions: Iterable[Version], deletions: Iterable[Deletion] = ()) -> Graph:
    """Build the graph of any set of versions and deletions; order and repetition do not matter."""
    deleted_by = _grouped((deletion.uri, deletion.actor) for deletion in deletions)
    kept = {uri: held for uri, held in standing(versions).items() if held.author not in deleted_by.get(uri, ())}
    edges = {edge for held in kept.values() for edge in edges_of(held.uri, held.record) if _points_back(edge, kept)}
    nodes = {Node(held.uri, type(held.record).__name__, _state(held.record)) for held in kept.values()}
    others = {edge.parent for edge in edges} - kept.keys()
    nodes |= {Node(uri, NO_TYPE, "gone" if _is_gone(uri, deleted_by) else "unknown") for uri in others}
    return Graph(tuple(sorted(nodes, key=_node_key)), tuple(sorted(edges, key=_edge_key)))


def canonical(of: Graph) -> str:
    """Write the graph in its canonical form, one line for each node and edge, sorted by bytes."""
    lines = [f"N\t{node.uri}\t{node.type}\t{node.state}\n" for node in of.nodes]
    lines += [f"E\t{edge.child}\t{edge.parent}\t{edge.kind}\n" for edge in of.edges]
    return "".join(sorted(lines, key=str.encode))


def hash_of(of: Graph) -> str:
    """Give the SHA-256 of the canonical form in lower-case hex."""
    return hashlib.sha256(canonical(of).encode()).hexdigest()


def ancestors(of: Graph, uri: str, *, max_depth: int = MAX_DEPTH, max_found: int = MAX_FOUND) -> Walk:
    """Find everything a record goes back to."""
    return _walk(of.parents, uri, max_depth, max_found)


def descendants(of: Graph, uri: str, *, max_depth: int = MAX_DEPTH, max_found: int = MAX_FOUND) -> Walk:
    """Find everything that goes back to a record."""
    return _walk(of.children, uri, max_depth, max_found)


def around(of: Graph, uri: str) -> Graph:
    """Cut out the family of a record: what it goes back to, what goes back to it, and their edges."""
    family = {uri, *ancestors(of, uri).uris, *descendants(of, uri).uris}
    nodes = tuple(node for node in of.nodes if node.uri in family)
    edges = tuple(edge for edge in of.edges if edge.child in family and edge.parent in family)
    return Graph(nodes, edges)


def _walk(neighbours: Mapping[str, tuple[str, ...]], start: str, max_depth: int, max_found: int) -> Walk:
    steps, level, is_cut = {start: 0}, [start], False
    for depth in range(1, max_depth + 2):
        level = list(dict.fromkeys(found for uri in level for found in neighbours.get(uri, ()) if found not in steps))
        room = max_found - (len(steps) - 1) if depth <= max_depth else 0
        is_cut = len(level) > room
        steps.update((found, depth) for found in level[:room])
        if is_cut or not level:
            break
    del steps[start]
    return Walk(steps, is_cut)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        groups.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in groups.items()}


def _points_back(edge: Edge, kept: Mapping[str, Version]) -> bool:
    parent = kept.get(edge.parent)
    return parent is None or comes_before(parent, kept[edge.child])


def _state(record: Record) -> State:
    return "withdrawn" if record.status == "withdrawn" else "known"


def _is_gone(uri: str, deleted_by: Mapping[str, tuple[str, ...]]) -> bool:
    return any(uris.is_same_origin(actor, uri) for actor in deleted_by.get(uri, ()))


def _node_key(node: Node) -> bytes:
    return node.uri.encode()


def _edge_key(edge: Edge) -> bytes:
    return f"{edge.child}\t{edge.parent}\t{edge.kind}".encode()
