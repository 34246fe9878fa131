"""Signing in and out by hand: sessions, tokens, and what happens to what was typed."""

import pytest

from tests.support.world import PASSWORD, make_world
from tests.web.pages.browser import Browser, fields
from web.pages.cookies import name_of
from web.pages.visits import local_path


async def test_a_person_signs_in_sees_the_rest_and_signs_out(world, guest):
    """The way in and the way out work without script."""
    ines = await world.user("ines", display_name="Ines Halloran")

    await guest.sign_in(ines.email, PASSWORD)
    more = await guest.open("/more")
    after = await guest.send(more, "/sign-out")

    assert (more.status, more.heading) == (200, "More")
    assert "Ines Halloran" in next(more.document.all("header")).parent.text
    assert after.address == "/about"
    assert (await guest.open("/more")).address == "/sign-in?next=%2Fmore"


async def test_the_session_cookie_is_for_the_server_alone(world, guest):
    """No script reads it, no other site's form brings it along, no plain connection carries it."""
    ines = await world.user("ines")
    page = await guest.open("/sign-in")

    data = fields(page.form("/sign-in")) | {"login": ines.email, "password": PASSWORD}
    response = await guest.client.post("/sign-in", data=data)

    cookie = next(c for c in response.headers.get_list("set-cookie") if c.startswith("__Host-rounds_session="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_a_wrong_password_keeps_the_name_and_says_so_first(world, guest):
    """The name need not be typed again, the password is never sent back."""
    ines = await world.user("ines")

    page = await guest.sign_in(ines.email, "not this one")

    assert (page.status, page.title[:7]) == (422, "Error: ")
    assert fields(page.form("/sign-in"))["login"] == ines.email
    assert "not this one" not in page.response.text


async def test_after_signing_in_a_person_is_where_they_wanted_to_be(world, guest):
    """A link from a mail is not lost on the way."""
    ines = await world.user("ines")

    page = await guest.open("/more?x=1")
    after = await guest.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert after.address == "/more?x=1"
    assert ines.id


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/\t/evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_place_after_signing_in(onward):
    """An address that was made up by somebody else leads home."""
    assert local_path(onward) == "/today"


async def test_a_sign_in_without_the_visitors_token_is_refused(world, guest):
    """Nobody can be signed in to somebody else's account from another page."""
    ines = await world.user("ines")

    response = await guest.client.post("/sign-in", data={"login": ines.email, "password": PASSWORD})

    assert response.status_code == 422
    assert "rounds_session" not in str(response.headers)


async def test_a_form_of_another_origin_changes_nothing(world, guest):
    """A page elsewhere cannot sign anybody out."""
    await world.user("ines")
    await guest.sign_in("ines", PASSWORD)
    data = fields((await guest.open("/more")).form("/sign-out"))

    foreign = await guest.client.post("/sign-out", data=data, headers={"origin": "https://evil.example"})
    crossing = await guest.client.post("/sign-out", data=data, headers={"sec-fetch-site": "same-site"})

    assert [foreign.status_code, crossing.status_code] == [403, 403]
    assert (await guest.open("/more")).heading == "More"


async def test_a_form_with_an_old_token_asks_before_it_is_sent_again(world, guest):
    """A tab that was open before signing in again keeps its text."""
    await world.user("ines")
    await guest.sign_in("ines", PASSWORD)

    response = await guest.client.post("/sign-out", data={"csrf": "old", "text": "The drug is\nfar away."})

    assert response.status_code == 403
    assert "The drug is\nfar away." in response.text
    assert (await guest.open("/more")).heading == "More"


async def test_what_was_typed_before_the_session_ended_is_sent_after_signing_in(world, guest):
    """Twenty minutes of typing survive an idle week."""
    await world.user("ines")
    await guest.sign_in("ines", PASSWORD)
    more = await guest.open("/more")
    world.clock.pass_time(days=8)

    asked = await guest.send(more, "/sign-out", text="Beds & <bins>")
    kept = await guest.send(asked, "/sign-in", login="ines", password=PASSWORD)
    done = await guest.send(kept, "/sign-out")

    assert (asked.status, asked.heading) == (403, "Sign in")
    assert fields(kept.form("/sign-out"))["text"] == "Beds & <bins>"
    assert done.address == "/about"


async def test_sessions_on_two_ports_of_one_machine_do_not_meet(sqlite_url, tmp_path):
    """Cookies do not know ports, so the name does."""
    world = await make_world(sqlite_url, tmp_path, host="127.0.0.1:8101")
    await world.close()

    assert name_of(world.site, "session").endswith("rounds_session_8101")


async def test_many_wrong_passwords_are_slowed_down(world, guest):
    """Guessing is bounded, and the page says so."""
    await world.user("ines")

    pages = [await guest.sign_in("ines", f"guess {number}") for number in range(11)]

    assert [page.status for page in pages[-2:]] == [422, 429]
    assert int(pages[-1].response.headers["retry-after"]) > 0


async def test_a_hostile_next_and_name_stay_text(world, guest):
    """What comes back into the page is escaped."""
    page = await guest.open('/sign-in?next=/"><script>alert(1)</script>')

    assert "<script" not in page.response.text
    assert isinstance(guest, Browser)
