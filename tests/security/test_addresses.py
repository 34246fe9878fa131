"""No address that comes from outside leads inside: however it is written or named, wherever in a document it stands."""

import logging
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import uris
from federation.reasons import PeerError, Reason
from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from node.gateways.guard import ForbiddenAddress, GuardedResolver, GuardRules, build_client, is_public
from node.gateways.wire import wire_url
from node.services import delivering, fetching
from node.store import accounts, deliveries, media
from tests.node.federating.conftest import Ward, ward
from tests.node.gateways.doubles import Names, StillClock, canary, guarded, signing_key
from tests.support.world import World, make_world

__all__ = ["ward"]

INNER_TEXT = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:a00:1:: 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%1 fec0::1 ff02::1 4000::1
"""
EVIL = "evil.example"
SCHEMES = [
    "http://10.0.0.5/x",
    "file:///etc/passwd",
    "ftp://evil.example/x",
    "gopher://evil.example/x",
    "data:text/html,x",
]
SCHEMES += ["javascript:alert(1)", "//evil.example/x", "https:evil.example/x"]


async def refused_by_the_guard(host: str, table: dict[str, list[str]] | None = None) -> None:
    """Ask for a host on a port that is open, and see that nobody came."""
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), table) as client:
        with pytest.raises((ForbiddenAddress, httpx.InvalidURL)):
            await client.get(f"http://{host}:{port}/")

    assert hits == []


async def test_S001_search_for_an_address_inside_finds_nothing_and_knocks_nowhere(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets an empty answer, the administrator a line with the reason."""
    caplog.set_level(logging.INFO, "rounds.search")
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), {EVIL: ["127.0.0.1"]}) as client:
        fetcher = HttpFetcher(client, signing_key, StillClock())
        world = await make_world(database_url, tmp_path, fetcher=fetcher)
        asha = world.client(await world.user("asha"))
        for text in (f"https://{EVIL}:{port}/x", f"@mallory@{EVIL}:{port}", f"https://127.0.0.1:{port}/x"):
            answer = await asha.get("/api/v2/search", params={"q": text, "resolve": "true"})
            assert answer.status_code == 200
            assert [found for kind in answer.json().values() for found in kind] == []
        await world.close()

    assert hits == []
    assert [Reason.FORBIDDEN_ADDRESS.value in line for line in caplog.messages] == [True] * 3


@pytest.mark.parametrize("inner", ["http://169.254.169.254/latest/", "https://10.0.0.5/a.png", "https://[::1]/a.png"])
async def test_S002_pictures_inside_are_left_out_and_nobody_is_asked(ward: Ward, inner: str) -> None:
    """Neither by us nor by the browser of whoever reads the profile."""
    actor = ward.network.peer(EVIL).actor("mallory", key=1, icon={"type": "Image", "url": inner}, image={"url": inner})

    found = await ward.node.find(actor.handle)
    shown = (await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{found.id}")).text
    create = actor.create(attachment=[{"type": "Image", "mediaType": "image/png", "url": inner}])
    create["to"] += [ward.asha.account.uri]
    await ward.takes(create, by=actor)

    kept = await ward.holds(create["object"]["id"])
    assert (found.avatar, found.header) == (None, None)
    assert inner not in shown
    assert await ward.node.db.read(media.of_status, kept.id) == []
    assert {request.url.host for request in ward.network.wire.sent} <= {EVIL, "masto.example", "ward.example"}


@pytest.mark.parametrize("host", ["[::]", "[::1]", "[0:0:0:0:0:0:0:1]"])
async def test_S003_unspecified_and_loopback_of_ipv6_are_refused(host: str) -> None:
    """Before anything is sent, even on an open port."""
    await refused_by_the_guard(host)


@pytest.mark.parametrize("host", ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]"])
async def test_S004_ipv4_written_as_ipv6_is_refused(host: str) -> None:
    """Mapped and compatible forms mean the address within."""
    await refused_by_the_guard(host)
    await refused_by_the_guard("mapped.example", {"mapped.example": [host.strip("[]")]})


@pytest.mark.parametrize(
    "host", ["[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]"]
)
async def test_S005_translated_addresses_are_judged_by_what_they_hold(host: str) -> None:
    """NAT64 and 6to4 hand a packet on to the address inside."""
    await refused_by_the_guard(host)


@pytest.mark.parametrize("text", INNER_TEXT.split())
async def test_S006_names_in_a_special_range_are_refused(text: str) -> None:
    """Every range of the registries, and whatever hides one inside."""
    assert not is_public(ip_address(text))
    await refused_by_the_guard("inner.example", {"inner.example": [text]})


async def test_S007_a_name_that_points_nowhere_in_particular_is_refused() -> None:
    """0.0.0.0 reaches this machine on many systems."""
    await refused_by_the_guard("zero.example", {"zero.example": ["0.0.0.0"]})
    await refused_by_the_guard("0.0.0.0")


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0x7f000001", "127.0.0.1."])
async def test_S008_numbers_in_strange_spellings_are_no_hosts(host: str) -> None:
    """Many resolvers take short, octal, hexadecimal and decimal forms for addresses; nothing of ours does."""
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), {host: ["127.0.0.1"]}) as client:
        with pytest.raises((httpx.HTTPError, httpx.InvalidURL)):
            await client.get(f"http://{host}:{port}/")

    assert hits == []
    if host != "127.0.0.1.":
        assert not uris.is_usable(f"https://{host}/")
    assert uris.parse_handle(f"a@{host}") is None or host == "127.0.0.1."


