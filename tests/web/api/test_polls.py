"""Polls as apps make, see and answer them."""

import json
from typing import Any

import pytest

from node.store import jobs, notifications
from node.store.lines import Page
from node.store.notifications import Wanted
from tests.contract.entities import faults

SOUP: dict[str, Any] = {"status": "Which soup?", "poll": {"options": ["Leek", "Lentil"], "expires_in": 86400}}


@pytest.fixture
async def ines(world):
    """Return a nurse."""
    return await world.user("ines")


@pytest.fixture
async def omar(world):
    """Return a doctor."""
    return await world.user("omar")


async def _ask(world, who, **poll):
    answer = await world.client(who).post("/api/v1/statuses", json=SOUP | {"poll": SOUP["poll"] | poll})
    assert answer.status_code == 200, answer.text
    return answer.json()["poll"]


async def _vote(world, who, poll, *choices):
    return await world.client(who).post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": list(choices)})


async def _told(world, who):
    found = await world.db.read(notifications.page, who.id, Page(), Wanted())
    return [one.kind for one in found]


async def test_a_post_with_a_poll_shows_it(world, ines):
    """As the Poll entity, to its author as one who needs not vote."""
    poll = await _ask(world, ines)

    assert faults("Poll", poll) == []
    assert poll["options"] == [{"title": "Leek", "votes_count": 0}, {"title": "Lentil", "votes_count": 0}]
    assert (poll["multiple"], poll["expired"], poll["voters_count"]) == (False, False, 0)
    assert (poll["voted"], poll["own_votes"]) == (True, [])


async def test_numbers_and_booleans_may_come_as_strings(world, ines, omar):
    """Web apps send them so, in JSON and in forms."""
    sent = {"options": ["07:30", "08:00"], "expires_in": "86400", "multiple": "false", "hide_totals": "0"}
    form = {
        "status": "Huddle?",
        "poll[options][]": ["07:30", "08:00"],
        "poll[expires_in]": "300",
        "poll[multiple]": "1",
    }

    poll = await _ask(world, ines, **sent)
    voted = await world.client(omar).post(f"/api/v1/polls/{poll['id']}/votes", json={"choices": ["1"]})
    by_form = await world.client(ines).post("/api/v1/statuses", data=form)

    assert voted.json()["own_votes"] == [1]
    assert [option["votes_count"] for option in voted.json()["options"]] == [0, 1]
    assert by_form.json()["poll"]["multiple"] is True


@pytest.mark.parametrize(
    ("poll", "field"),
    [
        ({"expires_in": "soon"}, "poll.expires_in"),
        ({"expires_in": 299}, "poll.expires_in"),
        ({"expires_in": 2_629_747}, "poll.expires_in"),
        ({"expires_in": None}, "poll.expires_in"),
        ({"options": ["Leek"]}, "poll.options"),
        ({"options": ["Leek", " "]}, "poll.options"),
        ({"options": ["Leek", "leek "]}, "poll.options"),
        ({"options": [str(number) for number in range(5)]}, "poll.options"),
        ({"options": ["Leek", "x" * 51]}, "poll.options"),
        ({"options": 7}, "poll.options"),
        ({"multiple": "perhaps not", "options": []}, "poll.options"),
    ],
    ids=str,
)
async def test_a_wrong_poll_is_refused_by_its_field(world, ines, poll, field):
    """Nothing is kept, and the limits are those that the instance announces."""
    sent = SOUP | {"poll": SOUP["poll"] | poll}

    answer = await world.client(ines).post("/api/v1/statuses", json=sent)

    assert answer.status_code == 422
    assert answer.json()["details"].keys() == {field}
    limits = (await world.anybody.get("/api/v2/instance")).json()["configuration"]["polls"]
    assert limits == {
        "max_options": 4,
        "max_characters_per_option": 50,
        "min_expiration": 300,
        "max_expiration": 2_629_746,
    }


async def test_a_poll_without_words_is_a_post(world, ines):
    """It says enough."""
    answer = await world.client(ines).post("/api/v1/statuses", json={"poll": SOUP["poll"]})

    assert answer.status_code == 200


async def test_one_votes_once_where_one_choice_is_asked_for(world, ines, omar):
    """Every other try is refused, and the numbers stand."""
    poll = await _ask(world, ines)

    answers = [
        await _vote(world, omar, poll, 0, 1),
        await _vote(world, omar, poll, 7),
        await _vote(world, omar, poll, -1),
        await _vote(world, ines, poll, 0),
        await _vote(world, omar, poll, 1),
        await _vote(world, omar, poll, 1),
        await _vote(world, omar, poll, 0),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 200, 422, 422]
    shown = (await world.client(omar).get(f"/api/v1/polls/{poll['id']}")).json()
    assert (shown["votes_count"], shown["voters_count"], shown["own_votes"]) == (1, 1, [1])


