"""Files and forms that would take all memory or time: each is refused, and nobody else waits for it."""

import asyncio
import os
import resource
import struct
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from federation.reasons import PeerError, Reason
from node.gateways.blobs import FileBlobs
from node.gateways.fetch import HttpFetcher
from node.gateways.workshop import ProcessWorkshop
from node.privacy import images
from node.privacy.images import UnusableImage
from tests.node.gateways.doubles import StillClock, Web, signing_key
from tests.security.sending import UPLOAD, upload, with_chunk
from tests.support.films import film, gif_of, webp_of
from tests.support.world import World, make_world
from tests.web.api.test_media import picture


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is as large as this."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(40_000_000), 9)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def apng_of(frames: int) -> bytes:
    """Return a PNG that says it has so many pictures."""
    return with_chunk(b"acTL", struct.pack(">II", frames, 0))


def grown_by(data: bytes) -> tuple[str, int]:
    """Return how a picture is refused, and by how many bytes the process grew meanwhile."""
    images.clean(picture())  # what reading any picture takes
    before = _most_memory()
    try:
        images.clean_unless_moving(data)
    except UnusableImage as error:
        return str(error), _most_memory() - before
    return "", 0


def _most_memory() -> int:
    """Return the most bytes that this process ever held; what is inherited is left out where that can be told."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    known = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return 1024 * (known[0] if known else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@pytest.mark.parametrize(
    "make", [lambda: bomb(30_000, 30_000), lambda: gif_of(100_000), lambda: webp_of(100_000), lambda: apng_of(100_000)]
)
async def test_S123_a_small_file_that_becomes_large_is_refused_before_it_does(make: Callable[[], bytes]) -> None:
    """In words, and the process that looked at it did not grow."""
    workshop = ProcessWorkshop(timeout_s=10)
    try:
        said, growth = await workshop.run(grown_by, make())
    finally:
        await workshop.close()

    assert "may have" in said
    assert growth < 100 * 1024**2


ENCODINGS = {
    "gzip": lambda data: _packed(data, 31),
    "deflate": lambda data: _packed(data, 15),
    "br": lambda data: data,
    "gzip, gzip": lambda data: _packed(_packed(data, 31), 31),
}


def _packed(data: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_S125_an_answer_that_unpacks_without_end_is_given_up(encoding: str) -> None:
    """At a mebibyte of what it unpacks to, whether a document, a picture or a page is asked for."""
    packed = ENCODINGS[encoding](bytes(40_000_000))

    def answer() -> httpx.Response:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(packed), 4096):
                yield packed[start : start + 4096]

        headers = {"content-type": "application/activity+json", "content-encoding": encoding}
        return httpx.Response(200, content=pieces(), headers=headers)

    url = "https://peer.example/notes/1"
    fetcher = HttpFetcher(Web({url: _later(answer)}).client(), signing_key, StillClock())
    tracemalloc.start()
    try:
        for ask in (fetcher.activity(url), fetcher.blob(url, max_bytes=1024**2)):
            with pytest.raises(PeerError) as refused:
                await ask
            assert refused.value.reason in (Reason.TOO_LARGE, Reason.WRONG_CONTENT_TYPE, Reason.MALFORMED)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024**2


def _later(answer: Callable[[], httpx.Response]) -> Any:
    async def give(_request: httpx.Request) -> httpx.Response:
        return answer()

    return give


def die() -> None:
    """End the process as a decoder with a fault does."""
    os._exit(11)


def loop() -> None:
    """Never end."""
    time.sleep(600)


class Faulty:
    """A workshop whose decoder has a fault."""

    def __init__(self, fault: Callable[[], None]) -> None:
        self.inner = ProcessWorkshop(timeout_s=0.2, slow_timeout_s=0.2)
        self._fault = fault

    async def run(self, _work: object, *_given: object) -> None:
        """Fail."""
        await self.inner.run(self._fault)

    async def run_slowly(self, _work: object, *_given: object) -> None:
        """Fail."""
        await self.inner.run_slowly(self._fault)


@pytest.mark.parametrize("fault", [die, loop])
async def test_S131_a_decoder_that_crashes_or_loops_costs_its_process_alone(
    world: World, fault: Callable[[], None]
) -> None:
    """Its sender is told; others are answered meanwhile by the same process."""
    ines = await world.user("ines")
    workshop = Faulty(fault)
    object.__setattr__(world.node, "workshop", workshop)
    before = os.getpid()

    async with asyncio.TaskGroup() as group:
        sent = group.create_task(upload(world, ines, picture()))
        health = group.create_task(world.anybody.get("/health"))
    played = (await upload(world, ines, film())).json()
    await world.work()
    shown = await world.client(ines).get(f"/api/v1/media/{played['id']}")
    await workshop.inner.close()

    assert (sent.result().status_code, health.result().status_code, shown.status_code) == (422, 200, 422)
    assert (os.getpid(), world.blobs.kept) == (before, {})


def _form(boundary: str, *parts: str) -> bytes:
    return ("".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n").encode()


def _field(name: str, value: str = "x", *more: str) -> str:
    heads = "".join(f"{head}\r\n" for head in more)
    return f'Content-Disposition: form-data; name="{name}"\r\n{heads}\r\n{value}'


FLOODS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "fields": ("b", lambda: _form("b", *(_field(f"f{n}") for n in range(10_000)))),
    "a text": ("b", lambda: _form("b", _field("description", "x" * 10_000_000))),
    "a boundary": ("b" * 8192, lambda: _form("b" * 8192, _field("file"))),
    "part headers": ("b", lambda: _form("b", _field("file", "x", *("X-A: " + "y" * 1000 for _ in range(1000))))),
    "one part header": ("b", lambda: _form("b", _field("file", "x", "X-A: " + "y" * 1_000_000))),
    "line ends": ("b", lambda: b"\r\n" * 5_000_000 + _form("b", _field("file"))),
    "no end": ("b", lambda: b"--b\r\n" + _field("file").encode() + b"\r\n-" * 100_000),
    "files": (
        "b",
        lambda: _form("b", *(_field(f"f{n}").replace('"\r\n', '"; filename="a"\r\n', 1) for n in range(50))),
    ),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_S132_a_flood_in_a_form_is_refused_and_takes_no_memory(world: World, flood: str) -> None:
    """400, 413 or 422, whatever there is too much of."""
    ines = await world.user("ines")
    boundary, make = FLOODS[flood]
    body = make()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    tracemalloc.start()
    try:
        answer = await world.client(ines).post(UPLOAD, content=pieces(), headers=headers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert answer.status_code in (400, 413, 422)
    assert peak < 50 * 1024**2


HOSTILE_TYPES = [
    "multipart/form-data; " + "a=" * 30_000,
    'multipart/form-data; boundary="' + "\\" * 30_000,
    "multipart/form-data;" + " ;" * 30_000,
    'application/x-www-form-urlencoded; !="' + "\\" * 30_000 + '"',
    "multipart/form-data; boundary=",
    "multipart/form-data",
]


@pytest.mark.parametrize("kind", HOSTILE_TYPES)
async def test_S132_a_content_type_that_keeps_readers_busy_is_refused(world: World, kind: str) -> None:
    """Without a try at reading it for long."""
    ines = await world.user("ines")

    async with asyncio.timeout(10):
        answer = await world.client(ines).post(UPLOAD, content=b"--b\r\n", headers={"content-type": kind})

    assert answer.status_code in (400, 413, 415, 422)


async def test_S133_others_are_answered_while_a_large_file_comes_in(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two pieces of it; whatever writes to the disk does so in a thread."""
    world = await make_world(database_url, tmp_path, max_film_bytes=40 * 1024**2)
    object.__setattr__(world.node, "blobs", FileBlobs(tmp_path / "media"))
    ines = await world.user("ines")
    data = film()
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + data
    answered: list[int] = []
    monkeypatch.setattr(os, "fsync", _only_in_a_thread(os.fsync))

    async def pieces() -> AsyncIterator[bytes]:
        yield body
        for number in range(300):
            if number % 30 == 0:
                answered.append((await world.anybody.get("/health")).status_code)
            yield bytes(128 * 1024)
        yield b"\r\n--b--\r\n"

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = await world.client(ines).post(UPLOAD, content=pieces(), headers=headers)

    assert (answer.status_code, answered) == (202, [200] * 10)
    await world.close()


def _only_in_a_thread(work: Callable[[int], None]) -> Callable[[int], None]:
    def watched(handle: int) -> None:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        work(handle)

    return watched
