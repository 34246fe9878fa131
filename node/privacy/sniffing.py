"""What a file is, by its first bytes alone, and how many pictures it holds, without decoding any. Pure."""

from typing import Final, Literal

Kind = Literal["image", "film"]

MAX_FRAMES: Final = 1000
_STILL_BRANDS: Final = frozenset({b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_MPEG_SYNC: Final = 0xE0  # the upper three bits after 0xFF


class TooManyFrames(ValueError):
    """A moving picture has more pictures than anybody will look at."""


def kind_of(data: bytes) -> Kind | None:
    """Return what a file is: a picture, something that plays, or nothing that is kept here."""
    if is_picture(data):
        return "image"
    return "film" if demuxer_of(data) is not None else None


def is_picture(data: bytes) -> bool:
    """Tell whether a file begins as a JPEG, PNG, GIF or WebP does."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or _is_riff(data, b"WEBP")


def demuxer_of(data: bytes) -> str | None:
    """Return the one reader of containers that a film or sound may be given to."""
    if data[4:8] == b"ftyp" and data[8:12] not in _STILL_BRANDS:
        return "mov"
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska" if b"webm" in data[:64] else None
    if data.startswith(b"OggS"):
        return "ogg"
    if data.startswith(b"fLaC"):
        return "flac"
    return "wav" if _is_riff(data, b"WAVE") else _mpeg(data)


def _mpeg(data: bytes) -> str | None:
    if data.startswith(b"ID3"):
        return "mp3"
    if len(data) < 2 or data[0] != 0xFF or data[1] & _MPEG_SYNC != _MPEG_SYNC:
        return None
    layer, version = data[1] >> 1 & 3, data[1] >> 3 & 3
    if layer == 0 and data[1] & 0xF0 == 0xF0:
        return "aac"
    return "mp3" if layer == 1 and version != 1 else None


def _is_riff(data: bytes, form: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == form


def frames_of(data: bytes) -> int:
    """Return how many pictures a file holds, as far as its blocks say. Raises: TooManyFrames beyond `MAX_FRAMES`."""
    if data.startswith(b"GIF8"):
        count = _gif_frames(data)
    elif _is_riff(data, b"WEBP"):
        count = _webp_frames(data)
    else:
        count = _png_frames(data)
    if count > MAX_FRAMES:
        raise TooManyFrames(f"a moving picture may have at most {MAX_FRAMES} pictures")
    return max(count, 1)


def _gif_frames(data: bytes) -> int:
    place, count = _after_colours(data, 10, 13), 0
    while place < len(data) and count <= MAX_FRAMES:
        block = data[place]
        if block == 0x21:
            place = _after_blocks(data, place + 2)
        elif block == 0x2C:
            count += 1
            place = _after_blocks(data, _after_colours(data, place + 9, place + 10) + 1)
        else:
            break
    return count


def _after_colours(data: bytes, flags_at: int, start: int) -> int:
    flags = data[flags_at] if flags_at < len(data) else 0
    return start + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def _after_blocks(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += data[place] + 1
    return place + 1


def _webp_frames(data: bytes) -> int:
    place, count = 12, 0
    while place + 8 <= len(data) and count <= MAX_FRAMES:
        count += data[place : place + 4] == b"ANMF"
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return count


def _png_frames(data: bytes) -> int:
    """Return what the first `acTL` of a PNG says, which stands before its picture."""
    place = 8
    while data.startswith(b"\x89PNG") and place + 12 <= len(data):
        size, name = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if name == b"acTL":
            return int.from_bytes(data[place + 8 : place + 12])
        if name == b"IDAT":
            break
        place += 12 + size
    return 1
