"""An app asks in Chromium, without script: signing in on the way, allowing, copying a code, denying, and ending it."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import Place
from tests.support.world import PASSWORD

pytestmark = pytest.mark.browser
OUT = "urn:ietf:wg:oauth:2.0:oob"


@pytest.fixture
async def back() -> AsyncIterator[str]:
    """Return the address of an app of this machine that waits for its code."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nback"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/back"
    server.close()
    await server.wait_closed()


async def _app(place: Place, back: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=place.url) as client:
        sent = {"client_name": "Tusk", "redirect_uris": f"{back}\n{OUT}", "scopes": "read write"}
        made: dict[str, str] = (await client.post("/api/v1/apps", data=sent)).json()
    return made


def _address(place: Place, app: dict[str, str], back: str, **more: str) -> str:
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": back, "scope": "read write"}
    return f"{place.url}/oauth/authorize?{urlencode(asked | more)}"


async def _sign_in(page: Page) -> None:
    await page.get_by_label("E-mail or name").fill("ines")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def _trade(place: Place, app: dict[str, str], code: str, back: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=place.url) as client:
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": app["client_id"],
            "client_secret": app["client_secret"],
        }  # fmt: skip
        return await client.post("/oauth/token", data=sent)


async def test_an_app_is_allowed_denied_and_ended_by_hand(place: Place, chromium: Browser, back: str) -> None:
    """The policy of the page lets the form lead to the app and nothing is blocked."""
    await place.world.user("ines", display_name="Ines")
    app = await _app(place, back)
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))

    await page.goto(_address(place, app, back, state="s 1"))
    await _sign_in(page)
    asked = await page.locator("h1").inner_text()
    await page.get_by_role("button", name="Deny").click()
    await page.wait_for_url(f"{back}?**")
    denied = parse_qs(urlsplit(page.url).query)
    await page.goto(_address(place, app, back, state="s 2"))
    await page.get_by_role("button", name="Allow Tusk").click()
    await page.wait_for_url(f"{back}?**code=**")
    allowed = parse_qs(urlsplit(page.url).query)
    token = await _trade(place, app, allowed["code"][0], back)
    await page.goto(_address(place, app, back, state="s 3"))
    again = parse_qs(urlsplit(page.url).query)

    assert asked == "Tusk wants to act for you"
    assert denied == {"error": ["access_denied"], "state": ["s 1"]}
    assert (allowed["state"], token.status_code) == (["s 2"], 200)
    assert (again["state"], "code" in again) == (["s 3"], True)
    await page.goto(f"{place.url}/more")
    await page.get_by_role("link", name="Apps that act for me").click()
    await page.get_by_role("button", name="Sign Tusk out").click()
    await page.get_by_text("Signed out. That app can do nothing for you any more.").wait_for()
    assert "Tusk" not in await page.locator("main").inner_text()
    async with httpx.AsyncClient(base_url=place.url) as client:
        used = await client.get(
            "/api/v1/accounts/verify_credentials",
            headers={"authorization": f"Bearer {token.json()['access_token']}"},
        )
    assert (used.status_code, faults) == (401, [])
    await context.close()


async def test_a_code_is_shown_to_be_copied(place: Place, chromium: Browser) -> None:
    """For a program that has no address."""
    await place.world.user("ines")
    app = await _app(place, "http://127.0.0.1:1/back")
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(_address(place, app, OUT))
    await _sign_in(page)
    await page.get_by_role("button", name="Allow Tusk").click()
    code = await page.locator("code.code").inner_text()

    assert await page.locator("h1").inner_text() == "Copy this code into Tusk"
    assert (await _trade(place, app, code, OUT)).status_code == 200
    await context.close()
