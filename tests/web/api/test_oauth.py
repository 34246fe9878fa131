"""Apps get tokens: registering, consent, codes, and everything that must not work."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from node.errors import Problem
from node.services import authorising
from node.services.authorising import AuthorizationRequest
from node.store import accounts
from tests.support.world import Person, World

APP = {"client_name": "Ward app", "redirect_uris": "https://app.example/back", "scopes": "read write"}
BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


async def register(world: World, **changes: object) -> dict[str, Any]:
    response = await world.anybody.post("/api/v1/apps", json=APP | changes)
    assert response.status_code == 200, response.text
    registered: dict[str, Any] = response.json()
    return registered


def asking(app: dict[str, Any], **changes: str) -> AuthorizationRequest:
    wanted = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read"}
    return msgspec.convert(wanted | changes, AuthorizationRequest)


async def code_for(world: World, app: dict[str, Any], person: Person, **changes: str) -> str:
    approval = await world.db.write(authorising.approve, person.user_id, "staff", asking(app, **changes))
    return approval.code


def exchange(app: dict[str, Any], code: str, /, **changes: str) -> dict[str, str]:
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return body | {"client_id": app["client_id"], "client_secret": app["client_secret"]} | changes


async def test_code_becomes_a_token_that_acts_for_the_person(world: World) -> None:
    """The whole flow, as an app goes through it."""
    ines = await world.user("ines")
    app = await register(world)
    approval = await world.db.write(authorising.approve, ines.user_id, "staff", asking(app, state="a b&c"))

    assert approval.redirect_url is not None
    came_back = parse_qs(urlsplit(approval.redirect_url).query)
    assert came_back == {"code": [approval.code], "state": ["a b&c"]}
    token = (await world.anybody.post("/oauth/token", data=exchange(app, approval.code))).json()

    assert (token["token_type"], token["scope"], token["created_at"]) == (
        "Bearer",
        "read",
        int(world.clock.now().timestamp()),
    )
    shown = await world.client(token["access_token"]).get("/api/v1/accounts/verify_credentials")
    assert (shown.status_code, shown.json()["username"]) == (200, "ines")


async def test_client_may_prove_itself_by_basic(world: World) -> None:
    """RFC 6749 wants it, and some apps do nothing else."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines)
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}

    response = await world.anybody.post("/oauth/token", data=body, auth=(app["client_id"], app["client_secret"]))

    assert response.status_code == 200, response.text


async def test_code_used_twice_ends_the_token_of_the_first_use(world: World) -> None:
    """Somebody else may have the code: nobody keeps what came of it."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines)
    token = (await world.anybody.post("/oauth/token", data=exchange(app, code))).json()["access_token"]

    again = await world.anybody.post("/oauth/token", data=exchange(app, code))

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    used = await world.client(token).get("/api/v1/accounts/verify_credentials")
    assert (used.status_code, used.json()["error"]) == (401, "The access token was revoked")


async def test_code_runs_out_after_ten_minutes(world: World) -> None:
    """A code that lay around is worth nothing."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines)
    world.clock.pass_time(minutes=10)

    response = await world.anybody.post("/oauth/token", data=exchange(app, code))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_code_of_another_app_or_address_is_refused(world: World) -> None:
    """A code belongs to the app and the address that it was given to."""
    ines = await world.user("ines")
    app, other = await register(world), await register(world)
    code, second = await code_for(world, app, ines), await code_for(world, app, ines)

    stolen = await world.anybody.post("/oauth/token", data=exchange(other, code))
    elsewhere = await world.anybody.post("/oauth/token", data=exchange(app, second, redirect_uri=BACK + "/"))

    assert [stolen.status_code, elsewhere.status_code] == [400, 400]


