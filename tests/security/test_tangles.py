"""Long hostile texts for everything that reads text: the work grows with the length, not with its square.

Nothing here measures time. Each text is so long that work that grows with the square takes half a minute, and work that
grows with the length a few milliseconds; a guard of seconds of this process's own time tells them apart.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from federation import delivery, discovery, loose, uris
from federation.reasons import PeerError
from federation.signatures import http
from federation.signatures.dates import parse_date
from federation.vocab import attachment, prose
from node.errors import Problem
from node.services import searching
from node.social import links, markup
from node.social import text as words

SIZE = 100_000
GUARD_S = 5.0
NOW = datetime(2026, 11, 25, tzinfo=UTC)
PIECES = [
    *(
        "@",
        "#",
        ".",
        "/",
        "./",
        "../",
        "@a",
        "a@",
        "@a.",
        "@a@a.",
        "#a",
        "#1",
        "##",
        "a",
        " ",
        "\n",
        "\n ",
        "\n\t\n",
        "\r",
    ),
    *(
        "<",
        ">",
        "<a ",
        "<a href=",
        "</",
        "<b>",
        "<p></b>",
        "<br ",
        "<!--",
        "<![CDATA[",
        "&",
        "&#",
        "&lt",
        "&amp;",
        '<span class="',
    ),
    *(
        "[",
        "[[",
        "](",
        "`",
        "*",
        "_",
        "**_",
        "~",
        ".)",
        ")",
        "(",
        "!",
        "https://",
        "https://a",
        "http://a.)",
        "https://.",
        "http:",
    ),
    *(
        '"',
        '="',
        'a="',
        'a="",',
        ",",
        "=",
        ";",
        "%",
        "%0",
        "\\",
        "\u200d",
        "\u0301",
        "a\u0301",
        "\uff0e",
        "ß",
        "xn--",
        "-",
        "--",
    ),
    *(
        '<a href="https://a.example/">',
        '<span class="invisible">',
        "1:",
        "0",
        "PT1",
        "T",
        "+",
        "2026-01-01T00:00:00.",
        "{",
        "[{",
        '{"a":',
    ),
    *(
        '<https://a>; rel="next", ',
        "rel=",
        "<link ",
        '<link rel="alternate" ',
        "<head><meta ",
        "\x00",
        "\ufeff",
        "'",
        "\u2028",
    ),
]


def joined(piece: str) -> list[str]:
    """Return the long texts of a piece: alone, behind what begins something, and with an end that never fits."""
    body = piece * (SIZE // len(piece))
    return [body, f"https://{body}", f"@{body}\x01", f"<a {body}"]


READERS: dict[str, Callable[[str], Any]] = {
    "find": words.find,
    "length": words.length,
    "to_html": lambda text: words.to_html(text, people={}, tag_url=str),
    "fold_tag": words.fold_tag,
    "handle_of": words.handle_of,
    "sanitise": markup.sanitise,
    "plain": markup.plain,
    "true_links": links.true_links,
    "is_usable": uris.is_usable,
    "parse_handle": uris.parse_handle,
    "canonical_host": uris.canonical_host,
    "decode": lambda text: loose.decode(text.encode("utf-8", "replace")),
    "timestamp": loose.timestamp,
    "links_of": loose.links_of,
    "language_of": lambda text: loose.language_of({"contentMap": {text: ""}}),
    "line": lambda text: prose.line(text, SIZE),
    "looks_like_html": prose.looks_like_html,
    "paragraphs": prose.paragraphs,
    "seconds_of": attachment.seconds_of,
    "signature": lambda text: http.parse({"signature": text, "signature-input": text}),
    "old signature": lambda text: http.parse({"signature": f'keyId="{text}'}),
    "parse_date": parse_date,
    "retry_after": lambda text: delivery.retry_after_s(text, now=NOW),
    "parse_resource": discovery.parse_resource,
    "alternate_of": lambda text: discovery.alternate_of(text, "https://a.example/"),
    "jrd": lambda text: discovery.parse_jrd({"subject": f"acct:{text}", "links": [{"rel": "self", "type": text}]}),
    "page of ours": lambda text: searching._PAGE.fullmatch(text),
}


@contextmanager
def guarded() -> Iterator[None]:
    """End what takes many seconds of this process's own time."""

    def stop(_number: int, _frame: object) -> None:
        raise AssertionError("the work grows faster than the text")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, GUARD_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("name", READERS)
def test_S151_every_reader_of_text_is_done_with_any_long_text(name: str) -> None:
    """Many signs of one kind, begun and never ended, for each reader; refusing is as good as reading."""
    read = READERS[name]

    for piece in PIECES:
        for text in joined(piece):
            with guarded(), suppress(PeerError, Problem):
                read(text)
