"""Posts over the API: written in three forms, once for each key, shown to those who may see them and nobody else."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.contract.entities import faults
from tests.support.world import Person, World

STATUSES = "/api/v1/statuses"


async def post(world: World, who: Person, text: str = "Gel by every bed.", **more: Any) -> dict[str, Any]:
    """Post and return the Status."""
    response = await world.client(who).post(STATUSES, json={"status": text} | more)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


async def test_post_is_a_whole_status(world: World) -> None:
    """Every attribute that apps rely on is there with its type."""
    ines = await world.user("ines")

    made = await post(world, ines, "Gel by every bed. #HandHygiene", spoiler_text="Infection", language="de")

    assert faults("Status", made) == []
    assert made["content"].startswith("<p>Gel by every bed.")
    assert (made["visibility"], made["language"], made["sensitive"]) == ("public", "de", True)
    assert made["account"]["acct"] == "ines"
    assert [tag["name"] for tag in made["tags"]] == ["handhygiene"]
    assert made["application"] == {"name": "Test app", "website": None}
    assert made["url"] == f"https://ward.example/@ines/{made['id']}"


FORMS: list[dict[str, Any]] = [
    {"json": {"status": "Gel", "visibility": "unlisted", "sensitive": True, "media_ids": []}},
    {"data": {"status": "Gel", "visibility": "unlisted", "sensitive": "true"}},
    {"files": {name: (None, v) for name, v in [("status", "Gel"), ("visibility", "unlisted"), ("sensitive", "1")]}},
]


@pytest.mark.parametrize("form", FORMS, ids=["json", "form", "multipart"])
async def test_post_takes_the_three_forms_alike(world: World, form: dict[str, Any]) -> None:
    """Apps send all of them; the outcome is one."""
    ines = await world.user("ines")

    made = (await world.client(ines).post(STATUSES, **form)).json()

    assert (made["content"], made["visibility"], made["sensitive"]) == ("<p>Gel</p>", "unlisted", True)


async def test_same_idempotency_key_gives_the_same_post(world: World) -> None:
    """A client that lost our answer asks again; another person's key is another key."""
    ines, sam = await world.user("ines"), await world.user("sam")
    key = {"idempotency-key": "a key"}

    answers = [
        (await world.client(who).post(STATUSES, json={"status": "Gel"}, headers=key)).json()["id"]
        for who in (ines, ines, sam)
    ]

    assert answers[0] == answers[1] != answers[2]
    assert (await world.client(ines).get("/api/v1/accounts/verify_credentials")).json()["statuses_count"] == 1


async def test_two_requests_with_one_key_at_the_same_moment_make_one_post(world: World) -> None:
    """On PostgreSQL both may be under way: the second one finds what the first one wrote."""
    ines = await world.user("ines")
    client = world.client(ines)
    key = {"idempotency-key": "a key"}

    answers = await asyncio.gather(*(client.post(STATUSES, json={"status": "Gel"}, headers=key) for _ in range(4)))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await client.get(f"/api/v1/accounts/{ines.id}/statuses")).json()) == 1


async def test_deleting_an_own_boost_takes_it_back(world: World) -> None:
    """What was boosted stays."""
    ines, sam = await world.user("ines"), await world.user("sam")
    made = await post(world, ines)
    client = world.client(sam)
    boost = (await client.post(f"{STATUSES}/{made['id']}/reblog")).json()

    gone = await client.delete(f"{STATUSES}/{boost['id']}")

    assert (gone.status_code, gone.json()["reblog"]["id"]) == (200, made["id"])
    assert (await client.get(f"{STATUSES}/{boost['id']}")).status_code == 404
    assert (await client.get(f"{STATUSES}/{made['id']}")).json()["reblogs_count"] == 0


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "blank"),
    ({"status": " \n "}, "blank"),
    ({"status": "x" * 5001}, "5001 characters"),
    ({"status": "Gel", "visibility": "everyone"}, "everyone"),
    ({"status": "Gel", "media_ids": ["123"]}, "not there"),
    ({"status": "Gel", "media_ids": ["no id"]}, "not there"),
    ({"status": "Gel", "media_ids": [str(n) for n in range(1, 6)]}, "at most 4"),
    ({"status": "Gel", "scheduled_at": "tomorrow"}, "scheduled_at"),
    ({"status": ["Gel"]}, "status"),
    ({"status": "Gel", "sensitive": "perhaps", "media_ids": 7}, "not there"),
]


