"""How the API refuses, in the words and numbers that apps know."""

from typing import Any

import pytest
from sqlalchemy import update

from federation.reasons import PeerError, Reason
from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.apps import APP, alone, register
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_media import picture

HOME = "/api/v1/timelines/home"
OUTSIDE = "This action is outside the authorized scopes"


async def test_ERR_001_without_a_good_token_it_is_401_with_words(world: World) -> None:
    """None, and one that was never given."""
    answers = [await one.get("/api/v1/bookmarks") for one in (world.anybody, world.client("x" * 43))]

    assert [(one.status_code, one.json()["error"]) for one in answers] == [(401, "The access token is invalid")] * 2


async def test_ERR_002_a_revoked_token_hears_that_it_was_revoked(world: World) -> None:
    """So that an app knows to ask its person again."""
    app = await register(world)
    token = (await world.anybody.post("/oauth/token", data=alone(app))).json()["access_token"]
    await world.anybody.post("/oauth/revoke", data=alone(app) | {"token": token})

    answer = await world.client(token).get("/api/v1/apps/verify_credentials")

    assert (answer.status_code, answer.json()["error"]) == (401, "The access token was revoked")


async def test_ERR_003_a_scope_that_is_missing_is_403_and_named_as_the_cause(world: World) -> None:
    """In Mastodon's words, which apps compare."""
    token = await world.token(await world.user("ines"), "write")

    answer = await world.client(token).get(HOME)

    assert (answer.status_code, answer.json()["error"]) == (403, OUTSIDE)


async def test_ERR_004_a_token_without_read_reads_nothing_even_where_none_is_needed(world: World) -> None:
    """Who shows a token is bound by it."""
    ines = await world.user("ines")
    path = f"/api/v1/accounts/{ines.id}"

    answers = [await one.get(path) for one in (world.anybody, world.client(await world.token(ines, "write")))]

    assert [one.status_code for one in answers] == [200, 403]


async def test_ERR_005_an_app_alone_is_422_where_a_person_is_needed(world: World) -> None:
    """It acts for nobody."""
    answer = await world.client(await world.token(None, "read")).get(HOME)

    assert (answer.status_code, answer.json()["error"]) == (422, "This method requires an authenticated user")


def _set(unit: Unit, /, person: Person, **values: Any) -> None:
    unit.conn.execute(update(tables.users).where(tables.users.c.id == person.user_id).values(**values))


async def test_ERR_006_an_address_that_is_not_confirmed_is_403(world: World) -> None:
    """Once it is, the token is good."""
    ines = await world.user("ines")
    await world.db.write(_set, ines, confirmed_at=None)

    answer = await world.client(ines).get(HOME)

    assert (answer.status_code, "confirmed e-mail address" in answer.json()["error"]) == (403, True)


async def test_ERR_007_who_waits_for_a_moderator_is_403(world: World) -> None:
    """The app itself may still be shown."""
    ines = await world.user("ines")
    await world.db.write(_set, ines, approved_at=None)

    answer = await world.client(ines).get(HOME)
    app = await world.client(ines).get("/api/v1/apps/verify_credentials")

    assert (answer.status_code, "pending approval" in answer.json()["error"], app.status_code) == (403, True, 200)


async def test_ERR_008_a_disabled_or_suspended_person_is_403(world: World) -> None:
    """And hears that the login is disabled."""
    ines, omar = await world.user("ines"), await world.user("omar")

    def suspend(unit: Unit) -> None:
        unit.conn.execute(update(tables.accounts).where(tables.accounts.c.id == omar.id).values(is_suspended=True))

    await world.db.write(_set, ines, disabled_at=world.clock.now())
    await world.db.write(suspend)

    answers = [await world.client(one).get(HOME) for one in (ines, omar)]

    assert [(one.status_code, one.json()["error"]) for one in answers] == [
        (403, "Your login is currently disabled")
    ] * 2


@pytest.mark.parametrize("path", ["statuses/1", "accounts/1", "lists/1", "filters/1", "media/1", "polls/1"])
async def test_ERR_009_what_does_not_exist_is_404(world: World, path: str) -> None:
    """Record not found."""
    answer = await world.client(await world.user("ines")).get(f"/api/v1/{path}")

    assert (answer.status_code, answer.json()["error"]) == (404, "Record not found")


async def test_ERR_010_a_post_that_one_may_not_see_is_404(world: World) -> None:
    """As if it did not exist: to read, to favourite, to boost, to answer."""
    ines, omar = world.client(await world.user("ines")), world.client(await world.user("omar"))
    made = (await ines.post("/api/v1/statuses", data={"status": "Mine", "visibility": "direct"})).json()["id"]
    base = f"/api/v1/statuses/{made}"

    codes = [
        (await omar.get(base)).status_code,
        (await omar.get(f"{base}/context")).status_code,
        (await omar.post(f"{base}/favourite")).status_code,
        (await omar.post(f"{base}/reblog")).status_code,
        (await omar.delete(base)).status_code,
        (await world.anybody.get(base)).status_code,
    ]

    assert set(codes) == {404}


