"""Films, sounds and moving pictures for tests, made here: a red half beside a blue one, and silence."""

import struct
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import av
from PIL import Image

SECRET = "Bed 12, J. Kowalski"
_UPRIGHT_AT = 4 + 4 + 20 + 8 + 8  # where the matrix of a track stands behind the name of its header


@cache
def film(
    container: str = "mp4",
    video: str | None = "libx264",
    audio: str | None = "aac",
    *,
    size: tuple[int, int] = (64, 32),
    rate: int = 10,
    frames: int = 10,
) -> bytes:
    """Return a film of a second, or a sound when it has no picture, full of what nobody should read."""
    out = BytesIO()
    with av.open(out, "w", format=container) as made:
        made.metadata.update({"title": SECRET, "comment": SECRET, "location": "+52.2+013.7/"})
        pictures: Any = made.add_stream(video, rate=rate) if video else None
        sound: Any = made.add_stream(audio, rate=48_000) if audio else None
        if pictures is not None:
            pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
            _draw(made, pictures, size, rate, frames)
        if sound is not None:
            _hum(made, sound, frames / rate)
    return out.getvalue()


def _draw(made, stream, size, rate, frames):
    image = halves(size)
    for number in range(frames):
        frame = av.VideoFrame.from_image(image)
        frame.pts, frame.time_base = number, Fraction(1, rate)
        made.mux(stream.encode(frame))
    made.mux(stream.encode())


def _hum(made, stream, seconds):
    context = stream.codec_context
    samples = context.frame_size or 1024
    for number in range(int(48_000 * seconds / samples)):
        frame = av.AudioFrame(format=context.format.name, layout=context.layout.name, samples=samples)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * samples, Fraction(1, 48_000)
        made.mux(stream.encode(frame))
    made.mux(stream.encode())


def halves(size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image


def turned(data: bytes, size: tuple[int, int] = (64, 32)) -> bytes:
    """Return an MP4 as a camera writes it that was held upright: the picture is to be turned to the right."""
    place = data.find(b"tkhd") + _UPRIGHT_AT
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, size[1] << 16, 0, 1 << 30)
    return data[:place] + matrix + data[place + len(matrix) :]


@cache
def moving(kind: str = "GIF", frames: int = 4, size: tuple[int, int] = (31, 21)) -> bytes:
    """Return an animated picture of a fifth of a second a frame."""
    out = BytesIO()
    first, *rest = [Image.new("RGB", size, (40 * number % 256, 0, 0)) for number in range(frames)]
    first.save(out, kind, save_all=True, append_images=rest, duration=200, loop=0)
    return out.getvalue()


def first_picture(data: bytes) -> Image.Image:
    """Return how a film begins, without turning it."""
    with av.open(BytesIO(data), "r") as opened:
        found: Image.Image = next(opened.decode(video=0)).to_image()
    return found


def gif_of(frames: int) -> bytes:
    """Return a GIF of one pixel with so many frames; little is packed into a lot."""
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b"\x3b"


def webp_of(frames: int) -> bytes:
    """Return the frame of a WebP that says it has so many pictures."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0\0\0\0\0\0\0" + (b"ANMF" + struct.pack("<I", 0)) * frames
    return b"RIFF" + struct.pack("<I", len(body)) + body
