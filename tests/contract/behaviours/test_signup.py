"""Signing up, as apps rely on it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from node.services import registering, signing_in
from node.services.registering import Registration
from node.store import barring, tables
from node.store.unit import Unit
from tests.contract.entities import faults
from tests.support.world import World, make_world

ACCOUNTS = "/api/v1/accounts"
NEW = {
    "username": "noor", "email": "noor@mail.example", "password": "a long enough one", "agreement": "true",
    "locale": "en", "reason": "I work on ward 4",
}  # fmt: skip


@pytest.fixture
async def door(sqlite_url: str, tmp_path: Path) -> Any:
    """Return what makes a node that people can sign up at, with an app's own token."""
    made: list[World] = []

    async def open_door(registrations: str = "open", **decided: Any) -> tuple[World, httpx.AsyncClient]:
        world = await make_world(sqlite_url, tmp_path, registrations=registrations, **decided)
        made.append(world)
        return world, world.client(await world.token(None, "read", "write"))

    yield open_door
    for world in made:
        await world.close()


async def test_ACC_013_signing_up_takes_the_token_of_an_app(door: Any) -> None:
    """A person's token is refused, and so is none at all."""
    world, app = await door()
    ines = await world.user("ines")

    answers = [await one.post(ACCOUNTS, data=NEW) for one in (world.client(ines), world.anybody, app)]

    assert [answer.status_code for answer in answers] == [403, 401, 200]
    assert faults("Token", answers[2].json()) == []


async def test_ACC_014_nobody_signs_up_without_agreeing(door: Any) -> None:
    """The fault is named as apps show it."""
    _, app = await door()

    answer = await app.post(ACCOUNTS, data=NEW | {"agreement": "false"})

    assert answer.status_code == 422
    assert answer.json()["details"] == {"agreement": [{"error": "ERR_ACCEPTED", "description": "must be accepted"}]}


@pytest.mark.parametrize(
    ("born", "code"),
    [("", "ERR_BLANK"), ("yesterday", "ERR_INVALID"), ("2010-11-26", "ERR_BELOW_LIMIT"), ("1980-02-29", None)],
)
async def test_ACC_015_who_is_too_young_is_turned_away(door: Any, born: str, code: str | None) -> None:
    """Without a date of birth, too, where an age is asked for."""
    _, app = await door(min_age=18)

    answer = await app.post(ACCOUNTS, data=NEW | {"date_of_birth": born})

    found = answer.json().get("details", {}).get("date_of_birth", [{}])[0].get("error")
    assert (answer.status_code, found) == (422 if code else 200, code)


async def test_ACC_016_a_new_token_is_refused_until_its_owner_is_let_in(door: Any) -> None:
    """For a moderator's word as for the confirmation of the address; moderators are told."""
    world, app = await door("approval")
    boss = await world.user("boss", role="moderator")
    token = (await app.post(ACCOUNTS, data=NEW)).json()["access_token"]
    noor = world.client(token)

    waiting = await noor.get("/api/v1/accounts/verify_credentials")
    told = (await world.client(boss).get("/api/v1/notifications")).json()
    await world.db.write(_set_user, "noor@mail.example", approved_at=True, confirmed_at=False)
    unconfirmed = await noor.get("/api/v1/accounts/verify_credentials")
    await world.db.write(_set_user, "noor@mail.example", confirmed_at=True)
    inside = await noor.get("/api/v1/accounts/verify_credentials")

    assert [one.status_code for one in (waiting, unconfirmed, inside)] == [403, 403, 200]
    assert "pending approval" in waiting.json()["error"]
    assert "confirmed e-mail" in unconfirmed.json()["error"]
    assert [one["type"] for one in told] == ["admin.sign_up"]


async def test_ACC_017_nobody_signs_up_where_it_is_closed(world: World) -> None:
    """Which it is unless the institution decides otherwise."""
    app = world.client(await world.token(None, "read", "write"))

    answer = await app.post(ACCOUNTS, data=NEW)

    assert (answer.status_code, answer.json()["error"]) == (403, "This action is not allowed")


