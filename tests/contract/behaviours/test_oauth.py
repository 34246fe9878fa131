"""OAuth, as apps rely on it: registering, consent, codes, tokens, and how all of it ends."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from node.services import signing_in
from node.store import tables
from node.store.unit import Snapshot, Unit
from tests.contract.entities import faults
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


# ------------------------------------------------------------------ registering


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


# ------------------------------------------------------------------ consent


async def test_OAU_011_only_a_code_may_be_asked_for(world: World) -> None:
    """An implicit grant is not given."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app, response_type="token"))

    assert (page.status, "location" in page.response.headers) == (400, False)


async def test_OAU_012_who_is_not_signed_in_signs_in_and_goes_on(world: World) -> None:
    """The request is not lost on the way."""
    app = await register(world)
    await world.user("ines")
    browser = Browser(world.anybody)

    page = await browser.open(address(app, state="s1"))
    after = await browser.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert (page.heading, after.heading) == ("Sign in", "Ward app wants to act for you")
    assert fields(after.form("/oauth/authorize"))["state"] == "s1"


async def test_OAU_013_what_was_allowed_before_is_not_asked_again(world: World) -> None:
    """With the same scopes; more of them are asked for."""
    app = await register(world)
    _, browser = await signed_in(world)
    await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, address(app, scope="read"))))

    again = await browser.client.get(address(app, scope="read", state="s2"))
    more = await browser.open(address(app))

    assert again.status_code == 303
    assert parse_qs(urlsplit(again.headers["location"]).query)["state"] == ["s2"]
    assert more.heading == "Ward app wants to act for you"


async def test_OAU_014_an_app_may_force_the_page_to_appear(world: World) -> None:
    """After the password, because somebody else may sit there now."""
    app = await register(world)
    _, browser = await signed_in(world)
    await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, address(app))))

    page = await browser.open(address(app, force_login="true"))
    after = await browser.send(page, "/sign-in", login="ines", password=PASSWORD)

    assert (page.heading, after.heading) == ("Sign in", "Ward app wants to act for you")


async def test_OAU_015_the_page_is_kept_by_nobody(world: World) -> None:
    """It shows who is signed in."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app))

    assert page.response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("word", ["allow", "deny"])
async def test_OAU_016_the_state_comes_back_unchanged(world: World, word: str) -> None:
    """With the code as with the error."""
    app = await register(world)
    _, browser = await signed_in(world)
    state = "a b&c=%2F+é"

    came = await answer_to(browser, await browser.open(address(app, state=state)), word)

    found = parse_qs(urlsplit(came.headers["location"]).query)
    assert found["state"] == [state]
    assert set(found) == {"state", "code" if word == "allow" else "error"}


async def test_OAU_017_an_address_that_was_not_registered_is_never_followed(world: World) -> None:
    """The fault is shown here."""
    app = await register(world)
    _, browser = await signed_in(world)

    page = await browser.open(address(app, redirect_uri=f"{BACK}/"))

    assert (page.status, "location" in page.response.headers) == (400, False)


async def test_OAU_018_out_of_band_the_code_is_shown_to_be_copied(world: World) -> None:
    """A terminal has no address to go back to; the page of the code shows nothing that is no code."""
    app = await register(world, redirect_uris=OUT)
    _, browser = await signed_in(world)
    page = await browser.open(address(app, redirect_uri=OUT))

    shown = await browser.send(page, "/oauth/authorize", answer="allow")
    code = next(box for box in shown.document.all("code") if box.get("class") == "code").text
    again, odd = (
        await browser.open(f"/oauth/authorize/native?code={code}"),
        await browser.open("/oauth/authorize/native?code=Call+0123"),
    )
    token = await world.anybody.post("/oauth/token", data=trade(app, code, redirect_uri=OUT))

    assert (shown.heading, code in again.main, odd.status) == ("Copy this code into Ward app", True, 400)
    assert token.status_code == 200


async def test_OAU_019_nobody_asks_for_more_than_was_registered(world: World) -> None:
    """A part of it may be asked for."""
    app = await register(world, scopes="read")
    _, browser = await signed_in(world)

    pages = [await browser.open(address(app, scope=scope)) for scope in ("read:statuses", "read write", "nonsense")]

    assert [page.status for page in pages] == [200, 400, 400]


async def test_OAU_020_the_only_method_of_pkce_is_s256(world: World) -> None:
    """Plain is refused, and so is a challenge without a method."""
    app = await register(world)
    _, browser = await signed_in(world)

    pages = [
        await browser.open(address(app, code_challenge=CHALLENGE, **method))
        for method in ({"code_challenge_method": "S256"}, {"code_challenge_method": "plain"}, {})
    ]

    assert [page.status for page in pages] == [200, 400, 400]


async def test_OAU_021_who_sent_a_challenge_must_send_its_verifier(world: World) -> None:
    """None and a wrong one are refused."""
    app = await register(world)
    _, browser = await signed_in(world)
    url = address(app, code_challenge=CHALLENGE, code_challenge_method="S256", force_login="done")

    codes = [
        (await world.anybody.post("/oauth/token", data=trade(app, await code_of(browser, url), **proof))).status_code
        for proof in ({}, {"code_verifier": "w" * 43}, {"code_verifier": VERIFIER})
    ]

    assert codes == [400, 400, 200]


# ------------------------------------------------------------------ tokens


async def test_OAU_022_a_token_has_the_scopes_of_its_code(world: World) -> None:
    """Whatever is asked for when it is traded."""
    app = await register(world)
    _, browser = await signed_in(world)
    code = await code_of(browser, address(app, scope="read:statuses"))

    answer = await world.anybody.post("/oauth/token", data=trade(app, code, scope="read write"))

    assert answer.json()["scope"] == "read:statuses"


def alone(app: dict[str, Any], **more: str) -> dict[str, str]:
    """Return how an app asks for a token of its own."""
    secrets = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    return {"grant_type": "client_credentials"} | secrets | more


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


# ------------------------------------------------------------------ the end of a token


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


# ------------------------------------------------------------------ what is told of it all


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


async def test_OAU_040_apps_are_managed_on_no_page(world: World) -> None:
    """Each address of such a page answers 403."""
    answers = [await world.anybody.get(f"/oauth/applications{path}") for path in ("", "/new", "/1", "/1/edit")]

    assert [answer.status_code for answer in answers] == [403] * 4


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
