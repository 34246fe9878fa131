"""What one peer can make a node do: questions, rows and work are bounded, whatever it sends."""

from urllib.parse import urlsplit

import httpx

from tests.node.federating.conftest import Ward, ward

__all__ = ["ward"]

HOST = "endless.example"


def _note(ward: Ward, number: int) -> dict[str, object]:
    """Return a learning that goes back to four more, each of which does so again."""
    author = ward.network.peer(HOST).actor("weaver", key=1)
    above = [f"{author.uri}/statuses/{number * 4 + place + 1}" for place in range(4)]
    return author.note(
        f"Thread {number}",
        id=f"{author.uri}/statuses/{number}",
        learningRecord={
            "type": "Learning",
            "schemaVersion": 1,
            "title": f"Thread {number}",
            "basedOn": above[0],
            "lineage": [{"ref": uri, "relation": "inspired-by"} for uri in above[1:]],
        },
    )


async def test_ancestors_without_end_are_asked_for_a_bounded_number_of_times(ward: Ward) -> None:
    """Four for what arrived, then the nearest alone, and sixteen generations up at most."""
    peer = ward.network.peer(HOST)
    weaver = peer.actor("weaver", key=1)

    async def endless(request: httpx.Request, send: object) -> httpx.Response:
        number = urlsplit(str(request.url)).path.rpartition("/")[2]
        if number.isdigit():
            peer.publish(_note(ward, int(number)))
        return await peer.answer(request)

    ward.network.wire.hooks[HOST] = endless
    first = _note(ward, 1) | {"to": [ward.asha.account.uri], "cc": ["https://www.w3.org/ns/activitystreams#Public"]}

    await ward.takes(weaver.activity("Create", first), by=weaver)
    await ward.network.settle()

    asked = ward.network.wire.asked(HOST, "/users/weaver/statuses/")
    assert 4 < asked <= 4 * 16
