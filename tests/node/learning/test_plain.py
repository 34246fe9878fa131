"""A learning typed as an ordinary post: which of its words are what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.plain import Plain, read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Gel by every bed works. #learning", Plain("Gel by every bed works.")),
        ("#Learning Gel works. We tried. #hygiene #icu", Plain("Gel works. We tried.")),
        ("Ask.\nQ: Why is it in?\nA: Nobody asked.\n#learning", Plain("Ask.", None, "Why is it in?", "Nobody asked.")),
        ("Ask.\nSource: doi:10.1000/xyz\n#learning", Plain("Ask.", "doi:10.1000/xyz")),
        (
            "Read https://a.example/x, then ask. #learning",
            Plain("Read https://a.example/x, then ask.", "https://a.example/x"),
        ),
        ("PMID 12345 says so #learning", Plain("PMID 12345 says so", "PMID 12345")),
        ("Question: and nothing before it?\n#learning", Plain("", None, "and nothing before it?")),
    ],
)
def test_marked_post_is_read_by_its_lines(typed: str, said: Plain) -> None:
    """Words first, then the lines that say what they are."""
    assert read(typed) == said


@given(st.text(max_size=400))
def test_box_is_a_piece_of_what_was_typed(typed: str) -> None:
    """Whatever is typed, the box is found in it, so that the post can show its record's words."""
    assert read(typed).box in typed
