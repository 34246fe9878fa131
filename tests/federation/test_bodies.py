"""What a post says as one text: titles, teasers, details, Markdown, and what stands for words that are missing."""

from datetime import UTC, datetime

import pytest

from federation.vocab import Note, note_from
from federation.vocab.markdown import MAX_CHARS, rendered

AUTHOR = "https://letters.example/users/ida"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(kind: str, **more: object) -> Note:
    """Return a post of this kind."""
    document = {"id": f"{AUTHOR}/1", "type": kind, "attributedTo": AUTHOR, "url": "https://letters.example/1", **more}
    return note_from(document, received_at=NOW)


@pytest.mark.parametrize("media_type", ["text/markdown", "text/markdown; charset=utf-8", "text/x-markdown"])
def test_markdown_is_read(media_type: str) -> None:
    """Bold, lists and links; an address without markup is a link too, and HTML in it stays text."""
    text = "Cut the **pins**, see https://a.example/x_y_z.\n\n- one\n- [two](https://b.example)\n\n<b>no</b>"

    html = read("Note", content=text, mediaType=media_type).content_html

    assert "<strong>pins</strong>" in html
    assert '<a href="https://a.example/x_y_z">https://a.example/x_y_z</a>.' in html
    assert '<li><a href="https://b.example">two</a></li>' in html
    assert "&lt;b&gt;no&lt;/b&gt;" in html


def test_markdown_that_is_too_long_is_shown_as_it_is() -> None:
    """Its reader would take too long."""
    assert rendered("*a* " * MAX_CHARS) is None
    assert read("Note", content="*a* " * MAX_CHARS, mediaType="text/markdown").content_html.startswith("<p>*a*")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": "Blue bike", "content": "<p>Hardly used</p>"}, "<p><strong>Blue bike</strong></p><p>Hardly used</p>"),
        ({"name": "Blue  bike", "content": "<p>My <b>blue</b></p>"}, "<p><strong>Blue  bike</strong></p><p>My <b>blue</b></p>"),
        ({"name": "Blue bike", "content": "<p>A Blue\n<i>bike</i></p>"}, "<p>A Blue\n<i>bike</i></p>"),
        ({"name": "Re: bike", "content": "<p>Sold?</p>", "inReplyTo": f"{AUTHOR}/0"}, "<p>Sold?</p>"),
        ({"name": "Blue bike", "content": ""}, ""),
        ({"content": "<p>x</p>", "attachment": {"type": "Link", "href": "https://a.example"}},
         '<p>x</p><p><a href="https://a.example">https://a.example</a></p>'),
        ({"content": "<p>https://a.example</p>", "attachment": {"type": "Link", "href": "https://a.example"}},
         "<p>https://a.example</p>"),
    ],
)  # fmt: skip
def test_a_note_keeps_the_title_and_the_links_that_its_words_lack(more: dict[str, object], expected: str) -> None:
    """A title is none in a reply; what is said already is not said twice."""
    assert read("Note", **more).content_html == expected


def test_a_question_in_a_group_keeps_its_title() -> None:
    """PieFed's polls have a title and words."""
    post = read("Question", name="Moss?", content="<p>Say why.</p>", oneOf=[{"name": "Yes"}, {"name": "No"}])

    assert post.content_html == "<p><strong>Moss?</strong></p><p>Say why.</p>"


