"""Faults reported of other servers at the edge of the API and in operation, rebuilt."""

import logging
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.behaviours.apps import alone, register
from tests.contract.behaviours.test_ratelimits import told
from tests.contract.entities import faults
from tests.support.world import World, make_world
from tests.web.api.test_media import picture

ACCEPTS = ("text/html", "application/json", "*/*", "")


@pytest.mark.parametrize("accept", ACCEPTS)
async def test_B08_an_upload_never_ends_on_a_page(world: World, accept: str) -> None:
    """Without a token, with a wrong or a revoked one, with a good one: JSON, and never another address."""
    app = await register(world)
    revoked = (await world.anybody.post("/oauth/token", data=alone(app))).json()["access_token"]
    await world.anybody.post("/oauth/revoke", data=alone(app) | {"token": revoked})
    good = world.client(await world.user("ines"))
    headers = {"accept": accept}

    def files() -> Any:
        return {"file": ("a.png", picture("PNG"), "image/png")}

    refused = [
        await client.post("/api/v2/media", files=files(), headers=headers)
        for client in (world.anybody, world.client("nonsense"), world.client(revoked))
    ]
    kept = await good.post("/api/v2/media", files=files(), headers=headers)
    unknown = await good.post("/api/v2/medias", files=files(), headers=headers)

    assert [(one.status_code, faults("Error", one.json())) for one in refused] == [(401, [])] * 3
    assert (kept.status_code in (200, 202), faults("MediaAttachment", kept.json())) == (True, [])
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not found")
    for one in (*refused, kept, unknown):
        assert one.headers["content-type"] == "application/json"
        assert "location" not in one.headers


async def test_B09_a_fresh_node_is_one_that_apps_recognise(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody signed up, nothing configured: each value has its documented type."""
    world = await make_world(sqlite_url, tmp_path)

    first, second = [(await world.anybody.get(f"/api/{version}/instance")).json() for version in ("v1", "v2")]

    assert (faults("V1::Instance", first), faults("Instance", second)) == ([], [])
    for account in (first["contact_account"], second["contact"]["account"]):
        assert account is None or faults("Account", account) == []
    assert isinstance(second["contact"]["email"], str)
    assert first["urls"]["streaming_api"] == second["configuration"]["urls"]["streaming"] == "wss://ward.example"
    assert second["thumbnail"]["url"].startswith("https://ward.example/")
    assert (await world.anybody.get(second["thumbnail"]["url"])).headers["content-type"].startswith("image/")
    assert isinstance(second["languages"], list)
    await world.close()


async def test_B09_without_an_institution_the_contact_is_null(sqlite_url: str, tmp_path: Path) -> None:
    """Not an empty list."""
    world = await make_world(sqlite_url, tmp_path, institution_username="somebody_else")

    def forget(unit: Any) -> None:
        from node.store import tables

        unit.conn.execute(tables.keys.delete())
        unit.conn.execute(tables.accounts.delete())

    await world.db.write(forget)
    first, second = [(await world.anybody.get(f"/api/{version}/instance")).json() for version in ("v1", "v2")]

    assert (first["contact_account"], second["contact"]["account"]) == (None, None)
    assert (faults("V1::Instance", first), faults("Instance", second)) == ([], [])
    await world.close()


FROM_PROXY = [
    ({"x-forwarded-for": "203.0.113.9:51544"}, "203.0.113.9"),
    ({"x-forwarded-for": "[2001:db8::7]:443"}, "2001:db8::"),
    ({"x-forwarded-for": "2001:db8::7"}, "2001:db8::"),
    ({"x-forwarded-for": '"203.0.113.9"'}, "203.0.113.9"),
    ({"x-forwarded-for": "203.0.113.9, 10.0.0.2:80"}, "10.0.0.2"),
    ({"x-forwarded-for": "unknown"}, "127.0.0.1"),
    ({"x-forwarded-for": ""}, "127.0.0.1"),
    ({"forwarded": 'for="[2001:db8::7]:443"'}, "2001:db8::"),
    ({"forwarded": "for=192.0.2.1, For=203.0.113.9;proto=https;by=10.0.0.1"}, "203.0.113.9"),
    ({"forwarded": "for=_hidden"}, "127.0.0.1"),
    ({"x-forwarded-for": "203.0.113.9", "forwarded": "for=198.51.100.66"}, "203.0.113.9"),
]


@pytest.mark.parametrize(("headers", "counted"), FROM_PROXY, ids=lambda value: str(value)[:60])
async def test_B13_who_calls_is_known_however_the_proxy_writes_it(
    sqlite_url: str, tmp_path: Path, headers: dict[str, str], counted: str
) -> None:
    """A port is cut off where it is one; each caller has a window of its own, an IPv6 one with its /64."""
    world = await make_world(sqlite_url, tmp_path, rate_limits={})

    async def left(**sent: str) -> int:
        transport = httpx.ASGITransport(world.app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="https://ward.example", headers=sent) as client:
            answer = await client.get("/api/v1/custom_emojis")
            assert answer.status_code == 200
            return told(answer)[1]

    other, first = await left(**{"x-forwarded-for": "198.51.100.4"}), await left(**headers)
    plain = {} if counted == "127.0.0.1" else {"x-forwarded-for": counted + ("1" if counted.endswith("::") else "")}
    again = await left(**plain)

    assert (other, first, again) == (299, 299, 298)
    await world.close()


async def test_B13_a_proxy_that_names_nobody_is_warned_about_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """In a minute, and nothing is refused for it."""
    from web import hosts

    hosts._warned.clear()
    scope = {"client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"unknown")]}

    with caplog.at_level(logging.WARNING, "rounds.web"):
        found = [hosts.client_address(scope, world.node.settings.proxy_trusted) for _ in range(5)]

    assert found == ["127.0.0.1"] * 5
    assert len(caplog.records) == 1


def rounds(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from node.cli import main; main()", "--config", str(folder / "rounds.toml"), *words],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_B15_a_database_of_a_newer_release_is_left_alone(tmp_path: Path, command: str) -> None:
    """Code 2, both revisions named, and the revision in the database as it was."""
    made = rounds(
        tmp_path, "init", "--host", "ward.example", "--institution-name", "Ward", "--data-dir", str(tmp_path / "data"),
        "--mode", "open",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "data/rounds.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff00001111'")
    connection.close()

    said = rounds(tmp_path, command)

    with sqlite3.connect(tmp_path / "data/rounds.sqlite3") as connection:
        (kept,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    from migrations import HEAD

    assert (said.returncode, kept) == (2, "ffff00001111")
    assert "ffff00001111" in said.stderr
    assert HEAD in said.stderr
    assert "Traceback" not in said.stderr
