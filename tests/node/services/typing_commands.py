"""An app through which somebody types commands and reads the answers, for the tests of commands."""

import re
from typing import Any, Final

from node.store import commands, measures
from node.store.commands import CommandRow
from tests.support.world import Person, World

LEARNED: Final = "Bin lids wake patients on our ward. Two bays got soft lids by accident.\n#learning"
Json = dict[str, Any]


class App:
    """What one person sees and types in an app."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person, self.client = world, person, world.client(person)

    async def post(self, text: str, above: Json | None = None, **more: Any) -> Json:
        """Post, as a reply or by itself, and let the node work."""
        sent = {"status": text, **more} | ({"in_reply_to_id": above["id"]} if above else {})
        answer = await self.client.post("/api/v1/statuses", json=sent)
        assert answer.status_code == 200, answer.text
        await self.world.work()
        made: Json = answer.json()
        return made

    async def edit(self, status: Json, text: str) -> None:
        """Change a post and let the node work."""
        answer = await self.client.put(f"/api/v1/statuses/{status['id']}", json={"status": text})
        assert answer.status_code == 200, answer.text
        await self.world.work()

    async def delete(self, status: Json) -> None:
        """Delete a post and let the node work."""
        assert (await self.client.delete(f"/api/v1/statuses/{status['id']}")).status_code == 200
        await self.world.work()

    async def answers(self, status: Json) -> list[Json]:
        """Return what the node said to a post, oldest first."""
        thread = (await self.client.get(f"/api/v1/statuses/{status['id']}/context")).json()
        return [one for one in thread["descendants"] if one["in_reply_to_id"] == status["id"]]

    async def answer(self, status: Json) -> str:
        """Return the words of the last thing that the node said to a post."""
        return words((await self.answers(status))[-1])

    async def says(self, text: str, above: Json | None = None, **more: Any) -> tuple[Json, str]:
        """Type a command and return its post and the answer."""
        made = await self.post(text, above, **more)
        return made, await self.answer(made)

    async def begin(self, learning: Json) -> Json:
        """Begin an action and return the command that did."""
        return await self.post("!try in 8 weeks Soft lids", learning)

    async def row(self, status: Json) -> CommandRow:
        """Return the row of a command."""
        row = await self.world.db.read(commands.of_status, int(status["id"]))
        assert row is not None
        return row

    async def record(self, status_id: int | str | None) -> Json:
        """Return the record of a post."""
        answer = await self.client.get(f"/api/rounds/v1/records/{status_id}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()["record"]
        return found

    async def points(self, status: Json) -> list[measures.Point]:
        """Return the numbers of the measure that a command saved something for."""
        measure_id = (await self.row(status)).measure_id
        assert measure_id is not None
        return await self.world.db.read(measures.points_of, measure_id)


def words(status: Json) -> str:
    """Return what a post says, as text."""
    return re.sub(r"<[^>]+>", "", status["content"].replace("<br />", "\n").replace("&quot;", '"')).strip()
