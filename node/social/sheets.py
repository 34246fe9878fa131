"""Lists of follows, blocks and the like as the CSV files that Mastodon's servers give and take. Text in, rows out.

A file is text: whatever else comes (an archive, a picture) is refused whole. Lines that cannot be read are named.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct

from federation import uris
from federation.reasons import PeerError

Kind = Literal["follows", "lists", "blocks", "mutes", "domains", "bookmarks"]
Row = list[Any]

MAX_ROWS: Final = 10_000
MAX_FAULTS: Final = 100
MAX_CELL_CHARS: Final = 2048
MAX_TITLE_CHARS: Final = 255
_HEADS: Final = frozenset({"account address", "#domain", "domain", "list name", "uri"})
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_NO: Final = frozenset({"false", "0", "no"})


class Sheet(Struct, frozen=True):
    """What a file says: rows that can be carried out, and (line, what is wrong) of those that cannot."""

    rows: Sequence[Row]
    faults: Sequence[tuple[int, str]] = ()


class NotText(Exception):
    """The file is no CSV file at all."""


def text_of(data: bytes) -> str:
    """Return the text of a file. Raises: NotText for everything that is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText from None
    if "\0" in text:
        raise NotText
    return text


def read(kind: Kind, text: str) -> Sheet:
    """Return what a file says, each row once; of faults the first hundred. Rows beyond the most are a fault."""
    rows: dict[str, Row] = {}
    faults: list[tuple[int, str]] = []
    for line, cells in _lines(text):
        if isinstance(cells, str):
            faults.append((line, cells))
            break
        if not any(cells) or (line == 1 and cells[0].strip().casefold() in _HEADS):
            continue
        try:
            row = _READERS[kind]([cell.strip() for cell in cells])
        except ValueError as error:
            faults.append((line, str(error)))
            continue
        if len(rows) >= MAX_ROWS:
            faults.append((line, f"Only the first {MAX_ROWS} rows are taken; the rest is left out."))
            break
        rows[repr(row[:2] if kind == "lists" else row[0])] = row
    return Sheet(list(rows.values()), faults[:MAX_FAULTS])


def _lines(text: str) -> Iterable[tuple[int, list[str] | str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, "This line is not CSV; nothing from here on is taken."
            return
        if any(len(cell) > MAX_CELL_CHARS for cell in cells):
            yield reader.line_num, "This line is too long; nothing from here on is taken."
            return
        yield reader.line_num, cells


def _acct(cells: Sequence[str], place: int = 0) -> str:
    handle = uris.parse_handle(cells[place]) if len(cells) > place else None
    if handle is None:
        raise ValueError("This is no account address, such as name@host.")
    return handle.text()


def _follow(cells: Sequence[str]) -> Row:
    shows_boosts, notifies = _flag(cells, 1, usual=True), _flag(cells, 2, usual=False)
    languages = [one.strip() for one in cells[3].split(",") if one.strip()] if len(cells) > 3 else []
    if not all(_LANGUAGE.fullmatch(one) for one in languages):
        raise ValueError("These are no languages, such as en, de.")
    return [_acct(cells), shows_boosts, notifies, languages]


def _flag(cells: Sequence[str], place: int, *, usual: bool) -> bool:
    word = cells[place].casefold() if len(cells) > place else ""
    return usual if not word else word not in _NO


def _list(cells: Sequence[str]) -> Row:
    if not cells[0] or len(cells[0]) > MAX_TITLE_CHARS:
        raise ValueError("This is no name of a list.")
    return [cells[0], _acct(cells, 1)]


def _mute(cells: Sequence[str]) -> Row:
    return [_acct(cells), _flag(cells, 1, usual=True)]


def _domain(cells: Sequence[str]) -> Row:
    try:
        host = uris.canonical_host(cells[0])
    except PeerError:
        host = ""
    if "." not in host:
        raise ValueError("This is no domain, such as host.example.")
    return [host]


def _bookmark(cells: Sequence[str]) -> Row:
    if not uris.is_usable(cells[0], loopback_http=True):
        raise ValueError("This is no address of a post.")
    return [cells[0]]


_READERS: Final[Mapping[Kind, Callable[[Sequence[str]], Row]]] = {
    "follows": _follow,
    "lists": _list,
    "blocks": lambda cells: [_acct(cells)],
    "mutes": _mute,
    "domains": _domain,
    "bookmarks": _bookmark,
}


def write(kind: Kind, rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as the CSV file that Mastodon's servers read."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if head := _WRITTEN_HEADS.get(kind):
        writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    return out.getvalue()


_WRITTEN_HEADS: Final[Mapping[Kind, Sequence[str]]] = {
    "follows": ("Account address", "Show boosts", "Notify on new posts", "Languages"),
    "mutes": ("Account address", "Hide notifications"),
}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
