"""Every form of the pages: nothing is changed by what another place, or another person's page, lets a browser send."""

import re
from typing import Final

import httpx
import pytest

from tests.support.world import PASSWORD, World
from tests.web.pages.browser import Browser, fields
from web import pages

OTHERS: Final = (
    "/digest/unsubscribe",  # its address says by a token of its own for whom and what
    "/sign-in",  # shows the form again, with a new token and what was typed
)
POSTS: Final = tuple(sorted({route.path for route in pages.routes if route.method == "POST"} - {*OTHERS}))
GETS: Final = tuple(sorted({route.path for route in pages.routes if route.method == "GET"} - {"/static/{name}"}))
POLICY: Final = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")


def _address(path: str) -> str:
    return re.sub(r"\{[a-z_]+\}", "1", path)


async def _entered(world: World, username: str) -> tuple[httpx.AsyncClient, str]:
    """Return a browser's client that is signed in, and the token of its forms."""
    person = await world.user(username)
    browser = Browser(world.client())
    await browser.sign_in(person.email, PASSWORD)
    return browser.client, fields((await browser.open("/more")).form("/sign-out"))["csrf"]


async def test_S107_no_form_is_taken_without_the_token_of_its_session(world: World) -> None:
    """Without a token, with that of somebody else, from another origin, or as text that a page elsewhere can send."""
    asha, token = await _entered(world, "asha")
    _, other = await _entered(world, "ben")

    taken = []
    for path in POSTS:
        for data, headers in (
            ({}, {}),
            ({"csrf": other}, {}),
            ({"csrf": token}, {"origin": "https://evil.example"}),
            ({"csrf": token}, {"sec-fetch-site": "cross-site"}),
        ):
            answer = await asha.post(
                _address(path), data={"text": "x", **data}, headers={"accept": "text/html", **headers}
            )
            if answer.status_code != 403:
                taken.append((path, data, headers, answer.status_code))
        plain = await asha.post(_address(path), content=f"csrf={token}", headers={"content-type": "text/plain"})
        if plain.status_code not in (403, 415):
            taken.append((path, {}, {}, plain.status_code))

    assert taken == []
    assert (await asha.get("/today")).status_code == 200


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_S120_every_page_has_the_strict_policy(world: World, is_signed_in: bool) -> None:
    """Also what is not there, what was refused and what is shown to anybody."""
    client = (await _entered(world, "asha"))[0] if is_signed_in else world.client()

    loose = []
    for path in (*GETS, "/nowhere", "/@nobody", "/loops/0"):
        answer = await client.get(_address(path), headers={"accept": "text/html"})
        assert answer.status_code < 500, path
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        policy = answer.headers.get("content-security-policy", "")
        is_strict = all(part in policy for part in POLICY) and "unsafe" not in policy
        is_quiet = answer.headers.get("x-content-type-options") == "nosniff" and "referrer-policy" in answer.headers
        if not (is_strict and is_quiet):
            loose.append((path, answer.status_code, policy))

    assert loose == []
