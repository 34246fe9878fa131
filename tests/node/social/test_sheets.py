"""CSV files of follows, blocks and the like: what is taken from them, and that what we write can be read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.social import sheets
from node.social.sheets import Kind, NotText


@pytest.mark.parametrize(
    ("kind", "text", "rows"),
    [
        (
            "follows",
            "Account address,Show boosts,Notify on new posts,Languages\n"
            'ines@far.example,false,true,"en, de"\nsam@far.example\n@ben,true,false,\n',
            [
                ["ines@far.example", False, True, ["en", "de"]],
                ["sam@far.example", True, False, []],
                ["ben", True, False, []],
            ],
        ),
        ("blocks", "a@far.example\r\n\r\na@far.example\n", [["a@far.example"]]),
        (
            "mutes",
            "Account address,Hide notifications\na@far.example,false\nb@far.example\n",
            [["a@far.example", False], ["b@far.example", True]],
        ),
        ("domains", "#domain,#severity\nBAD.example,suspend\n", [["bad.example"]]),
        ("lists", '"Ward, 3",a@far.example\nWard 4,a@far.example\n', [["Ward, 3", "a@far.example"], ["Ward 4", "a@far.example"]]),
        ("bookmarks", "https://far.example/notes/1\n", [["https://far.example/notes/1"]]),
    ],
)  # fmt: skip
def test_files_of_other_servers_are_read(kind: Kind, text: str, rows: list[object]) -> None:
    """With and without a head, each row once."""
    sheet = sheets.read(kind, text)

    assert ([*sheet.rows], [*sheet.faults]) == (rows, [])


@pytest.mark.parametrize(
    ("kind", "text", "lines"),
    [
        ("follows", "a@far.example\nno handle here\nb@far.example,true,false,<b>\n", [2, 3]),
        ("domains", "good.example\nnot a host\nhttps://x.example\n", [2, 3]),
        ("lists", "alone\n,a@far.example\n", [1, 2]),
        ("bookmarks", "javascript:alert(1)\n", [1]),
        ("blocks", f"a@far.example\n{'x' * 3000}\nb@far.example", [2]),
    ],
)
def test_lines_that_cannot_be_read_are_named(kind: Kind, text: str, lines: list[int]) -> None:
    """And the others are taken, but for what comes after a line that breaks the file."""
    assert [line for line, _ in sheets.read(kind, text).faults] == lines


def test_a_file_is_bounded() -> None:
    """Rows beyond the most, and faults beyond a hundred, are left out."""
    many = sheets.read("blocks", "".join(f"a{n}@far.example\n" for n in range(sheets.MAX_ROWS + 5)))
    bad = sheets.read("blocks", "no handle\n" * 500)

    assert (len(many.rows), len(many.faults)) == (sheets.MAX_ROWS, 1)
    assert (len(bad.rows), len(bad.faults)) == (0, sheets.MAX_FAULTS)


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00\x00\x00", b"\x1f\x8b\x08", b"a@far.example\x00", b"\xff\xfea"])
def test_what_is_no_text_is_refused_whole(data: bytes) -> None:
    """Archives, pictures, other encodings."""
    with pytest.raises(NotText):
        sheets.text_of(data)


@given(st.text(max_size=400), st.sampled_from(["follows", "lists", "blocks", "mutes", "domains", "bookmarks"]))
def test_no_text_breaks_the_reader(text: str, kind: Kind) -> None:
    """Whatever people choose as a file."""
    sheet = sheets.read(kind, text)

    assert all(isinstance(row[0], str) and row[0] for row in sheet.rows)


def test_what_we_write_we_can_read() -> None:
    """Also names with commas, quotes and line ends."""
    rows = [['Ward "3",\nnight', "a@far.example"], ["=1+1", "b@far.example"]]

    assert [*sheets.read("lists", sheets.write("lists", rows)).rows] == rows
