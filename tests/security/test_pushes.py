"""Pushes: no way inside through the address of a push service, and nothing on a lock screen that was meant for a person."""

from typing import Any

import httpx
import pytest

from federation.reasons import PeerError, Reason
from node.gateways.guard import GuardRules
from node.gateways.webpush import HttpPusher
from tests.node.gateways.doubles import StillClock, canary, guarded
from tests.node.gateways.test_webpush import KEY, MESSAGE, endpoint
from tests.support.network import Network, Station
from tests.support.receiving import ENDPOINT, HOST, Device, is_vouched
from tests.support.world import Person, World

PLACE = "/api/v1/push/subscription"
SECRET = "Bed 12, Mrs Ada Okafor, potassium 7.1"


async def subscribe(world: World, who: Person, device: Device, **more: Any) -> httpx.Response:
    """Subscribe a device for mentions."""
    return await world.client(who).post(PLACE, json=device.wish("mention", **more))


@pytest.mark.parametrize(
    "address",
    [
        "http://push.example/send",
        "https://127.0.0.1/send",
        "https://10.0.0.1/send",
        "https://[::1]/send",
        "https://[::ffff:10.0.0.1]/send",
        "https://169.254.169.254/latest",
        "https://2130706433/send",
        "https://0x7f.1/send",
        "https://ines:word@push.example/send",
        "ftp://push.example/send",
        "file:///etc/passwd",
        "https:///send",
        "https://push.example/" + "x" * 3000,
    ],
)
async def test_S178_endpoints_inside_are_refused_at_once(world: World, address: str) -> None:
    """With 422, and nothing is kept."""
    ines = await world.user("ines")

    response = await subscribe(world, ines, Device(), endpoint=address)

    assert response.status_code == 422
    assert (await world.client(ines).get(PLACE)).status_code == 404


async def test_S178_a_name_that_leads_inside_later_is_refused_when_it_is_used() -> None:
    """The guard looks at the address that is dialled, each time."""
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), {HOST: ["10.0.0.1"]}) as client:
        gateway = HttpPusher(client, StillClock(), subject="https://ward.example")
        with pytest.raises(PeerError) as raised:
            await gateway.push(endpoint(Device(), url=f"https://{HOST}:{port}/send"), MESSAGE, key=KEY)

    assert (raised.value.reason, hits) == (Reason.FORBIDDEN_ADDRESS, [])


async def ward_with(network: Network, device: Device) -> tuple[Station, Person, Person]:
    """Return a node with two people and a push service that leads to a device of the first."""
    node = await network.node("ward.example")
    ines, sam = await node.user("ines"), await node.user("sam")
    network.wire.applications[HOST] = httpx.MockTransport(device.answer)
    return node, ines, sam


async def test_S178_no_redirect_of_a_push_service_is_followed(network: Network) -> None:
    """It is asked once, and never again for the same."""
    device = Device()
    device.status = 307
    node, ines, sam = await ward_with(network, device)
    await subscribe(node.world, ines, device)

    await node.post(sam, "Look, @ines")
    await network.settle()

    assert [str(request.url) for request in network.wire.sent] == [ENDPOINT]


@pytest.mark.parametrize("visibility", ["direct", "private", "house", "public"])
@pytest.mark.parametrize("is_standard", [True, False])
async def test_S179_a_push_says_nothing_of_what_was_written(
    network: Network, visibility: str, is_standard: bool
) -> None:
    """Who did what, in general words, sealed for the app alone, without any token."""
    device = Device()
    node, ines, sam = await ward_with(network, device)
    made = (await subscribe(node.world, ines, device, is_standard=is_standard)).json()

    to = {"is_for_house": True} if visibility == "house" else {"visibility": visibility}
    await node.post(sam, f"@ines {SECRET}", spoiler_text=f"About {SECRET}", **to)
    await network.settle()

    (request,) = device.requests
    said = device.opened(request)
    assert (said["title"], said["body"]) == ("sam mentioned you", "Open the app to read it.")
    told = {name: text for name, text in said.items() if name != "notification_id"}
    assert [word for word in SECRET.split() if word in str(told)] == []
    assert (said["access_token"], ines.token in str(said)) == ("", False)
    assert b"sam" not in request.content
    assert is_vouched(request, made["server_key"])
