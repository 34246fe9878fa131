"""What tests about apps and their tokens do over and over: register, ask, consent, trade a code."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.support.world import PASSWORD, Person, World
from tests.web.pages.browser import Browser, Seen, fields

BACK = "https://app.example/back"
OUT = "urn:ietf:wg:oauth:2.0:oob"
APP = {"client_name": "Ward app", "redirect_uris": BACK, "scopes": "read write"}
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ME = "/api/v1/accounts/verify_credentials"


async def register(world: World, **changes: object) -> dict[str, Any]:
    """Register an app and return what it learns."""
    answer = await world.anybody.post("/api/v1/apps", json=APP | changes)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def address(app: dict[str, Any], **changes: str) -> str:
    """Return the address that an app opens for a person."""
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read write"}
    return f"/oauth/authorize?{urlencode(asked | changes)}"


async def signed_in(world: World, name: str = "ines", **more: str) -> tuple[Person, Browser]:
    """Return somebody with a browser in which they are signed in."""
    person, browser = await world.user(name, **more), Browser(world.anybody)
    await browser.sign_in(name, PASSWORD)
    return person, browser


async def answer_to(browser: Browser, page: Seen, word: str) -> httpx.Response:
    """Say yes or no on the consent page."""
    return await browser.client.post("/oauth/authorize", data=fields(page.form("/oauth/authorize")) | {"answer": word})


async def code_of(browser: Browser, url: str) -> str:
    """Allow what an app asks for and return the code it gets."""
    came = await answer_to(browser, await browser.open(url), "allow")
    return parse_qs(urlsplit(came.headers["location"]).query)["code"][0]


def trade(app: dict[str, Any], code: str, **changes: str) -> dict[str, str]:
    """Return what an app sends to turn a code into a token."""
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return sent | {"client_id": app["client_id"], "client_secret": app["client_secret"]} | changes


async def token_of(world: World, browser: Browser, app: dict[str, Any], **changes: str) -> dict[str, Any]:
    """Go the whole way and return the Token."""
    answer = await world.anybody.post(
        "/oauth/token", data=trade(app, await code_of(browser, address(app, force_login="done", **changes)))
    )
    assert answer.status_code == 200, answer.text
    token: dict[str, Any] = answer.json()
    return token


def alone(app: dict[str, Any], **more: str) -> dict[str, str]:
    """Return how an app asks for a token of its own."""
    secrets = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    return {"grant_type": "client_credentials"} | secrets | more