@pytest.mark.parametrize("verifier", [None, "w" * 43, "short", CHALLENGE])
async def test_pkce_wants_the_right_verifier(world: World, verifier: str | None) -> None:
    """Without the secret that began the flow the code is worth nothing."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines, code_challenge=CHALLENGE, code_challenge_method="S256")
    proof = {} if verifier is None else {"code_verifier": verifier}

    response = await world.anybody.post("/oauth/token", data=exchange(app, code, **proof))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_pkce_with_the_right_verifier_gives_a_token(world: World) -> None:
    """S256 works."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines, code_challenge=CHALLENGE, code_challenge_method="S256")

    response = await world.anybody.post("/oauth/token", data=exchange(app, code, code_verifier=VERIFIER))

    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": BACK + "/"}, "invalid_request"),
        ({"redirect_uri": BACK.upper()}, "invalid_request"),
        ({"redirect_uri": "https://app.example:444/back"}, "invalid_request"),
        ({"redirect_uri": BACK + "#x"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "read admin:write"}, "invalid_scope"),
        ({"scope": "follow"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_wrong_request_is_shown_and_never_redirected(world: World, changes: dict[str, str], code: str) -> None:
    """An address that was not registered byte for byte gets nothing."""
    app = await register(world)

    with pytest.raises(Problem) as refused:
        await world.db.read(authorising.consent, asking(app, **changes))

    assert (refused.value.status, refused.value.code) == (400, code)


async def test_admin_scopes_are_given_by_administrators_only(world: World) -> None:
    """The app may ask; a nurse cannot give it."""
    ines = await world.user("ines")
    app = await register(world, scopes="read admin:read")
    wanted = asking(app, scope="read admin:read")
    code = (await world.db.write(authorising.approve, ines.user_id, "staff", wanted)).code

    token = (await world.anybody.post("/oauth/token", data=exchange(app, code))).json()

    assert token["scope"] == "read"


async def test_refusing_leads_back_with_the_reason(world: World) -> None:
    """The app learns that the person said no."""
    app = await register(world)

    url = await world.db.read(authorising.deny, asking(app, state="s"))

    assert url == f"{BACK}?error=access_denied&state=s"


async def test_app_alone_gets_a_token_without_a_user(world: World) -> None:
    """It works where an app is enough and nowhere else."""
    app = await register(world)
    body = exchange(app, "", grant_type="client_credentials")
    token = (await world.anybody.post("/oauth/token", data=body)).json()

    client = world.client(token["access_token"])
    own, me = await client.get("/api/v1/apps/verify_credentials"), await client.get("/api/v1/preferences")

    assert (token["scope"], own.status_code, own.json()["name"]) == ("read", 200, "Ward app")
    assert "client_secret" not in own.json()
    assert (me.status_code, me.json()["error"]) == (422, "This method requires an authenticated user")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "follow"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, 401, "invalid_client"),
        ({"code": "unknown"}, 400, "invalid_grant"),
    ],
)
async def test_token_endpoint_refuses_in_words_of_oauth(
    world: World, changes: dict[str, str], status: int, error: str
) -> None:
    """Apps read `error` and people `error_description`."""
    app = await register(world)

    response = await world.anybody.post("/oauth/token", data=exchange(app, "", **changes))

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json()["error_description"]


async def test_revoked_token_is_refused(world: World) -> None:
    """Signing out of an app is at once; doing it twice is fine."""
    ines = await world.user("ines")
    app = await register(world)
    code = await code_for(world, app, ines)
    token = (await world.anybody.post("/oauth/token", data=exchange(app, code))).json()["access_token"]
    body = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}

    first, second = (
        await world.anybody.post("/oauth/revoke", data=body),
        await world.anybody.post("/oauth/revoke", data=body),
    )

    assert [(first.status_code, first.json()), (second.status_code, second.json())] == [(200, {})] * 2
    assert (await world.client(token).get("/api/v1/preferences")).status_code == 401


async def test_token_of_another_app_cannot_be_revoked(world: World) -> None:
    """Only the app that has it ends it."""
    ines = await world.user("ines")
    app = await register(world)
    body = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": ines.token}

    response = await world.anybody.post("/oauth/revoke", data=body)

    assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "data:text/html,x"},
        {"redirect_uris": "http://app.example/back"},
        {"redirect_uris": "https://app.example/" + "x" * 2000},
        {"redirect_uris": "https://me@app.example/"},
        {"website": "javascript:alert(1)"},
        {"client_name": ""},
        {"client_name": "x" * 61},
        {"scopes": "read everything"},
    ],
)
async def test_registering_refuses_what_is_dangerous_or_too_long(world: World, changes: dict[str, str]) -> None:
    """The text says which field is wrong."""
    response = await world.anybody.post("/api/v1/apps", data=APP | changes)

    assert (response.status_code, response.json()["error"][:17]) == (422, "Validation failed")


@pytest.mark.parametrize("uris", [["https://a.example/", "rounds-app://back"], "https://a.example/\nrounds-app://back"])
async def test_registering_takes_several_addresses_in_both_forms(world: World, uris: object) -> None:
    """A list, or one text with lines."""
    app = await register(world, redirect_uris=uris, scopes="read read write")

    assert app["redirect_uris"] == ["https://a.example/", "rounds-app://back"]
    assert (app["scopes"], app["client_secret_expires_at"]) == (["read", "write"], 0)


async def test_disabled_login_is_refused_with_its_token(world: World) -> None:
    """The next call after a suspension fails."""
    ines = await world.user("ines")
    await world.db.write(accounts.change, ines.account, is_suspended=True)

    response = await world.client(ines).get("/api/v1/preferences")

    assert (response.status_code, response.json()["error"]) == (403, "Your login is currently disabled")


async def test_userinfo_wants_the_profile_scope_itself(world: World) -> None:
    """`read` is not enough."""
    ines = await world.user("ines")
    reading, profile = await world.token(ines, "read"), await world.token(ines, "profile")

    refused, shown = (
        await world.client(reading).get("/oauth/userinfo"),
        await world.client(profile).get("/oauth/userinfo"),
    )

    assert (refused.status_code, shown.status_code) == (403, 200)
    assert shown.json()["sub"] == "https://ward.example/users/ines"


async def test_discovery_document_names_every_endpoint(world: World) -> None:
    """RFC 8414, under the host's own address."""
    document = (await world.anybody.get("/.well-known/oauth-authorization-server")).json()

    assert document["issuer"] == "https://ward.example/"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "password" not in document["grant_types_supported"]
