"""Conversations and replies as others read them: chronological, everybody's open posts, in pages when there are many."""

from typing import Any

import pytest

from node.services import publishing
from tests.node.federating.conftest import Ward


async def _read(ward: Ward, place: str) -> dict[str, Any]:
    answer = await ward.okapi.reads(ward.node, place)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_conversation_is_its_root_authors_and_holds_everybodys_open_posts(ward: Ward) -> None:
    """The reply of a peer too; what is for followers alone is not in it."""
    root = await ward.node.post(ward.asha, "root")
    await ward.node.post(ward.asha, "quiet", reply_to_id=root.id, visibility="private")
    create = ward.okapi.create("from afar", inReplyTo=root.uri, to=["as:Public", ward.asha.account.uri])
    await ward.takes(create)
    last = await ward.node.post(ward.asha, "last", reply_to_id=root.id)

    context, replies = await _read(ward, root.context_uri), await _read(ward, f"{root.uri}/replies")

    assert (context["type"], context["attributedTo"], context["totalItems"]) == (
        "OrderedCollection",
        ward.asha.account.uri,
        3,
    )
    assert context["orderedItems"] == [root.uri, create["object"]["id"], last.uri]
    assert replies["orderedItems"] == [create["object"]["id"], last.uri]


async def test_a_long_conversation_has_pages(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page under the address that it names, to the end and no further."""
    monkeypatch.setattr(publishing, "MOST_INSIDE", 3)
    root = await ward.node.post(ward.asha, "root")
    posts = [root] + [await ward.node.post(ward.asha, str(n), reply_to_id=root.id) for n in range(6)]

    whole = await _read(ward, root.context_uri)
    pages, place = [], whole["first"]
    while place:
        page = await _read(ward, place)
        assert (page["id"], page["partOf"]) == (place, root.context_uri)
        pages.append(page["orderedItems"])
        place = page.get("next")

    assert "orderedItems" not in whole
    assert whole["totalItems"] == 7
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [uri for page in pages for uri in page] == [post.uri for post in posts]


async def test_pages_of_an_outbox_name_their_own_address(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that they can be fetched by it."""
    monkeypatch.setattr(publishing, "PAGE", 2)
    for n in range(3):
        await ward.node.post(ward.asha, str(n))

    first = await _read(ward, f"{ward.asha.account.uri}/outbox?page=true")
    second = await _read(ward, first["next"])

    assert second["id"] == first["next"]
    assert (len(first["orderedItems"]), len(second["orderedItems"])) == (2, 1)


async def test_another_node_reads_our_thread_when_it_is_opened_there(ward: Ward) -> None:
    """What was said before anybody there followed."""
    lake = await ward.network.node("lake.example")
    ines = await lake.user("ines")
    root = await ward.node.post(ward.asha, "root")
    reply = await ward.node.post(ward.asha, "in the same moment", reply_to_id=root.id)
    await ward.network.settle()
    account = await lake.follow(ines, "@asha@ward.example")
    await ward.network.settle()

    status = await lake.held(root.uri)
    assert status is not None
    await lake.world.client(ines).get(f"/api/v1/statuses/{status.id}/context")
    await ward.network.settle()

    assert account.uri == ward.asha.account.uri
    assert await lake.held(reply.uri) is not None
    assert [(await lake.status(line.id)).uri for line in await lake.home(ines)] == [reply.uri, root.uri]