async def test_S009_a_key_inside_is_never_asked_for(ward: Ward) -> None:
    """401, whatever the port and the spelling; the same for a key of ours."""
    mallory = ward.network.peer(EVIL).actor("mallory", key=1)
    asked = len(ward.network.wire.sent)
    for key_id in (
        "http://127.0.0.1:5432/key",
        "https://127.0.0.1:5432/key",
        "https://[::1]/key",
        "https://ward.example/key",
    ):
        mallory.key_id = key_id
        answer = await ward.node.world.anybody.post(**posted(ward, mallory.signed(ward.node, mallory.create())))
        await ward.network.settle()

        assert (answer.status_code, answer.json()["reason"]) == (401, "key-not-owned")

    assert len(ward.network.wire.sent) == asked


def posted(ward: Ward, request: httpx.Request) -> dict[str, Any]:
    """Give the parts of a request that did not go over the wire."""
    return {"url": str(request.url), "content": request.content, "headers": dict(request.headers)}


@pytest.mark.parametrize(
    "handle",
    [
        "u@localhost",
        "u@127.0.0.1:8080",
        "u@intranet",
        "u@evil.example/../admin?x=",
        "u@[::1]",
        "u@evil.example:x",
        "u@a@b",
    ],
)
async def test_S010_handles_at_hosts_inside_are_refused_before_any_question(ward: Ward, handle: str) -> None:
    """A name without a dot, a number, a path: nobody is asked, and nobody is found."""
    asha = ward.node.world.client(ward.asha)
    asked = len(ward.network.wire.sent)

    lookup = await asha.get("/api/v1/accounts/lookup", params={"acct": handle})
    found = await asha.get("/api/v2/search", params={"q": f"@{handle}", "resolve": "true", "type": "accounts"})
    looked_up = [str(request.url) for request in ward.network.wire.sent[asked:]]
    post = await asha.post("/api/v1/statuses", json={"status": f"Look @{handle}"})
    await ward.network.settle()

    assert lookup.status_code in (404, 422)
    assert found.json()["accounts"] == []
    assert post.json()["mentions"] == []
    assert looked_up == []
    plain = {"https://evil.example/.well-known/webfinger?resource=acct:u@evil.example"}  # what stands before the slash
    assert {str(request.url) for request in ward.network.wire.sent[asked:]} <= plain


