"""No address from outside leads inside, however it is written, named or redirected."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from node.gateways.guard import ForbiddenAddress, GuardedResolver, GuardRules, build_client, is_public
from tests.node.gateways.doubles import Names

INNER_TEXT = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:a00:1:: 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%1 fec0::1 ff02::1 4000::1
"""

OUTER_TEXT = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.254
2606:4700::1111 2a00:1450::1 64:ff9b::808:808 ::ffff:8.8.8.8 2002:808:808::1
"""


@pytest.mark.parametrize("text", INNER_TEXT.split())
def test_inner_address_is_not_public(text):
    """Every special-purpose range of the registries, and whatever hides one inside."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", OUTER_TEXT.split())
def test_outer_address_is_public(text):
    """The neighbours of the ranges, and translated addresses of the outside."""
    assert is_public(ip_address(text))


@asynccontextmanager
async def canary():
    """Listen on loopback and count who comes; nobody should."""
    hits = []

    async def serve(reader, writer):
        hits.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], hits


@asynccontextmanager
async def guarded(rules, table=None):
    """Give a guarded client whose names come from a table."""
    async with build_client(rules, user_agent="rounds/0", resolver=Names(table or {})) as client:
        yield client


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "[::]",
        "169.254.169.254",
    ],
)
async def test_inner_number_is_refused_before_anything_is_sent(host):
    """Even on an open port."""
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port}))) as client:
        with pytest.raises(ForbiddenAddress):
            await client.get(f"http://{host}:{port}/")

    assert hits == []


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1"])
async def test_number_in_a_strange_spelling_reaches_nobody(host):
    """Short, octal, hexadecimal and decimal forms are no names."""
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), {host: ["127.0.0.1"]}) as client:
        with pytest.raises((httpx.HTTPError, httpx.InvalidURL)):
            await client.get(f"http://{host}:{port}/")

    assert hits == []


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1111", "::1"]])
async def test_name_with_any_inner_answer_is_refused(answers):
    """One inner answer among good ones spoils the name."""
    table = {"mixed.example": answers}
    async with canary() as (port, hits), guarded(GuardRules(ports=frozenset({port})), table) as client:
        with pytest.raises(ForbiddenAddress):
            await client.get(f"http://mixed.example:{port}/")

    assert hits == []


async def test_socket_is_refused_when_the_resolver_was_got_around():
    """The very address about to be dialled is looked at once more."""
    resolver = GuardedResolver(GuardRules(), Names({}))

    with pytest.raises(OSError, match="inner address"):
        resolver.open_socket((2, 1, 6, "", ("127.0.0.1", 443)))


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
async def test_closed_port_is_refused_before_the_name_is_looked_up(port):
    """Only the ports of the web, unless listed."""
    names = Names({"peer.example": ["8.8.8.8"]})
    async with build_client(GuardRules(), user_agent="rounds/0", resolver=names) as client:
        with pytest.raises(ForbiddenAddress):
            await client.get(f"https://peer.example:{port}/")

    assert names.asked == []


async def test_credentials_in_an_address_are_refused():
    """Nobody needs them, and they hide the host."""
    async with guarded(GuardRules()) as client:
        with pytest.raises(ForbiddenAddress):
            await client.get("https://ours.example@peer.example/")


async def test_loopback_is_open_only_by_its_setting():
    """The demo's nodes live on one machine; nothing else inner is opened with it."""
    rules = GuardRules(allow_loopback=True)
    async with (
        canary() as (port, hits),
        guarded(rules, {"node.example": ["127.0.0.1"], "lan.example": ["10.0.0.1"]}) as client,
    ):
        numbered = await client.get(f"http://127.0.0.1:{port}/")
        named = await client.get(f"http://node.example:{port}/")
        for address in ("http://lan.example/", f"http://lan.example:{port}/", "http://10.0.0.1/", "http://0.0.0.0/"):
            with pytest.raises(ForbiddenAddress):
                await client.get(address)

    assert (numbered.text, named.text, len(hits)) == ("ok", "ok", 2)


async def test_destination_of_the_settings_is_exempt_by_exact_host_and_port():
    """The same address under another name or number stays closed, although it has just been dialled."""
    async with canary() as (port, hits):
        table = {"idp.example": ["127.0.0.1"], "evil.example": ["127.0.0.1"]}
        rules = GuardRules(ports=frozenset({port}), exempt=frozenset({("idp.example", port)}))
        async with guarded(rules, table) as client:
            fine = await client.get(f"http://idp.example:{port}/")
            for host in ("evil.example", "127.0.0.1"):
                with pytest.raises(ForbiddenAddress):
                    await client.get(f"http://{host}:{port}/")

    assert (fine.status_code, len(hits)) == (200, 1)


def test_listed_network_is_open_for_its_named_peer_alone():
    """Hospital networks are private; a peer is named together with where it may lie."""
    rules = GuardRules(
        allow_networks={
            "riverside.example": (ip_network("10.20.0.0/16"),),
            "lakeside.example:8443": (ip_network("10.30.0.0/16"),),
        }
    )

    assert rules.permits("riverside.example", 443, ip_address("10.20.1.1"))
    assert rules.permits("riverside.example", 443, ip_address("::ffff:10.20.1.1"))
    assert not rules.permits("riverside.example", 443, ip_address("10.21.1.1"))
    assert not rules.permits("riverside.example", 5432, ip_address("10.20.1.1"))
    assert not rules.permits("other.example", 443, ip_address("10.20.1.1"))
    assert rules.permits("lakeside.example", 8443, ip_address("10.30.1.1"))
    assert rules.opens("lakeside.example", 8443)
    assert not rules.opens("other.example", 8443)


async def test_redirect_is_handed_back_and_not_followed():
    """Whoever follows it does so by hand, through the guard again."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\nset-cookie: a=b\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as server,
        guarded(GuardRules(allow_loopback=True)) as client,
    ):
        response = await client.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    assert response.status_code == 302


def certificate(folder, host):
    """Make a self-signed certificate and give its file and the server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "authority.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, folder / "key.pem")
    return file, context


async def test_certificate_is_checked_against_the_name_and_the_extra_authority(tmp_path):
    """The name of the address is what must be certified, although a number is dialled."""
    file, context = certificate(tmp_path, "good.example")
    names = {"good.example": ["127.0.0.1"], "bad.example": ["127.0.0.1"]}
    rules = GuardRules(allow_loopback=True)

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        async with build_client(rules, user_agent="rounds/0", ca_file=file, resolver=Names(names)) as client:
            good = await client.get(f"https://good.example:{port}/")
            with pytest.raises(httpx.ConnectError):
                await client.get(f"https://bad.example:{port}/")
        async with guarded(rules, names) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"https://good.example:{port}/")

    assert good.status_code == 200


async def test_answer_that_is_no_http_is_an_error_of_httpx():
    """No exception of the library below gets out."""

    async def serve(reader, writer):
        await reader.readline()
        writer.write(b"SSH-2.0-nothing\r\n\r\n")
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as server,
        guarded(GuardRules(allow_loopback=True)) as client,
    ):
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_closed_door_is_called_a_connect_error():
    """An administrator reads what happened, not that it took too long."""
    async with canary() as (port, _):
        pass

    async with guarded(GuardRules(allow_loopback=True)) as client:
        with pytest.raises(httpx.ConnectError, match="Cannot connect"):
            await client.get(f"http://127.0.0.1:{port}/")
