"""An app asks; a person says yes or no."""

from urllib.parse import urlencode

import pytest

from node.services import registering
from node.services.registering import OUT_OF_BAND, Registration
from tests.support.world import PASSWORD
from tests.web.pages.browser import fields, query_of

BACK = "https://tusk.example/back"


@pytest.fixture
async def ask(world, guest):
    """Return the address that an app opens, with Ines signed in."""
    await world.user("ines")
    await guest.sign_in("ines", PASSWORD)
    wanted = Registration(
        "Tusk <b>", (BACK, OUT_OF_BAND, "tusk://in"), ("read", "write", "admin:read"), "https://tusk.example"
    )
    app = (await world.db.write(registering.register, wanted)).app

    def address(redirect: str = BACK, scope: str = "read write", **more: str) -> str:
        asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": redirect, "scope": scope}
        return f"/oauth/authorize?{urlencode(asked | more)}"

    return address


async def _answer(guest, page, word):
    data = fields(page.form("/oauth/authorize")) | {"answer": word}
    return await guest.client.post("/oauth/authorize", data=data)


async def test_allowing_sends_a_code_and_the_state_to_the_app(guest, ask):
    """The app gets what it needs and nothing else."""
    page = await guest.open(ask(state="a b&c"))

    response = await _answer(guest, page, "allow")

    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{BACK}?")
    assert set(query_of(response.headers["location"])) == {"code", "state"}
    assert query_of(response.headers["location"])["state"] == "a b&c"


async def test_denying_tells_the_app_no(guest, ask):
    """A refusal is an answer, too."""
    page = await guest.open(ask())

    response = await _answer(guest, page, "deny")

    assert query_of(response.headers["location"]) == {"error": "access_denied"}


async def test_out_of_band_shows_the_code(guest, ask):
    """A terminal has no address to go back to."""
    page = await guest.open(ask(OUT_OF_BAND))

    shown = await guest.send(page, "/oauth/authorize", answer="allow")

    assert (shown.status, shown.heading) == (200, "Copy this code into Tusk <b>")
    assert len(next(box for box in shown.document.all("code") if box.get("class") == "code").text) >= 32


async def test_rights_are_said_in_words_and_administration_is_not_given_by_staff(guest, ask):
    """What is not given is not shown as if it were."""
    page = await guest.open(ask(scope="read write admin:read"))

    rights = next(box for box in page.document.all("ul") if box.get("class") == "rights").text

    assert "read everything you can see" in rights
    assert "administrator" not in rights


@pytest.mark.parametrize(
    ("redirect", "source"), [(BACK, "https://tusk.example"), ("tusk://in", "tusk:"), (OUT_OF_BAND, "")]
)
async def test_the_policy_lets_the_form_lead_to_the_app_and_nowhere_else(guest, ask, redirect, source):
    """Browsers check where a form's answer redirects to."""
    page = await guest.open(ask(redirect))

    directives = page.response.headers["content-security-policy"].split("; ")

    assert next(d for d in directives if d.startswith("form-action")) == f"form-action 'self' {source}".strip()


async def test_an_app_that_asks_wrongly_gets_no_redirect(guest, ask):
    """An address that was not registered is never followed."""
    page = await guest.open(ask("https://evil.example/"))

    assert (page.status, page.heading) == (400, "This cannot be read")
    assert "evil.example" not in page.response.text


async def test_forcing_a_login_asks_for_the_password_again(guest, ask):
    """An app on a shared machine may want to be sure."""
    page = await guest.open(ask(force_login="true"))
    after = await guest.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert page.heading == "Sign in"
    assert after.heading == "Tusk <b> wants to act for you"


async def test_without_a_session_the_question_waits_until_after_signing_in(world, guest, ask):
    """The request survives the way over the sign-in page."""
    guest.client.cookies.clear()

    page = await guest.open(ask(state="s1"))
    after = await guest.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert after.heading == "Tusk <b> wants to act for you"
    assert fields(after.form("/oauth/authorize"))["state"] == "s1"
