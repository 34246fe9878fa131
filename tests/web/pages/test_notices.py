"""What one is told, as pages show it: questions first, counted until they are read."""

from node.services import following, polling, profiles, reacting
from node.services.polling import NewPoll
from node.services.profiles import ProfileEdit
from tests.web.pages.writing import post


async def test_what_needs_an_answer_stands_first(world, browser, ines, omar):
    """Questions before thanks."""
    status_id = await post(world, ines, "Soft-close bins.")
    await world.db.write(reacting.favourite, omar.id, status_id)
    await post(world, omar, "@ines Which hinge?", reply_to_id=status_id)
    await world.db.write(following.follow, omar.id, ines.id)

    page = await browser.open("/notifications")

    places = [page.main.index(t) for t in ("Needs an answer", "Which hinge?", "Good to know", "thanked you for")]
    assert places == sorted(places)
    assert "follows you now" in page.main


async def test_a_request_to_follow_is_answered_where_it_is_told(world, browser, ines, omar):
    """Yes and no stand beside the question."""
    await world.db.write(profiles.edit_profile, ines.id, ProfileEdit(is_locked=True))
    await world.db.write(following.follow, omar.id, ines.id)
    asked = await browser.open("/notifications")

    answered = await browser.send(asked, f"/notifications/requests/{omar.id}", answer="accept")

    assert "asks to follow you" in asked.main
    assert "They follow you now." in answered.main
    assert "followed by 1" in (await browser.open("/@ines")).main


async def _named_twice(world, ines, omar):
    for number in range(2):
        await post(world, omar, f"@ines {number}")
    client = world.client(ines)
    return client, [one["id"] for one in (await client.get("/api/v1/notifications")).json()]


async def test_bell_counts_until_the_notifications_are_opened(world, browser, ines, omar):
    """On every page; opening them is reading them, for apps too."""
    client, _ = await _named_twice(world, ines, omar)

    pages = [await browser.open(path) for path in ("/home", "/notifications", "/home")]

    bells = [[one.text for one in page.document.all("span") if one.get("class") == "count"] for page in pages]
    unread = (await client.get("/api/v1/notifications/unread_count")).json()
    assert (bells, unread) == ([["2 new", "2 new"], [], []], {"count": 0})


async def test_older_notifications_do_not_move_the_marker_back(world, browser, ines, omar):
    """What was read stays read."""
    client, (newest, _) = await _named_twice(world, ines, omar)

    await browser.open("/notifications")
    await post(world, omar, "@ines 3")
    await browser.open(f"/notifications?max_id={newest}")

    shown = (await client.get("/api/v1/markers", params={"timeline[]": "notifications"})).json()
    assert shown["notifications"]["last_read_id"] == newest


async def test_the_end_of_a_poll_stands_among_the_news(world, browser, ines, omar):
    """For those who asked and those who voted."""
    asked = NewPoll(options=("Leek", "Lentil"), lasts_s=600)
    status_id = await post(world, omar, "Which soup?", poll=asked)
    await world.db.write(polling.vote, ines.id, status_id, [0])
    world.clock.pass_time(minutes=11)
    await world.work()

    page = await browser.open("/notifications")

    assert "asked, and the poll is over:" in page.main
