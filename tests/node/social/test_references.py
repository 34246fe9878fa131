"""The line that points at a quoted post: gone where the quote is shown, there where it is not."""

import pytest

from node.social.markup import sanitise
from node.social.references import with_reference, without_reference

QUOTED = "https://ward.example/users/asha/statuses/1001"
PAGE = "https://ward.example/@asha/1001"
ADDRESSES = {QUOTED, PAGE}

LINES = {
    "mastodon": (
        f'<p class="quote-inline">RE: <a href="{PAGE}"><span class="invisible">https://</span>ward</a></p><p>Look</p>',
        "<p>Look</p>",
    ),
    "akkoma": (
        f'look<span class="quote-inline"><br><br>RE: <a href="{QUOTED}">{QUOTED}</a></span>',
        "look",
    ),
    "nested": (
        f'<p>So <span class="quote-inline"><br>RE: <a href="{QUOTED}"><span>a</span><span>b</span></a></span> it is</p>',
        "<p>So  it is</p>",
    ),
    "misskey": (
        f'<p><span>好き<br><br>RE: </span><a href="{QUOTED}">{QUOTED}</a></p>',
        "<p><span>好き</span></p>",
    ),
    "bookwyrm": (f'<p>Look</p><p class="reference-link-inline">RE: <a href="{QUOTED}">x</a></p>', "<p>Look</p>"),
    "nothing else": (f'<p>RE: <a href="{QUOTED}">{QUOTED}</a></p>', ""),
}


@pytest.mark.parametrize("name", LINES)
def test_the_line_is_taken_away(name: str) -> None:
    """In the shape of each kind of server, after cleaning."""
    markup, expected = LINES[name]

    assert without_reference(sanitise(markup), ADDRESSES) == expected


KEPT = [
    f'<p>RE: <a href="https://elsewhere.example/1" rel="nofollow noopener noreferrer">{QUOTED}</a></p>',
    f'<p>I agree with <a href="{QUOTED}" rel="nofollow noopener noreferrer">this</a></p>',
    f'<p>RE: <a href="{QUOTED}" rel="nofollow noopener noreferrer">this</a> and more</p>',
    "<p>RE: the meeting</p>",
    "",
]


@pytest.mark.parametrize("markup", KEPT)
def test_what_somebody_wrote_is_left_alone(markup: str) -> None:
    """A link to another place, a link inside a sentence, words after it."""
    assert without_reference(markup, ADDRESSES) == markup


def test_a_line_is_put_where_nothing_leads_to_the_quoted_post() -> None:
    """Once, and escaped."""
    bare, linked = "<p>Look</p>", f'<p><a href="{PAGE}">Look</a></p>'

    put = with_reference(bare, ADDRESSES, f"{PAGE}?a=1&b=2")

    assert put.startswith(f'<p class="quote-inline">RE: <a href="{PAGE}?a=1&amp;b=2"')
    assert put.endswith(bare)
    assert with_reference(linked, ADDRESSES, PAGE) == linked
    assert with_reference(put, ADDRESSES, PAGE) == put


def test_much_that_is_left_open_takes_no_time_to_speak_of() -> None:
    """Five thousand breaks and openings are looked at once each."""
    markup = "<br>" * 5000 + '<span class="quote-inline">' * 900 + f'RE: <a href="{QUOTED}">x</a>'

    assert len(without_reference(markup, ADDRESSES)) <= len(markup)
