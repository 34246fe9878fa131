"""OAuth, as apps rely on it: what a person is asked, and what goes back to the app."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.behaviours.apps import (
    BACK,
    CHALLENGE,
    OUT,
    VERIFIER,
    address,
    answer_to,
    code_of,
    register,
    signed_in,
    trade,
)
from tests.support.world import PASSWORD, World
from tests.web.pages.browser import Browser, fields


async def test_OAU_011_only_a_code_may_be_asked_for(world: World) -> None:
    """An implicit grant is not given."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app, response_type="token"))

    assert (page.status, "location" in page.response.headers) == (400, False)


async def test_OAU_012_who_is_not_signed_in_signs_in_and_goes_on(world: World) -> None:
    """The request is not lost on the way."""
    app = await register(world)
    await world.user("ines")
    browser = Browser(world.anybody)

    page = await browser.open(address(app, state="s1"))
    after = await browser.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert (page.heading, after.heading) == ("Sign in", "Ward app wants to act for you")
    assert fields(after.form("/oauth/authorize"))["state"] == "s1"


async def test_OAU_013_what_was_allowed_before_is_not_asked_again(world: World) -> None:
    """With the same scopes; more of them are asked for."""
    app = await register(world)
    _, browser = await signed_in(world)
    await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, address(app, scope="read"))))

    again = await browser.client.get(address(app, scope="read", state="s2"))
    more = await browser.open(address(app))

    assert again.status_code == 303
    assert parse_qs(urlsplit(again.headers["location"]).query)["state"] == ["s2"]
    assert more.heading == "Ward app wants to act for you"


async def test_OAU_014_an_app_may_force_the_page_to_appear(world: World) -> None:
    """After the password, because somebody else may sit there now."""
    app = await register(world)
    _, browser = await signed_in(world)
    await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, address(app))))

    page = await browser.open(address(app, force_login="true"))
    after = await browser.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert (page.heading, after.heading) == ("Sign in", "Ward app wants to act for you")


async def test_OAU_015_the_page_is_kept_by_nobody(world: World) -> None:
    """It shows who is signed in."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app))

    assert page.response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("word", ["allow", "deny"])
async def test_OAU_016_the_state_comes_back_unchanged(world: World, word: str) -> None:
    """With the code as with the error."""
    app = await register(world)
    _, browser = await signed_in(world)
    state = "a b&c=%2F+é"

    came = await answer_to(browser, await browser.open(address(app, state=state)), word)

    found = parse_qs(urlsplit(came.headers["location"]).query)
    assert found["state"] == [state]
    assert set(found) == {"state", "code" if word == "allow" else "error"}


async def test_OAU_017_an_address_that_was_not_registered_is_never_followed(world: World) -> None:
    """The fault is shown here."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app, redirect_uri=f"{BACK}/"))

    assert (page.status, "location" in page.response.headers) == (400, False)


async def test_OAU_018_out_of_band_the_code_is_shown_to_be_copied(world: World) -> None:
    """A terminal has no address to go back to; the page of the code shows nothing that is no code."""
    app = await register(world, redirect_uris=OUT)
    _, browser = await signed_in(world)
    page = await browser.open(address(app, redirect_uri=OUT))

    shown = await browser.send(page, "/oauth/authorize", answer="allow")
    code = next(box for box in shown.document.all("code") if box.get("class") == "code").text
    again, odd = (
        await browser.open(f"/oauth/authorize/native?code={code}"),
        await browser.open("/oauth/authorize/native?code=Call+0123"),
    )
    token = await world.anybody.post("/oauth/token", data=trade(app, code, redirect_uri=OUT))

    assert (shown.heading, code in again.main, odd.status) == ("Copy this code into Ward app", True, 400)
    assert token.status_code == 200


async def test_OAU_019_nobody_asks_for_more_than_was_registered(world: World) -> None:
    """A part of it may be asked for."""
    app = await register(world, scopes="read")
    _, browser = await signed_in(world)

    pages = [await browser.open(address(app, scope=scope)) for scope in ("read:statuses", "read write", "nonsense")]

    assert [page.status for page in pages] == [200, 400, 400]


async def test_OAU_020_the_only_method_of_pkce_is_s256(world: World) -> None:
    """Plain is refused, and so is a challenge without a method."""
    app = await register(world)
    _, browser = await signed_in(world)

    pages = [
        await browser.open(address(app, code_challenge=CHALLENGE, **method))
        for method in ({"code_challenge_method": "S256"}, {"code_challenge_method": "plain"}, {})
    ]

    assert [page.status for page in pages] == [200, 400, 400]


async def test_OAU_021_who_sent_a_challenge_must_send_its_verifier(world: World) -> None:
    """None and a wrong one are refused."""
    app = await register(world)
    _, browser = await signed_in(world)
    url = address(app, code_challenge=CHALLENGE, code_challenge_method="S256", force_login="done")

    codes = [
        (await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, url), **proof))).status_code
        for proof in ({}, {"code_verifier": "w" * 43}, {"code_verifier": VERIFIER})
    ]

    assert codes == [400, 400, 200]
