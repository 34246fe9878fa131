"""Which pages a post links to."""

import pytest

from node.social.links import pages_in

LINKS = [
    ('<p>See <a href="https://a.example/x?y=1&amp;z=2#part" rel="nofollow">x</a></p>', ["https://a.example/x?y=1&z=2"]),
    (
        '<a href="https://a.example/@b" class="u-url mention">@b</a> <a href="https://a.example/">a</a>',
        ["https://a.example/"],
    ),
    ('<a class="mention hashtag" href="https://a.example/tags/b" rel="tag">#b</a>', []),
    ('<a href="mailto:a@a.example">a</a><a href="ftp://a.example">a</a><a href="/a">a</a>', []),
    ('<a href="https://a.example/#1">1</a><a href="https://a.example/#2">2</a>', ["https://a.example/"]),
    ("a < b https://a.example/", []),
    ("", []),
]


@pytest.mark.parametrize(("markup", "found"), LINKS)
def test_pages_are_links_of_the_web_that_name_nobody(markup: str, found: list[str]) -> None:
    """Each once, in order, without the part of the page."""
    assert pages_in(markup, most=5) == found


def test_no_more_pages_are_looked_for_than_are_asked_for() -> None:
    """However many there are."""
    markup = "".join(f'<a href="https://a.example/{number}">a</a>' for number in range(100))

    assert len(pages_in(markup, most=3)) == 3