async def test_more_may_be_chosen_later_where_several_are_allowed(world, ines, omar):
    """Each once; who chose twice is one voter."""
    poll = await _ask(world, ines, multiple=True)

    first = await _vote(world, omar, poll, 0)
    same = await _vote(world, omar, poll, 0, 1)
    second = await _vote(world, omar, poll, 1)

    assert [first.status_code, same.status_code, second.status_code] == [200, 422, 200]
    assert second.json()["own_votes"] == [0, 1]
    assert (second.json()["votes_count"], second.json()["voters_count"]) == (2, 1)


async def test_a_vote_without_choices_is_400(world, ines, omar):
    """As Mastodon says."""
    poll = await _ask(world, ines)

    answer = await world.client(omar).post(f"/api/v1/polls/{poll['id']}/votes", json={})

    assert answer.status_code == 400


async def test_a_poll_nobody_else_may_see_takes_no_votes(world, ines, omar):
    """Not found, as if it were not there; neither does a post that asks nothing."""
    hidden = (await world.client(ines).post("/api/v1/statuses", json=SOUP | {"visibility": "direct"})).json()
    plain = (await world.client(ines).post("/api/v1/statuses", json={"status": "No question"})).json()

    answers = [await _vote(world, omar, hidden["poll"], 0), await _vote(world, omar, plain, 0)]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_totals_stay_hidden_until_the_end(world, ines, omar):
    """How many voted is told, not for what."""
    poll = await _ask(world, ines, hide_totals=True)
    await _vote(world, omar, poll, 0)

    before = (await world.anybody.get(f"/api/v1/polls/{poll['id']}")).json()
    world.clock.pass_time(days=2)
    after = (await world.anybody.get(f"/api/v1/polls/{poll['id']}")).json()

    assert [option["votes_count"] for option in before["options"]] == [None, None]
    assert (before["votes_count"], before["voters_count"]) == (1, 1)
    assert [option["votes_count"] for option in after["options"]] == [1, 0]


async def test_the_end_is_told_to_the_author_and_to_those_who_voted(world, ines, omar):
    """Once, when the time has come; then nobody can vote."""
    una = await world.user("una")
    poll = await _ask(world, ines)
    await _vote(world, omar, poll, 0)
    world.clock.pass_time(hours=23)
    await world.work()
    early = await _told(world, ines)

    world.clock.pass_time(hours=2)
    await world.work()
    await world.work()
    late = await _vote(world, una, poll, 1)

    assert early == []
    assert [await _told(world, who) for who in (ines, omar, una)] == [["poll"], ["poll"], []]
    assert late.status_code == 422
    assert (await world.client(una).get(f"/api/v1/polls/{poll['id']}")).json()["expired"] is True


async def test_an_edit_keeps_votes_for_the_same_question_alone(world, ines, omar):
    """Other options begin anew; without a poll there is none any more."""
    poll = await _ask(world, ines)
    await _vote(world, omar, poll, 0)
    world.clock.pass_time(minutes=10)
    client = world.client(ines)
    path = f"/api/v1/statuses/{poll['id']}"

    words = await client.put(path, json=SOUP | {"status": "Which soup today?"})
    other = await client.put(path, json=SOUP | {"poll": {"options": ["Leek", "Tomato"], "expires_in": 600}})
    none = await client.put(path, json={"status": "Soup is off"})

    assert words.json()["poll"]["votes_count"] == 1
    assert words.json()["poll"]["expires_at"] == poll["expires_at"]
    assert (other.json()["poll"]["votes_count"], other.json()["poll"]["voters_count"]) == (0, 0)
    assert none.json()["poll"] is None
    assert (await client.get(f"/api/v1/polls/{poll['id']}")).status_code == 404


async def test_an_edit_that_changes_nothing_is_none(world, ines):
    """Apps send the whole poll again."""
    poll = await _ask(world, ines)
    world.clock.pass_time(minutes=10)

    same = await world.client(ines).put(f"/api/v1/statuses/{poll['id']}", json=SOUP)

    assert same.json()["edited_at"] is None


async def test_a_poll_that_is_gone_ends_in_silence(world, ines):
    """The job finds nothing to do."""
    poll = await _ask(world, ines)
    await world.client(ines).delete(f"/api/v1/statuses/{poll['id']}")

    world.clock.pass_time(days=2)
    await world.work()

    assert await world.db.read(jobs.next_due_at) is None
    assert await _told(world, ines) == []


async def test_a_poll_in_a_timeline_is_the_readers_own(world, ines, omar):
    """Each sees what they chose; nobody in particular sees no choice."""
    poll = await _ask(world, ines)
    await _vote(world, omar, poll, 1)

    [mine] = (await world.client(omar).get("/api/v1/timelines/public")).json()
    [anybodys] = (await world.anybody.get("/api/v1/timelines/public")).json()

    assert faults("Status", mine) == []
    assert (mine["poll"]["voted"], mine["poll"]["own_votes"]) == (True, [1])
    assert "voted" not in json.dumps(anybodys["poll"])
