"""Collections are read whole, by pages, embedded or by id, whatever shape they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import collections
from federation.collections import MAX_ITEMS, Part
from federation.reasons import PeerError, Reason
from tests.federation.people import HERON, OKAPI, recorded

PAGE = f"{OKAPI}/outbox?page=true"
KEYS = ["type", "id", "items", "orderedItems", "first", "next", "attributedTo", "as:items"]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=20,
)


def test_a_collection_with_items_inside_is_read_at_once() -> None:
    """Its pages would only say the same again."""
    document = {
        "id": "https://a.example/c",
        "type": "OrderedCollection",
        "orderedItems": ["x", {"id": "y"}],
        "first": PAGE,
    }

    part = collections.read(document)

    assert part == Part("https://a.example/c", ("x", {"id": "y"}))


def test_a_collection_leads_to_its_first_page_and_a_page_to_the_next() -> None:
    """By id, as a one-entry list, or embedded."""
    embedded = {"type": "CollectionPage", "items": ["x"], "next": "https://a.example/c?2"}

    assert collections.read({"type": "Collection", "first": PAGE}).following == PAGE
    assert collections.read({"type": "as:Collection", "as:first": [embedded]}).following == embedded
    assert collections.read(embedded) == Part(None, ("x",), "https://a.example/c?2")
    assert collections.read({"type": "Collection", "first": {"type": "CollectionPage", "id": PAGE}}).following == PAGE


def test_one_item_alone_and_nothing_at_all_are_lists_too() -> None:
    """JSON-LD drops the brackets of one."""
    assert collections.read({"type": "Collection", "items": "x"}).items == ("x",)
    assert collections.read({"type": "Collection", "items": None}).items == ()


def test_a_document_of_very_many_items_is_cut() -> None:
    """A thousand are enough for anything we do."""
    assert len(collections.read({"type": "Collection", "items": ["x"] * 5000}).items) == MAX_ITEMS


def test_something_else_is_no_collection() -> None:
    """A post at the address of an outbox is refused, not read as empty."""
    with pytest.raises(PeerError) as refused:
        collections.read({"type": "Note", "items": ["x"]})

    assert refused.value.reason is Reason.UNKNOWN_TYPE


def test_an_embedded_post_counts_on_its_own_origin_only() -> None:
    """Its id and its author live where the page was found."""
    post = {"id": f"{OKAPI}/1", "attributedTo": OKAPI, "type": "Note"}

    assert collections.is_housed(post, PAGE)
    assert not collections.is_housed(post | {"id": f"{HERON}/1"}, PAGE)
    assert not collections.is_housed(post | {"attributedTo": HERON}, PAGE)
    assert not collections.is_housed(f"{OKAPI}/1", PAGE)
    assert not collections.is_housed({"id": f"{OKAPI}/1"}, PAGE)


def test_the_recorded_pins_are_one_post_and_one_id() -> None:
    """Mastodon embeds what is public and names the rest."""
    part = collections.read(recorded("mastodon-featured-collection"))

    embedded, named = part.items
    assert collections.is_housed(embedded, part.uri or "")
    assert named == "https://masto.example/users/okapi/statuses/114000000000000107"


@given(st.dictionaries(st.sampled_from(KEYS), ANY))
def test_any_shape_is_read_or_refused(document: dict[str, object]) -> None:
    """Whatever stands in any field."""
    try:
        part = collections.read({"type": "Collection", **document})
    except PeerError:
        return

    assert None not in part.items
    assert {collections.is_housed(item, PAGE) for item in part.items} <= {False}