async def test_ACC_018_a_confirmation_is_sent_again_for_the_app_that_signed_them_up(door: Any) -> None:
    """Another app is refused, and so is who is confirmed."""
    world, app = await door()
    token = (await app.post(ACCOUNTS, data=NEW)).json()["access_token"]
    await world.db.write(_set_user, "noor@mail.example", confirmed_at=False)
    other = await world.db.write(registering.register, Registration("Other", ("https://o.example/",), ("write",)))
    stolen = await world.token(await world.user("ines"), "write")

    asked = await world.client(token).post("/api/v1/emails/confirmations", data={"email": "noor@new.example"})
    known = await world.client(token).get("/api/v1/emails/check_confirmation")
    await world.db.write(_set_user, "noor@new.example", app_id=other.app.id)
    elsewhere = await world.client(token).post("/api/v1/emails/confirmations")
    confirmed = await world.client(stolen).post("/api/v1/emails/confirmations")

    assert (asked.status_code, asked.json(), known.json()) == (200, {}, False)
    assert (elsewhere.status_code, confirmed.status_code) == (403, 403)


async def test_ERR_013_every_fault_of_a_sign_up_is_told_at_once_by_field(door: Any) -> None:
    """With Mastodon's codes, and words that follow the name of the field."""
    world, app = await door("approval")
    await world.user("ines")
    wrong = {
        "username": "ines",
        "email": "no address",
        "password": "short",
        "locale": "",
        "agreement": "",
        "reason": "",
    }

    answer = await app.post(ACCOUNTS, data=wrong)

    body = answer.json()
    assert (answer.status_code, faults("ValidationError", body)) == (422, [])
    assert body["error"].startswith("Validation failed: Username has already been taken, Email is not")
    assert {field: [one["error"] for one in found] for field, found in body["details"].items()} == {
        "username": ["ERR_TAKEN"],
        "email": ["ERR_INVALID"],
        "password": ["ERR_TOO_SHORT"],
        "locale": ["ERR_INCLUSION"],
        "agreement": ["ERR_ACCEPTED"],
        "reason": ["ERR_BLANK"],
    }


async def test_a_name_of_the_house_is_nobody_s(door: Any) -> None:
    """Nor is one that could pass for it."""
    _, app = await door()

    codes = [
        (await app.post(ACCOUNTS, data=NEW | {"username": name})).json()["details"]["username"][0]["error"]
        for name in ("institution", "admin", "x" * 31, "ab-c", "")
    ]

    assert codes == ["ERR_RESERVED", "ERR_RESERVED", "ERR_TOO_LONG", "ERR_INVALID", "ERR_BLANK"]


async def test_barred_networks_and_addresses_keep_people_out_or_waiting(door: Any) -> None:
    """As administrators decided it."""
    world, app = await door()

    await world.db.write(barring.add_email, "domain", "bad.example")
    await world.db.write(barring.add_email, "domain", "odd.example", allows_approval=True)
    barred = await app.post(ACCOUNTS, data=NEW | {"email": "a@mail.bad.example"})
    odd = await app.post(ACCOUNTS, data=NEW | {"email": "a@odd.example"})
    await world.db.write(barring.add_network, "192.0.2.0/24", "sign_up_block", "", None)
    outside = await app.post(ACCOUNTS, data=NEW | {"username": "omar", "email": "omar@mail.example"})

    assert barred.json()["details"]["email"][0]["error"] == "ERR_BLOCKED"
    waiting = await world.client(odd.json()["access_token"]).get("/api/v1/accounts/verify_credentials")
    assert (waiting.status_code, outside.status_code) == (403, 403)


async def test_who_signed_up_can_sign_in(door: Any) -> None:
    """With the password that was chosen, and in the language."""
    world, app = await door()
    await app.post(ACCOUNTS, json=NEW | {"agreement": True, "locale": "pt-BR"})

    login = await signing_in.check_password(world.node.door, world.db, "noor", NEW["password"], address="192.0.2.9")

    assert login.user_id > 0


def _set_user(unit: Unit, /, email: str, **values: Any) -> None:
    users = tables.users
    found = {name: (unit.now if value is True else value or None) for name, value in values.items()}
    unit.conn.execute(update(users).where(users.c.email == email).values(found))


async def test_nobody_comes_from_a_network_that_is_closed(world: World) -> None:
    """Not to the API, not to the pages; others do, and it ends when it is taken back or over."""
    until = world.clock.now() + timedelta(hours=1)
    await world.db.write(barring.add_network, "192.0.2.0/24", "no_access", "", until)

    kept_out = [(await world.anybody.get(path)).status_code for path in ("/api/v2/instance", "/about", "/@ines")]
    alive = await world.anybody.get("/health")
    transport = httpx.ASGITransport(world.app, client=("198.51.100.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://ward.example") as other:
        elsewhere = await other.get("/api/v2/instance")
    world.clock.pass_time(hours=2)
    later = await world.anybody.get("/api/v2/instance")

    assert (kept_out, alive.status_code) == ([403] * 3, 200)
    assert (elsewhere.status_code, later.status_code) == (200, 200)
