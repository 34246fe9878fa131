"""What apps rely on when they change or remove posts; each test is named by the behaviour it shows."""

from typing import Any

from tests.contract.behaviours.posts import STATUSES, Json, code, file, post, seen
from tests.contract.entities import faults
from tests.support.world import Person, World


async def put(world: World, who: Person, made: Json, /, **sent: Any) -> Json:
    """Change a post and return it."""
    answer = await world.client(who).put(f"{STATUSES}/{made['id']}", json=sent)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def history(world: World, who: Person, status: Json) -> list[Json]:
    """Return every version of a post."""
    found: list[Json] = (await world.client(who).get(f"{STATUSES}/{status['id']}/history")).json()
    assert [faults("StatusEdit", one) for one in found] == [[]] * len(found)
    return found


async def test_STA_026_delete_returns_the_source_without_the_content(world: World) -> None:
    """For writing it anew, with its warning, poll and files."""
    ines = await world.user("ines")
    made = await post(world, ines, "Gel *here*", spoiler_text="Wards", media_ids=[await file(world, ines)])

    gone = (await world.client(ines).delete(f"{STATUSES}/{made['id']}")).json()

    assert faults("Status", gone) == []
    assert (gone["text"], gone["spoiler_text"], "content" in gone) == ("Gel *here*", "Wards", False)
    assert gone["media_attachments"] == made["media_attachments"]
    assert await code(world, ines, made) == 404


async def test_STA_027_delete_keeps_the_media_unless_told_otherwise(world: World) -> None:
    """What is kept can be posted anew; what is not is gone."""
    ines = await world.user("ines")
    client = world.client(ines)
    kept, lost = await file(world, ines), await file(world, ines)
    made = [await post(world, ines, media_ids=[one]) for one in (kept, lost)]

    await client.delete(f"{STATUSES}/{made[0]['id']}")
    await client.delete(f"{STATUSES}/{made[1]['id']}", params={"delete_media": "true"})

    assert (await post(world, ines, media_ids=[kept]))["media_attachments"][0]["id"] == kept
    assert (await client.post(STATUSES, json={"status": "x", "media_ids": [lost]})).status_code == 422


async def test_STA_028_changing_anothers_status_is_404(world: World) -> None:
    """DELETE, PUT and PATCH."""
    ines, ben = await world.user("ines"), await world.user("ben")
    path = f"{STATUSES}/{(await post(world, ines))['id']}"
    client = world.client(ben)

    answers = [await client.delete(path), await client.put(path, json={"status": "x"}), await client.patch(path)]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_STA_029_put_changes_what_a_status_says(world: World) -> None:
    """Text, warning, files, poll and language; it says when. PATCH does the same."""
    ines = await world.user("ines")
    made, image = await post(world, ines), await file(world, ines)
    world.clock.pass_time(minutes=1)

    edited = await put(world, ines, made, status="Soap", spoiler_text="Wards", media_ids=[image], language="de")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    patched = await world.client(ines).patch(f"{STATUSES}/{made['id']}", json={"status": "Soap", "poll": poll})

    assert (edited["content"], edited["spoiler_text"], edited["language"]) == ("<p>Soap</p>", "Wards", "de")
    assert ([one["id"] for one in edited["media_attachments"]], edited["edited_at"] is None) == ([image], False)
    assert [one["title"] for one in patched.json()["poll"]["options"]] == ["a", "b"]


async def test_STA_030_put_that_changes_nothing_is_no_edit(world: World) -> None:
    """Neither a time nor a version."""
    ines = await world.user("ines")
    made = await post(world, ines, "Gel", spoiler_text="Wards")

    same = await put(world, ines, made, status="Gel", spoiler_text="Wards")

    assert same["edited_at"] is None
    assert len(await history(world, ines, made)) == 1


async def test_STA_031_put_cannot_change_audience_parent_or_quote(world: World) -> None:
    """They are not looked at."""
    ines = await world.user("ines")
    first, other = await post(world, ines), await post(world, ines)
    made = await post(world, ines, "Gel", in_reply_to_id=first["id"], quoted_status_id=first["id"])

    more = {"in_reply_to_id": other["id"], "quoted_status_id": other["id"], "local_only": True}
    edited = await put(world, ines, made, status="Soap", visibility="private", **more)

    assert (edited["visibility"], edited["local_only"], edited["in_reply_to_id"]) == ("public", False, first["id"])
    assert edited["quote"]["quoted_status"]["id"] == first["id"]


