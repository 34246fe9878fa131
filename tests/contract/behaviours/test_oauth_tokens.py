"""OAuth, as apps rely on it: how a token is got, what it is good for, and how it ends."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from node.services import signing_in
from node.store import tables
from node.store.unit import Snapshot, Unit
from tests.contract.behaviours.apps import ME, address, alone, code_of, register, signed_in, token_of, trade
from tests.contract.entities import faults
from tests.support.world import PASSWORD, World


async def test_OAU_022_a_token_has_the_scopes_of_its_code(world: World) -> None:
    """Whatever is asked for when it is traded."""
    app = await register(world)
    _, browser = await signed_in(world)
    code = await code_of(browser, address(app, scope="read:statuses"))

    answer = await world.anybody.post("/oauth/token", data=trade(app, code, scope="read write"))

    assert answer.json()["scope"] == "read:statuses"


async def test_OAU_023_an_app_alone_gets_read(world: World) -> None:
    """Unless it says more."""
    app = await register(world)

    least = await world.anybody.post("/oauth/token", data=alone(app))
    more = await world.anybody.post("/oauth/token", data=alone(app, scope="read write"))

    assert (least.json()["scope"], more.json()["scope"]) == ("read", "read write")


async def test_OAU_024_an_app_alone_gets_no_more_than_it_registered_for(world: World) -> None:
    """400, as the standard has it."""
    app = await register(world, scopes="read")

    answer = await world.anybody.post("/oauth/token", data=alone(app, scope="write"))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


async def test_OAU_025_a_password_is_not_traded(world: World) -> None:
    """Apps never learn it; only a node that is there to be tested does this."""
    app = await register(world)
    await world.user("ines")
    sent = alone(app) | {"grant_type": "password", "username": "ines", "password": PASSWORD}

    answer = await world.anybody.post("/oauth/token", data=sent)

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_OAU_026_a_token_does_not_expire(world: World) -> None:
    """And nothing renews it."""
    ines, browser = await signed_in(world)
    token = await token_of(world, browser, await register(world))

    world.clock.pass_time(days=4000)
    still = await world.client(token["access_token"]).get(ME)

    assert (still.status_code, still.json()["id"]) == (200, str(ines.id))
    assert {"refresh_token", "expires_in"} & set(token) == set()


async def test_OAU_028_a_code_works_once_and_soon(world: World) -> None:
    """The second use is refused, and so is one after ten minutes."""
    app = await register(world)
    _, browser = await signed_in(world)
    code, late = [await code_of(browser, address(app, force_login="done")) for _ in range(2)]

    first, second = [await world.anybody.post("/oauth/token", data=trade(app, code)) for _ in range(2)]
    world.clock.pass_time(minutes=10)
    third = await world.anybody.post("/oauth/token", data=trade(app, late))

    assert [first.status_code, second.status_code, third.status_code] == [200, 400, 400]
    assert second.json()["error"] == third.json()["error"] == "invalid_grant"


async def test_OAU_029_an_app_proves_itself_by_basic_or_in_the_form(world: World) -> None:
    """A wrong secret is 401 in both."""
    app = await register(world)
    grant = {"grant_type": "client_credentials"}

    answers = [
        await world.anybody.post("/oauth/token", data=grant, auth=(app["client_id"], app["client_secret"])),
        await world.anybody.post("/oauth/token", data=alone(app)),
        await world.anybody.post("/oauth/token", data=grant, auth=(app["client_id"], "wrong")),
        await world.anybody.post("/oauth/token", data=alone(app, client_secret="wrong")),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 401, 401]


async def test_OAU_030_a_token_says_what_it_is(world: World) -> None:
    """Bearer, its scopes, and when it was made."""
    app = await register(world)

    token = (await world.anybody.post("/oauth/token", data=alone(app))).json()

    assert faults("Token", token) == []
    assert (token["token_type"], token["created_at"]) == ("Bearer", int(world.clock.now().timestamp()))


async def test_OAU_031_a_revoked_token_is_worth_nothing_and_its_pushes_end(world: World) -> None:
    """The row of the push goes with it."""
    app = await register(world)
    ines, browser = await signed_in(world)
    token = (await token_of(world, browser, app))["access_token"]
    await world.db.write(_subscribe, token, ines.id)

    answer = await world.anybody.post("/oauth/revoke", data=alone(app) | {"token": token})

    used = await world.client(token).get(ME)
    assert (answer.status_code, answer.json()) == (200, {})
    assert (used.status_code, await world.db.read(_subscriptions)) == (401, 0)


def _subscribe(unit: Unit, token: str, account_id: int) -> None:
    tokens, pushes = tables.tokens, tables.push_subscriptions
    token_id = unit.conn.execute(
        select(tokens.c.id).where(tokens.c.token_hash == signing_in.digest(token))
    ).scalar_one()
    unit.conn.execute(
        pushes.insert().values(
            id=unit.new_id(),
            token_id=token_id,
            account_id=account_id,
            endpoint="https://push.example/1",
            p256dh="x",
            auth="y",
            created_at=unit.now,
        )
    )


def _subscriptions(snapshot: Snapshot) -> int:
    return int(snapshot.conn.execute(select(func.count()).select_from(tables.push_subscriptions)).scalar_one())


async def test_OAU_032_no_app_revokes_the_token_of_another(world: World) -> None:
    """And nobody does without proving who they are."""
    app, other = await register(world), await register(world)
    _, browser = await signed_in(world)
    token = (await token_of(world, browser, app))["access_token"]

    answers = [
        await world.anybody.post("/oauth/revoke", data=alone(one, **more) | {"token": token})
        for one, more in ((other, {}), (app, {"client_secret": "wrong"}))
    ]

    assert [(one.status_code, one.json()["error"]) for one in answers] == [(403, "unauthorized_client")] * 2
    assert (await world.client(token).get(ME)).status_code == 200


async def test_OAU_033_revoking_what_is_nothing_is_fine(world: World) -> None:
    """Unknown, or revoked already."""
    app = await register(world)
    token = (await world.anybody.post("/oauth/token", data=alone(app))).json()["access_token"]

    answers = [
        await world.anybody.post("/oauth/revoke", data=alone(app) | {"token": one})
        for one in ("nonsense", token, token)
    ]

    assert [answer.status_code for answer in answers] == [200] * 3


async def test_OAU_034_the_streams_of_a_revoked_token_are_told(world: World) -> None:
    """By the token's id, after the commit, in every process; also when its owner ends the app on the page."""
    app = await register(world)
    _, browser = await signed_in(world)
    await token_of(world, browser, app)
    token = await token_of(world, browser, app)
    told: list[str] = []
    world.db.on_publish = lambda published: told.append(published.topic)

    await world.anybody.post("/oauth/revoke", data=alone(app) | {"token": token["access_token"]})
    page = await browser.open("/oauth/authorized_applications")
    after = await browser.send(page, f"/oauth/authorized_applications/{app['id']}")

    assert told == ["revoked", "revoked"]
    assert "Ward app" not in after.main


