"""The edge of the node: what every answer carries, what an app may register, what names may hold."""

from typing import Any

import pytest

from tests.support.world import PASSWORD, World
from tests.web.pages.browser import Browser, fields, origin


@pytest.mark.parametrize("path", ["/about", "/api/v1/instance", "/nowhere", "/.well-known/host-meta", "/static/x"])
async def test_a_node_behind_https_is_reached_by_https_alone(world: World, path: str) -> None:
    """A browser that was here once does not try plain http again."""
    answer = await world.anybody.get(path)

    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": "https://app.example;sandbox/"},
        {"redirect_uris": "https://evil.example\\.app.example/"},
        {"redirect_uris": "https://b\u00fccher.example/"},
        {"redirect_uris": "https://app.example:port/"},
        {"redirect_uris": "view-source:https://app.example/"},
        {"client_name": "App\u202egnissob"},
        {"client_name": "App\nAllowed by your hospital"},
    ],
)
async def test_an_app_that_could_mislead_is_not_registered(world: World, changes: dict[str, Any]) -> None:
    """Its address stands in a content policy and its name on the consent page."""
    sent = {"client_name": "App", "redirect_uris": "https://app.example/back", "scopes": "read"} | changes

    answer = await world.anybody.post("/api/v1/apps", json=sent)

    assert answer.status_code == 422


async def test_a_shown_name_is_one_line_without_tricks(world: World) -> None:
    """A name that turns the direction of text, or has lines, could pass for something of ours."""
    client = world.client(await world.user("ines"))

    answer = await client.patch(
        "/api/v1/accounts/update_credentials", json={"display_name": "Ines\u202e\nChief of surgery\u200b"}
    )

    shown = answer.json()["display_name"]
    assert shown.isprintable()
    assert shown.startswith("Ines")


async def test_kept_fields_that_no_page_of_ours_sends_are_dropped(world: World) -> None:
    """What was typed comes back from the browser, which may send anything."""
    await world.user("ines")
    browser = Browser(world.anybody)
    page = await browser.open("/sign-in?next=/record")
    data = fields(page.form("/sign-in")) | {
        "login": "ines",
        "password": PASSWORD,
        "kept": "&".join(f"a{number}=1" for number in range(300)),
    }

    answer = await browser.client.post("/sign-in", data=data, headers={"origin": origin(browser.client)})

    assert answer.status_code < 500