async def test_ERR_011_what_belongs_to_somebody_else_is_404(world: World) -> None:
    """A list, a filter, a file."""
    ines, omar = world.client(await world.user("ines")), world.client(await world.user("omar"))
    made = {
        "lists": await ines.post("/api/v1/lists", data={"title": "Ward"}),
        "media": await ines.post("/api/v2/media", files={"file": ("a.png", picture("PNG"), "image/png")}),
    }

    codes = [(await omar.get(f"/api/v1/{kind}/{one.json()['id']}")).status_code for kind, one in made.items()]
    filtered = await ines.post("/api/v2/filters", json={"title": "Noise", "context": ["home"]})

    assert [one.status_code for one in made.values()] == [200, 200]
    assert codes == [404, 404]
    assert (await omar.get(f"/api/v2/filters/{filtered.json()['id']}")).status_code == 404


async def test_ERR_012_what_is_wrong_with_a_value_is_422_and_said(world: World) -> None:
    """Beginning with the words that apps cut off."""
    answer = await world.client(await world.user("ines")).post("/api/v1/statuses", data={"status": ""})

    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed: ")


async def test_ERR_015_a_missing_parameter_is_400_where_nothing_can_be_done_without(world: World) -> None:
    """With a sentence that names it."""
    answer = await world.anybody.get("/api/v1/accounts/lookup")

    assert answer.status_code == 400
    assert "acct" in answer.json()["error"]


async def test_ERR_016_what_is_not_allowed_on_what_one_sees_is_403(world: World) -> None:
    """Having what was said to followers alone translated elsewhere."""
    ines, omar = await world.user("ines"), world.client(await world.user("omar"))
    await omar.post(f"/api/v1/accounts/{ines.id}/follow")
    said = await world.client(ines).post("/api/v1/statuses", data={"status": "Ours", "visibility": "private"})

    seen = await omar.get(f"/api/v1/statuses/{said.json()['id']}")
    answer = await omar.post(f"/api/v1/statuses/{said.json()['id']}/translate")

    assert (seen.status_code, answer.status_code) == (200, 403)
    assert answer.json()["error"] == "This action is not allowed"


async def test_ERR_018_a_server_that_cannot_be_reached_is_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a code, and without its name."""
    ines = world.client(await world.user("ines"))

    async def unreachable(*_args: object, **_named: object) -> None:
        raise PeerError(Reason.UNREACHABLE, "far.example")

    monkeypatch.setattr(world.db, "read", unreachable)
    answer = await ines.get(HOME)

    assert (answer.status_code, answer.json()["code"]) == (503, "unreachable")
    assert "far.example" not in answer.text


async def test_ERR_019_trouble_with_stored_files_is_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is saved, and one may try again."""
    ines = world.client(await world.user("ines"))

    async def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.blobs, "put", full)
    answer = await ines.post("/api/v2/media", files={"file": ("a.png", picture("PNG"), "image/png")})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_ERR_020_oauth_says_error_and_description(world: World) -> None:
    """As the standard wants it."""
    app = await register(world)
    answers = [
        await world.anybody.post("/oauth/token", data={"grant_type": "nonsense"}),
        await world.anybody.post("/oauth/token", data=alone(app, client_secret="wrong")),
        await world.anybody.post("/oauth/revoke", data={"token": "x"}),
        await world.anybody.get("/oauth/userinfo"),
    ]

    assert [faults("OAuth::Error", one.json()) for one in answers] == [[]] * 4
    assert all(one.json()["error_description"] for one in answers)
    assert [one.json()["error"] for one in answers] == [
        "unsupported_grant_type",
        "invalid_client",
        "unauthorized_client",
        "invalid_token",
    ]


async def test_ERR_021_a_date_that_cannot_be_read_is_422(world: World) -> None:
    """And named."""
    ines = world.client(await world.user("ines"))

    answer = await ines.post("/api/v1/statuses", data={"status": "Later", "scheduled_at": "the day after"})

    assert answer.status_code == 422
    assert "scheduled_at" in answer.json()["error"]


async def test_refusals_are_entities(world: World) -> None:
    """Each is an Error."""
    ines = world.client(await world.user("ines"))
    answers = [
        await world.anybody.get(HOME),
        await ines.get("/api/v1/statuses/1"),
        await ines.post("/api/v1/statuses", data={}),
        await world.anybody.post("/api/v1/apps", json=APP | {"scopes": "x"}),
    ]

    assert [faults("Error", answer.json()) for answer in answers] == [[]] * 4
