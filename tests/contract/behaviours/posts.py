"""What tests of posts do over and over: write one, read one, and pretend that a file is there."""

from typing import Any, Final

from msgspec import structs

from node.store import media
from node.store.media import Media
from node.store.unit import Unit
from tests.support.world import Person, World

STATUSES: Final = "/api/v1/statuses"
SCHEDULED: Final = "/api/v1/scheduled_statuses"
Json = dict[str, Any]


async def post(world: World, who: Person, text: str = "Gel by every bed.", **more: Any) -> Json:
    """Post and return the Status."""
    response = await world.client(who).post(STATUSES, json={"status": text} | more)
    assert response.status_code == 200, response.text
    made: Json = response.json()
    return made


async def refused(world: World, who: Person, text: str = "Gel by every bed.", **more: Any) -> int:
    """Post in vain and return the status of the answer."""
    return (await world.client(who).post(STATUSES, json={"status": text} | more)).status_code


async def seen(world: World, who: Person | None, status: Json) -> Json:
    """Return a post as somebody sees it."""
    found: Json = (await world.client(who).get(f"{STATUSES}/{status['id']}")).json()
    return found


async def code(world: World, who: Person | None, status: Json, path: str = "") -> int:
    """Return with which status a post, or what belongs to it, is answered."""
    return (await world.client(who).get(f"{STATUSES}/{status['id']}{path}")).status_code


async def act(world: World, who: Person, status: Json, what: str, **sent: Any) -> Json:
    """Do something to a post and return the answer."""
    response = await world.client(who).post(f"{STATUSES}/{status['id']}/{what}", json=sent)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def tried(world: World, who: Person, status: Json, what: str, **sent: Any) -> int:
    """Do something to a post and return the status of the answer."""
    return (await world.client(who).post(f"{STATUSES}/{status['id']}/{what}", json=sent)).status_code


async def written(world: World, who: Person) -> list[Json]:
    """Return the posts of somebody as they see them."""
    found: list[Json] = (await world.client(who).get(f"/api/v1/accounts/{who.id}/statuses")).json()
    return found


async def file(world: World, who: Person, *, kind: str = "image", state: str = "ready", **more: Any) -> str:
    """Pretend that somebody uploaded a file, and return its id."""
    return str(await world.db.write(_keep, who.id, kind, state, more))


def _keep(unit: Unit, account_id: int, kind: str, state: str, more: Json) -> int:
    identifier = unit.new_id()
    row = Media(
        id=identifier,
        account_id=account_id,
        status_id=None,
        position=0,
        kind=kind,
        content_type="image/png" if kind == "image" else f"{kind}/mp4",
        blob=f"files/aa/{identifier}.png",
        preview_blob=f"files/aa/{identifier}-small.png",
        remote_url=None,
        description="",
        blurhash=None,
        width=4,
        height=4,
        focus_x=0.0,
        focus_y=0.0,
        created_at=unit.now,
        state=state,
    )
    media.insert(unit, structs.replace(row, **more))
    return identifier
