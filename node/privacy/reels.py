"""Puts pictures and sounds into new files, by copying packets or by encoding them anew. Pure; for `films` alone."""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from node.privacy import images, sniffing

if TYPE_CHECKING:
    from av.audio import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video import VideoStream
    from av.video.frame import VideoFrame
    from PIL.Image import Image

MAX_KEPT_PIXELS: Final = 2_073_600
MAX_KEPT_RATE: Final = 60
MAX_MOVED_PIXELS: Final = 800_000_000  # of all pictures of an animated one
MAX_PICTURES: Final = 20 * 60 * MAX_KEPT_RATE
_BETWEEN_S: Final = Fraction(9, 10 * MAX_KEPT_RATE)  # a little less than a picture lasts
_QUALITY: Final = {"preset": "veryfast", "crf": "24"}
_TICK: Final = Fraction(1, 90_000)
_MS: Final = Fraction(1, 1000)
_SOUND_RATE: Final = 48_000
_SOUND_BITS: Final = 128_000
_SOUND_FRAME: Final = 1024
_THREADS: Final = 2
_STILL_MS: Final = 100  # how long a picture of an animated one is shown that does not say it
_WITHOUT_NOTES: Final = "filter_units=remove_types=6"  # supplemental information: cameras put place and time there
_MOVIE: Final = {"movflags": "+faststart", "fflags": "+bitexact"}
_MP3: Final = {"id3v2_version": "0", "write_id3v1": "0", "fflags": "+bitexact"}


class TooMuch(ValueError):
    """There is more in it than will be looked at; the text says of what."""


