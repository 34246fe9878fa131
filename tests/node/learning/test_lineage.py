"""The graph of who built on whose idea: the published vectors, any order, hostile shapes, bounded walks."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.records.fields import Learning, LineageEdge, Withdrawal
from node.learning import lineage
from node.learning.lineage import Deletion, Edge, Graph, Node, Version
from tests.federation.records.documents import HERE, VALID, load

VECTORS = json.loads((HERE / "lineage.json").read_text())
DELIVERIES = [delivery["file"] for delivery in VECTORS["vector"]["deliveries"]]
START = datetime(2026, 1, 1, tzinfo=UTC)


def build(files: list[str]) -> Graph:
    """Build the graph of documents as they were delivered."""
    found = [lineage.read(load(name)) for name in files]
    versions = [one for one in found if isinstance(one, Version)]
    return lineage.graph(versions, [one for one in found if isinstance(one, Deletion)])


def plain(graph: Graph) -> dict[str, Any]:
    """Write a graph as the vectors do."""
    return {
        "nodes": [{"id": node.uri, "type": node.type, "state": node.state} for node in graph.nodes],
        "edges": [{"child": edge.child, "parent": edge.parent, "kind": edge.kind} for edge in graph.edges],
    }


def expected(vector: dict[str, Any]) -> dict[str, Any]:
    """Take the graph out of a vector."""
    return {"nodes": vector["nodes"], "edges": vector["edges"]}


def version(
    name: str, *parents: str, host: str = "a", day: int = 0, kind: Any = "inspired-by", **fields: Any
) -> Version:
    """Make a version of a Learning with these parents."""
    edges = tuple(LineageEdge(ref=parent, relation=kind) for parent in parents)
    return Version(
        uri=uri(name, host),
        author=f"https://{host}.example/users/x",
        published=START + timedelta(days=day),
        digest=fields.pop("digest", "0" * 64),
        record=Learning(title="T", lineage=edges, **fields),
    )


def uri(name: str, host: str = "a") -> str:
    """Give the id of a record at an invented host."""
    return f"https://{host}.example/{name}"


def test_all_valid_documents_give_the_published_graph() -> None:
    """Nodes, edges, canonical lines and hash."""
    graph = build([f"examples/valid/{path.name}" for path in VALID])

    assert plain(graph) == expected(VECTORS["all"])
    assert lineage.canonical(graph).splitlines() == VECTORS["all"]["canonical"]
    assert lineage.hash_of(graph) == VECTORS["all"]["sha256"]


def test_public_documents_give_the_published_hash() -> None:
    """The scope that two nodes compare leaves the circle's case out."""
    found = [lineage.read(load(path)) for path in VALID]
    versions = [one for one in found if isinstance(one, Version)]

    public = lineage.graph(lineage.in_scope(versions))
    circle = lineage.in_scope(versions, "https://riverside.example/circles/acute")

    assert lineage.hash_of(public) == VECTORS["public"]["sha256"]
    assert [one.record.title for one in circle] == ["Breathless after a long journey"]


@pytest.mark.parametrize("checkpoint", VECTORS["vector"]["checkpoints"], ids=lambda one: f"after {one['after']}")
def test_shuffled_deliveries_give_the_published_graph(checkpoint: dict[str, Any]) -> None:
    """Twice, late, lost, pointing at their own descendants, with equal revisions, deleted."""
    graph = build(DELIVERIES[: checkpoint["after"]])

    assert plain(graph) == expected(checkpoint)
    assert lineage.hash_of(graph) == checkpoint["sha256"]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(DELIVERIES), again=st.lists(st.sampled_from(DELIVERIES), max_size=9))
def test_any_order_and_repetition_gives_the_same_hash(order: list[str], again: list[str]) -> None:
    """A week of shuffled and repeated deliveries ends in the same graph."""
    graph = build([*again, *order])

    assert lineage.hash_of(graph) == VECTORS["vector"]["checkpoints"][-1]["sha256"]


NAMES = st.sampled_from("abcdef")


def _made_up(name: str, parents: list[str], day: int, revision: int) -> Version:
    """A version whose digest tells it from every other one, as a real digest does."""
    others = [uri(parent) for parent in parents if parent != name]
    digest = hashlib.sha256(repr((name, sorted(others), revision)).encode()).hexdigest()
    return version(name, *others, day=day, revision=revision, digest=digest)


VERSIONS = st.builds(
    _made_up, NAMES, st.lists(NAMES, max_size=4, unique=True).map(sorted), st.integers(0, 3), st.integers(1, 3)
)
DELETIONS = st.builds(
    lambda name, who: Deletion(uri(name), f"https://a.example/users/{who}"), NAMES, st.sampled_from("xy")
)


