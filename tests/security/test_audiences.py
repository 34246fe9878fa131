"""What a command makes is never for more people than its author chose, nor than may know of what it begins from."""

from typing import Any, Final

import pytest

from node.store import commands
from tests.support.world import Person, World

STATUSES: Final = "/api/v1/statuses"
ORDER: Final = ("public", "unlisted", "private", "direct")
TRY: Final = "!try in 2 weeks gel by every bed"
Json = dict[str, Any]


async def _posted(world: World, who: Person, text: str, **more: Any) -> Json:
    answer = await world.client(who).post(STATUSES, json={"status": text, **more})
    assert answer.status_code == 200, answer.text
    await world.work()
    made: Json = answer.json()
    return made


async def _made(world: World, who: Person, command: Json) -> str | None:
    """Return who sees what a command made."""
    row = await world.db.read(commands.of_status, int(command["id"]))
    assert row is not None
    if row.made_id is None:
        return None
    found: str = (await world.client(who).get(f"{STATUSES}/{row.made_id}")).json()["visibility"]
    return found


@pytest.mark.parametrize("chosen", ["public", "unlisted", "private", "direct"])
@pytest.mark.parametrize("of_parent", ["public", "unlisted", "private", "direct", "house"])
async def test_command_makes_nothing_wider_than_chosen_or_above(world: World, of_parent: str, chosen: str) -> None:
    """Below a colleague's learning of any audience, with any audience."""
    asha, ben = await world.user("asha"), await world.user("ben")
    await world.client(asha).post(f"/api/v1/accounts/{ben.id}/follow")
    told: Json = {"local_only": True} if of_parent == "house" else {"visibility": of_parent}
    learned = await _posted(world, ben, "@asha Gel by every bed is used. #learning", **told)

    command = await _posted(world, asha, TRY, in_reply_to_id=learned["id"], visibility=chosen)
    made = await _made(world, asha, command)

    widest = of_parent if of_parent in ("public", "unlisted") else "direct"
    assert command["visibility"] == "direct"
    assert made is None or ORDER.index(made) >= max(
        ORDER.index(widest) if widest == "direct" else 0, ORDER.index(chosen)
    )


async def test_command_in_a_talk_of_two_makes_nothing_for_everybody(world: World) -> None:
    """Who answers a direct post by a direct post chose that, although the talk began below a public learning."""
    asha, ben = await world.user("asha"), await world.user("ben")
    learned = await _posted(world, ben, "Gel by every bed is used. #learning", visibility="public")
    talk = {"in_reply_to_id": learned["id"], "visibility": "direct"}
    asked = await _posted(world, asha, "@ben Between us: does it work?", **talk)

    command = await _posted(world, asha, TRY, in_reply_to_id=asked["id"], visibility="direct")

    assert await _made(world, asha, command) == "direct"


@pytest.mark.parametrize("kind", ["suspend", "disable"])
async def test_who_may_not_post_commands_nothing(world: World, kind: str) -> None:
    """Suspended or shut out between typing and doing: it is not done."""
    asha, ben = await world.user("asha"), await world.user("ben")
    learned = await _posted(world, ben, "Gel by every bed is used. #learning", visibility="public")
    app = world.client(asha)
    sent = (await app.post(STATUSES, json={"status": TRY, "in_reply_to_id": learned["id"]})).json()

    chief = world.client(await world.user("chief", role="admin"))
    acted = await chief.post(f"/api/v1/admin/accounts/{asha.id}/action", json={"type": kind})
    assert acted.status_code == 200, acted.text
    await world.work()

    row = await world.db.read(commands.of_status, int(sent["id"]))
    assert row is None or row.made_id is None
    assert (await app.post(STATUSES, json={"status": TRY, "in_reply_to_id": learned["id"]})).status_code in (401, 403)
