"""Films and sounds as they may leave the house: what every browser plays, with nothing in it but picture and sound. Pure.

How it works. The first bytes choose the one reader of containers that may look at a file, and it may open nothing else. A
film that browsers play is copied packet by packet into a new MP4, without the packets in which cameras hide place and time;
any other is decoded and encoded anew. An animated picture becomes a film without sound. For editors: this runs in the
workshop alone, which bounds its time and memory; PyAV is imported nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec import Struct, structs

from node.privacy import images, reels, sniffing
from node.privacy.images import Encoded, UnusableImage

if TYPE_CHECKING:
    from av.audio import AudioStream
    from av.container import InputContainer
    from av.video import VideoStream

MAX_FILM_PIXELS: Final = 8_294_400
MAX_FRAME_RATE: Final = 120
MAX_FILM_S: Final = 20 * 60
MAX_SOUND_S: Final = 4 * 3600
TYPES: Final = (
    "video/mp4", "video/quicktime", "video/webm", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a",
    "audio/aac", "audio/ogg", "audio/flac", "audio/wav", "audio/x-wav", "audio/wave",
)  # fmt: skip
_VIDEO: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4"})
_AUDIO: Final = frozenset({"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac"})
_PCM: Final = frozenset({"pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le"})


class UnusableFilm(ValueError):
    """The file is no film or sound that can be kept; the text says why."""


class Film(Struct, frozen=True, kw_only=True):
    """A film or sound as a file, with the picture that stands for it."""

    kind: str  # video, gifv, audio
    data: bytes
    content_type: str
    suffix: str
    duration_s: float
    bitrate: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: str | None = None
    poster: Encoded | None = None
    blurhash: str | None = None


def make(data: bytes) -> Film:
    """Return a film or sound made anew. Raises: UnusableFilm for anything else, what is broken, and what is too much."""
    with _read_as_a_film():
        if sniffing.is_picture(data):
            return _film("gifv", reels.from_pictures(data))
        with _opened(data, sniffing.demuxer_of(data)) as source:
            return _made(source)


@contextmanager
def _read_as_a_film() -> Iterator[None]:
    try:
        yield
    except (UnusableFilm, MemoryError):
        raise
    except (UnusableImage, reels.TooMuch) as error:
        raise UnusableFilm(str(error)) from None
    except Exception as error:  # a decoder may raise anything when its input is broken
        raise UnusableFilm("the film or sound cannot be read; it may be damaged") from error


def _opened(data: bytes, demuxer: str | None) -> "InputContainer":
    import av

    if demuxer is None:
        raise UnusableFilm("the file is no MP4, MOV, WebM, MP3, Ogg, FLAC, WAV or AAC")
    return av.open(BytesIO(data), "r", format=demuxer, metadata_errors="ignore", io_open=_nothing_else)


def _nothing_else(*_asked: object) -> NoReturn:
    raise PermissionError("a film names another file")


def _made(source: "InputContainer") -> Film:
    pictures = [one for one in source.streams.video if one.codec_context.name in _VIDEO]
    video = pictures[0] if pictures else None
    audio = source.streams.audio[0] if source.streams.audio else None
    if audio is not None and audio.codec_context.name not in _AUDIO | _PCM:
        raise UnusableFilm("the sound is of a kind that this server does not read")
    if video is not None:
        _check_film(source, video)
        is_fine = "mov" in source.format.name and _plays(video) and (audio is None or audio.codec_context.name == "aac")
        return _film("video", (reels.copied if is_fine else reels.encoded)(source, video, audio))
    if audio is None:
        raise UnusableFilm("there is neither picture nor sound in it that this server reads")
    return _sound(source, audio)


def _check_film(source: "InputContainer", video: "VideoStream") -> None:
    if video.width * video.height > MAX_FILM_PIXELS or not video.width:
        raise UnusableFilm(f"a film may have at most {MAX_FILM_PIXELS / 1e6:.1f} megapixels")
    if (video.average_rate or 0) > MAX_FRAME_RATE:
        raise UnusableFilm(f"a film may have at most {MAX_FRAME_RATE} pictures a second")
    _check_length(source, MAX_FILM_S)


def _check_length(source: "InputContainer", most_s: int) -> None:
    if (source.duration or 0) > most_s * 1_000_000:
        raise UnusableFilm(f"it may last at most {most_s // 60} minutes")


def _plays(video: "VideoStream") -> bool:
    """Tell whether every browser plays the pictures of a film as they are."""
    return video.codec_context.name == "h264" and video.codec_context.pix_fmt in ("yuv420p", "yuvj420p")


def _sound(source: "InputContainer", audio: "AudioStream") -> Film:
    _check_length(source, MAX_SOUND_S)
    name = audio.codec_context.name
    if name.startswith("mp3") and source.format.name == "mp3":
        return _described(reels.copied(source, None, audio, form="mp3"), "audio", "audio/mpeg", ".mp3", "mp3")
    made = reels.copied if name == "aac" else reels.encoded
    return _described(made(source, None, audio, form="ipod"), "audio", "audio/mp4", ".m4a", "mov")


def _film(kind: str, data: bytes) -> Film:
    return _described(data, kind, "video/mp4", ".mp4", "mov")


def _described(data: bytes, kind: str, content_type: str, suffix: str, demuxer: str) -> Film:
    with _opened(data, demuxer) as made:
        duration_s = round((made.duration or 0) / 1_000_000, 6)
        film = Film(
            kind=kind,
            data=data,
            content_type=content_type,
            suffix=suffix,
            duration_s=duration_s,
            bitrate=round(len(data) * 8 / duration_s) if duration_s else None,
        )
        return _with_picture(made, film) if kind != "audio" else film


def _with_picture(made: "InputContainer", film: Film) -> Film:
    first = next(made.decode(video=0))
    rate = made.streams.video[0].average_rate or Fraction(0)
    upright = reels.upright(first)
    shown = images.still(upright.to_image())  # type: ignore[no-untyped-call]  # PyAV says not what it takes
    return structs.replace(
        film,
        width=upright.width,
        height=upright.height,
        frame_rate=f"{rate.numerator}/{rate.denominator}",
        poster=shown.whole,
        blurhash=shown.blurhash,
    )
