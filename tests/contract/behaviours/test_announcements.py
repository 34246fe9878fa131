"""Behaviours ANN-*: what the node announces, who read it, and the emojis under it."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from node.services import announcing
from node.services.announcing import Words
from node.store import emojis
from node.store.emojis import CustomEmoji
from node.store.unit import Publish, Unit
from tests.contract.behaviours.people import read
from tests.contract.entities import faults
from tests.support.world import Person, World

PLACE = "/api/v1/announcements"
SIGNS = ("👍", "👎", "😀", "🎉", "🚀", "👀", "💡", "🙏")


async def publish(world: World, text: str = "The lift is back", **more: Any) -> int:
    """Announce something."""
    return await world.db.write(announcing.publish, Words(text=text, **more), by="command-line")


async def shown(world: World, who: Person) -> list[dict[str, Any]]:
    """Return what somebody is shown."""
    found: list[dict[str, Any]] = await read(world, who, PLACE)
    return found


async def react(world: World, who: Person, number: int, name: str, method: str = "PUT") -> int:
    """Put an emoji under an announcement, or take it away, and return the status of the answer."""
    response = await world.client(who).request(method, f"{PLACE}/{number}/reactions/{quote(name)}")
    return response.status_code


async def give_picture(world: World, shortcode: str) -> None:
    """Give the node an emoji of its own."""

    def work(unit: Unit) -> None:
        one = CustomEmoji(unit.new_id(), shortcode, "e/a.png", "e/b.png", None, True, True, unit.now)
        emojis.insert(unit, one)

    await world.db.write(work)


async def test_ANN_001_announcements_are_for_people(world: World, ines: Person) -> None:
    """An app without a user gets 422, nobody at all 401; no scope is asked for."""
    await publish(world)

    app = await world.client(await world.token(None, "read")).get(PLACE)
    anybody = await world.anybody.get(PLACE)
    narrow = await world.client(await world.token(ines, "push")).get(PLACE)

    assert (app.status_code, anybody.status_code, len(narrow.json())) == (422, 401, 1)


async def test_ANN_001_an_announcement_is_whole(world: World, ines: Person) -> None:
    """Its people, hashtags and emojis stand beside it; what it says is HTML."""
    await give_picture(world, "lift")
    await publish(world, "Ask @ines about the #lift :lift:\n\n<b>Thanks</b>, @nobody", is_all_day=True)

    (found,) = await shown(world, ines)

    assert faults("Announcement", found) == []
    assert [one["acct"] for one in found["mentions"]] == ["ines"]
    assert [one["name"] for one in found["tags"]] == ["lift"]
    assert [one["shortcode"] for one in found["emojis"]] == ["lift"]
    assert "&lt;b&gt;Thanks" in found["content"]
    assert (found["read"], found["all_day"], found["reactions"], found["statuses"]) == (False, True, [], [])


async def test_ANN_002_who_dismisses_has_read_it(world: World, ines: Person) -> None:
    """Nobody else has; one that is not there gives 404."""
    sam, number = await world.user("sam"), await publish(world)

    answers = [await world.client(ines).post(f"{PLACE}/{one}/dismiss") for one in (number, number, 77)]
    narrow = await world.client(await world.token(ines, "read")).post(f"{PLACE}/{number}/dismiss")

    assert [one.status_code for one in answers] == [200, 200, 404]
    assert (answers[0].json(), narrow.status_code) == ({}, 403)
    assert [one["read"] for who in (ines, sam) for one in await shown(world, who)] == [True, False]


async def test_ANN_003_emojis_are_put_under_it_and_taken_away(world: World, ines: Person) -> None:
    """Of Unicode, and our own by shortcode; the first that was put there comes first."""
    sam, number = await world.user("sam"), await publish(world)
    await give_picture(world, "lift")

    put = [await react(world, ines, number, name) for name in ("👍", ":lift:", "👍")]
    put += [await react(world, sam, number, "lift", method="PATCH")]
    (found,) = await shown(world, sam)
    taken = [await react(world, ines, number, name, method="DELETE") for name in ("lift", "👍", "👍")]

    assert (put, taken) == ([200, 200, 200, 200], [200, 200, 404])
    assert [fault for one in found["reactions"] for fault in faults("Reaction", one)] == []
    assert [(one["name"], one["count"], one["me"], "url" in one) for one in found["reactions"]] == [
        ("👍", 1, False, False),
        ("lift", 2, True, True),
    ]
    assert [(one["name"], one["count"]) for one in (await shown(world, sam))[0]["reactions"]] == [("lift", 1)]


async def test_ANN_003_no_emoji_and_a_ninth_kind_are_refused(world: World, ines: Person) -> None:
    """One of the eight that are there may still be chosen."""
    sam, number = await world.user("sam"), await publish(world)

    strange = [await react(world, ines, number, name) for name in ("lift", "thumbs up", "👍👎", "%00")]
    eight = {await react(world, ines, number, sign) for sign in SIGNS}
    ninth = await react(world, sam, number, "🐘")
    again = await react(world, sam, number, SIGNS[0])
    absent = await react(world, sam, 77, SIGNS[0])

    assert (strange, eight, ninth, again, absent) == ([422] * 4, {200}, 422, 200, 404)


async def test_what_is_over_is_shown_no_more(world: World, ines: Person) -> None:
    """Those that stand come in the order of when they are about."""
    now = world.clock.now()
    later = await publish(world, "Later", starts_at=now + timedelta(days=3))
    brief = await publish(world, "Brief", ends_at=now + timedelta(hours=1))

    before = [one["id"] for one in await shown(world, ines)]
    world.clock.pass_time(hours=2)

    assert before == [str(brief), str(later)]
    assert [one["id"] for one in await shown(world, ines)] == [str(later)]
    assert await react(world, ines, brief, "👍") == 404


async def test_open_streams_hear_of_every_change(world: World, ines: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told to everybody at once knows no reader."""
    heard: list[Publish] = []
    monkeypatch.setattr(world.db, "on_publish", heard.append)

    number = await publish(world)
    await react(world, ines, number, "👍")
    await world.db.write(announcing.edit, number, Words(text="The lift is slow"), by="command-line")
    told = await world.db.read(announcing.told, number)
    reaction = await world.db.read(announcing.told_reaction, number, "👍")
    await world.db.write(announcing.remove, number, by="command-line")

    topics = ["announcement", "announcement.reaction", "announcement", "announcement.delete"]
    assert ([one.topic for one in heard], {one.id for one in heard}) == (topics, {number})
    assert told is not None
    assert (faults("Announcement", told), "read" in told, "me" in told["reactions"][0]) == ([], False, False)
    assert reaction == {"name": "👍", "count": 1, "announcement_id": str(number)}
    assert await world.db.read(announcing.told, number) is None
