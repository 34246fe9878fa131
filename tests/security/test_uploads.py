"""Files of strangers: what they are is what is in them, what is kept is made anew, and nobody waits for a hostile one."""

import asyncio
import os
import resource
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from federation.reasons import PeerError, Reason
from node.gateways.blobs import FileBlobs
from node.gateways.fetch import HttpFetcher
from node.gateways.workshop import ProcessWorkshop
from node.privacy import images
from node.privacy.images import UnusableImage
from tests.node.gateways.doubles import StillClock, Web, signing_key
from tests.support.films import SECRET, film, gif_of, webp_of
from tests.support.world import Person, World, make_world
from tests.web.api.test_media import picture

UPLOAD = "/api/v2/media"
SCRIPT = b"*/=1;alert(document.domain)/*"


async def upload(world: World, who: Person, data: bytes, *, name: str = "a.jpg", kind: str = "image/jpeg") -> Any:
    """Send a file under a name and a kind of one's choice."""
    return await world.client(who).post(UPLOAD, files={"file": (name, data, kind)})


@pytest.mark.parametrize(
    "data",
    [b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"#!/bin/sh\n", b"\xff\xd8\xff<script>"],
)
async def test_S121_a_page_called_a_picture_is_refused(world: World, data: bytes) -> None:
    """By its bytes; nothing of it is kept."""
    ines = await world.user("ines")

    answer = await upload(world, ines, data)

    assert (answer.status_code, world.blobs.kept) == (422, {})


def _with_chunk(name: bytes, body: bytes) -> bytes:
    """Return a PNG with a chunk of somebody's choice."""
    data = picture()
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data[:33] + chunk + data[33:]


POLYGLOTS = [
    picture("GIF").replace(b"GIF89a", b"GIF89a", 1) + SCRIPT,
    picture("JPEG") + b"PK\x03\x04 a.zip",
    picture("JPEG") + b"%PDF-1.7 a",
    _with_chunk(b"tEXt", b"x\0<?php system($_GET[0]); ?>"),
    _with_chunk(b"prVt", b"<?php a ?>"),
]
_HOSTILE = (SCRIPT, b"PK\x03\x04", b"%PDF", b"<?php")


@pytest.mark.parametrize("data", POLYGLOTS)
async def test_S122_of_a_file_that_is_two_things_the_picture_is_kept(world: World, data: bytes) -> None:
    """Served as what was made of it, never to be read as anything else."""
    ines = await world.user("ines")

    made = (await upload(world, ines, data, kind="text/html")).json()

    for address in (made["url"], made["preview_url"]):
        served = await world.anybody.get(address)
        assert not any(hostile in served.content for hostile in _HOSTILE)
        assert served.headers["content-type"] in ("image/png", "image/jpeg")
        assert served.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in served.headers["content-security-policy"]


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is as large as this."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(40_000_000), 9)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def apng_of(frames: int) -> bytes:
    """Return a PNG that says it has so many pictures."""
    return _with_chunk(b"acTL", struct.pack(">II", frames, 0))


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


def _saved(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, kind)
    return out.getvalue()


OTHERS = {
    "FITS": b"SIMPLE  =                    T" + bytes(100),
    "PSD": b"8BPS\0\1" + bytes(100),
    "EPS": _saved("EPS"),
    "PCX": _saved("PCX"),
    "SGI": _saved("SGI"),
    "FLI": b"\0\0\0\0\x11\xaf" + bytes(122),
    "TIFF": _saved("TIFF"),
    "DDS": _saved("DDS"),
    "FPX": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
    "JPEG2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "BLP": b"BLP2" + bytes(100),
    "ICNS": _saved("ICNS"),
    "PDF": _saved("PDF"),
    "PCF": b"\1fcp" + bytes(100),
    "BMP": _saved("BMP"),
    "AVIF": b"\0\0\0\x1cftypavif" + bytes(100),
    "HEIC": b"\0\0\0\x1cftypheic" + bytes(100),
}


@pytest.mark.parametrize("kind", OTHERS)
async def test_S124_pictures_of_other_kinds_are_refused(world: World, kind: str) -> None:
    """Whatever they are called."""
    ines = await world.user("ines")

    answers = [await upload(world, ines, OTHERS[kind], name=f"a.{end}") for end in ("jpg", "png", "gif", "webp")]

    assert [answer.status_code for answer in answers] == [422] * 4


def test_S124_no_reader_of_another_kind_is_loaded() -> None:
    """Only what our kinds need, and what Pillow itself brings along."""
    program = (
        "import sys; from node.privacy import images\n"
        "for kind in ('JPEG', 'PNG', 'GIF', 'WEBP'):\n"
        "    try: images.clean(bytes.fromhex(sys.argv[1 + ('JPEG', 'PNG', 'GIF', 'WEBP').index(kind)]))\n"
        "    except images.UnusableImage: pass\n"
        "try: images.clean(b'8BPS')\n"
        "except images.UnusableImage: pass\n"
        "print(*sorted(name for name in sys.modules if name.startswith('PIL.') and name.endswith('Plugin')))"
    )
    files = [picture(kind, (4, 4)).hex() for kind in ("JPEG", "PNG", "GIF", "WEBP")]

    found = subprocess.run([sys.executable, "-c", program, *files], capture_output=True, text=True, check=True)

    ours = {"Jpeg", "Png", "Gif", "WebP"}
    brought = {"Bmp", "Ppm", "Tiff", "Mpo"}  # by Pillow: never asked, since a kind is chosen by name
    assert {name[4:-11] for name in found.stdout.split()} <= ours | brought


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