@pytest.mark.parametrize(("scope", "status"), [("profile", 200), ("read", 403), ("read:accounts", 403)])
async def test_OAU_036_userinfo_wants_the_scope_profile_itself(world: World, scope: str, status: int) -> None:
    """It says who somebody is in the words of OpenID Connect."""
    ines = await world.user("ines", display_name="Ines")

    answer = await world.client(await world.token(ines, scope)).get("/oauth/userinfo")

    assert answer.status_code == status
    if status == 200:
        assert faults("OAuth::UserInfo", answer.json()) == []
        assert (answer.json()["sub"], answer.json()["preferred_username"]) == (ines.account.uri, "ines")


async def test_OAU_037_profile_shows_the_own_account_and_nothing_else(world: World) -> None:
    """Who signs in with us elsewhere gives nothing away."""
    client = world.client(await world.token(await world.user("ines"), "profile"))
    paths = (ME, "/api/v1/profile", "/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/preferences")

    codes = [(await client.get(path)).status_code for path in paths]

    assert codes == [200, 200, 403, 403, 403]


async def test_OAU_038_a_wide_scope_holds_the_narrow_ones(world: World) -> None:
    """And a narrow one no other."""
    ines = await world.user("ines")
    path = "/api/v1/timelines/home"

    codes = [
        (await world.client(await world.token(ines, scope)).get(path)).status_code
        for scope in ("read", "read:statuses", "read:accounts")
    ]

    assert codes == [200, 200, 403]


async def test_OAU_039_the_old_scope_follow_reads_and_writes_relations(world: World) -> None:
    """Follows, blocks and mutes, and nothing else."""
    ines, omar = await world.user("ines"), await world.user("omar")
    client = world.client(await world.token(ines, "follow"))
    base = f"/api/v1/accounts/{omar.id}"

    done = [(await client.post(f"{base}/{verb}")).status_code for verb in ("follow", "mute", "unmute", "block")]
    read = [(await client.get(f"/api/v1/{path}")).status_code for path in ("blocks", "mutes", "follow_requests")]
    other = (await client.post("/api/v1/statuses", data={"status": "x"})).status_code

    assert (done, read, other) == ([200] * 4, [200] * 3, 403)


async def test_introspection_tells_an_app_of_its_own_tokens_alone(world: World) -> None:
    """RFC 7662: by its secret or by another token; of whatever is not its own, that it is not active."""
    app, other = await register(world), await register(world)
    _, browser = await signed_in(world)
    token = (await token_of(world, browser, app))["access_token"]
    own = (await world.anybody.post("/oauth/token", data=alone(app))).json()["access_token"]

    async def asked(**headers: Any) -> httpx.Response:
        return await world.anybody.post("/oauth/introspect", data={"token": token}, **headers)

    mine = await asked(auth=(app["client_id"], app["client_secret"]))
    by_token = await asked(headers={"authorization": f"Bearer {own}"})
    theirs = await asked(auth=(other["client_id"], other["client_secret"]))
    nobody = await asked()
    info = await world.client(token).get("/oauth/token/info")

    assert faults("OAuth::Introspection", mine.json()) == []
    assert mine.json() == by_token.json()
    assert (mine.json()["active"], mine.json()["scope"]) == (True, "read write")
    assert (theirs.json(), nobody.status_code) == ({"active": False}, 401)
    assert faults("OAuth::TokenInfo", info.json()) == []
    assert info.json()["application"] == {"uid": app["client_id"]}


async def test_an_app_holds_a_bounded_number_of_tokens(world: World) -> None:
    """Each time a new one, because only hashes are kept; the oldest end when there are too many."""
    app = await register(world)

    tokens = [(await world.anybody.post("/oauth/token", data=alone(app))).json()["access_token"] for _ in range(52)]

    codes = [
        (await world.client(token).get("/api/v1/apps/verify_credentials")).status_code
        for token in (tokens[0], tokens[1], tokens[2], tokens[-1])
    ]
    assert len(set(tokens)) == 52
    assert codes == [401, 401, 200, 200]
