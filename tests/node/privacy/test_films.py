"""Films and sounds are made anew: they play everywhere, and hold picture and sound alone."""

from io import BytesIO
from typing import Any

import av
import pytest
from PIL import Image

from node.gateways.workshop import ProcessWorkshop
from node.privacy import films, reels, sniffing
from node.privacy.films import UnusableFilm, make
from tests.support.films import SECRET, film, first_picture, gif_of, moving, turned, webp_of

KEPT = [
    ("mp4", "libx264", "aac", "video", "video/mp4"),
    ("mov", "libx264", None, "video", "video/mp4"),
    ("webm", "libvpx", "libopus", "video", "video/mp4"),
    ("webm", None, "libopus", "audio", "audio/mp4"),
    ("mp3", None, "libmp3lame", "audio", "audio/mpeg"),
    ("ogg", None, "libopus", "audio", "audio/mp4"),
    ("flac", None, "flac", "audio", "audio/mp4"),
    ("wav", None, "pcm_s16le", "audio", "audio/mp4"),
    ("adts", None, "aac", "audio", "audio/mp4"),
    ("ipod", None, "aac", "audio", "audio/mp4"),
]


@pytest.mark.parametrize(("container", "video", "audio", "kind", "content_type"), KEPT)
def test_what_is_kept_plays_everywhere_and_tells_nothing(
    container: str, video: str | None, audio: str | None, kind: str, content_type: str
) -> None:
    """H.264 and AAC in MP4, or MP3; a second long; the names that were in it are gone."""
    data = film(container, video, audio)

    made = make(data)

    with av.open(BytesIO(made.data)) as opened:
        codecs = [stream.codec_context.name for stream in opened.streams]
        told = opened.metadata.keys() - {"major_brand", "minor_version", "compatible_brands", "encoder"}
    assert (made.kind, made.content_type, told) == (kind, content_type, set())
    assert set(codecs) <= {"h264", "aac", "mp3", "mp3float"}
    assert SECRET.encode() not in made.data
    assert abs(made.duration_s - 1) < 0.15
    assert (made.poster is not None, made.blurhash is not None) == (kind == "video",) * 2


def test_film_that_browsers_play_is_copied_and_its_beginning_is_first() -> None:
    """Nothing is lost, and a player needs no more than the beginning to begin."""
    data = film()

    made = make(data)

    assert (made.width, made.height, made.frame_rate) == (64, 32, "10/1")
    assert made.data.find(b"moov") < made.data.find(b"mdat")
    assert first_picture(made.data).tobytes() == first_picture(data).tobytes()


def test_notes_of_a_camera_among_the_pictures_are_left_out() -> None:
    """Supplemental information of H.264, where some cameras write time and place; here its encoder's name."""
    assert b"x264" in film()

    assert b"x264" not in make(film()).data


@pytest.mark.parametrize("is_copied", [True, False])
def test_film_of_a_camera_that_was_held_upright_stays_upright(is_copied: bool) -> None:
    """Copied, it is still to be turned; encoded, its pixels are."""
    data = turned(film())

    made = make(data)
    with av.open(BytesIO(data), "r") as source:
        anew = first_picture(reels.encoded(source, source.streams.video[0], None))

    assert made.poster is not None
    poster = Image.open(BytesIO(made.poster.data))
    for upright in (poster,) if is_copied else (anew,):
        assert upright.size == (32, 64) == (made.width, made.height)
        assert [_name(upright.getpixel((16, y))) for y in (8, 56)] == ["red", "blue"]


def _name(pixel: Any) -> str:
    return "red" if pixel[0] > pixel[2] else "blue"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animated_picture_becomes_a_film_without_sound(kind: str) -> None:
    """With even sides, since no browser plays others, and as long as it was."""
    made = make(moving(kind))

    assert (made.kind, made.content_type, made.width, made.height) == ("gifv", "video/mp4", 30, 20)
    assert abs(made.duration_s - 0.8) < 0.1
    with av.open(BytesIO(made.data)) as opened:
        assert [stream.type for stream in opened.streams] == ["video"]


def test_large_film_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it has to be encoded anyway."""
    monkeypatch.setattr(reels, "MAX_KEPT_PIXELS", 1000)

    made = make(film("webm", "libvpx", None))

    assert (made.width, made.height) == (44, 22)


REFUSED: list[tuple[tuple[str, str | None, str | None] | bytes, str]] = [
    (("matroska", "libx264", None), "no MP4"),
    (("avi", "mpeg4", None), "no MP4"),
    (("mpegts", "mpeg2video", None), "no MP4"),
    (("mp4", "mpeg2video", None), "neither picture nor sound"),
    (("mov", None, "pcm_mulaw"), "of a kind"),
    (b"\0\0\0\x18ftypmp42" + bytes(100), "damaged"),
    (b"#EXTM3U\nfile:///etc/passwd", "no MP4"),
    (b"ffconcat version 1.0\nfile /etc/passwd", "no MP4"),
    (b"", "no MP4"),
]


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_other_containers_and_codecs_are_refused_in_words(
    data: tuple[str, str | None, str | None] | bytes, said: str
) -> None:
    """Playlists above all, which make a reader open other files."""
    with pytest.raises(UnusableFilm, match=said):
        make(data if isinstance(data, bytes) else film(*data, rate=25))


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILM_PIXELS", 1000), ("MAX_FRAME_RATE", 5), ("MAX_FILM_S", 0)])
def test_film_beyond_a_published_limit_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    """Before anything is decoded."""
    monkeypatch.setattr(films, limit, value)

    with pytest.raises(UnusableFilm, match="at most"):
        make(film())


def test_film_longer_than_it_says_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are counted while they are read."""
    monkeypatch.setattr(reels, "MAX_PICTURES", 3)

    with pytest.raises(UnusableFilm, match="too long"):
        make(film("webm", "libvpx", None))


def test_moving_picture_that_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All its pixels together are bounded."""
    monkeypatch.setattr(reels, "MAX_MOVED_PIXELS", 1000)

    with pytest.raises(UnusableFilm, match="too large or too long"):
        make(moving())


def test_pictures_are_counted_without_being_decoded() -> None:
    """As far as the blocks of a file say, and no further than the limit."""
    assert [sniffing.frames_of(one) for one in (gif_of(5), webp_of(7), moving("GIF"), moving("WEBP"))] == [5, 7, 4, 4]
    assert [sniffing.frames_of(one) for one in (b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP")] == [1, 1, 1]
    for many in (gif_of(2000), webp_of(2000)):
        with pytest.raises(sniffing.TooManyFrames):
            sniffing.frames_of(many)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image"),
        (b"\0\0\0\x18ftypmp42", "film"),
        (b"\0\0\0\x18ftypavif", None),
        (b"\0\0\0\x18ftypheic", None),
        (b"ID3\4", "film"),
        (b"\xff\xfb\x90\x44", "film"),
        (b"\xff\xf1\x4c\x80", "film"),
        (b"\xff\xff\xff\xff", None),
        (b"<!doctype html>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_first_bytes_say_what_a_file_is(start: bytes, kind: str | None) -> None:
    """Whatever its name and its sender say."""
    assert sniffing.kind_of(start) == kind


async def test_film_is_made_in_another_process_within_its_memory() -> None:
    """Where reading it can do no harm here."""
    workshop = ProcessWorkshop()
    try:
        made = await workshop.run_slowly(make, film("webm", "libvpx", "libopus"))
    finally:
        await workshop.close()

    assert (made.kind, made.width) == ("video", 64)
