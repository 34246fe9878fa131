"""Attacks on how apps get tokens, and on what tokens may do."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

import web
from node.services import authorising, scopes, signing_in
from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.apps import (
    APP,
    BACK,
    CHALLENGE,
    VERIFIER,
    address,
    alone,
    answer_to,
    code_of,
    register,
    signed_in,
    token_of,
    trade,
)
from tests.support.world import World
from web.api.auth import Token

ME = "/api/v1/accounts/verify_credentials"
ELSEWHERE = (
    "https://app.example/bac", "https://app.example/back2", "https://x.app.example/back", "https://app.example.evil.test/back",
    "https://app.example/back/more", "https://app.example:8443/back", f"{BACK}#x", f"{BACK}?x=1", "https://APP.example/back",
    "https://app.example/Back", "http://app.example/back", "https://app.example@evil.test/back", "//app.example/back", "",
)  # fmt: skip


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_S095_only_the_very_address_that_was_registered_is_followed(world: World, back: str) -> None:
    """Whatever is added, left out or spelt otherwise; on the page as in the answer to it."""
    app = await register(world)
    _, browser = await signed_in(world)
    good = await browser.open(address(app))
    form = {name: one for name, one in parse_qs(urlsplit(address(app)).query).items()}

    shown = await browser.client.get(address(app, redirect_uri=back))
    sent = await browser.client.post(
        "/oauth/authorize",
        data={
            **{name: one[0] for name, one in form.items()},
            "redirect_uri": back,
            "answer": "allow",
            "csrf": _csrf(good),
        },
    )

    assert [(one.status_code, "location" in one.headers) for one in (shown, sent)] == [(400, False)] * 2


def _csrf(page: Any) -> str:
    return str(next(box.get("value") for box in page.document.all("input") if box.get("name") == "csrf"))


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "nonsense"},
        {"response_type": ""},
        {"scope": ""},
        {"scope": "nonsense"},
        {"client_id": "nobody"},
        {"response_type": "token", "prompt": "none"},
    ],
)
async def test_S096_a_wrong_request_sends_nobody_to_an_address_of_its_own(
    world: World, changes: dict[str, str]
) -> None:
    """The app is looked at before anything else, and errors are shown here."""
    app = await register(world)
    _, browser = await signed_in(world)

    answer = await browser.client.get(address(app, redirect_uri="https://evil.test", **changes))

    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert "evil.test" not in answer.text


async def test_S097_a_code_that_comes_twice_ends_the_token_of_the_first(world: World) -> None:
    """Somebody else may have it."""
    app = await register(world)
    _, browser = await signed_in(world)
    code = await code_of(browser, address(app))
    first = (await world.anybody.post("/oauth/token", data=trade(app, code))).json()

    second = await world.anybody.post("/oauth/token", data=trade(app, code))

    used = await world.client(first["access_token"]).get(ME)
    assert (second.status_code, second.json()["error"], used.status_code) == (400, "invalid_grant", 401)


async def test_a_code_given_before_the_password_changed_is_worth_nothing_after(world: World) -> None:
    """Whoever was let in by the old password is out, also where the code was not traded yet."""
    app = await register(world)
    _, browser = await signed_in(world)
    code = await code_of(browser, address(app))

    def change(unit: Unit) -> None:
        user_id = unit.conn.scalar(select(tables.grants.c.user_id))
        assert user_id is not None
        signing_in.change_password(unit, user_id, "another hash")

    await world.db.write(change)
    late = await world.anybody.post("/oauth/token", data=trade(app, code))

    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


async def test_S098_a_code_is_worth_nothing_to_another_app_or_from_another_address(world: World) -> None:
    """And nothing to its own app afterwards: a code is used once, whoever did it."""
    app, other = await register(world), await register(world)
    _, browser = await signed_in(world)
    code, second = [await code_of(browser, address(app, force_login="done")) for _ in range(2)]

    stolen = await world.anybody.post("/oauth/token", data=trade(other, code))
    elsewhere = await world.anybody.post("/oauth/token", data=trade(app, second, redirect_uri="https://evil.test"))
    none = await world.anybody.post("/oauth/token", data=trade(app, second, redirect_uri=""))

    assert [one.status_code for one in (stolen, elsewhere, none)] == [400] * 3


@pytest.mark.parametrize("verifier", [None, "w" * 43, VERIFIER[:-1], CHALLENGE, ""])
async def test_S099_without_the_verifier_a_code_with_a_challenge_is_worth_nothing(
    world: World, verifier: str | None
) -> None:
    """Plain is not a method, and what begins without a challenge ends without a verifier."""
    app = await register(world)
    _, browser = await signed_in(world)
    code = await code_of(browser, address(app, code_challenge=CHALLENGE, code_challenge_method="S256"))
    bare = await code_of(browser, address(app, force_login="done"))
    proof = {} if verifier is None else {"code_verifier": verifier}

    answer = await world.anybody.post("/oauth/token", data=trade(app, code, **proof))
    plain = await browser.client.get(address(app, code_challenge=VERIFIER, code_challenge_method="plain"))
    downgraded = await world.anybody.post("/oauth/token", data=trade(app, bare, code_verifier=VERIFIER))

    assert [one.status_code for one in (answer, plain, downgraded)] == [400] * 3


ROWS = [route for area in web.AREAS for route in area if route.path.startswith("/api/")]
BY_STREAM = {"/api/v1/streaming", "/api/v1/streaming/{name:rest}"}  # each stream has scopes of its own (S102)
FOR_ALL = frozenset({  # rows that look at no token: they say or do the same for everybody
    "/api/v1/apps", "/api/v1/custom_emojis", "/api/v1/peers/search", "/api/rounds/v1/openapi.json", "/api/oembed",
    "/api/v1/trends", "/api/v1/trends/tags", "/api/v1/trends/links", "/api/v1/directory", "/api/v1/streaming/health",
    "/api/v1/accounts/{id}/email_subscriptions", "/api/v1/accounts/{id}/featured_tags", "/api/v1/tags/{name}",
})  # fmt: skip


async def test_S100_every_row_declares_its_scopes_and_a_token_without_them_is_refused(world: World) -> None:
    """A row that declares none is named here, or a token of any scope would do."""
    undeclared = {
        route.path
        for route in ROWS
        if not (isinstance(route.access, Token) and route.access.scopes)
        and "/instance" not in route.path
        and not _is_for_any_token(route.access)
    }
    reading = world.client(await world.token(await world.user("ines"), "read:statuses"))
    tried = [
        (
            route.method,
            route.path,
            (await reading.request(route.method, re.sub(r"\{[^}]*\}", "1", route.path))).status_code,
        )
        for route in ROWS
        if route.method not in ("WS", "GET")
        and isinstance(route.access, Token)
        and route.access.scopes
        and not _enough(route.access, "read:statuses")
    ]

    assert undeclared - FOR_ALL - BY_STREAM == set()
    assert len(tried) > 60
    assert [one for one in tried if one[2] != 403] == []


def _enough(access: Token, *held: str) -> bool:
    return any(scopes.covers(held, wanted) for wanted in access.scopes)


def _is_for_any_token(access: object) -> bool:
    """Tell whether a token is wanted, of whatever scope: the row shows what belongs to the token itself."""
    return isinstance(access, Token) and access.who != "anyone"


async def test_S101_an_app_alone_never_acts_as_somebody(world: World) -> None:
    """Whatever its scopes."""
    app = world.client(await world.token(None, *scopes.SUPPORTED))
    asked = [
        await app.get(ME),
        await app.get("/api/v1/timelines/home"),
        await app.get("/api/v1/notifications"),
        await app.post("/api/v1/statuses", data={"status": "x"}),
        await app.get("/oauth/userinfo"),
    ]

    assert {one.status_code for one in asked} <= {401, 422}


@pytest.mark.parametrize("scope", ["write", "read write", "admin:write", "admin:read:accounts", "profile", "follow"])
async def test_S103_an_app_gets_no_scope_that_it_did_not_register_for(world: World, scope: str) -> None:
    """Not on the page, not in the answer to it."""
    app = await register(world, scopes="read")
    _, browser = await signed_in(world, role="admin")

    page = await browser.open(address(app, scope=scope))

    assert (page.status, "location" in page.response.headers) == (400, False)


async def test_S103_who_is_no_moderator_gives_no_scopes_of_moderation(world: World) -> None:
    """They are left out; and a token that has them of somebody who is none any more opens nothing."""
    app = await register(world, scopes="read admin:read admin:write")
    ines, browser = await signed_in(world)
    boss, other = await signed_in(world, "boss", role="admin")
    dropped = await token_of(world, browser, app, scope="read admin:read admin:write")
    full = await token_of(world, other, app, scope="read admin:read admin:write")
    forged = await world.db.write(
        authorising.issue, int(app["id"]), ines.user_id, ("read", "admin:read", "admin:write")
    )
    path = "/api/v1/admin/accounts"

    codes = [
        (await world.client(token).get(path)).status_code
        for token in (dropped["access_token"], full["access_token"], forged.access_token)
    ]
    nothing = await answer_to(browser, await browser.open(address(app, scope="admin:read")), "allow")

    assert (dropped["scope"], full["scope"]) == ("read", "read admin:read admin:write")
    assert (codes, nothing.status_code, boss.id > 0) == ([403, 200, 403], 400, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "data:text/html,<script>alert(1)</script>"},
        {"redirect_uris": "http://app.example/back"},
        {"redirect_uris": "JavaScript:alert(1)"},
        {"redirect_uris": [BACK, "vbscript:x"]},
        {"website": "javascript:alert(1)"},
        {"website": "data:text/html,x"},
        {"client_name": "x" * 1_000_000},
        {"client_name": "x" * 61},
        {"client_name": " "},
    ],
)
async def test_S105_an_app_that_could_harm_is_not_registered(world: World, changes: dict[str, Any]) -> None:
    """By where it leads, by what it says, or by its size."""
    answer = await world.anybody.post("/api/v1/apps", json=APP | changes)

    assert answer.status_code in (413, 422)
    assert (
        await world.anybody.post("/oauth/token", data=alone({"client_id": "", "client_secret": ""}))
    ).status_code == 401
