"""No address from outside leads inside, however it is written, named or redirected."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from node.gateways.guard import ForbiddenAddress, GuardedResolver, GuardRules, build_client, is_public
from tests.node.gateways.doubles import Names, canary, guarded

OUTER_TEXT = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.254
2606:4700::1111 2a00:1450::1 64:ff9b::808:808 ::ffff:8.8.8.8 2002:808:808::1
"""


@pytest.mark.parametrize("text", OUTER_TEXT.split())
def test_outer_address_is_public(text):
    """The neighbours of the ranges, and translated addresses of the outside."""
    assert is_public(ip_address(text))


async def test_socket_is_refused_when_the_resolver_was_got_around():
    """The very address about to be dialled is looked at once more."""
    resolver = GuardedResolver(GuardRules(), Names({}))

    with pytest.raises(OSError, match="inner address"):
        resolver.open_socket((2, 1, 6, "", ("127.0.0.1", 443)))


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
