"""The bucket keeps files like the folder does, over S3's own protocol, against a small one on loopback."""

import asyncio
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("obstore")
from node.gateways.bucket import S3Blobs


class Bucket:
    """Speaks just enough S3: PUT, GET and DELETE of one object, and remembers every request."""

    def __init__(self, *, broken=False):
        self.objects = {}
        self.requests = []
        self.broken = broken

    async def serve(self, reader, writer):
        """Answer the requests of one connection."""
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode().split("\r\n")[:-2]
            headers = dict(line.lower().split(": ", 1) for line in lines)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method, path, _ = first.split()
            self.requests.append((method, path, headers))
            status, kind, data = self._answer(method, path, headers, body)
            writer.write(
                f'HTTP/1.1 {status}\r\ncontent-type: {kind}\r\netag: "1"\r\n'
                f"last-modified: Sun, 01 Mar 2026 08:00:00 GMT\r\ncontent-length: {len(data)}\r\n\r\n".encode()
                + data
            )
            await writer.drain()

    def _answer(self, method, path, headers, body):
        if self.broken:
            return "403 Forbidden", "text/plain", b""
        if method == "PUT":
            self.objects[path] = (headers["content-type"], body)
        if method == "DELETE":
            self.objects.pop(path, None)
            return "204 No Content", "text/plain", b""
        if path not in self.objects:
            return "404 Not Found", "text/plain", b""
        return "200 OK", *self.objects[path]


@asynccontextmanager
async def running(bucket):
    """Give the files in a bucket that listens on loopback."""
    tasks: set[asyncio.Task[None] | None] = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            await bucket.serve(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield S3Blobs(
            "media",
            endpoint=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            region="eu",
            access_key_id="key",
            secret_access_key="secret",
        )
        for task in filter(None, tasks):
            task.cancel()


async def test_file_comes_back_with_its_type():
    """What was put is what is got, signed with our key."""
    bucket = Bucket()
    async with running(bucket) as files:
        await files.put("m/a.png", b"\x00png", content_type="image/png")

        assert await files.get("m/a.png") == (b"\x00png", "image/png")

    assert [(method, path) for method, path, _ in bucket.requests] == [
        ("PUT", "/media/m/a.png"),
        ("GET", "/media/m/a.png"),
    ]
    assert all("credential=key/" in headers["authorization"] for _, _, headers in bucket.requests)


async def test_absent_file_is_a_key_error_and_deleting_it_is_fine():
    """As with a folder."""
    async with running(Bucket()) as files:
        await files.put("a", b"1", content_type="x/y")
        await files.delete("a")
        await files.delete("a")

        with pytest.raises(KeyError):
            await files.get("a")


async def test_bucket_that_refuses_is_an_os_error():
    """The caller answers 503, as for a full disk."""
    async with running(Bucket(broken=True)) as files:
        for call in (files.put("a", b"1", content_type="x/y"), files.get("a"), files.delete("a")):
            with pytest.raises(OSError, match="bucket"):
                await call


async def test_strange_key_is_refused():
    """The same keys as in a folder."""
    async with running(Bucket()) as files:
        with pytest.raises(ValueError, match="key"):
            await files.get("../x")
