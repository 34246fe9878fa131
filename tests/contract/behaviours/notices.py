"""What tests about notifications do over and over, in a word each."""

from typing import Any

import httpx

from tests.contract.behaviours.people import read
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
REQUESTS = f"{V1}/requests"
GROUPED = "grouped_types[]"


async def ask(world: World, who: Person, method: str, path: str, **sent: Any) -> httpx.Response:
    """Ask something and return the answer."""
    return await world.client(who).request(method, path, **sent)


async def kinds(world: World, who: Person, **params: Any) -> list[str]:
    """Return the kinds of what somebody was told, newest first."""
    return [one["type"] for one in await read(world, who, V1, **params)]


async def act(world: World, who: Person, status_id: str, name: str) -> None:
    """Do something with a post."""
    assert (await ask(world, who, "POST", f"/api/v1/statuses/{status_id}/{name}")).status_code == 200


async def filtering(world: World, who: Person, **answers: str) -> dict[str, Any]:
    """Choose answers of the policy and return it."""
    response = await ask(world, who, "PATCH", f"{V2}/policy", json=answers)
    assert response.status_code == 200, response.text
    policy: dict[str, Any] = response.json()
    return policy


async def fans(world: World, count: int) -> list[Person]:
    """Make several people."""
    return [await world.user(f"fan{number}") for number in range(count)]


def places(page: httpx.Response) -> list[tuple[str, str, str]]:
    """Return the key and the range of each group on a page."""
    groups = page.json()["notification_groups"]
    return [(group["group_key"], group["page_min_id"], group["page_max_id"]) for group in groups]


async def waiting(world: World, ines: Person, *senders: Person) -> list[dict[str, Any]]:
    """Let people write to ines, who follows none of them, and return their requests."""
    await filtering(world, ines, for_not_following="filter")
    for sender in senders:
        await post(world, sender, "Look, @ines")
    found: list[dict[str, Any]] = await read(world, ines, REQUESTS)
    return found
