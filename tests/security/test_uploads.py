"""Files of strangers: what they are is what is in them, and what is kept is made anew."""

import struct
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from tests.security.sending import upload, with_chunk
from tests.support.films import SECRET
from tests.support.world import World
from tests.web.api.test_media import picture

SCRIPT = b"*/=1;alert(document.domain)/*"


@pytest.mark.parametrize(
    "data",
    [b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"#!/bin/sh\n", b"\xff\xd8\xff<script>"],
)
async def test_S121_a_page_called_a_picture_is_refused(world: World, data: bytes) -> None:
    """By its bytes; nothing of it is kept."""
    ines = await world.user("ines")

    answer = await upload(world, ines, data)

    assert (answer.status_code, world.blobs.kept) == (422, {})


POLYGLOTS = [
    picture("GIF").replace(b"GIF89a", b"GIF89a", 1) + SCRIPT,
    picture("JPEG") + b"PK\x03\x04 a.zip",
    picture("JPEG") + b"%PDF-1.7 a",
    with_chunk(b"tEXt", b"x\0<?php system($_GET[0]); ?>"),
    with_chunk(b"prVt", b"<?php a ?>"),
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
