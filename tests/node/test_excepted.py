"""`allow_networks` from the settings file to the socket: a named peer on a private network is reached, and nothing else is."""

import asyncio
import base64
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.reasons import PeerError, Reason
from federation.signatures.keys import generate_rsa
from node.parts import Parts
from node.ports import SigningKey
from node.settings import load
from tests.node.gateways.test_guard import certificate
from tests.support.databases import SqliteTemplates

NAMED = "rounds.other.example"
PLACES = {
    NAMED: "10.1.2.3",
    f"sub.{NAMED}": "10.1.2.3",
    "other.example": "10.1.2.3",
    "else.example": "10.1.2.3",
    "strayed.example": "10.1.3.3",
    "metadata.example": "169.254.169.254",
    "here.example": "127.0.0.1",
}
SETTINGS = """
host = "ward.example"
institution_name = "St Mary's"
data_dir = "{folder}"
database_url = "{url}"
ca_file = "{ca_file}"
federation_mode = "open"
allow_networks = {{ "Rounds.Other.example" = ["10.1.2.0/24"], "strayed.example" = ["10.1.2.0/24"] }}
"""


class Outside:
    """What stands at 10.1.2.3, and who was dialled."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer with a document, and lead elsewhere from `/away`."""
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0]
        self.asked.append(asked)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        if b"/away" in asked:
            head = b"HTTP/1.1 302 Found\r\nlocation: https://else.example/\r\n"
        writer.write(head + b"connection: close\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """Let names lead inside, and let what is dialled there end at a server of this test."""
    made, connect = Outside(), BaseSelectorEventLoop.sock_connect
    _, context = certificate(tmp_path, NAMED)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    real = server.sockets[0].getsockname()

    def resolve(host: str, port: int, *_: object) -> list[object]:
        if host not in PLACES:
            raise socket.gaierror(socket.EAI_NONAME, "there is no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PLACES[host], port))]

    async def dial(loop: BaseSelectorEventLoop, sock: socket.socket, address: tuple[str, int]) -> None:
        made.dialled.append(address)
        await connect(loop, sock, real)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", dial)
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
async def parts(tmp_path: Path, outside: Outside, sqlite_templates: SqliteTemplates) -> AsyncIterator[Parts]:
    """Return the parts of a node, as its settings file makes them."""
    (tmp_path / "node").mkdir()
    url = sqlite_templates.migrated(tmp_path / "node")
    secrets = tmp_path / "node/secrets.toml"
    secrets.write_text(f'secret_key = "{base64.b64encode(bytes(32)).decode()}"\n')
    secrets.chmod(0o600)
    file = tmp_path / "rounds.toml"
    file.write_text(SETTINGS.format(folder=tmp_path / "node", url=url, ca_file=tmp_path / "authority.pem"))
    made = Parts(load({}, file=file))
    yield made
    await made.close()


async def test_a_named_peer_on_a_private_network_is_read_and_delivered_to(parts: Parts, outside: Outside) -> None:
    """The whole way: file, rules, name, certificate, socket."""
    key = SigningKey("https://ward.example/actor#main-key", generate_rsa()[0])

    found = await parts.fetcher.json(f"https://{NAMED}/.well-known/nodeinfo", accept="application/json")
    delivered = await parts.deliverer.post(f"https://{NAMED}/inbox", b"{}", key)

    assert (found, delivered.status, delivered.error) == ({}, 200, None)
    assert set(outside.dialled) == {("10.1.2.3", 443)}
    assert [one.split(b" ")[0] for one in outside.asked] == [b"GET", b"POST"]


@pytest.mark.parametrize(
    "url",
    [
        f"https://sub.{NAMED}/",
        "https://other.example/",
        "https://else.example/",
        "https://strayed.example/",
        "https://metadata.example/",
        "https://here.example/",
        "https://10.1.2.3/",
        f"https://{NAMED}:8443/",
        f"https://{NAMED}:5432/",
    ],
)
async def test_no_other_name_number_or_port_opens_with_it(parts: Parts, outside: Outside, url: str) -> None:
    """Before and after the named peer was reached, by reading and by delivering."""
    key = SigningKey("https://ward.example/actor#main-key", generate_rsa()[0])
    for _ in range(2):
        with pytest.raises(PeerError) as caught:
            await parts.fetcher.json(url, accept="application/json")
        delivered = await parts.deliverer.post(f"{url}inbox", b"{}", key)
        assert caught.value.reason is Reason.FORBIDDEN_ADDRESS
        assert (delivered.status, (delivered.error or "").partition(":")[0]) == (0, "forbidden-address")
        await parts.fetcher.json(f"https://{NAMED}/", accept="application/json")

    assert set(outside.dialled) == {("10.1.2.3", 443)}
    assert len(outside.asked) == 2


async def test_a_named_peer_leads_nobody_else_inside(parts: Parts, outside: Outside) -> None:
    """A redirect is looked at as every other address."""
    with pytest.raises(PeerError) as caught:
        await parts.fetcher.json(f"https://{NAMED}/away", accept="application/json")

    assert caught.value.reason is Reason.FORBIDDEN_ADDRESS
    assert len(outside.dialled) == 1
