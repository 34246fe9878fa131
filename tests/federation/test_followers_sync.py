"""The header and the digest of FEP-8fcf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.followers_sync import Claim, build, digest_of, parse

CLAIM = Claim("https://a.example/f", "https://a.example/s", "0" * 64)


def test_the_digest_combines_those_of_the_ids() -> None:
    """The SHA-256 of one id; of several each combined with the others, in any order."""
    people = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"]

    assert digest_of(people) == digest_of(reversed(people))
    assert digest_of(people) != digest_of(people[:1])
    assert digest_of(people[:1]) == "3a06e99569547f444c352ab7f52e4bab207abec5ca6f07b0045cfdc9723f8fa9"


def test_nobody_has_the_digest_of_zeros() -> None:
    """And the same id twice counts once."""
    assert digest_of([]) == "0" * 64
    assert digest_of(["x", "x"]) == digest_of(["x"])


def test_a_header_is_read_as_it_was_written() -> None:
    """Spaces and the order of its parts say nothing."""
    assert parse(build(CLAIM)) == CLAIM
    assert parse(f'digest = "{"0" * 64}",url="https://a.example/s" , collectionId="https://a.example/f"') == CLAIM


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        'collectionId="https://a.example/f"',
        build(CLAIM) + ', url="https://b.example/s"',
        build(CLAIM).replace("0" * 64, "zz"),
        build(CLAIM).replace("https://a.example/s", ""),
        build(CLAIM) + " " * 9000,
    ],
)
def test_a_header_that_lacks_something_is_none(text: str) -> None:
    """Or says a thing twice."""
    assert parse(text) is None


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    """Never an exception."""
    assert parse(text) is None
