"""The gateway of pushes: what it sends can be opened by the app alone, and a push service can tell whose it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from federation.reasons import PeerError, Reason
from node.gateways.guard import GuardRules
from node.gateways.webpush import HttpPusher
from node.ports import Endpoint, Push
from node.services import vapid
from tests.node.gateways.doubles import StillClock, canary, guarded
from tests.support.receiving import ENDPOINT, Device, bytes_of, is_vouched

KEY = vapid.text_of((77).to_bytes(32, "big"))
MESSAGE = Push(b'{"title":"Sam mentioned you"}', 3600, "high")


def endpoint(device: Device, *, url: str = ENDPOINT, is_standard: bool = True) -> Endpoint:
    """Return where a device is pushed to."""
    return Endpoint(url, device.keys["p256dh"], device.keys["auth"], is_standard)


@asynccontextmanager
async def pusher(device: Device) -> AsyncIterator[HttpPusher]:
    """Give a gateway whose wire leads to a device."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(device.answer)) as client:
        yield HttpPusher(client, StillClock(), subject="mailto:it@ward.example")


@pytest.mark.parametrize("is_standard", [True, False])
async def test_the_app_can_open_it_and_the_service_knows_whose_it_is(is_standard: bool) -> None:
    """By RFC 8291 and 8292, and by the drafts before them."""
    device = Device()

    async with pusher(device) as gateway:
        status = await gateway.push(endpoint(device, is_standard=is_standard), MESSAGE, key=KEY)

    (request,) = device.requests
    assert (status, device.opened(request)) == (201, {"title": "Sam mentioned you"})
    assert is_vouched(request, vapid.public_of(KEY))
    assert (request.headers["ttl"], request.headers["urgency"]) == ("3600", "high")
    assert b"Sam" not in request.content


async def test_the_word_is_for_this_service_and_ends_within_a_day() -> None:
    """Another service cannot use it; the time is the node's."""
    import msgspec

    device = Device()

    async with pusher(device) as gateway:
        await gateway.push(endpoint(device), MESSAGE, key=KEY)

    word = device.requests[0].headers["authorization"].removeprefix("vapid t=").partition(",")[0]
    claims = msgspec.json.decode(bytes_of(word.split(".")[1]))
    left = claims["exp"] - StillClock().now().timestamp()
    assert (claims["aud"], claims["sub"]) == ("https://push.example", "mailto:it@ward.example")
    assert 0 < left <= 86_400


@pytest.mark.parametrize("status", [301, 307, 404, 410, 429, 500])
async def test_the_answer_is_given_back_and_no_redirect_is_followed(status: int) -> None:
    """One request, whatever it says."""
    device = Device()
    device.status = status

    async with pusher(device) as gateway:
        assert await gateway.push(endpoint(device), MESSAGE, key=KEY) == status

    assert len(device.requests) == 1


async def test_a_service_that_does_not_answer_is_unreachable() -> None:
    """So that it is tried again."""

    async def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as client:
        gateway = HttpPusher(client, StillClock(), subject="https://ward.example")
        with pytest.raises(PeerError) as raised:
            await gateway.push(endpoint(Device()), MESSAGE, key=KEY)

    assert raised.value.reason is Reason.UNREACHABLE


@pytest.mark.parametrize("url", ["http://push.example/x", "https://[::1]/x", "https://user:word@push.example/x"])
async def test_addresses_that_may_not_be_asked_are_not(url: str) -> None:
    """Nothing is sent."""
    async with guarded(GuardRules(), {}) as client:
        gateway = HttpPusher(client, StillClock(), subject="https://ward.example")
        with pytest.raises(PeerError) as raised:
            await gateway.push(endpoint(Device(), url=url), MESSAGE, key=KEY)

    assert raised.value.reason in (Reason.INSECURE_ADDRESS, Reason.FORBIDDEN_ADDRESS)


async def test_a_name_that_leads_inside_by_now_is_refused() -> None:
    """Nobody came."""
    async with (
        canary() as (port, hits),
        guarded(GuardRules(ports=frozenset({port})), {"push.example": ["127.0.0.1"]}) as client,
    ):
        gateway = HttpPusher(client, StillClock(), subject="https://ward.example")
        with pytest.raises(PeerError) as raised:
            await gateway.push(endpoint(Device(), url=f"https://push.example:{port}/x"), MESSAGE, key=KEY)

    assert (raised.value.reason, hits) == (Reason.FORBIDDEN_ADDRESS, [])
