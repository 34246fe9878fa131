"""Attacks on the edge of a node: caches, hosts, addresses, redirects, names of people, and passwords tried by the thousand."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import uvicorn
from sqlalchemy import update

from node.errors import Problem
from node.services import signing_in
from node.services.signing_in import ADDRESS_TRIES, NAME_TRIES, PAIR_TRIES
from node.store import tables
from node.store.unit import Unit
from tests.support.world import PASSWORD, World, make_world
from tests.web.pages.browser import Browser, fields, origin
from web.listening import BoundedProtocol

ACTIVITY = "application/activity+json"


@asynccontextmanager
async def serving(world: World, *, head_s: float | None = None) -> AsyncIterator[int]:
    """Serve a world on a port of this machine, as the node is served; give the port."""

    class Protocol(BoundedProtocol):
        pass

    if head_s is not None:
        Protocol.head_s = head_s
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        config = uvicorn.Config(world.app, log_level="critical", http=Protocol, ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield listening.getsockname()[1]
        server.should_exit = True
        await running


async def test_S153_many_slow_connections_are_closed_and_keep_nobody_waiting(sqlite_url: str, tmp_path: Path) -> None:
    """A head that never comes to its end costs the connection; meanwhile others are answered."""
    world = await make_world(sqlite_url, tmp_path)
    async with serving(world, head_s=0.5) as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        for _, writer in slow:
            writer.write(b"G")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"host": "ward.example"}) as client:
            answers = [(await client.get("/api/v2/instance")).status_code for _ in range(20)]
        async with asyncio.timeout(30):
            ends = [await reader.read() for reader, _ in slow]
        for _, writer in slow:
            writer.close()

    assert (set(answers), set(ends)) == ({200}, {b""})
    await world.close()


async def test_S154_a_shared_cache_gives_each_its_own(world: World) -> None:
    """A page for people and a document for servers are told apart; what a token showed is kept by nobody."""
    ines = await world.user("ines")
    client = world.client(ines)
    post = (await client.post("/api/v1/statuses", data={"status": "Lids"})).json()
    for path in ("/@ines", "/users/ines", f"/@ines/{post['id']}", post["uri"].removeprefix("https://ward.example")):
        document = await world.anybody.get(path, headers={"accept": ACTIVITY})
        page = await world.anybody.get(path, headers={"accept": "text/html"})

        assert document.headers["content-type"] != page.headers.get("content-type")
        for one in (document, page):
            assert "Accept" in one.headers["vary"]
    for path in ("/api/v1/timelines/public", f"/api/v1/accounts/{ines.id}", "/api/v1/timelines/home"):
        answer = await client.get(path)

        assert (answer.headers["cache-control"], "Authorization" in answer.headers["vary"]) == (
            "private, no-store",
            True,
        )


@pytest.mark.parametrize("host", ["evil.test", "ward.example/admin?x=", "ward.example@evil.test", "ward.example:1", ""])
async def test_S155_only_our_own_name_is_answered(world: World, host: str) -> None:
    """Another is 421, and stands in nothing that is answered."""
    for path in ("/api/v2/instance", "/about", "/@ines", "/oauth/authorize"):
        answer = await world.anybody.get(path, headers={"host": host})

        assert answer.status_code in (400, 421)
        assert "evil.test" not in answer.text


async def test_S155_two_hosts_and_a_whole_address_in_the_request_line_change_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    """As they come over the wire."""
    world = await make_world(sqlite_url, tmp_path)
    requests = (
        b"GET /api/v2/instance HTTP/1.1\r\nHost: ward.example\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
        b"GET http://evil.test/api/v2/instance HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
        b"GET http://evil.test/api/v2/instance HTTP/1.1\r\nHost: ward.example\r\nConnection: close\r\n\r\n",
    )
    async with serving(world) as port:
        answers = []
        for request in requests:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answers.append(await reader.read())
            writer.close()

    assert [one.split(b" ", 2)[1] in (b"400", b"421") for one in answers[:2]] == [True, True]
    assert all(b"evil.test" not in one for one in answers)
    await world.close()


async def test_S156_what_a_stranger_says_of_hosts_and_schemes_is_ignored(world: World) -> None:
    """Every link is made of the settings."""
    await world.user("ines")
    lies = {
        "x-forwarded-host": "evil.test", "x-forwarded-proto": "http", "forwarded": "host=evil.test;proto=http;for=1.2.3.4",
        "x-original-url": "/admin", "x-rewrite-url": "/admin", "x-forwarded-for": "203.0.113.9", "x-http-method-override": "DELETE",
    }  # fmt: skip
    for path in ("/api/v2/instance", "/.well-known/webfinger?resource=acct:ines@ward.example", "/@ines", "/about"):
        plain, lied = await world.anybody.get(path), await world.anybody.get(path, headers=lies)

        assert lied.status_code == plain.status_code == 200
        assert "evil.test" not in lied.text
        assert "http://ward.example" not in lied.text


NEXTS = (
    "//evil.test", "/\\evil.test", "https:evil.test", "javascript:alert(1)", "https://evil.test/", "///evil.test", "\\\\evil.test",
    "/\t/evil.test", "http:///evil.test", "/%0d%0aLocation:https://evil.test", "data:text/html,x",
)  # fmt: skip


@pytest.mark.parametrize("onward", NEXTS)
async def test_S157_after_signing_in_one_stays_here(world: World, onward: str) -> None:
    """Whatever the address said where to go."""
    await world.user("ines")
    browser = Browser(world.anybody)
    page = await browser.open(f"/sign-in?{httpx.QueryParams({'next': onward})}")
    data = fields(page.form("/sign-in")) | {"login": "ines", "password": PASSWORD, "next": onward}

    answer = await browser.client.post("/sign-in", data=data, headers={"origin": origin(browser.client)})
    legacy = await world.anybody.get(f"/users/{quote(onward, safe='')}", headers={"accept": "text/html"})

    target = answer.headers["location"]
    assert answer.status_code == 303
    assert target == "/home" or (target.startswith("/") and target[1:2] not in ("/", "\\") and "\n" not in target)
    assert legacy.headers.get("location", "https://ward.example/").startswith("https://ward.example/")


async def test_S158_nobody_who_is_not_signed_in_is_led_away(world: World) -> None:
    """An address here that stands for something elsewhere leads to signing in, not there."""
    for path in ("/authorize_interaction?uri=https://evil.test/x", "/search?q=https://evil.test/x", "/@x@evil.test"):
        answer = await world.anybody.get(path, headers={"accept": "text/html"})

        assert not answer.headers.get("location", "/").startswith(("http:", "https://evil", "//"))
        assert answer.status_code in (200, 303, 404)


async def test_S159_who_is_here_is_not_learnt_by_signing_in_or_up(sqlite_url: str, tmp_path: Path) -> None:
    """The same words and the same work for names that are known, unknown and disabled; a taken address is a barred one."""
    world = await make_world(sqlite_url, tmp_path, registrations="open")
    ines, gone = await world.user("ines"), await world.user("gone")
    await world.db.write(_disable, gone.user_id)
    hashed: list[str | None] = []
    matches = world.node.door.passwords.matches

    async def counted(kept: str | None, password: str) -> bool:
        hashed.append(kept and "kept")
        return await matches(kept, password)

    world.node.door.passwords.matches = counted  # type: ignore[method-assign]
    seen = set()
    for login in ("ines", ines.email, "gone", "nobody", "nobody@ward.example"):
        browser = Browser(world.anybody)
        page = await browser.open("/sign-in")
        after = await browser.send(page, "/sign-in", login=login, password="wrong password")
        seen.add((after.status, after.response.text.replace(login, "X").replace(_csrf(after), "")))
    app = world.client(await world.token(None, "write"))
    new = {"username": "noor", "password": "long enough", "agreement": "1", "locale": "en"}
    taken = await app.post("/api/v1/accounts", data=new | {"email": ines.email})
    barred_domain = "bad.example"
    await world.db.write(_bar, barred_domain)
    barred = await app.post("/api/v1/accounts", data=new | {"email": f"x@{barred_domain}"})

    assert (len(seen), len(hashed)) == (1, 5)
    assert (taken.status_code, taken.json()) == (barred.status_code, barred.json())
    await world.close()


def _csrf(page: Any) -> str:
    return str(next(box.get("value") for box in page.document.all("input") if box.get("name") == "csrf"))


def _disable(unit: Unit, user_id: int) -> None:
    unit.conn.execute(update(tables.users).where(tables.users.c.id == user_id).values(disabled_at=unit.now))


def _bar(unit: Unit, domain: str) -> None:
    from node.store import barring

    barring.add_email(unit, "domain", domain)


async def test_S160_who_is_unknown_suspended_or_waiting_looks_the_same_from_outside(world: World) -> None:
    """To WebFinger and at the actor's address."""
    suspended, waiting = await world.user("sus"), await world.user("wait")

    def change(unit: Unit) -> None:
        accounts, users = tables.accounts, tables.users
        unit.conn.execute(update(accounts).where(accounts.c.id == suspended.id).values(is_suspended=True))
        unit.conn.execute(update(users).where(users.c.id == waiting.user_id).values(approved_at=None))

    await world.db.write(change)
    answers = []
    for name in ("nobody", "sus", "wait"):
        finger = await world.anybody.get("/.well-known/webfinger", params={"resource": f"acct:{name}@ward.example"})
        actor = await world.anybody.get(f"/users/{name}", headers={"accept": ACTIVITY})
        answers.append([(one.status_code, one.text) for one in (finger, actor)])

    assert answers[0] == answers[1] == answers[2]
    assert [one[0] for one in answers[0]] == [404, 404]