async def test_S012_an_inbox_inside_is_refused_when_kept_and_when_dialled(ward: Ward) -> None:
    """A name may move inside between the two; then the delivery is given up for good."""
    for number, inbox in enumerate(["http://10.0.0.5/inbox", "https://10.0.0.5/inbox", "https://localhost/inbox"]):
        actor = ward.network.peer(EVIL).actor(f"mallory{number}", key=1, inbox=inbox)
        with pytest.raises(PeerError):
            await ward.node.find(actor.handle)
    shared = ward.network.peer(EVIL).actor("mallory", key=1, endpoints={"sharedInbox": "http://10.0.0.5/inbox"})
    kept = await ward.node.find(shared.handle)
    await ward.takes(shared.follow(ward.asha.account.uri), by=shared)
    post = await ward.node.post(ward.asha, "For whoever follows")

    async with (
        canary() as (_, hits),
        guarded(GuardRules(), {EVIL: ["127.0.0.1"], "masto.example": ["10.0.0.1"]}) as client,
    ):
        deliverer = HttpDeliverer(client, ward.network.clock)
        await delivering.drain(ward.node.db, deliverer)
        deliverer.close()

    assert kept.shared_inbox is None
    states = await ward.node.db.read(deliveries.of_status, post.id)
    assert [(row.host, row.state) for row in states] == [(EVIL, "dropped")]
    assert Reason.FORBIDDEN_ADDRESS.value in (states[0].last_error or "")
    assert hits == []


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
async def test_S013_ports_of_other_services_are_closed(port: int) -> None:
    """Before the name is looked up; only the ports of the web are open, unless listed."""
    names = Names({"peer.example": ["8.8.8.8"]})
    async with build_client(GuardRules(), user_agent="rounds/0", resolver=names) as client:
        with pytest.raises(ForbiddenAddress):
            await client.get(f"https://peer.example:{port}/")

    assert names.asked == []


@pytest.mark.parametrize("address", SCHEMES)
async def test_S014_addresses_of_other_schemes_are_dropped_or_refused(ward: Ward, address: str) -> None:
    """As an id, a picture, a page, a parent, an inbox: no file is read, nobody is asked, nothing of it is shown."""
    actor = ward.network.peer(EVIL).actor("mallory", key=1, icon={"type": "Image", "url": address}, url=address)
    parts: dict[str, Any] = {
        "url": address,
        "inReplyTo": address,
        "quote": address,
        "attachment": [{"type": "Image", "url": address}],
    }
    create = actor.create(**parts, to=[ward.asha.account.uri])
    named = actor.create(id=address, to=[ward.asha.account.uri])

    await ward.takes(create, by=actor)
    answer = await ward.takes(named, by=actor)
    with pytest.raises(PeerError):
        await fetching.thing(ward.node.db, ward.node.fetcher, address, site=ward.node.site)
    with pytest.raises(PeerError):
        await ward.node.find(ward.network.peer(EVIL).actor("other", key=1, inbox=address).handle)

    kept = await ward.holds(create["object"]["id"])
    found = await ward.node.db.read(accounts.by_uri, actor.uri)
    assert answer.status_code in (400, 403)
    assert await ward.node.held(address) is None
    assert found is not None
    if not address.startswith("http://"):
        assert (found.avatar, found.url, kept.url) == (None, actor.uri, kept.uri)
    assert (kept.reply_to_uri, kept.quote_uri) == (None, None)
    assert await ward.node.db.read(media.of_status, kept.id) == []
    assert {request.url.host for request in ward.network.wire.sent} <= {EVIL, "masto.example", "ward.example"}


@pytest.mark.parametrize("end", ["\r\nx-evil: 1", "\n", "%0d%0ax-evil:%201", "%0D%0A", "%0a", "%00", "\u2028", "\r"])
async def test_S015_line_ends_in_an_address_begin_no_header(ward: Ward, end: str) -> None:
    """Raw or encoded, such an address is no inbox; and no other request is made of it either."""
    inbox = f"https://{EVIL}/inbox{end}"
    actor = ward.network.peer(EVIL).actor("mallory", key=1, inbox=inbox)

    with pytest.raises(PeerError, match=Reason.INSECURE_ADDRESS.value):
        await ward.node.find(actor.handle)
    answer = await ward.node.deliverer.post(inbox, b"{}", signing_key())

    assert (answer.status, (answer.error or "").partition(":")[0]) == (0, Reason.INSECURE_ADDRESS.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://ward.example@evil.example/x",
        "https://evil.example\\@ward.example/x",
        "https://ward.example:x@evil.example/",
        "https://evil.example%2f@ward.example/x",
        "https://evil.example\t.ward.example/",
        "https://evil.example\uff0fward.example/",
        "https://ward.example%2eevil.example/",
    ],
)
def test_S016_an_address_that_could_be_read_two_ways_is_refused(address: str) -> None:
    """Credentials, backslashes, encoded and look-alike marks around the host."""
    assert not uris.is_usable(address)


