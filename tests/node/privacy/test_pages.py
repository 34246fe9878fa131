"""What a page says of itself is read as plain text, in whatever letters and however hostile it is."""

from datetime import UTC, datetime

import pytest

from node.gateways.workshop import ProcessWorkshop
from node.privacy.pages import MAX_TEXT, MAX_TITLE, PageFacts, read

URL = "https://news.example/a/page"


def facts(head: str, *, html: str = "<html>") -> PageFacts:
    return read(f"<!doctype html>{html}<head>{head}</head><body><h1>Words</h1></body></html>".encode(), "utf-8", URL)


def test_open_graph_comes_before_twitter_and_both_before_html() -> None:
    """The first that says something counts."""
    plain = "<title>Three</title><meta name=description content=c>"
    twitter = '<meta name="twitter:title" content="Two"><meta name="twitter:description" content="b">'
    graph = '<meta property="og:title" content="One"><meta property="og:description" content="a">'

    found = [facts(head) for head in (plain + twitter + graph, plain + twitter, plain, graph + graph.upper(), "")]

    assert [(one.title, one.description) for one in found] == [
        ("One", "a"), ("Two", "b"), ("Three", "c"), ("One", "a"), ("", ""),
    ]  # fmt: skip


LETTERS = [
    ("utf-8", "utf-8", ""),
    ("windows-1251", "windows-1251", ""),
    ("shift_jis", "", '<meta charset="shift_jis">'),
    ("utf-8", "", ""),
    ("utf-8-sig", "latin-1", ""),
    ("iso-8859-5", "no-such", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-5">'),
]


@pytest.mark.parametrize(("encoding", "charset", "head"), LETTERS)
def test_letters_are_read_as_the_page_or_its_server_says(encoding: str, charset: str, head: str) -> None:
    """A mark first, then the server, then the page, then UTF-8."""
    data = f"<html><head>{head}<title>Гель</title></head></html>".encode(encoding)

    assert read(data, charset, URL).title == "Гель"


def test_letters_nobody_knows_are_read_as_western() -> None:
    """Never as something slow or strange, such as punycode or UTF-7."""
    for charset in ("punycode", "idna", "utf-7", "rot13", "zlib", "unicode_escape"):
        assert read(b"<title>caf\xe9</title>", charset, URL).title == "café"


def test_text_is_one_line_without_markup_and_not_too_long() -> None:
    """Signs that turn the direction of a line or are not seen go."""
    found = facts(
        f'<title>a\n b\u202ec\u200b</title><meta name="description" content="{"x" * 5000}">'
        f'<meta property="og:site_name" content="&lt;script&gt;">'
    )

    assert (found.title, len(found.description), found.provider_name) == ("a bc", MAX_TEXT, "<script>")
    assert len(facts(f"<title>{'y' * 5000}</title>").title) == MAX_TITLE


@pytest.mark.parametrize(
    ("content", "image"),
    [
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
        ("/a.png", "https://news.example/a.png"),
        ("a.png", "https://news.example/a/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("file:///etc/passwd", None),
        ("https://user:word@cdn.example/a.png", None),
        ("https://[::1", None),
        ("https://cdn.example/" + "a" * 3000, None),
    ],
)
def test_picture_is_an_address_of_the_web(content: str, image: str | None) -> None:
    """Read from where the page was found."""
    assert facts(f'<meta property="og:image" content="{content}">').image_url == image


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("9999-12-31T23:59:59-23:00", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moment_is_read_if_it_is_one(said: str, moment: datetime | None) -> None:
    """Without a zone it is UTC."""
    assert facts(f'<meta property="article:published_time" content="{said}">').published_at == moment


def test_language_and_author_are_read() -> None:
    """An author is a name, or an address, whichever is there."""
    named = facts('<meta name="author" content="Okapi Weaver">', html='<html lang="pt-BR">')
    at = facts('<meta property="article:author" content="https://news.example/okapi">')
    strange = facts('<meta property="article:author" content="javascript://x">', html='<html lang="\'>">')

    assert (named.author_name, named.author_url, named.language) == ("Okapi Weaver", "", "pt")
    assert (at.author_name, at.author_url) == ("", "https://news.example/okapi")
    assert (strange.author_url, strange.language) == ("", None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"<" * 500_000,
        b"<div>" * 150_000,
        b"<meta property='og:title' content='" + b"x" * 900_000,
        b"<meta " + b"a=b " * 200_000 + b">",
        b"<meta charset" * 70_000,
        b"<!--" * 200_000,
        b"<title>" * 100_000,
    ],
)
async def test_hostile_page_ends_soon_in_its_own_process(data: bytes) -> None:
    """Nothing is said, or little; nothing breaks."""
    workshop = ProcessWorkshop(timeout_s=10)
    try:
        found = await workshop.run(read, data, "", URL)
    finally:
        await workshop.close()

    assert len(found.title) <= MAX_TITLE