# ------------------------------------------------------------------ passwords


async def tried(world: World, client: tuple[str, int], number: int, *, path: str = "/sign-in", **headers: str) -> int:
    """Try a wrong password from an address and return the status of the answer."""
    transport = httpx.ASGITransport(world.app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="https://ward.example", headers=headers) as made:
        browser = Browser(made)
        page = await browser.open("/sign-in")
        data = fields(page.form("/sign-in")) | {"login": "ines", "password": f"wrong {number}"}
        return (await made.post(path, data=data, headers={"origin": "https://ward.example"})).status_code


async def test_S161_a_forged_header_gives_no_new_tries(sqlite_url: str, tmp_path: Path) -> None:
    """Without a proxy the connection counts; behind one, what the proxy wrote and not what it was told."""
    world = await make_world(sqlite_url, tmp_path, proxy_trusted=(ip_network("127.0.0.1/32"),))
    await world.user("ines")

    direct = [
        await tried(world, ("192.0.2.50", 1), number, **{"x-forwarded-for": f"203.0.113.{number}"})
        for number in range(PAIR_TRIES + 1)
    ]
    behind = [
        await tried(world, ("127.0.0.1", 1), number, **{"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"})
        for number in range(PAIR_TRIES + 1)
    ]

    for codes in (direct, behind):
        assert (set(codes[:PAIR_TRIES]), codes[PAIR_TRIES]) == ({422}, 429)
    await world.close()