@pytest.mark.parametrize(
    "more",
    [
        {"summary": "The words"},
        {"preview": {"type": "Note", "content": "<p>The words</p>"}},
        {"description": {"type": "Note", "content": "The words", "mediaType": "text/markdown"}},
        {"description": "The words"},
        {"summary": "", "content": None, "preview": [{"content": "<p>The words</p>"}]},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_post_without_words_shows_its_teaser(more: dict[str, object]) -> None:
    """A summary, a preview or a description, whichever is there."""
    assert "<p>The words</p>" in read("Article", name="Issue 12", **more).content_html


def test_a_title_is_plain_text() -> None:
    """Entities of those who send HTML are read; tags are shown as what they are."""
    post = read("Article", name="Loaf &amp; crust&#8217;s <b>", content="<p>x</p>")

    assert post.name == "Loaf & crust’s <b>"
    assert post.content_html.startswith("<p><strong>Loaf &amp; crust’s &lt;b&gt;</strong></p>")


def test_the_summary_of_an_unknown_type_is_its_title_when_it_has_none() -> None:
    """Tickets of ForgeFed."""
    post = read("Ticket", summary="Button &lt;b&gt; <i>broken</i>", content="<p>No click</p>")

    assert post.content_html.startswith("<p><strong>Button &lt;b&gt; broken</strong></p><p>No click</p>")


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("Article", {"summary": "Once upon"}, ("", False)),
        ("Article", {"summary": "Gore", "sensitive": True}, ("Gore", True)),
        ("Article", {"summary": "Once upon", "sensitive": True, "preview": {"content": "x"}}, ("", True)),
        ("Article", {"summary": "Once upon", "dcterms:subject": "Gore", "sensitive": True}, ("Gore", True)),
        ("Note", {"summary": "Gore", "dcterms": {"subject": "Gore"}}, ("Gore", True)),
        ("Review", {"summary": "The end is told", "sensitive": True}, ("The end is told", True)),
        ("Review", {"summary": "Once upon"}, ("", False)),
        ("Page", {"summary": "#trains", "sensitive": True}, ("", True)),
    ],
)
def test_a_teaser_is_no_warning(kind: str, more: dict[str, object], expected: tuple[str, bool]) -> None:
    """What warns is a Note's summary, what stands apart, or that of something sensitive without another teaser."""
    post = read(kind, content="<p>x</p>", **more)

    assert (post.summary, post.is_sensitive) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"startTime": "2026-05-02T13:00:00+02:00", "endTime": "2026-05-02T16:00:00+02:00"}, ["2026-05-02 13:00 – 16:00 (UTC+02:00)"]),
        ({"startTime": "2026-05-01T09:00:00Z", "timezone": "Europe/London"}, ["2026-05-01 10:00 (Europe/London)"]),
        ({"startTime": "2026-05-01T22:00:00", "endTime": "2026-05-02T01:00:00"}, ["2026-05-01 22:00 – 2026-05-02 01:00 (UTC)"]),
        ({"startTime": "2026-05-01T09:00:00Z", "timezone": "../../etc/passwd"}, ["2026-05-01 09:00 (UTC)"]),
        ({"startTime": "0001-01-01T00:00:00Z", "timezone": "America/Lima"}, []),
        ({"startTime": "2026-06-01", "endTime": "2026-06-02", "timezone": "Asia/Tokyo"}, ["2026-06-01 – 2026-06-02"]),
        ({"startTime": "2026-06-01"}, ["2026-06-01"]),
        ({"startTime": 1780000000, "endTime": []}, []),
        ({"startTime": "soon", "location": "At the pond"}, ["At the pond"]),
        ({"location": {"type": "Place", "name": "Hall", "address": "3 Side Road"}}, ["Hall, 3 Side Road"]),
        ({"location": [{"type": "Place", "name": "Mill", "address": {"streetAddress": "1 Mill Lane", "postalCode": None,
                        "addressLocality": "Ely"}}, {"type": "VirtualLocation", "url": "https://call.example/1"}]},
         ["Mill, 1 Mill Lane, Ely", '<a href="https://call.example/1">https://call.example/1</a>']),
        ({"onlineAddress": "https://meet.example", "location": None}, ['<a href="https://meet.example">https://meet.example</a>']),
        ({"onlineAddress": "javascript:alert(1)", "location": [{"url": "https://10.0.0.1/"}, 7]}, []),
        ({"ical:status": "CANCELLED"}, ["Cancelled"]),
        ({"eventStatus": "https://schema.org/EventCancelled"}, ["Cancelled"]),
        ({"ical:status": "CONFIRMED"}, []),
    ],
)  # fmt: skip
def test_an_event_says_its_state_when_and_where(more: dict[str, object], expected: list[str]) -> None:
    """On the clocks of its place, with what is online as a link."""
    html = read("Event", name="Walk", content="<p>x</p>", **more).content_html

    items = "".join(f"<li>{item}</li>" for item in expected)
    assert html.startswith(f"<p><strong>Walk</strong></p>{f'<ul>{items}</ul>' if items else ''}<p>x</p>")
