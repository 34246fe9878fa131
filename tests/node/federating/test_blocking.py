"""Somebody elsewhere blocks one of ours: nobody is told, and nothing new goes there until it is taken back."""

from tests.node.federating.conftest import Ward


async def test_who_blocks_gets_no_new_post_and_what_is_removed(ward: Ward) -> None:
    """Not even one that names them; a post from before is still deleted there."""
    before = await ward.node.post(ward.asha, "@okapi@masto.example Have you seen this?")
    await ward.network.settle()
    await ward.takes(ward.okapi.activity("Block", ward.asha.account.uri))

    await ward.node.post(ward.asha, "@okapi@masto.example Hello?")
    await ward.network.settle()
    await ward.node.world.client(ward.asha).delete(f"/api/v1/statuses/{before.id}")
    await ward.network.settle()

    shown = (await ward.node.world.client(ward.asha).get("/api/v1/notifications")).json()
    assert [act["object"]["id"] for act in ward.peer.got("Create")] == [before.uri]
    assert [act["object"]["id"] for act in ward.peer.got("Delete")] == [before.uri]
    assert shown == []


async def test_a_block_that_is_taken_back_is_none(ward: Ward) -> None:
    """Posts that name them go there again."""
    block = ward.okapi.activity("Block", ward.asha.account.uri)
    await ward.takes(block)
    await ward.takes(ward.okapi.activity("Undo", block))

    post = await ward.node.post(ward.asha, "@okapi@masto.example Hello again")
    await ward.network.settle()

    assert [act["object"]["id"] for act in ward.peer.got("Create")] == [post.uri]
