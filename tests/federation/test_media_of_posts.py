"""Which pictures, films and sounds a post carries, in the forms of players and galleries."""

import pytest

from federation.vocab import Actor, actor_from
from federation.vocab.attachment import Attachment, attachments_of, cards_of, seconds_of

HOST = "https://tube.example"
PAGE = {"type": "Link", "mediaType": "text/html", "href": f"{HOST}/w/1"}
FILM = {"type": "Link", "mediaType": "video/mp4", "href": f"{HOST}/1.mp4", "height": 480}
SMALL = {"type": "Image", "url": f"{HOST}/small.jpg", "width": 280, "height": 157}
LARGE = {"type": "Image", "url": f"{HOST}/large.jpg", "width": 850, "height": 480}


def media(kind: str, **more: object) -> list[tuple[str, str, str | None]]:
    """Return kind, address and poster of what a post carries."""
    return [(one.kind, one.url, one.poster) for one in attachments_of({"type": kind, **more})]


def only(kind: str, **more: object) -> Attachment:
    """Return the one file of a post."""
    [found] = attachments_of({"type": kind, **more})
    return found


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("Video", {"url": [PAGE, FILM]}, ("video", f"{HOST}/1.mp4", None)),
        ("Video", {"url": [PAGE, FILM], "icon": [SMALL, LARGE]}, ("video", f"{HOST}/1.mp4", f"{HOST}/large.jpg")),
        ("Video", {"url": [PAGE], "icon": [SMALL, LARGE]}, ("image", f"{HOST}/large.jpg", None)),
        ("Video", {"url": f"{HOST}/1.webm"}, ("video", f"{HOST}/1.webm", None)),
        ("Audio", {"url": f"{HOST}/a.mp3", "image": f"{HOST}/c.jpg"}, ("audio", f"{HOST}/a.mp3", f"{HOST}/c.jpg")),
        ("Image", {"url": f"{HOST}/h.jpg"}, ("image", f"{HOST}/h.jpg", None)),
        ("Image", {"url": f"{HOST}/h", "mediaType": "image/png"}, ("image", f"{HOST}/h", None)),
        ("Image", {"url": [PAGE, {"href": f"{HOST}/h", "mediaType": "image/avif"}]}, ("image", f"{HOST}/h", None)),
        ("Document", {"url": {"type": "Link", "href": f"{HOST}/h", "mediaType": "image/png"}}, ("image", f"{HOST}/h", None)),
        ("PodcastEpisode", {"audio": {"type": "Audio", "url": {"href": f"{HOST}/e", "mediaType": "audio/mpeg"}},
                            "image": LARGE}, ("audio", f"{HOST}/e", f"{HOST}/large.jpg")),
        ("Recipe", {"icon": LARGE}, ("image", f"{HOST}/large.jpg", None)),
        ("Note", {"attachment": {"type": "Document", "mediaType": "video/mp4", "url": f"{HOST}/1", "icon": SMALL}},
         ("video", f"{HOST}/1", f"{HOST}/small.jpg")),
    ],
)  # fmt: skip
def test_a_post_carries_what_it_plays_with_its_poster(
    kind: str, more: dict[str, object], expected: tuple[str, str, str | None]
) -> None:
    """Whether its address is a text, a link or one of several, or under a name of its own."""
    assert media(kind, **more) == [expected]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("Video", {"url": f"{HOST}/w/1"}),
        ("Document", {"url": {"type": "Link", "href": f"{HOST}/p.pdf", "mediaType": "application/pdf"}}),
        ("Audio", {"url": "https://10.0.0.1/a.mp3"}),
        ("Article", {"icon": LARGE}),
        ("Note", {"icon": LARGE, "url": f"{HOST}/1.mp4"}),
        ("PodcastEpisode", {"audio": f"{HOST}/e.mp3"}),
    ],
)
def test_what_is_no_media_is_none(kind: str, more: dict[str, object]) -> None:
    """A page is no film, and the icon of an article is its site's."""
    assert media(kind, **more) == []


def test_an_attachment_may_be_a_bare_address_and_a_page_is_a_link() -> None:
    """Only what is a picture, a film or a sound is one; the rest is shown as a card."""
    page = {"type": "Page", "url": "https://news.example/1", "name": "News", "image": SMALL}
    document = {"type": "Note", "attachment": [f"{HOST}/1.png", f"{HOST}/about", page]}

    assert [one.url for one in attachments_of(document)] == [f"{HOST}/1.png"]
    assert cards_of(document) == [f"{HOST}/about", "https://news.example/1"]


def test_sizes_and_focus_may_be_texts() -> None:
    """Digits are numbers; nonsense is nothing."""
    picture = {"type": "Image", "url": f"{HOST}/1.png", "width": "640", "height": "tall", "focalPoint": ["0.5", "-1"]}

    [found] = attachments_of({"type": "Note", "attachment": picture})

    assert (found.width, found.height, found.focus) == (640, None, (0.5, -1.0))


def test_no_poster_leads_inside() -> None:
    """Readers load it from where they are."""
    film = {"type": "Document", "mediaType": "video/mp4", "url": f"{HOST}/1", "icon": "https://10.0.0.1/x.png"}

    assert [one.poster for one in attachments_of({"type": "Note", "attachment": [film, film]})] == [None, None]


@pytest.mark.parametrize(("said", "expected"), [(245, 245.0), (1803.25, 1803.25), ("PT2M5S", 125.0), (0, None), (True, None), (-1, None), (1e300, None), ("soon", None)])  # fmt: skip
def test_a_length_is_read_as_seconds(said: object, expected: float | None) -> None:
    """Funkwhale and Castopod send numbers."""
    assert seconds_of(said) == expected
    assert only("Audio", url=f"{HOST}/a.mp3", duration=said).duration == expected


def test_an_icon_may_lie_inside_another() -> None:
    """Smithereen cuts pictures out of others; one that has an address of its own counts as before."""

    def read(icon: object) -> Actor:
        uri = f"{HOST}/users/zoe"
        return actor_from(
            {"id": uri, "type": "Person", "preferredUsername": "zoe", "inbox": f"{uri}/inbox", "icon": icon}
        )

    assert read({"type": "Image", "image": [SMALL, LARGE]}).icon_url == f"{HOST}/large.jpg"
    assert read({**LARGE, "image": SMALL}).icon_url == f"{HOST}/large.jpg"
    assert read({"type": "Image", "image": 7}).icon_url is None