class _Buffer:
    """A file in memory that a writer may read again from the beginning while it writes."""

    def __init__(self, data: bytearray) -> None:
        self._data = data
        self._place = 0

    def read(self, size: int) -> bytes:
        found = bytes(self._data[self._place : self._place + size])
        self._place += len(found)
        return found

    def write(self, some: Any) -> int:
        piece = bytes(some)
        self._data.extend(bytes(max(0, self._place - len(self._data))))
        self._data[self._place : self._place + len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset + (0, self._place, len(self._data))[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        return


def _new(data: bytearray, form: str) -> "OutputContainer":
    import av

    def again(*_asked: object) -> _Buffer:
        return _Buffer(data)

    options = _MP3 if form == "mp3" else _MOVIE
    return av.open(_Buffer(data), "w", format=form, options=options, io_open=again)


def copied(
    source: "InputContainer", video: "VideoStream | None", audio: "AudioStream | None", *, form: str = "mp4"
) -> bytes:
    """Return the packets of a film or sound in a new file, without anything beside them."""
    data = bytearray()
    with _new(data, form) as made:
        wanted = [one for one in (video, audio) if one is not None]
        streams = {one.index: made.add_stream_from_template(one) for one in wanted}
        for packet in _bare(source, wanted, video):
            packet.stream = streams[packet.stream.index] if packet.stream.container is source else packet.stream
            made.mux(packet)
    return bytes(data)


def _bare(source: "InputContainer", wanted: list[Any], video: "VideoStream | None") -> "Iterator[Packet[Any]]":
    from av.bitstream import BitStreamFilterContext

    notes = BitStreamFilterContext(_WITHOUT_NOTES, video) if video is not None else None
    for packet in source.demux(wanted):
        if packet.dts is None:
            continue
        if notes is None or packet.stream is not video:
            yield packet
            continue
        for bare in notes.filter(packet):
            bare.stream = video
            yield bare


def encoded(
    source: "InputContainer", video: "VideoStream | None", audio: "AudioStream | None", *, form: str = "mp4"
) -> bytes:
    """Return a film or sound that is decoded and encoded anew, no larger and no faster than what is kept."""
    data = bytearray()
    with _new(data, form) as made:
        tracks: dict[int, _Track] = {}
        if video is not None:
            video.thread_count = _THREADS
            tracks[video.index] = _Pictures(made)
        if audio is not None:
            tracks[audio.index] = _Sound(made)
        for packet in source.demux([one for one in (video, audio) if one is not None]):
            for frame in packet.decode():
                tracks[packet.stream.index].add(frame)
        for track in tracks.values():
            track.end()
    return bytes(data)


class _Track:
    """One stream of a new file."""

    def add(self, frame: Any) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


class _Pictures(_Track):
    """The pictures of a film: turned upright, made small enough, no more than a few in a second."""

    def __init__(self, made: "OutputContainer") -> None:
        self._made = made
        self._stream: VideoStream = made.add_stream("libx264", rate=MAX_KEPT_RATE, options=_QUALITY)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = _TICK
        self._stream.codec_context.thread_count = _THREADS
        self._next_s = Fraction(-1)
        self._count = 0
        self._is_sized = False

    @override
    def add(self, frame: "VideoFrame") -> None:
        if frame.pts is None or frame.time_base is None:
            return
        at_s = frame.pts * frame.time_base
        if at_s < self._next_s:
            return
        self._next_s = at_s + _BETWEEN_S
        self._count += 1
        if self._count > MAX_PICTURES:
            raise TooMuch("the film is too long")
        self._put(upright(frame), at_s)

    def _put(self, frame: "VideoFrame", at_s: Fraction) -> None:
        if not self._is_sized:
            self._stream.width, self._stream.height = _fitting(frame.width, frame.height)
            self._is_sized = True
        shown = frame.reformat(self._stream.width, self._stream.height, "yuv420p")
        shown.pts, shown.time_base = int(at_s / _TICK), _TICK
        shown.pict_type = 0
        self._made.mux(self._stream.encode(shown))

    @override
    def end(self) -> None:
        self._made.mux(self._stream.encode())


class _Sound(_Track):
    """The sound of a film, or a sound alone: two channels."""

    def __init__(self, made: "OutputContainer") -> None:
        from av.audio.resampler import AudioResampler

        self._made = made
        self._stream: AudioStream = made.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        self._stream.bit_rate = _SOUND_BITS
        self._resampler = AudioResampler("fltp", "stereo", _SOUND_RATE, frame_size=_SOUND_FRAME)

    @override
    def add(self, frame: Any) -> None:
        for piece in self._resampler.resample(frame):
            self._made.mux(self._stream.encode(piece))

    @override
    def end(self) -> None:
        self.add(None)
        self._made.mux(self._stream.encode())


def upright(frame: "VideoFrame") -> "VideoFrame":
    """Return a picture of a film as the camera was held."""
    from av.filter import Graph

    steps = {90: ("transpose=cclock",), -90: ("transpose=clock",), 180: ("hflip", "vflip"), -180: ("hflip", "vflip")}
    chain = steps.get(round(frame.rotation / 90) * 90, ())
    if not chain:
        return frame
    graph = Graph()
    nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)]
    nodes += [graph.add(step.partition("=")[0], step.partition("=")[2]) for step in chain]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    graph.push(frame)
    turned: VideoFrame = graph.pull()  # type: ignore[assignment]  # of pictures come pictures
    return turned


def _fitting(width: int, height: int) -> tuple[int, int]:
    share = min(1.0, (MAX_KEPT_PIXELS / (width * height)) ** 0.5)
    return max(2, int(width * share) // 2 * 2), max(2, int(height * share) // 2 * 2)


def from_pictures(picture: bytes) -> bytes:
    """Return an animated GIF or WebP as a film without sound."""
    from av.video.frame import VideoFrame

    data = bytearray()
    with _new(data, "mp4") as made:
        track, at_ms = _Pictures(made), 0
        for image, shown_ms in _moving(picture):
            frame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]  # PyAV says not what it takes
            frame.pts, frame.time_base = at_ms, _MS
            track.add(frame)
            at_ms += shown_ms
        frame.pts, frame.time_base = at_ms, _MS  # so that the last one is shown as long as it says
        track.add(frame)
        track.end()
    return bytes(data)


def _moving(picture: bytes) -> "Iterator[tuple[Image, int]]":
    from PIL import Image, ImageSequence

    images.load_readers()
    with Image.open(BytesIO(picture), formats=("GIF", "WEBP")) as opened:
        if opened.width * opened.height * sniffing.frames_of(picture) > MAX_MOVED_PIXELS:
            raise TooMuch("the moving picture is too large or too long")
        for one in ImageSequence.Iterator(opened):
            shown = one.convert("RGBA")
            ground = Image.new("RGB", shown.size, "white")
            ground.paste(shown, mask=shown.getchannel("A"))
            yield ground, max(20, int(one.info.get("duration") or _STILL_MS))
