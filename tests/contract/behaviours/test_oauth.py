"""OAuth, as apps rely on it: how an app registers, where everything is, and when an app is forgotten."""

import pytest

from tests.contract.behaviours.apps import APP, BACK, OUT, alone, register
from tests.contract.entities import faults
from tests.support.world import World


async def test_OAU_001_anybody_registers_an_app(world: World) -> None:
    """And learns its id and secret, once."""
    made = await register(world)

    assert faults("CredentialApplication", made) == []
    assert made["client_id"]
    assert made["client_secret"]


async def test_OAU_002_an_app_that_names_no_scope_gets_read(world: World) -> None:
    """The least that is useful."""
    assert (await register(world, scopes=""))["scopes"] == ["read"]


async def test_OAU_003_an_unknown_scope_is_refused(world: World) -> None:
    """With a sentence that names it."""
    answer = await world.anybody.post("/api/v1/apps", json=APP | {"scopes": "read everything"})

    assert answer.status_code == 422
    assert "everything" in answer.json()["error"]


async def test_OAU_004_a_scope_named_twice_is_kept_once(world: World) -> None:
    """In the order of the first."""
    assert (await register(world, scopes="write read write"))["scopes"] == ["write", "read"]


@pytest.mark.parametrize("sent", [f"{BACK}\n{OUT}", [BACK, OUT]])
async def test_OAU_005_addresses_come_as_lines_or_as_a_list(world: World, sent: object) -> None:
    """Both are kept as a list, and shown as lines, too."""
    made = await register(world, redirect_uris=sent)

    assert (made["redirect_uris"], made["redirect_uri"]) == ([BACK, OUT], f"{BACK}\n{OUT}")


@pytest.mark.parametrize("sent", ["", " \n ", [], [""]])
async def test_OAU_006_an_app_without_an_address_is_refused(world: World, sent: object) -> None:
    """In any form."""
    answer = await world.anybody.post("/api/v1/apps", json=APP | {"redirect_uris": sent})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"client_name": "x" * 61},
        {"website": f"https://app.example/{'x' * 2000}"},
        {"redirect_uris": f"https://app.example/{'x' * 2000}"},
    ],
)
async def test_OAU_007_what_is_too_long_is_refused(world: World, changes: dict[str, str]) -> None:
    """A name over 60, an address over 2000."""
    assert (await world.anybody.post("/api/v1/apps", json=APP | changes)).status_code == 422


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        ("javascript:alert(1)", 422),
        ("data:text/html,x", 422),
        ("vbscript:x", 422),
        ("wardapp://back", 200),
        ("com.ward.app:/back", 200),
        ("http://localhost:1234/", 200),
    ],
)
async def test_OAU_008_dangerous_schemes_are_refused_and_apps_own_are_not(world: World, uri: str, status: int) -> None:
    """A phone's app is called by a scheme of its own."""
    answer = await world.anybody.post("/api/v1/apps", json=APP | {"redirect_uris": uri})

    assert answer.status_code == status


async def test_OAU_009_a_secret_never_expires(world: World) -> None:
    """Zero says so."""
    assert (await register(world))["client_secret_expires_at"] == 0


async def test_OAU_010_every_good_token_shows_its_app_without_secrets(world: World) -> None:
    """An app's own, a person's, and whatever its scope."""
    ines = await world.user("ines")
    tokens = [await world.token(None, "read"), await world.token(ines, "profile"), await world.token(ines, "push")]

    answers = [await world.client(token).get("/api/v1/apps/verify_credentials") for token in tokens]

    assert [(answer.status_code, faults("Application", answer.json())) for answer in answers] == [(200, [])] * 3
    assert all("client_secret" not in answer.json() and "client_id" not in answer.json() for answer in answers)


async def test_OAU_035_the_metadata_say_where_everything_is(world: World) -> None:
    """RFC 8414, and where apps register."""
    answer = await world.anybody.get("/.well-known/oauth-authorization-server")

    found = answer.json()
    assert faults("OAuth::ServerMetadata", found) == []
    assert (found["issuer"], found["app_registration_endpoint"]) == (
        "https://ward.example/",
        "https://ward.example/api/v1/apps",
    )
    assert found["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert {"profile", "read", "write:statuses", "push"} <= set(found["scopes_supported"])


async def test_OAU_040_apps_are_managed_on_no_page(world: World) -> None:
    """Each address of such a page answers 403."""
    answers = [await world.anybody.get(f"/oauth/applications{path}") for path in ("", "/new", "/1", "/1/edit")]

    assert [answer.status_code for answer in answers] == [403] * 4


async def test_an_app_without_tokens_is_swept_after_a_week(world: World) -> None:
    """One that is used stays, and so does one that is on its way."""
    from node.services import authorising

    unused, used = await register(world), await register(world)
    await world.anybody.post("/oauth/token", data=alone(used))
    world.clock.pass_time(days=8)
    fresh = await register(world)

    gone = await world.db.write(authorising.sweep)

    known = [(await world.anybody.post("/oauth/token", data=alone(one))).status_code for one in (unused, used, fresh)]
    assert (gone, known) == (1, [401, 200, 200])