@settings(deadline=None)
@given(st.lists(VERSIONS, max_size=12), st.lists(DELETIONS, max_size=3), st.randoms(use_true_random=False))
def test_known_records_never_form_a_cycle(versions: list[Version], deletions: list[Deletion], random: Any) -> None:
    """Whatever ids point at whatever ids, in whatever order they come."""
    graph = lineage.graph(versions, deletions)
    shuffled = random.sample(versions + versions, len(versions) * 2)

    assert lineage.graph(shuffled, deletions[::-1]) == graph
    assert all(one not in lineage.ancestors(graph, one).uris for one in graph.by_uri)


@pytest.mark.parametrize(("revisions", "stands"), [((1, 2), 1), ((2, 1), 0), ((1, 1), 1)])
def test_higher_revision_stands_then_the_greater_digest(revisions: tuple[int, int], stands: int) -> None:
    """Of equals the greater hash stands."""
    pair = [version("a", digest=digest * 64, revision=rev) for digest, rev in zip("0f", revisions, strict=True)]

    assert lineage.standing(pair) == {uri("a"): pair[stands]}


def test_foreign_supersedes_is_no_edge() -> None:
    """Nobody replaces another hospital's record."""
    own = version("b", uri("a"), kind="supersedes", day=1)
    foreign = version("c", uri("a"), kind="supersedes", day=1, host="z")

    graph = lineage.graph([version("a"), own, foreign])

    assert graph.edges == (Edge(uri("b"), uri("a"), "supersedes"),)


def test_tombstone_of_an_unseen_record_holds_for_its_author_only() -> None:
    """While nothing is known any actor of the origin may delete; later it must have been the author."""
    child = version("b", uri("a"), day=1)
    by_author = Deletion(uri("a"), "https://a.example/users/x")
    by_other = Deletion(uri("a"), "https://a.example/users/y")
    by_stranger = Deletion(uri("a"), "https://z.example/users/x")

    states = {
        deletion.actor: [
            lineage.graph(held, [deletion]).by_uri[uri("a")].state for held in ([child], [version("a"), child])
        ]
        for deletion in (by_author, by_other, by_stranger)
    }

    assert states == {
        by_author.actor: ["gone", "gone"],
        by_other.actor: ["gone", "known"],
        by_stranger.actor: ["unknown", "known"],
    }


def test_walks_stop_at_their_bounds_and_say_so() -> None:
    """A chain of a hundred and a star of thirty."""
    chain = lineage.graph([version("0"), *(version(str(n), uri(str(n - 1)), day=n) for n in range(1, 100))])
    star = lineage.graph([version("0"), *(version(str(n), uri("0"), day=1) for n in range(1, 31))])

    deep = lineage.ancestors(chain, uri("99"))
    exact = lineage.ancestors(chain, uri("64"))
    wide = lineage.descendants(star, uri("0"), max_found=10)
    whole = lineage.descendants(star, uri("0"), max_found=30)

    assert (len(deep.uris), deep.is_cut, deep.steps[uri("98")]) == (64, True, 1)
    assert (len(exact.uris), exact.is_cut) == (64, False)
    assert (len(wide.uris), wide.is_cut) == (10, True)
    assert (len(whole.uris), whole.is_cut) == (30, False)


def test_the_family_of_a_record_is_what_it_goes_back_to_and_what_goes_back_to_it() -> None:
    """Other branches from the same root are not among it."""
    taken_back = Withdrawal(reason="mistaken", explanation="No.")
    graph = lineage.graph(
        [
            version("a"),
            version("b", uri("a"), day=1),
            version("c", uri("b"), day=2, host="b"),
            version("d", uri("c", "b"), day=3, host="c"),
            version("e", uri("a"), day=3, host="d", status="withdrawn", withdrawal=taken_back),
            version("f", day=3, host="e"),
        ]
    )

    assert [node.uri for node in lineage.around(graph, uri("c", "b")).nodes] == [
        uri("a"),
        uri("b"),
        uri("c", "b"),
        uri("d", "c"),
    ]


def test_parent_that_is_no_record_is_an_unknown_node() -> None:
    """Plain Notes and lost documents look the same: a link, no more."""
    graph = lineage.graph([version("a", uri("post", "z"))])

    assert Node(uri("post", "z"), "-", "unknown") in graph.nodes


def test_activity_without_a_believable_record_adds_nothing() -> None:
    """Likes, plain posts and refused records leave the graph alone."""
    refused = load("examples/invalid/19-signer-is-not-author.json")

    assert lineage.read(refused) is None
    assert lineage.read({"type": "Like", "actor": "https://a.example/u", "object": "https://a.example/1"}) is None
    assert lineage.read({"type": "Create", "object": {"type": "Note"}}) is None
