"""A redirect lends nobody's name to anybody, leads nowhere inside, and does not go on for ever."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from federation.reasons import PeerError, Reason
from node.gateways.fetch import HttpFetcher
from node.gateways.guard import GuardRules
from node.services import fetching
from tests.node.federating.conftest import Ward, ward
from tests.node.gateways.doubles import StillClock, canary, guarded, signing_key
from tests.support.peers import PeerActor

__all__ = ["ward"]

EVIL = "evil.example"
VICTIM = "victim.example"


def moved(ward: Ward, host: str, where: Callable[[httpx.Request], str | None]) -> None:
    """Let a host redirect as a function says; where it says nothing, it answers as ever."""
    peer = ward.network.peer(host)

    async def hook(request: httpx.Request, _send: object) -> httpx.Response:
        to = where(request)
        return await peer.answer(request) if to is None else httpx.Response(302, headers={"location": to})

    ward.network.wire.hooks[host] = hook


async def sought(ward: Ward, address: str) -> Any:
    """Search for an address as asha does."""
    asha = ward.node.world.client(ward.asha)
    answer = await asha.get("/api/v2/search", params={"q": address, "resolve": "true"})
    assert answer.status_code == 200
    return [found for kind in answer.json().values() for found in kind]


class Either(httpx.AsyncBaseTransport):
    """One host that redirects; all others are reached through the guard."""

    def __init__(self, client: httpx.AsyncClient, to: str) -> None:
        self._client, self._to = client, to

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Redirect, or go on."""
        if request.url.host == EVIL:
            return httpx.Response(302, headers={"location": self._to}, request=request)
        return await self._client.send(request, stream=True)


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{}/", "https://127.0.0.1:{}/", "https://inner.example:{}/", "//[::1]:{}/"]
)
async def test_S019_a_redirect_inside_is_not_followed(to: str) -> None:
    """Not to plain http, not to a number, not to a name that points there."""
    table = {"inner.example": ["127.0.0.1"]}
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port, 443})), table) as client:
        transport = Either(client, to.format(port))
        async with httpx.AsyncClient(transport=transport) as outside:
            with pytest.raises(PeerError) as caught:
                await HttpFetcher(outside, signing_key, StillClock()).activity(f"https://{EVIL}/x")

    assert caught.value.reason in (Reason.FORBIDDEN_ADDRESS, Reason.INSECURE_ADDRESS)
    assert hits == []


@pytest.mark.parametrize(
    ("chain", "most"),
    [
        (lambda path: path, 1),
        (lambda path: "/b" if path != "/b" else "/a", 3),
        (lambda path: f"/{int(path[1:] or 0) + 1}" if path[1:].isdigit() else "/1", 4),
    ],
    ids=["itself", "to and fro", "ever new"],
)
async def test_S020_a_key_behind_redirects_without_end_is_given_up(
    ward: Ward, chain: Callable[[str], str], most: int
) -> None:
    """401, and the failure is remembered: a second request asks nobody."""
    nobody = PeerActor(ward.network.peer(EVIL), "nobody", key=1)
    moved(ward, EVIL, lambda request: f"https://{EVIL}{chain(request.url.path)}")

    await ward.takes(nobody.create("one", to=[ward.asha.account.uri]), by=nobody)
    asked = ward.network.wire.asked(EVIL)
    ward.network.clock.pass_time(minutes=4)
    second = await ward.takes(nobody.create("two", to=[ward.asha.account.uri]), by=nobody)

    assert 1 <= asked <= most
    assert ward.network.wire.asked(EVIL) == asked
    assert (second.status_code, second.json()["reason"]) == (401, "key-unavailable")


@pytest.mark.parametrize("claimed", ["/notes/9", "/out?u=evil"])
async def test_S021_an_open_redirect_does_not_lend_its_name(ward: Ward, claimed: str) -> None:
    """What evil.example answers is evil.example's, although victim.example sent us there."""
    victim = ward.network.peer(VICTIM).actor("heron", key=1)
    note = victim.note("never said", id=f"https://{VICTIM}{claimed}")
    ward.network.peer(EVIL).shelf[f"https://{EVIL}/note"] = note | {"@context": "https://www.w3.org/ns/activitystreams"}
    moved(ward, VICTIM, lambda request: f"https://{EVIL}/note" if request.url.path == "/out" else None)

    found = await sought(ward, f"https://{VICTIM}/out?u=evil")

    assert found == []
    assert await ward.node.held(note["id"]) is None


async def test_S022_a_redirect_to_plain_http_is_not_followed(ward: Ward) -> None:
    """Not even on the same host."""
    heron = ward.network.peer(VICTIM).actor("heron", key=1)
    note = heron.peer.publish(heron.note())
    heron.peer.shelf[f"http://{VICTIM}/plain"] = heron.peer.shelf[note["id"]]
    moved(ward, VICTIM, lambda request: f"http://{VICTIM}/plain" if request.url.path == "/moved" else None)

    with pytest.raises(PeerError, match=Reason.INSECURE_ADDRESS.value):
        await fetching.thing(ward.node.db, ward.node.fetcher, f"https://{VICTIM}/moved", site=ward.node.site)

    assert {request.url.scheme for request in ward.network.wire.sent} == {"https"}
