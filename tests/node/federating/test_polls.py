"""Polls of peers: kept, shown, renewed, and never larger than an answer may be."""

import json
from datetime import timedelta
from typing import Any

import pytest

from node.store import edits, polls
from tests.node.federating.conftest import Ward
from tests.support.peers import Document
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser


def question(ward: Ward, *options: tuple[str, int], several: bool = False, **changes: Any) -> Document:
    """Return the Create of a poll of okapi's."""
    asked = [{"type": "Note", "name": name, "replies": {"totalItems": votes}} for name, votes in options]
    ends = (ward.network.clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"type": "Question", "endTime": ends, "votersCount": sum(votes for _, votes in options)}
    return ward.okapi.create("Which soup?", **said | {"anyOf" if several else "oneOf": asked} | changes)


async def shown(ward: Ward, create: Document) -> dict[str, Any]:
    """Return the poll as asha sees it in her timeline."""
    line = await ward.node.shown(ward.asha, create["object"]["id"])
    assert line is not None
    entity: dict[str, Any] = json.loads(line.json)
    poll: dict[str, Any] = entity["poll"]
    return poll


async def test_a_question_is_kept_with_its_poll(ward: Ward) -> None:
    """The words are content; what can be chosen is the poll."""
    create = question(ward, ("Leek", 4), ("Lentil", 3))

    await ward.takes(create)

    held = await ward.holds(create["object"]["id"])
    assert held.content_html == "<p>Which soup?</p>"
    assert await shown(ward, create) == {
        "id": str(held.id),
        "expires_at": (ward.network.clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "expired": False,
        "multiple": False,
        "votes_count": 7,
        "voters_count": 7,
        "options": [{"title": "Leek", "votes_count": 4}, {"title": "Lentil", "votes_count": 3}],
        "emojis": [],
        "voted": False,
        "own_votes": [],
    }


async def test_a_poll_is_over_when_its_time_has_come(ward: Ward) -> None:
    """Nothing has to arrive for it."""
    create = question(ward, ("Leek", 0), ("Lentil", 0))
    await ward.takes(create)

    ward.network.clock.pass_time(days=2)

    assert (await shown(ward, create))["expired"] is True


async def test_a_tally_changes_the_counts_and_nothing_else(ward: Ward) -> None:
    """It is no edit and nobody is told."""
    create = question(ward, ("Leek", 0), ("Lentil", 0), several=True)
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    await ward.node.boost(ward.asha, post)
    later = question(ward, ("Leek", 5), ("Lentil", 2), several=True)["object"] | {"id": post.uri, "votersCount": 6}

    await ward.takes(ward.okapi.activity("Update", later | {"published": create["object"]["published"]}))

    poll = await shown(ward, create)
    assert [option["votes_count"] for option in poll["options"]] == [5, 2]
    assert (poll["voters_count"], poll["multiple"]) == (6, True)
    assert (await ward.holds(post.uri)).edited_at is None
    assert await ward.node.db.read(edits.of, post.id) == []
    assert await ward.node.count(ward.asha, "update") == 0


async def test_other_options_make_another_poll(ward: Ward) -> None:
    """What was counted for the old question does not count for the new one."""
    create = question(ward, ("Leek", 4), ("Lentil", 3))
    await ward.takes(create)
    changed = question(ward, ("Leek", 0), ("Tomato", 0))["object"] | {"id": create["object"]["id"]}

    await ward.takes(ward.okapi.activity("Update", changed))

    assert [option["title"] for option in (await shown(ward, create))["options"]] == ["Leek", "Tomato"]


async def test_an_edit_that_asks_nothing_takes_the_poll_away(ward: Ward) -> None:
    """The post stays."""
    create = question(ward, ("Leek", 4), ("Lentil", 3))
    await ward.takes(create)
    note = create["object"]
    ward.network.clock.pass_time(minutes=5)
    updated = ward.network.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    plain = {name: note[name] for name in note if name not in ("oneOf", "endTime", "votersCount")}

    await ward.takes(
        ward.okapi.activity("Update", plain | {"type": "Note", "updated": updated, "content": "<p>No</p>"})
    )

    held = await ward.holds(note["id"])
    line = await ward.node.shown(ward.asha, note["id"])
    assert line is not None
    assert json.loads(line.json)["poll"] is None
    assert await ward.node.db.read(polls.of_status, held.id) is None


async def test_a_boosted_poll_is_shown_whole(ward: Ward) -> None:
    """In the boost, as in the post."""
    create = question(ward, ("Leek", 1), ("Lentil", 1))
    await ward.takes(create)
    await ward.node.boost(ward.asha, await ward.holds(create["object"]["id"]))

    boost = next(entity for line in await ward.node.home(ward.asha) if (entity := json.loads(line.json))["reblog"])

    assert boost["poll"] is None
    assert [option["title"] for option in boost["reblog"]["poll"]["options"]] == ["Leek", "Lentil"]


async def test_a_poll_can_be_asked_for_by_its_id(ward: Ward) -> None:
    """By anybody who may see the post; without a token nobody has voted."""
    create = question(ward, ("Leek", 1), ("Lentil", 1))
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    world = ward.node.world

    mine = await world.client(ward.asha).get(f"/api/v1/polls/{post.id}")
    open_to_all = await world.anybody.get(f"/api/v1/polls/{post.id}")
    none = await world.anybody.get("/api/v1/polls/1")

    assert (mine.status_code, open_to_all.status_code, none.status_code) == (200, 200, 404)
    assert mine.json() == open_to_all.json() | {"voted": False, "own_votes": []}


async def test_a_poll_for_followers_is_hidden_from_others(ward: Ward) -> None:
    """The same answer as for one that is not there."""
    create = question(ward, ("Leek", 1), ("Lentil", 1), to=[f"{ward.okapi.uri}/followers"], cc=[])
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])

    answer = await ward.node.world.anybody.get(f"/api/v1/polls/{post.id}")

    assert answer.status_code == 404