@pytest.mark.parametrize(("sent", "said"), REFUSED)
async def test_bad_post_is_422_and_nothing_is_kept(world: World, sent: dict[str, Any], said: str) -> None:
    """The text says what is wrong."""
    ines = await world.user("ines")
    client = world.client(ines)

    status, error = refusal(await client.post(STATUSES, json=sent))

    assert (status, said in error) == (422, True), error
    assert (await client.get(f"/api/v1/accounts/{ines.id}/statuses")).json() == []


async def test_warning_without_text_becomes_the_text(world: World) -> None:
    """A post that is all warning would show nothing."""
    ines = await world.user("ines")

    made = await post(world, ines, "", spoiler_text="Needles")

    assert (made["content"], made["spoiler_text"]) == ("<p>Needles</p>", "")


async def test_usual_visibility_and_language_come_from_the_preferences(world: World) -> None:
    """A client that says nothing gets what the person chose; a reply is never wider than what it answers."""
    ines, sam = await world.user("ines"), await world.user("sam")
    usual = {"source": {"privacy": "unlisted", "language": "pl", "sensitive": True}}
    await world.client(ines).patch("/api/v1/accounts/update_credentials", json=usual)
    asked = await post(world, sam, "Only you: @ines", visibility="direct")

    plain, reply = await post(world, ines), await post(world, ines, "@sam yes", in_reply_to_id=asked["id"])

    assert (plain["visibility"], plain["language"], plain["sensitive"]) == ("unlisted", "pl", True)
    assert (reply["visibility"], reply["in_reply_to_account_id"]) == ("direct", str(sam.id))


async def test_reply_to_what_one_may_not_see_is_404(world: World) -> None:
    """Absent and hidden look alike."""
    ines, sam = await world.user("ines"), await world.user("sam")
    hidden = await post(world, sam, visibility="private")

    answers = [
        (await world.client(ines).post(STATUSES, json={"status": "Hm", "in_reply_to_id": parent})).status_code
        for parent in (hidden["id"], "1", "no id")
    ]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        ("public", [True, True, True, True]),
        ("unlisted", [True, True, True, True]),
        ("private", [True, True, False, False]),
        ("direct", [True, False, False, False]),
    ],
)
async def test_post_is_shown_to_those_who_may_see_it(world: World, visibility: str, seen: list[bool]) -> None:
    """Author, follower, stranger, anybody: on every address that could show it."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    await world.client(fred).post(f"/api/v1/accounts/{ines.id}/follow")
    made = await post(world, ines, visibility=visibility)
    place = f"{STATUSES}/{made['id']}"

    for reader, may_see in zip((ines, fred, sam, None), seen, strict=True):
        client = world.client(reader)
        codes = {(await client.get(f"{place}{end}")).status_code for end in ("", "/context", "/history")}
        many = (await client.get(STATUSES, params={"id[]": [made["id"], "5"]})).json()
        posts = (await client.get(f"/api/v1/accounts/{ines.id}/statuses")).json()
        if reader is not None and reader is not ines:
            codes.add((await client.post(f"{place}/favourite")).status_code)
        assert codes == {200 if may_see else 404}
        assert [one["id"] for one in many] == [one["id"] for one in posts] == ([made["id"]] if may_see else [])


async def test_blocked_reader_sees_nothing_of_the_author(world: World) -> None:
    """Not the post, not in a thread, not through somebody else's boost."""
    ines, sam, eva = await world.user("ines"), await world.user("sam"), await world.user("eva")
    made = await post(world, ines)
    boost = (await world.client(eva).post(f"{STATUSES}/{made['id']}/reblog")).json()
    await world.client(ines).post(f"/api/v1/accounts/{sam.id}/block")
    client = world.client(sam)

    assert (await client.get(f"{STATUSES}/{made['id']}")).status_code == 404
    assert (await client.get(f"{STATUSES}/{boost['id']}")).status_code == 404
    for place in (f"/api/v1/accounts/{ines.id}/statuses", f"/api/v1/accounts/{eva.id}/statuses"):
        assert (await client.get(place)).json() == []
    for place in ("/api/v1/timelines/public", "/api/v1/timelines/home", f"/api/v1/accounts/{ines.id}/followers"):
        assert (await client.get(place)).json() == []