def test_S016_what_looks_like_a_host_behind_a_mark_is_none() -> None:
    """Fragment, query and path begin where they begin."""
    for mark in ("#@", "?@", "/@", "/;@"):
        assert uris.host_of(f"https://evil.example{mark}ward.example/x") == EVIL


_PIECES = st.sampled_from(
    [
        *"@:/\\?#[].%-_ab1",
        "evil.example",
        "ward.example",
        "xn--",
        "%40",
        "ß",
        "\u3002",
        "\uff0e",
        "\u200d",
        "ı",
        "127.0.0.1",
        "٣",
        "::1",
        "\u0131",
    ]
)


@settings(max_examples=1500)
@given(st.lists(_PIECES, max_size=7).map("".join))
def test_S016_the_host_that_is_checked_is_the_host_that_is_dialled(text: str) -> None:
    """One address, three libraries: whatever we accept, all of them go to the same place."""
    address = f"https://{text}"
    if not uris.is_usable(address):
        return
    try:
        dialled = wire_url(address, loopback_http=False)
    except PeerError:
        return

    port = "" if dialled.port in (None, 443) else f":{dialled.port}"
    assert dialled.raw_host.decode().rstrip(".") + port == uris.host_of(address)
    assert dialled.userinfo == b""


async def test_S018_an_address_that_anybody_hands_in_is_not_fetched(world: World) -> None:
    """There is no door through which a guest makes this node ask elsewhere, whatever the parameter is called."""
    wanted = "https://evil.example/x.png"
    query = {name: wanted for name in ("url", "uri", "q", "src", "u", "image", "resource", "acct", "resolve")}
    paths = [route.path for route in world.app.router.routes if route.method == "GET"]

    for path in [*paths, "/proxy", "/media_proxy/1/small", f"/media/{wanted}", "/api/v1/media_proxy", "/media/aHR0cA"]:
        filled = path
        for name in ("{id}", "{name}", "{acct}", "{path:rest}", "{file}", "{day}"):
            filled = filled.replace(name, "https%3A%2F%2Fevil.example%2Fx.png")
        answer = await world.anybody.get(filled, params=query)
        assert answer.status_code < 500, path
        if path not in paths:
            assert answer.status_code == 404, path

    assert world.fetcher.asked == []


class Turning(Names):
    """A name server that answers otherwise from the second question on."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
        """Return a public address once, then an inner one."""
        self.table = {host: ["127.0.0.1" if self.asked else "192.0.2.1"]}
        return await super().resolve(host, port, family)


async def test_S023_the_address_that_was_checked_is_the_one_that_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """One lookup for a hop, and the socket gets its answer; a second answer is checked like the first."""
    dialled: list[str] = []

    def dial(_self: GuardedResolver, info: Any) -> Any:
        dialled.append(info[4][0])
        raise OSError("far away")

    monkeypatch.setattr(GuardedResolver, "open_socket", dial)
    monkeypatch.setattr("node.gateways.guard.is_public", lambda address: str(address) == "192.0.2.1")
    names = Turning({})
    async with build_client(GuardRules(), user_agent="rounds/0", resolver=names) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://turning.example/")

    assert (names.asked, dialled) == (["turning.example"], ["192.0.2.1"])


async def test_S023_an_address_that_nobody_checked_is_not_dialled() -> None:
    """The socket is refused although the resolver was got around."""
    async with canary() as (port, hits):
        resolver = GuardedResolver(GuardRules(ports=frozenset({port})), Turning({"turning.example": []}))
        with pytest.raises(OSError, match="inner address"):
            resolver.open_socket((2, 1, 6, "", ("127.0.0.1", port)))
    assert hits == []


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1111", "::1"]])
async def test_S024_a_name_with_any_inner_answer_is_refused(answers: list[str]) -> None:
    """One inner answer among good ones spoils the name."""
    await refused_by_the_guard("mixed.example", {"mixed.example": answers})
