"""Pictures as they may leave the house: made anew from their pixels, so that nothing but pixels is left. Pure.

How it works. What a file is, its first bytes say, not its name. A JPEG is decoded at a fraction of its size where that
is enough; of anything that moves the first picture is kept. Colours are converted to sRGB and the camera's orientation
is applied before both are dropped with everything else: place, time, device, thumbnails, comments, profiles.
"""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from node.privacy import sniffing

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 33_177_600  # of a JPEG, which can be decoded at half its size
MAX_DECODED_PIXELS: Final = 12_582_912
MAX_KEPT_PIXELS: Final = 3_686_400
PREVIEW_SIDE: Final = 640
HASH_SIDE: Final = 64
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
TYPES: Final = tuple(f"image/{name.lower()}" for name in FORMATS)
_QUALITY: Final = 85


class UnusableImage(ValueError):
    """The file is no picture that can be kept; the text says why."""


class Encoded(Struct, frozen=True):
    """A picture as a file."""

    data: bytes
    content_type: str
    suffix: str
    width: int
    height: int


class Picture(Struct, frozen=True):
    """A picture, a small copy of it, and a blur to show before either is there."""

    whole: Encoded
    preview: Encoded
    blurhash: str


def clean(data: bytes) -> Picture:
    """Return a picture made anew from the pixels of a JPEG, PNG, WebP or GIF.

    Raises: UnusableImage for any other file, one that is broken, and one with too many pixels.
    """
    with _read_as_a_picture():
        return _clean(data)


def clean_unless_moving(data: bytes) -> Picture | None:
    """Return what `clean` does; None for a GIF or WebP that moves. Raises: UnusableImage as `clean`."""
    with _read_as_a_picture():
        is_moving = not data.startswith(b"\x89PNG") and _frames(data) > 1
    return None if is_moving else clean(data)


def preview(data: bytes) -> Picture:
    """Return a picture in the size of a preview, to stand for a film or a sound, or for one of a peer's.

    Raises: UnusableImage as `clean`.
    """
    with _read_as_a_picture():
        return _standing_for(_upright(_opened(data)), is_lossy=_is_lossy(data))


def still(image: "Image") -> Picture:
    """Return a picture of a film in the size of a preview."""
    return _standing_for(image.convert("RGB"), is_lossy=True)


def _standing_for(image: "Image", *, is_lossy: bool) -> Picture:
    small = _within(image, PREVIEW_SIDE)
    made = _encoded(small, is_lossy=is_lossy)
    return Picture(made, made, _blurhash(small))


def cut(data: bytes, width: int, height: int) -> Encoded:
    """Return the middle of a picture in the shape of `width` by `height`, no larger than that and never enlarged.

    Raises: UnusableImage as `clean`.
    """
    with _read_as_a_picture():
        image = _upright(_opened(data))
        share = min(image.width / width, image.height / height)
        shape = max(1, round(width * share)), max(1, round(height * share))
        left, top = (image.width - shape[0]) // 2, (image.height - shape[1]) // 2
        middle = image.crop((left, top, left + shape[0], top + shape[1]))
        return _encoded(_sized(middle, min((width, height), shape)), is_lossy=_is_lossy(data))


def fitted(data: bytes, side: int) -> Encoded:
    """Return a picture no wider and no higher than that, and never enlarged. Raises: UnusableImage as `clean`."""
    with _read_as_a_picture():
        return _encoded(_within(_upright(_opened(data)), side), is_lossy=_is_lossy(data))


@contextmanager
def _read_as_a_picture() -> Iterator[None]:
    try:
        yield
    except (UnusableImage, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything when its input is broken
        raise UnusableImage("the picture cannot be read; it may be damaged") from error


def _clean(data: bytes) -> Picture:
    image = _upright(_opened(data))
    whole = _fitted(image, _share(image, MAX_KEPT_PIXELS))
    small = _within(whole, PREVIEW_SIDE)
    return Picture(_encoded(whole, is_lossy=_is_lossy(data)), _encoded(small, is_lossy=True), _blurhash(small))


def _opened(data: bytes) -> "Image":
    from PIL import Image, UnidentifiedImageError

    load_readers()
    _frames(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError:
            raise UnusableImage("the file is no JPEG, PNG, WebP or GIF picture") from None
        except Image.DecompressionBombError:
            raise _too_large() from None
        pixels = image.width * image.height
        if image.format in ("JPEG", "MPO") and MAX_DECODED_PIXELS < pixels <= MAX_PIXELS:
            image.draft(image.mode, (image.width // 2, image.height // 2))
        if image.width * image.height > MAX_DECODED_PIXELS:
            raise _too_large()
        image.load()
    return image


def load_readers() -> None:
    """Load the readers of our formats: when Pillow misses one, it loads those of every other format too."""
    from PIL import GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401  # loading is all


def _frames(data: bytes) -> int:
    try:
        return sniffing.frames_of(data)
    except sniffing.TooManyFrames as error:
        raise UnusableImage(str(error)) from None


def _too_large() -> UnusableImage:
    most = f"{MAX_DECODED_PIXELS / 1e6:.0f} megapixels, a JPEG {MAX_PIXELS / 1e6:.0f}"
    return UnusableImage(f"the picture is too large: it may have {most}")


def _upright(image: "Image") -> "Image":
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    return _coloured(turned, profile)


def _coloured(image: "Image", profile: bytes | None) -> "Image":
    """Return the picture as RGB or RGBA in the colours that everybody assumes."""
    if image.mode.startswith("I;16"):  # grey with 16 bits: keep the upper eight
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK"):
        return _converted(image, profile)
    return image.convert("RGBA" if has_alpha else "RGB")


def _converted(image: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    try:
        found = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")  # a profile that cannot be read says nothing
    return found if found is not None else image


def _share(image: "Image", most: int) -> float:
    return min(1.0, math.sqrt(most / (image.width * image.height)))


def _within(image: "Image", side: int) -> "Image":
    return _fitted(image, min(1.0, side / max(image.size)))


def _fitted(image: "Image", share: float) -> "Image":
    """Return a picture of its own, smaller by a factor, that carries nothing but pixels."""
    return _sized(image, (max(1, int(image.width * share)), max(1, int(image.height * share))))


def _sized(image: "Image", size: tuple[int, int]) -> "Image":
    from PIL import Image

    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Image.frombytes(small.mode, small.size, small.tobytes())


def _is_lossy(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8") or (data[8:12] == b"WEBP" and data[12:16] == b"VP8 ")


def _encoded(image: "Image", *, is_lossy: bool) -> Encoded:
    out = BytesIO()
    if is_lossy and image.mode == "RGB":
        image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return Encoded(out.getvalue(), "image/jpeg", ".jpg", *image.size)
    image.save(out, "PNG", compress_level=6)
    return Encoded(out.getvalue(), "image/png", ".png", *image.size)


def _blurhash(image: "Image") -> str:
    from blurhash_rs import blurhash_encode
    from PIL import Image

    small = _within(image, HASH_SIDE)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    return str(blurhash_encode(small, 4, 3))