async def test_favourite_and_boost_are_counted_once_and_taken_back(world: World) -> None:
    """Both are idempotent; the answer has the new counts and flags."""
    ines, sam = await world.user("ines"), await world.user("sam")
    made = await post(world, ines)
    client, place = world.client(sam), f"{STATUSES}/{made['id']}"

    favourited = [(await client.post(f"{place}/favourite")).json() for _ in range(2)]
    boosts = [(await client.post(f"{place}/reblog")).json() for _ in range(2)]
    by = [(await client.get(f"{place}/{name}")).json() for name in ("favourited_by", "reblogged_by")]
    again = (await client.post(f"{STATUSES}/{boosts[0]['id']}/favourite")).json()
    listed = (await client.get("/api/v1/favourites")).json()

    assert [(one["favourites_count"], one["favourited"]) for one in favourited] == [(1, True), (1, True)]
    assert boosts[0]["id"] == boosts[1]["id"] != made["id"]
    assert faults("Status", boosts[0]) == []
    assert (boosts[0]["reblog"]["id"], boosts[0]["reblog"]["reblogs_count"]) == (made["id"], 1)
    assert [[one["acct"] for one in people] for people in by] == [["sam"], ["sam"]]
    assert again["id"] == made["id"]
    assert [one["id"] for one in listed] == [made["id"]]

    undone = [(await client.post(f"{place}/{name}")).json() for name in ("unfavourite", "unreblog", "unreblog")]

    assert undone[-1]["id"] == made["id"]
    last = undone[-1]
    assert (last["favourites_count"], last["favourited"], last["reblogs_count"], last["reblogged"]) == (
        0, False, 0, False,
    )  # fmt: skip


async def test_undoing_works_after_the_author_blocked_the_reader(world: World) -> None:
    """Nobody is held to a favourite; what is public is shown, what is not is 404 although it was undone."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await world.client(sam).post(f"/api/v1/accounts/{ines.id}/follow")
    places = [f"{STATUSES}/{(await post(world, ines, visibility=v))['id']}" for v in ("public", "private")]
    client = world.client(sam)
    for place in places:
        await client.post(f"{place}/favourite")
    await world.client(ines).post(f"/api/v1/accounts/{sam.id}/block")

    answers = [await client.post(f"{place}/unfavourite") for place in places]
    counts = [(await world.client(ines).get(place)).json()["favourites_count"] for place in places]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json()["favourited"] is False
    assert counts == [0, 0]


async def test_private_post_of_another_is_403_to_boost_and_the_own_boost_stays_private(world: World) -> None:
    """Its author chose who sees it."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await world.client(sam).post(f"/api/v1/accounts/{ines.id}/follow")
    place = f"{STATUSES}/{(await post(world, ines, visibility='private'))['id']}/reblog"

    refused, own = await world.client(sam).post(place), await world.client(ines).post(place)

    assert refused.status_code == 403
    assert own.json()["visibility"] == "private"