async def test_options_are_drawn_with_the_pictures_they_use(ward: Ward) -> None:
    """Of the emojis of the post, those in its options."""
    tags = [
        {"type": "Emoji", "name": f":{name}:", "icon": {"type": "Image", "url": f"https://masto.example/e/{name}.png"}}
        for name in ("leek", "soup")
    ]
    create = question(ward, ("Leek :leek:", 0), ("Lentil", 0), tag=tags, content="<p>Which :soup:?</p>")

    await ward.takes(create)

    assert [one["shortcode"] for one in (await shown(ward, create))["emojis"]] == ["leek"]
    line = await ward.node.shown(ward.asha, create["object"]["id"])
    assert line is not None
    assert [one["shortcode"] for one in json.loads(line.json)["emojis"]] == ["leek", "soup"]


async def test_the_page_of_a_poll_says_how_it_stands(ward: Ward) -> None:
    """Until when one can vote; afterwards with shares of those who did."""
    create = question(ward, ("Leek", 3), ("Lentil", 1))
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    browser = Browser(ward.node.world.client())
    await browser.sign_in(ward.asha.email, PASSWORD)

    before = await browser.open(f"/@okapi@masto.example/{post.id}")
    ward.network.clock.pass_time(days=2)
    after = await browser.open(f"/@okapi@masto.example/{post.id}")

    assert "75 %" not in before.main
    assert "4 people voted so far. Open until" in before.main
    assert "75 % Leek" in " ".join(after.main.split())
    assert "4 people voted. Closed." in after.main


@pytest.mark.parametrize("more", ["", f'"{"ö" * 200}'], ids=["many", "long"])
async def test_S145_an_answer_with_a_huge_poll_stays_small(ward: Ward, more: str) -> None:
    """The poll by itself, the post with it, and the page."""
    create = question(ward, *((f"{number}{more}", 2**31 - 1) for number in range(500)), several=True)
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    client, browser = ward.node.world.client(ward.asha), Browser(ward.node.world.client())
    await browser.sign_in(ward.asha.email, PASSWORD)

    answers = [
        await client.get(f"/api/v1/polls/{post.id}"),
        await client.get(f"/api/v1/statuses/{post.id}"),
    ]
    page = await browser.open(f"/@okapi@masto.example/{post.id}")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert max(len(answer.content) for answer in answers) < 200_000
    assert f"100{more}" in page.main
    assert len(page.response.content) < 200_000
