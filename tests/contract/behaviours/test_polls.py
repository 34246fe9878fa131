"""What apps rely on about polls; each test is named by the behaviour it shows."""

from typing import Any

import httpx
import pytest

from federation.loose import PUBLIC
from node.entities.instance import MAX_OPTION_CHARS, MAX_OPTIONS, MAX_POLL_S, MIN_POLL_S
from tests.contract.behaviours.posts import Json, post, refused
from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import Person, World

HUDDLE = {"options": ["07:30", "08:00"], "expires_in": 3600}


async def vote(world: World, who: Person, poll: Json, *choices: Any) -> httpx.Response:
    """Vote and return the answer."""
    return await world.client(who).post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": list(choices)})


async def asked(world: World, who: Person, **more: Any) -> Json:
    """Ask and return the Poll."""
    poll: Json = (await post(world, who, "Huddle?", poll=HUDDLE | more))["poll"]
    assert faults("Poll", poll) == []
    return poll


@pytest.mark.parametrize(
    "options",
    [
        ["one"],
        [],
        ["one", "  "],
        ["one", "one"],
        ["one", " ONE "],
        [str(n) for n in range(MAX_OPTIONS + 1)],
        ["one", "x" * (MAX_OPTION_CHARS + 1)],
    ],
)
async def test_POL_001_a_poll_needs_several_distinct_short_options(world: World, options: list[str]) -> None:
    """Too few, empty, equal, too many and too long ones are 422."""
    ines = await world.user("ines")

    assert await refused(world, ines, poll=HUDDLE | {"options": options}) == 422


@pytest.mark.parametrize(
    ("lasts", "answered"),
    [(MIN_POLL_S - 1, 422), (MIN_POLL_S, 200), (MAX_POLL_S, 200), (MAX_POLL_S + 1, 422), ("soon", 422), (None, 422)],
)
async def test_POL_002_a_poll_lasts_five_minutes_to_a_month(world: World, lasts: Any, answered: int) -> None:
    """The error names the field."""
    client = world.client(await world.user("ines"))

    answer = await client.post("/api/v1/statuses", json={"status": "Huddle?", "poll": HUDDLE | {"expires_in": lasts}})

    assert answer.status_code == answered
    assert answered == 200 or "poll.expires_in" in answer.json()["details"]


async def test_B11_numbers_and_booleans_may_come_as_strings(world: World) -> None:
    """Web apps send them so."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = await asked(world, ines, expires_in="86400", multiple="false", hide_totals="0")

    voted = await vote(world, ben, poll, "1")

    assert (poll["expires_at"], poll["multiple"]) == ("2026-11-26T09:00:00.000Z", False)
    assert (voted.status_code, [one["votes_count"] for one in voted.json()["options"]]) == (200, [0, 1])


async def test_POL_003_voting_takes_indexes_and_needs_some(world: World) -> None:
    """In JSON and in a form alike."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = await asked(world, ines, multiple=True)
    path = f"/api/v1/polls/{poll['id']}/votes"

    bare = await world.client(ben).post(path, json={})
    form = await world.client(ben).post(path, data={"choices[]": ["0", "1"]})

    assert (bare.status_code, form.status_code) == (400, 200)
    assert faults("Poll", form.json()) == []
    assert (form.json()["own_votes"], form.json()["voters_count"]) == ([0, 1], 1)


async def test_POL_004_voting_twice_on_a_single_choice_is_refused(world: World) -> None:
    """The same choice, another one, or two at once."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    poll = await asked(world, ines)

    answers = [await vote(world, ben, poll, 0), await vote(world, ben, poll, 0), await vote(world, ben, poll, 1)]

    assert [one.status_code for one in answers] == [200, 422, 422]
    assert (await vote(world, omar, poll, 0, 1)).status_code == 422


async def test_POL_005_another_option_may_be_added_on_multiple_choice(world: World) -> None:
    """The same one not twice."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = await asked(world, ines, multiple=True)

    answers = [await vote(world, ben, poll, 0), await vote(world, ben, poll, 1), await vote(world, ben, poll, 1)]

    assert [one.status_code for one in answers] == [200, 200, 422]


async def test_POL_006_expired_unknown_and_own_are_refused(world: World) -> None:
    """Nothing is counted."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = await asked(world, ines)

    unknown, own = await vote(world, ben, poll, 2), await vote(world, ines, poll, 0)
    world.clock.pass_time(hours=1)
    late = await vote(world, ben, poll, 0)

    assert [one.status_code for one in (unknown, own, late)] == [422] * 3
    assert (await world.client(ben).get(f"/api/v1/polls/{poll['id']}")).json()["votes_count"] == 0


async def test_POL_007_hidden_totals_are_null_until_the_end(world: World) -> None:
    """For its author too."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = await asked(world, ines, hide_totals=True)
    await vote(world, ben, poll, 0)

    before = (await world.client(ines).get(f"/api/v1/polls/{poll['id']}")).json()
    world.clock.pass_time(hours=1)
    after = (await world.client(ines).get(f"/api/v1/polls/{poll['id']}")).json()

    assert [[one["votes_count"] for one in poll["options"]] for poll in (before, after)] == [[None, None], [1, 0]]


async def test_POL_008_voted_is_true_for_the_author(world: World) -> None:
    """Who may not vote."""
    poll = await asked(world, await world.user("ines"))

    assert (poll["voted"], poll["own_votes"]) == (True, [])


async def test_POL_009_voted_and_own_votes_need_a_user(world: World) -> None:
    """Without a token they are not there."""
    poll = await asked(world, await world.user("ines"))

    shown = (await world.anybody.get(f"/api/v1/polls/{poll['id']}")).json()

    assert faults("Poll", shown) == []
    assert not {"voted", "own_votes"} & shown.keys()


async def test_POL_010_a_poll_of_a_private_status_is_404_to_outsiders(world: World) -> None:
    """To see and to vote; nobody's id is 404 as well."""
    ines, ben = await world.user("ines"), await world.user("ben")
    poll = (await post(world, ines, "Huddle?", poll=HUDDLE, visibility="private"))["poll"]

    answers = [await world.client(ben).get(f"/api/v1/polls/{one}") for one in (poll["id"], "99")]
    voted = await vote(world, ben, poll, 0)

    assert [one.status_code for one in (*answers, voted)] == [404] * 3
    assert answers[0].content == answers[1].content


async def test_POL_011_a_stale_remote_poll_is_asked_for_anew(network: Network) -> None:
    """Whoever looks next sees what its server counted."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    peer = network.peer("masto.example")
    okapi = peer.actor("okapi")

    def question(votes: int) -> Json:
        one_of = [
            {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}} for name in "ab"
        ]
        return {"type": "Question", "oneOf": one_of, "endTime": "2026-12-25T09:00:00Z"}

    create = okapi.create("Huddle?", to=[PUBLIC, asha.account.uri], **question(0))
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None
    peer.publish(create["object"] | question(3))
    network.clock.pass_time(hours=1)
    client = ward.world.client(asha)

    before = (await client.get(f"/api/v1/polls/{held.id}")).json()
    await network.settle()
    after = (await client.get(f"/api/v1/polls/{held.id}")).json()

    assert [one["votes_count"] for one in (before, after)] == [0, 6]
