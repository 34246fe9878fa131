"""What the tests of this folder share: one node with asha, and okapi at a peer whom she follows."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from node.store.statuses import Status
from tests.support.network import Network, Station
from tests.support.peers import Peer, PeerActor
from tests.support.world import Person


@dataclass(frozen=True)
class Ward:
    """Asha's node and a peer."""

    network: Network
    node: Station
    asha: Person
    peer: Peer
    okapi: PeerActor

    async def takes(self, activity: dict[str, Any], *, by: PeerActor | None = None) -> httpx.Response:
        """Send an activity to the node and let it settle."""
        answer = await (by or self.okapi).sends(self.node, activity)
        await self.network.settle()
        return answer

    async def holds(self, uri: str) -> Status:
        """Return what the node holds of a post, which must be there."""
        found = await self.node.held(uri)
        assert found is not None
        return found


@pytest.fixture
async def ward(network: Network) -> Ward:
    """Return a node where asha follows okapi at masto.example."""
    node = await network.node("ward.example")
    peer = network.peer("masto.example")
    okapi = peer.actor("okapi")
    made = Ward(network, node, await node.user("asha"), peer, okapi)
    await node.follow(made.asha, okapi.handle)
    await network.settle()
    await okapi.sends(node, okapi.activity("Accept", peer.got("Follow")[0]))
    await network.settle()
    return made
