"""Pictures are made anew from their pixels: nothing else of the file is left, and nothing hostile gets through."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from node.gateways.workshop import ProcessWorkshop
from node.privacy.images import MAX_DECODED_PIXELS, MAX_KEPT_PIXELS, UnusableImage, clean, cut

SECRET = "Bed 12, J. Kowalski"


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 60, height: int = 40) -> Image.Image:
    """Return a picture whose left half is red."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    return image


def exif() -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = 6
    found[ExifTags.Base.ImageDescription] = SECRET
    found.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 13.0, 47.0)
    return found


def with_secrets(kind: str) -> bytes:
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET)
        notes.add_itxt("XML:com.adobe.xmp", SECRET)
        return encoded(photo(), kind, pnginfo=notes, exif=exif())
    if kind == "GIF":
        return encoded(photo(), kind, comment=SECRET.encode())
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    more = {"comment": SECRET.encode()} if kind == "JPEG" else {}
    return encoded(photo(), kind, exif=exif(), xmp=xmp, **more)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_trace_of_the_camera_and_its_owner_is_gone(kind: str) -> None:
    """Place, device, comments, XMP: not in the whole and not in the small picture."""
    data = with_secrets(kind)
    assert SECRET.encode() in data

    made = clean(data)

    for file in (made.whole, made.preview):
        again = Image.open(BytesIO(file.data))
        assert SECRET.encode() not in file.data
        assert b"Exif" not in file.data
        assert dict(again.getexif()) == {}
        assert {"comment", "xmp", "XML:com.adobe.xmp", "icc_profile", "exif"} & set(again.info) == set()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_orientation_is_applied_before_it_is_dropped(kind: str) -> None:
    """A picture that was turned stays turned: what was left is now above."""
    made = clean(encoded(photo(), kind, exif=exif()))

    again = Image.open(BytesIO(made.whole.data)).convert("RGB")
    top, bottom = again.getpixel((20, 5)), again.getpixel((20, 55))
    assert (made.whole.width, made.whole.height, again.size) == (40, 60, (40, 60))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_kinds_and_endings_say_what_the_files_are() -> None:
    """A photograph stays a JPEG, line art and what is see-through become PNG."""
    clear = Image.new("RGBA", (30, 30), (0, 0, 0, 0))

    found = [
        clean(data).whole
        for data in (encoded(photo(), "JPEG"), encoded(photo(), "GIF"), encoded(clear, "PNG"), encoded(clear, "WEBP"))
    ]

    assert [(one.content_type, one.suffix) for one in found] == [("image/jpeg", ".jpg")] + [("image/png", ".png")] * 3
    assert Image.open(BytesIO(found[3].data)).convert("RGBA").getpixel((1, 1)) == (0, 0, 0, 0)


def test_moving_picture_keeps_its_first_picture() -> None:
    """It never moves, and it is never lost."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)

    again = Image.open(BytesIO(clean(data).whole.data))

    assert getattr(again, "n_frames", 1) == 1
    assert again.convert("RGB").getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "YCbCr"])
def test_every_kind_of_pixel_can_be_kept(mode: str) -> None:
    """Scans have 16 bits, prints have four inks."""
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    image = Image.new("I;16", (20, 20), 65535) if mode == "I;16" else photo(20, 20).convert(mode)

    made = clean(encoded(image, kind))

    assert (made.whole.width, made.preview.height, len(made.blurhash)) == (20, 20, 28)


def test_colours_of_a_profile_are_converted() -> None:
    """Dropping a profile alone would change every colour."""
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    kept = [clean(encoded(photo(), "PNG", icc_profile=profile)).whole.data for profile in (srgb, wide, b"no profile")]

    assert [Image.open(BytesIO(data)).convert("RGB").getpixel((2, 2)) for data in kept] == [(255, 0, 0)] * 3


def test_large_photo_is_made_smaller_and_has_a_small_copy() -> None:
    """A JPEG beyond what is decoded whole is decoded at half its size."""
    data = encoded(Image.new("RGB", (5000, 4000), "teal"), "JPEG")
    assert MAX_DECODED_PIXELS < 5000 * 4000

    made = clean(data)

    assert made.whole.width * made.whole.height <= MAX_KEPT_PIXELS
    assert abs(made.whole.width / made.whole.height - 1.25) < 0.01
    assert max(made.preview.width, made.preview.height) == 640


def bomb() -> bytes:
    """Return a PNG of a few bytes that says it has 30000 x 30000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


JPEG = encoded(photo(), "JPEG")
UNUSABLE = {
    "nothing": b"",
    "text": b"hello",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "page": b"<!doctype html><script>alert(1)</script>",
    "tiff": encoded(photo(), "TIFF"),
    "bmp": encoded(photo(), "BMP"),
    "half a jpeg": JPEG[: len(JPEG) // 2],
    "half a png": encoded(photo(), "PNG")[:60],
    "half a webp": encoded(photo(), "WEBP")[:40],
    "bomb": bomb(),
    "long and thin": encoded(Image.new("1", (60_000, 600)), "PNG"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_usable_picture_is_refused_in_words(name: str) -> None:
    """By what it is, whatever it is called; never by another error."""
    with pytest.raises(UnusableImage) as refused:
        clean(UNUSABLE[name])

    assert len(str(refused.value)) > 20


async def test_work_and_refusal_pass_between_processes() -> None:
    """The workshop is another process: what it returns and what it raises must survive the way."""
    workshop = ProcessWorkshop()
    try:
        made = await workshop.run(clean, JPEG)
        with pytest.raises(UnusableImage, match="no JPEG, PNG, WebP or GIF"):
            await workshop.run(clean, b"hello")
    finally:
        await workshop.close()

    assert (made.whole.width, made.preview.content_type) == (60, "image/jpeg")


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1000, 600), (400, 400)), ((600, 1000), (400, 400)), ((90, 60), (60, 60)), ((1, 3000), (1, 1))],
)
def test_cut_is_the_middle_in_shape_and_never_enlarged(size: tuple[int, int], kept: tuple[int, int]) -> None:
    """Half of the middle is red, half is blue, whatever was wide or tall."""
    made = cut(encoded(photo(*size), "PNG"), 400, 400)

    again = Image.open(BytesIO(made.data))
    assert ((made.width, made.height), again.size) == (kept, kept)
    if kept[0] > 1:
        row = kept[1] // 2
        assert [again.getpixel((x, row)) for x in (2, kept[0] - 3)] == [(255, 0, 0), (0, 0, 255)]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_cut_leaves_nothing_but_pixels(kind: str) -> None:
    """A face must not say where it was taken."""
    made = cut(with_secrets(kind), 1500, 500)

    assert SECRET.encode() not in made.data
    assert dict(Image.open(BytesIO(made.data)).getexif()) == {}


def test_cut_of_no_picture_is_refused_in_words() -> None:
    """As when a picture is kept whole."""
    with pytest.raises(UnusableImage, match="JPEG, PNG, WebP or GIF"):
        cut(b"hello", 400, 400)