async def test_S162_another_spelling_of_the_address_gives_no_new_tries(world: World) -> None:
    """It is the same address, or none."""
    await world.user("ines")
    paths = (
        "/sign-in/",
        "//sign-in",
        "/SIGN-IN",
        "/sign-in.json",
        "/%73ign-in",
        "/sign-in/.",
        "/./sign-in",
        "/sign-in?x=1",
    )

    codes = Counter([await tried(world, ("192.0.2.60", 1), number) for number in range(PAIR_TRIES)])
    after = [await tried(world, ("192.0.2.60", 1), 99, path=path) for path in paths]

    assert codes == {422: PAIR_TRIES}
    assert set(after) <= {429, 404, 405}
    assert 429 in after


async def test_S162_another_spelling_is_counted_in_the_same_window(sqlite_url: str, tmp_path: Path) -> None:
    """Of apps that register, too."""
    world = await make_world(sqlite_url, tmp_path, rate_limits={"apps": 2})
    paths = ("/api/v1/apps", "/api/v1/apps/", "/api/v1/%61pps", "/api/v1/apps?x=1", "/API/v1/apps", "/api/v1//apps")

    codes = [(await world.anybody.post(path, json={})).status_code for path in paths]

    assert codes == [422, 422, 429, 429, 404, 404]
    await world.close()