async def test_STA_032_put_without_media_ids_removes_all_attachments(world: World) -> None:
    """Whatever else it says."""
    ines = await world.user("ines")
    made = await post(world, ines, media_ids=[await file(world, ines)])

    assert (await put(world, ines, made, status="Gel"))["media_attachments"] == []


async def test_STA_033_put_without_a_status_empties_the_text(world: World) -> None:
    """The rest must then be enough for a post."""
    ines = await world.user("ines")
    image = await file(world, ines)
    made = await post(world, ines, media_ids=[image])

    edited = await put(world, ines, made, media_ids=[image])
    bare = await world.client(ines).put(f"{STATUSES}/{made['id']}", json={})

    assert edited["content"] == ""
    assert bare.status_code == 422


async def test_STA_034_put_describes_attached_media(world: World) -> None:
    """Description and focus; the version before keeps what it said."""
    ines = await world.user("ines")
    image = await file(world, ines)
    made = await post(world, ines, media_ids=[image])
    change = {"id": image, "description": "A dispenser", "focus": "0.5,-0.5"}

    edited = await put(world, ines, made, status="Gel by every bed.", media_ids=[image], media_attributes=[change])

    (shown,) = edited["media_attachments"]
    assert (shown["description"], shown["meta"]["focus"]) == ("A dispenser", {"x": 0.5, "y": -0.5})
    before, after = [one["media_attachments"][0]["description"] for one in await history(world, ines, made)]
    assert (before, after) == (None, "A dispenser")


async def test_STA_035_changing_what_a_poll_asks_resets_its_votes(world: World) -> None:
    """Options or mode; the same question keeps them."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    made = await post(world, ines, "Huddle?", poll=poll)
    await world.client(ben).post(f"/api/v1/polls/{made['id']}/votes", json={"choices": [0]})

    same = await put(world, ines, made, status="Huddle!", poll=poll)
    mode = await put(world, ines, made, status="Huddle!", poll=poll | {"multiple": True})

    assert [one["poll"]["votes_count"] for one in (same, mode)] == [1, 0]


async def test_STA_036_put_without_a_poll_removes_it(world: World) -> None:
    """The history remembers what could be chosen."""
    ines = await world.user("ines")
    made = await post(world, ines, "Huddle?", poll={"options": ["a", "b"], "expires_in": 3600})

    edited = await put(world, ines, made, status="Huddle")

    assert edited["poll"] is None
    before, after = await history(world, ines, made)
    assert (before["poll"], "poll" in after) == ({"options": [{"title": "a"}, {"title": "b"}]}, False)


async def test_STA_037_history_is_oldest_first_and_never_empty(world: World) -> None:
    """Each version with its own files, and what all of them quote."""
    ines = await world.user("ines")
    first, image = await post(world, ines), await file(world, ines)
    made = await post(world, ines, "One", quoted_status_id=first["id"])
    await put(world, ines, made, status="Two", media_ids=[image])
    await put(world, ines, made, status="Three")

    versions = await history(world, ines, made)

    assert [one["content"] for one in versions] == ["<p>One</p>", "<p>Two</p>", "<p>Three</p>"]
    assert [len(one["media_attachments"]) for one in versions] == [0, 1, 0]
    assert {one["quote"]["quoted_status"]["id"] for one in versions} == {first["id"]}
    assert len(await history(world, ines, first)) == 1


async def test_STA_038_source_is_as_it_was_typed(world: World) -> None:
    """Of a post that is seen; any token with the scope will do."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines, "Gel & *soap*", spoiler_text="Wards")
    hidden = await post(world, ines, visibility="private")
    app = world.client(await world.token(None, "read:statuses"))

    sources = [(await client.get(f"{STATUSES}/{made['id']}/source")).json() for client in (world.client(ben), app)]

    assert sources == [{"id": made["id"], "text": "Gel & *soap*", "spoiler_text": "Wards"}] * 2
    assert faults("StatusSource", sources[0]) == []
    assert await code(world, ben, hidden, "/source") == 404
    assert (await seen(world, ben, made))["content"].startswith("<p>Gel &amp;")
