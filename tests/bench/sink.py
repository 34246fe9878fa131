"""Every peer at once: a TLS server on several addresses of this machine that takes what is posted and answers 202.

`python -m tests.bench.sink PORT FOLDER HOSTS`
"""

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

import httptools
import uvloop

_ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class _Inbox(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport  # uvloop's transports over TLS are not derived from asyncio's
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_message_complete(self) -> None:
        self._transport.write(_ANSWER)


def address(number: int) -> str:
    """Return the loopback address of one of the peers."""
    return f"127.0.0.{2 + number}"


async def _serve(port: int, folder: Path, hosts: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "sink.pem", folder / "sink.key")
    loop = asyncio.get_running_loop()
    addresses = ["127.0.0.1", *(address(number) for number in range(hosts))]  # the first says that all listen
    servers = [await loop.create_server(_Inbox, one, port, ssl=context, backlog=256) for one in reversed(addresses)]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
