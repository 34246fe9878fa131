"""Keywords of filters: what is found is what one expression for each keyword would find."""

import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from node.social.keywords import Keyword, Sieve, as_words, sieve, words_of

text = st.text(alphabet="aAbB -#!.", max_size=20)
keywords = st.lists(
    st.builds(
        Keyword,
        filter_id=st.integers(1, 3),
        text=st.text(alphabet="aAbB -#!.", min_size=1, max_size=4),
        is_whole_word=st.booleans(),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


def _is_found(keyword: Keyword, said: str) -> bool:
    """Say in one expression what a keyword finds."""
    start = r"\b" if keyword.is_whole_word and keyword.text[0].isalnum() else ""
    end = r"\b" if keyword.is_whole_word and keyword.text[-1].isalnum() else ""
    return re.search(f"{start}{re.escape(keyword.text)}{end}", said, re.IGNORECASE) is not None


@given(keywords=keywords, said=text)
def test_a_filter_matches_where_one_of_its_keywords_is_found(keywords: tuple[Keyword, ...], said: str) -> None:
    """And what was found is said as it is written in the text."""
    found = Sieve(keywords).matches(as_words(said))

    assert set(found) == {one.filter_id for one in keywords if _is_found(one, said)}
    assert all(one in said for one in found.values())


@given(keywords=keywords, said=text)
def test_a_post_that_is_passed_over_has_no_match(keywords: tuple[Keyword, ...], said: str) -> None:
    """The first look may only say no where nothing would be found."""
    ready, words = Sieve(keywords), as_words(said)

    may_match = ready.may_match(words)

    assert may_match or not ready.matches(words)


def test_letters_that_grow_when_folded_are_found() -> None:
    """What was found is then given as it was folded."""
    found = Sieve((Keyword(1, "STRASSE", True),)).matches(as_words("Große Straße"))

    assert found == {1: "strasse"}


def test_the_same_keywords_are_made_ready_once() -> None:
    """So that a page costs no more than its search."""
    keywords = (Keyword(1, "falls", True),)

    assert sieve(keywords) is sieve((Keyword(1, "falls", True),))


def test_words_are_those_a_reader_sees() -> None:
    """No tags, addresses or classes; paragraphs part words, emphasis does not."""
    status = {
        "spoiler_text": "Look",
        "content": '<p>two <b>fa</b>lls</p><p>1 &lt; 2<br>see <a href="https://ward.example/x" class="mention">@ines</a></p>',
        "media_attachments": [{"description": "A chart"}, {"description": None}],
        "poll": {"options": [{"title": "Yes"}, {"title": "No"}]},
    }

    found = words_of(msgspec.json.encode(status).decode())

    assert found.written.split() == ["Look", "two", "falls", "1", "<", "2", "see", "@ines", "Yes", "No", "A", "chart"]