async def test_edit_keeps_a_history_and_an_idle_edit_does_not(world: World) -> None:
    """Every version is there, oldest first."""
    ines = await world.user("ines")
    made = await post(world, ines, "First")
    client, place = world.client(ines), f"{STATUSES}/{made['id']}"
    world.clock.pass_time(minutes=5)

    idle = (await client.put(place, json={"status": "First"})).json()
    edited = (await client.put(place, json={"status": "Second", "spoiler_text": "Gel"})).json()
    history = (await client.get(f"{place}/history")).json()
    source = (await client.get(f"{place}/source")).json()

    assert (idle["edited_at"], edited["edited_at"]) == (None, "2026-11-25T09:05:00.000Z")
    assert [faults("StatusEdit", one) for one in history] == [[], []]
    assert [(one["content"], one["created_at"]) for one in history] == [
        ("<p>First</p>", "2026-11-25T09:00:00.000Z"),
        ("<p>Second</p>", "2026-11-25T09:05:00.000Z"),
    ]
    assert source == {"id": made["id"], "text": "Second", "spoiler_text": "Gel"}


async def test_others_may_not_edit_or_delete(world: World) -> None:
    """404, as if it were not there."""
    ines, sam = await world.user("ines"), await world.user("sam")
    place = f"{STATUSES}/{(await post(world, ines))['id']}"
    client = world.client(sam)

    answers = [await client.put(place, json={"status": "Mine"}), await client.delete(place)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await world.anybody.get(place)).json()["content"] == "<p>Gel by every bed.</p>"


async def test_delete_returns_the_source_for_writing_anew(world: World) -> None:
    """With text and without content; then it is gone, and the reply's parent counts one reply less."""
    ines = await world.user("ines")
    parent = await post(world, ines)
    made = await post(world, ines, "Second @ines", in_reply_to_id=parent["id"])
    client = world.client(ines)

    gone = (await client.delete(f"{STATUSES}/{made['id']}")).json()

    assert faults("Status", gone) == []
    assert (gone["text"], "content" in gone) == ("Second @ines", False)
    assert (await client.get(f"{STATUSES}/{made['id']}")).status_code == 404
    assert (await client.get(f"{STATUSES}/{parent['id']}")).json()["replies_count"] == 0


async def test_context_is_in_thread_order_and_hides_what_one_may_not_see(world: World) -> None:
    """Ancestors oldest first, descendants depth first."""
    ines, sam = await world.user("ines"), await world.user("sam")
    root = await post(world, ines, "root")
    one = await post(world, ines, "one", in_reply_to_id=root["id"])
    two = await post(world, ines, "two", in_reply_to_id=root["id"])
    below_one = await post(world, sam, "below one", in_reply_to_id=one["id"])
    await post(world, ines, "hidden", in_reply_to_id=root["id"], visibility="direct")

    whole = (await world.client(sam).get(f"{STATUSES}/{root['id']}/context")).json()
    deep = (await world.anybody.get(f"{STATUSES}/{below_one['id']}/context")).json()

    assert faults("Context", whole) == []
    assert [status["id"] for status in whole["descendants"]] == [one["id"], below_one["id"], two["id"]]
    assert [status["id"] for status in deep["ancestors"]] == [root["id"], one["id"]]


async def test_many_statuses_at_once_are_bounded(world: World) -> None:
    """More than twenty ids are 422."""
    params: dict[str, list[str]] = {"id[]": [str(number) for number in range(1, 22)]}

    status, error = refusal(await world.anybody.get(STATUSES, params=params))

    assert (status, "at most 20" in error) == (422, True)


@pytest.mark.parametrize("strange", ["0", "99999999999999999999", "-1", "1.5", "no", "%00", "1%20"])
async def test_strange_ids_are_404(world: World, strange: str) -> None:
    """Never a 500, whatever an id looks like."""
    ines = await world.user("ines")
    client = world.client(ines)

    codes = {
        (await client.get(f"{STATUSES}/{strange}")).status_code,
        (await client.post(f"{STATUSES}/{strange}/favourite")).status_code,
        (await client.post(f"{STATUSES}/{strange}/unfavourite")).status_code,
        (await client.delete(f"{STATUSES}/{strange}")).status_code,
        (await client.get(f"/api/v1/accounts/{strange}")).status_code,
        (await client.post(f"/api/v1/accounts/{strange}/follow")).status_code,
    }

    assert codes == {404}
