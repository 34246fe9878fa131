"""Lists of hosts as servers exchange them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.social import blocklist
from node.social.blocklist import Entry, Skipped

LIST = """\
#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
evil.example,suspend,true,true,"Spam, and worse",false
Loud.Example.,silence,FALSE,False,,true
pics.example,noop,TRUE,false,,false
e*il.example,suspend,false,false,,true
odd.example,shrug,false,false,,false
not a host,suspend,false,false,,false
com,suspend,false,false,,false
evil.example,suspend,false,false,Later,false
"""


def test_a_list_becomes_decisions_and_says_what_it_leaves_out() -> None:
    """Obfuscated names, unknown words, what is no host, and whole top domains; the last line about a host counts."""
    found = blocklist.parse(LIST)

    assert found.entries == [
        Entry("loud.example", "limit"),
        Entry("pics.example", "none", no_media=True),
        Entry("evil.example", "suspend", comment="Later"),
    ]
    assert found.skipped == [
        Skipped(5, "e*il.example", "is obfuscated: ask for the whole name"),
        Skipped(6, "odd.example", "has a severity that is not known"),
        Skipped(7, "not a host", "is no host"),
        Skipped(8, "com", "is a whole top domain, not a host"),
    ]


@pytest.mark.parametrize("text", ["evil.example\nbad.example\n", "\ufeffdomain\r\nevil.example\r\nbad.example\r\n"])
def test_a_bare_list_of_hosts_suspends_them(text: str) -> None:
    """Some are published so."""
    assert [(one.host, one.level) for one in blocklist.parse(text).entries] == [
        ("evil.example", "suspend"),
        ("bad.example", "suspend"),
    ]


@pytest.mark.parametrize("text", ['domain\n"evil.example', 'a"b"c,"d"e'])
def test_what_is_no_csv_is_refused(text: str) -> None:
    """Half a quotation hides the rest of a file."""
    with pytest.raises(ValueError, match="CSV"):
        blocklist.parse(text)


def test_a_list_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read whole."""
    monkeypatch.setattr(blocklist, "MAX_LINES", 2)

    with pytest.raises(ValueError, match="more than 2 lines"):
        blocklist.parse(LIST)


def test_a_comment_cannot_become_a_formula() -> None:
    """People open such lists in a program for tables."""
    text = blocklist.render([Entry("evil.example", "suspend", comment="=HYPERLINK(1)")])

    assert ",'=HYPERLINK(1)," in text
    assert blocklist.parse(text).entries[0].comment == "=HYPERLINK(1)"


_comments = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=40)
_entries = st.builds(
    Entry,
    st.from_regex(r"[a-z]{1,9}\.[a-z]{2,6}", fullmatch=True),
    st.sampled_from(["suspend", "limit", "none"]),
    st.booleans(),
    st.booleans(),
    _comments.map(str.strip),
)


@given(st.lists(_entries, unique_by=lambda one: one.host, max_size=8))
def test_a_written_list_reads_back_the_same(entries: list[Entry]) -> None:
    """Whatever is in the comments."""
    assert blocklist.parse(blocklist.render(entries)) == blocklist.Listed(entries, [])


@given(st.text(max_size=200))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    """Never another error."""
    try:
        found = blocklist.parse(text)
    except ValueError:
        return

    assert all("." in one.host for one in found.entries)
