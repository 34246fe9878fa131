"""Pins travel: ours to followers, those of peers by Add and Remove and by the collection itself."""

from typing import Any

from node.services import pinning, reading
from node.services.reading import Page
from node.store import accounts
from tests.node.federating.conftest import Ward

FEATURED = "https://masto.example/users/okapi/collections/featured"


async def _featuring(ward: Ward, *items: Any) -> int:
    """Let okapi have a collection of pins, and return who okapi is here."""
    ward.peer.publish(ward.okapi.document(featured=FEATURED))
    ward.peer.publish({"id": FEATURED, "type": "OrderedCollection", "orderedItems": list(items)})
    update = ward.okapi.activity("Update", ward.okapi.document(featured=FEATURED))
    await ward.takes(update)
    account = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert account is not None
    return account.id


async def _pinned(ward: Ward, account_id: int) -> list[str]:
    lines = await ward.node.db.read(reading.pinned_page, ward.asha.id, account_id, Page())
    statuses = [await ward.node.status(line.id) for line in lines]
    return [status.uri for status in statuses]


async def _refresh(ward: Ward, account_id: int) -> None:
    await pinning.refresh(ward.node.db, ward.node.fetcher, account_id, site=ward.node.site)


async def test_an_add_pins_and_a_remove_unpins(ward: Ward) -> None:
    """A post that came before."""
    okapi_id = await _featuring(ward)
    create = ward.okapi.create("The bus is back")
    await ward.takes(create)
    uri = create["object"]["id"]

    await ward.takes(ward.okapi.activity("Add", uri, target=FEATURED))
    added = await _pinned(ward, okapi_id)
    await ward.takes(ward.okapi.activity("Remove", uri, target=FEATURED))

    assert (added, await _pinned(ward, okapi_id)) == ([uri], [])


async def test_an_added_post_that_is_new_here_is_fetched_without_telling_anybody(ward: Ward) -> None:
    """Even when it names asha: it is old."""
    okapi_id = await _featuring(ward)
    names = {"tag": [{"type": "Mention", "href": ward.asha.account.uri}], "to": [ward.asha.account.uri]}
    note = ward.peer.publish(ward.okapi.note("@asha look", cc=["as:Public"], **names))

    await ward.takes(ward.okapi.activity("Add", note["id"], target=FEATURED))

    assert await _pinned(ward, okapi_id) == [note["id"]]
    assert await ward.node.count(ward.asha, "mention") == 0


async def test_the_collection_is_kept_in_its_order_and_others_posts_are_not(ward: Ward) -> None:
    """Embedded posts of the actor are believed, ids are fetched, posts of neighbours and of other hosts are left out."""
    finch = ward.peer.actor("finch")
    embedded, named = ward.okapi.note("embedded"), ward.peer.publish(ward.okapi.note("named"))
    neighbour, posing = finch.note("a neighbour's"), ward.peer.publish(finch.note("by id"))
    abroad = {**ward.okapi.note("abroad"), "id": "https://elsewhere.example/1"}
    okapi_id = await _featuring(ward, embedded, neighbour, named["id"], posing["id"], abroad)

    await _refresh(ward, okapi_id)

    assert await _pinned(ward, okapi_id) == [embedded["id"], named["id"]]
    for other in (neighbour, posing, abroad):
        assert await ward.node.held(other["id"]) is None
    assert ward.network.wire.asked("elsewhere.example") == 0


async def test_what_is_no_longer_in_the_collection_is_no_longer_pinned(ward: Ward) -> None:
    """A Remove that was lost is made good."""
    one, two = ward.okapi.note("one"), ward.okapi.note("two")
    okapi_id = await _featuring(ward, one, two)
    await _refresh(ward, okapi_id)
    ward.peer.publish({"id": FEATURED, "type": "OrderedCollection", "orderedItems": [two]})

    await _refresh(ward, okapi_id)

    assert await _pinned(ward, okapi_id) == [two["id"]]


async def test_our_pins_are_sent_to_followers(ward: Ward) -> None:
    """As Add and Remove of the id, addressed as the post is."""
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    post = await ward.node.post(ward.asha, "Gel by every bed", visibility="private")

    await ward.node.db.write(pinning.pin, ward.asha.id, post.id)
    await ward.node.db.write(pinning.unpin, ward.asha.id, post.id)
    await ward.network.settle()

    [add], [remove] = ward.peer.got("Add"), ward.peer.got("Remove")
    target, followers = f"{ward.asha.account.uri}/collections/featured", f"{ward.asha.account.uri}/followers"
    assert (add["object"], add["target"], add["to"], add["cc"]) == (post.uri, target, [followers], [])
    assert (remove["object"], remove["target"]) == (post.uri, target)
    assert add["id"] != remove["id"]
