"""Every peer at once: a TLS server on several addresses of this machine.

It takes what is posted and answers 202, and answers for any actor and any post.

`python -m tests.bench.sink PORT FOLDER HOSTS`
"""

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

import httptools
import uvloop

from tests.bench import strangers

_ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class _Peer(asyncio.Protocol):
    def __init__(self, public_pem: str) -> None:
        self._public_pem = public_pem
        self._path = self._host = ""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport  # uvloop's transports over TLS are not derived from asyncio's
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_url(self, url: bytes) -> None:
        self._path = url.decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"host":
            self._host = value.decode()

    def on_message_complete(self) -> None:
        if self._parser.get_method() == b"POST":
            self._transport.write(_ANSWER)
            return
        body = json.dumps(strangers.document(self._host, self._path, self._public_pem)).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def address(number: int) -> str:
    """Return the loopback address of one of the peers."""
    return f"127.0.0.{2 + number}"


async def _serve(port: int, folder: Path, hosts: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "sink.pem", folder / "sink.key")
    loop = asyncio.get_running_loop()
    public_pem = (folder / "stranger.pem").read_text()
    addresses = ["127.0.0.1", *(address(number) for number in range(hosts))]  # the first says that all listen
    servers = [
        await loop.create_server(lambda: _Peer(public_pem), one, port, ssl=context, backlog=256)
        for one in reversed(addresses)
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