NAMES = ["../../x.png", "/etc/x.png", "a\\..\\b.png", "a\0b.png", "x" * 5000 + ".png", "..", "", '"><script>.png']


@pytest.mark.parametrize("name", NAMES)
async def test_S127_a_file_lies_under_a_name_of_ours(tmp_path: Path, database_url: str, name: str) -> None:
    """Within the media folder; what its sender called it is nowhere."""
    world = await make_world(database_url, tmp_path)
    folder = tmp_path / "media"
    object.__setattr__(world.node, "blobs", FileBlobs(folder))
    ines = await world.user("ines")

    answer = await upload(world, ines, picture(), name=name, kind="image/png")

    kept = _files(folder)
    assert (answer.status_code, len(kept)) in ((200, 2), (400, 0), (422, 0))
    assert (answer.status_code == 200) == (0 < len(name) < 5000)
    assert all(path.parts[0] == "files" and len(path.stem) in (32, 38) for path in kept)
    assert not any("x.png" in str(path) or "etc" in path.parts for path in _files(tmp_path))
    await world.close()


def _files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


PATHS = [
    "/media/..%2f..%2fconfig",
    "/media/%2e%2e/x",
    "/media/../secrets.toml",
    "/media//etc/passwd",
    "/media/files/leak.png",
    "/static//etc/passwd",
    "/static/..%2f..%2fentities.py",
    "/static/%2e%2e/entities.py",
    "/media_proxy/..%2f..%2fx/small",
    "/media_proxy/%2e%2e/original",
]


@pytest.mark.parametrize("path", PATHS)
async def test_S128_no_path_leads_out_of_a_folder(tmp_path: Path, database_url: str, path: str) -> None:
    """Not by dots, not by slashes, not by a link that somebody put into the folder."""
    world = await make_world(database_url, tmp_path)
    folder = tmp_path / "media"
    (folder / "files").mkdir(parents=True)
    (tmp_path / "config").write_text(SECRET)
    (folder / "files" / "leak.png").symlink_to(tmp_path / "config")
    object.__setattr__(world.node, "blobs", FileBlobs(folder))

    answer = await world.anybody.get(httpx.URL(f"https://ward.example{path}"))

    assert answer.status_code == 404
    assert SECRET not in answer.text
    await world.close()


@pytest.mark.parametrize("word", ["../../etc/passwd", "..%2f..", "/etc/passwd", "en/../../x", "\\..\\x"])
async def test_S129_words_that_choose_a_language_are_never_paths(world: World, word: str) -> None:
    """A code or nothing: what else is sent is left aside or refused."""
    ines = await world.user("ines")
    client = world.client(ines)

    answers = [
        await client.post("/api/v1/statuses", json={"status": "Gel", "language": word}),
        await client.get("/api/v1/custom_emojis", params={"pack": word, "theme": word, "lang": word}),
        await client.get(f"/emoji/{word}"),
        await client.get("/", params={"lang": word, "theme": word}, headers={"accept-language": word}),
    ]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[0].json()["language"] == "en"
    assert answers[2].status_code in (404, 422)
    assert not any("root:" in answer.text for answer in answers)


def _traced(kind: str) -> bytes:
    """Return a picture with everything that a camera and its owner leave in one."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.BodySerialNumber] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 13.0, 47.0)
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 30, 40))
    out = BytesIO()
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET)
        image.save(out, kind, exif=exif, pnginfo=notes)
        return out.getvalue()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    image.save(out, kind, exif=exif, xmp=xmp)
    if kind == "JPEG":  # IPTC, in the segment that Photoshop made
        iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET) + 5) + b"\x1c\x02\x78"
        body = iptc + struct.pack(">H", len(SECRET)) + SECRET.encode()
        data = out.getvalue()
        return data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:]
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_S130_nothing_of_a_camera_is_left_wherever_a_picture_is_shown(world: World, kind: str) -> None:
    """In posts, on profiles; and it stands upright."""
    ines = await world.user("ines")
    data = _traced(kind)
    assert SECRET.encode() in data

    made = (await upload(world, ines, data)).json()
    faces = {"avatar": ("a", data, "image/png"), "header": ("b", data, "image/png")}
    account = (await world.client(ines).patch("/api/v1/accounts/update_credentials", files=faces)).json()

    served = [
        (await world.anybody.get(address)).content
        for address in (made["url"], made["preview_url"], account["avatar"], account["header"])
    ]
    for content in served:
        shown = Image.open(BytesIO(content))
        assert SECRET.encode() not in content
        assert (dict(shown.getexif()), shown.info.keys() & {"exif", "xmp", "photoshop", "Comment"}) == ({}, set())
    upright = Image.open(BytesIO(served[0])).convert("RGB")
    pixel: Any = upright.getpixel((20, 5))
    assert (upright.size, pixel[0] > 200) == ((40, 60), True)


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