async def test_S163_one_name_from_everywhere_and_every_name_from_one_address_are_limited(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in the log, without names; who signed in with a browser before still can with it."""
    ines, door = await world.user("ines"), world.node.door
    proof = signing_in.device_proof(bytes(32), ines.user_id)
    known = signing_in.device_of(bytes(32), proof)
    forged = signing_in.device_of(bytes(32), f"{ines.user_id}.abc.{'0' * 64}")

    async def outcome(login: str, password: str, address: str, **more: Any) -> int:
        try:
            await signing_in.check_password(door, world.db, login, password, address=address, **more)
        except Problem as problem:
            return problem.status
        return 200

    with caplog.at_level(logging.WARNING, "rounds.signing_in"):
        spread = [await outcome("ines", "wrong", f"198.51.{number % 250}.{number // 250}") for number in range(500)]
        owner = await outcome("ines", PASSWORD, "203.0.113.1")
        with_browser = await outcome("ines", PASSWORD, "203.0.113.1", device=known)
        one_address = [await outcome(f"user{number}", "wrong", "203.0.113.200") for number in range(500)]
        guessing = [await outcome("ines", "wrong", "203.0.113.3", device=known) for _ in range(PAIR_TRIES + 1)]

    assert (spread.count(401), owner, with_browser) == (NAME_TRIES, 429, 200)
    assert one_address.count(401) == ADDRESS_TRIES
    assert (guessing.count(401), guessing[-1], forged) == (PAIR_TRIES, 429, None)
    assert {record.getMessage() for record in caplog.records} == {
        "too many wrong passwords: one name from many addresses",
        "too many wrong passwords: many names from one address",
        "too many wrong passwords: one name from one address",
    }


async def test_S163_a_browser_keeps_the_proof_of_having_signed_in(world: World) -> None:
    """Of its own person, for a year, where no script reads it."""
    ines = await world.user("ines")
    browser = Browser(world.anybody)
    page = await browser.open("/sign-in")
    data = fields(page.form("/sign-in")) | {"login": "ines", "password": PASSWORD}

    answer = await browser.client.post("/sign-in", data=data, headers={"origin": "https://ward.example"})

    cookie = next(one for one in answer.headers.get_list("set-cookie") if "rounds_device" in one)
    found = signing_in.device_of(bytes(32), cookie.partition("=")[2].partition(";")[0])
    assert found is not None
    assert found.user_id == ines.user_id
    assert "HttpOnly" in cookie
    assert "Secure" in cookie


SPELLINGS = (
    "//api/v1/admin/accounts", "/api/v1/%61dmin/accounts", "/api/v1/admin/accounts/.", "/api/v1/admin%2faccounts",
    "/API/v1/admin/accounts", "/api/v1/./admin/accounts", "/api/v1/x/../admin/accounts", "/api/v1/admin/accounts/",
    "/api/v1/admin/accounts;x", "/api//v1/admin/accounts",
)  # fmt: skip


@pytest.mark.parametrize("path", SPELLINGS)
async def test_S170_no_spelling_opens_what_is_for_moderators(world: World, path: str) -> None:
    """The same refusal, or nothing there; a crafted host is refused before."""
    staff = world.client(await world.user("ines"))

    for client, refusals in ((world.anybody, {401, 404}), (staff, {403, 404})):
        answer = await client.get(path)
        crafted = await client.get(path, headers={"host": "ward.example/api/v1/admin?"})

        assert answer.status_code in refusals
        assert crafted.status_code == 421
