"""Several nodes on one machine: a handle's host has a port, addresses are plain http, and everything else is the same."""

from tests.support.network import Network


async def test_nodes_on_ports_of_one_machine_follow_mention_and_answer_each_other(network: Network) -> None:
    """The port is part of the host everywhere: in handles, ids, signatures and queues."""
    ward, clinic = await network.node("127.0.0.1:8101"), await network.node("127.0.0.1:8102")
    asha, olu = await ward.user("asha"), await clinic.user("olu")
    found = await ward.follow(asha, "@olu@127.0.0.1:8102")
    await network.settle()

    post = await clinic.post(olu, "@asha@127.0.0.1:8101 look at this")
    await network.settle()
    held = await ward.held(post.uri)
    assert held is not None
    reply = await ward.post(asha, "@olu@127.0.0.1:8102 seen", reply_to_id=held.id)
    await network.settle()

    there = await clinic.held(reply.uri)
    assert found.acct == "olu@127.0.0.1:8102"
    assert post.uri.startswith("http://127.0.0.1:8102/users/olu/statuses/")
    assert await ward.count(asha, "mention") == 1
    assert await clinic.count(olu, "mention") == 1
    assert there is not None
    assert there.reply_to_id == post.id
    assert 'href="http://127.0.0.1:8102/@olu"' in reply.content_html
