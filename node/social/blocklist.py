"""Lists of hosts in the form that servers exchange: CSV with a head such as Mastodon's, or a bare host on each line."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from federation.reasons import PeerError
from node.social import policy
from node.social.policy import Level

HEAD: Final = ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate")
MAX_LINES: Final = 100_000
MAX_COMMENT_CHARS: Final = 1000
_LEVELS: Final[dict[str, Level]] = {
    "suspend": "suspend", "silence": "limit", "limit": "limit", "noop": "none", "none": "none", "": "suspend",
}  # fmt: skip
_SEVERITIES: Final[dict[Level, str]] = {"suspend": "suspend", "limit": "silence", "none": "noop"}
_FORMULA: Final = ("=", "+", "-", "@")
_SKIPPED: Final = "' \t\r\n"  # by programs for tables, before they look for a formula
_TRUE: Final = frozenset({"true", "1", "yes", "t"})


class Entry(Struct, frozen=True):
    """A line that can be used."""

    host: str
    level: Level
    no_media: bool = False
    no_reports: bool = False
    comment: str = ""


class Skipped(Struct, frozen=True):
    """A line that cannot, and why."""

    line: int
    text: str
    reason: str


class Listed(Struct, frozen=True):
    """What a list holds; of several lines about one host the last counts."""

    entries: list[Entry]
    skipped: list[Skipped]


def parse(text: str) -> Listed:
    """Read a list. Raises: ValueError when it is no CSV or too long."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)]
    except csv.Error as error:
        raise ValueError(f"is not CSV: {error}") from None
    if len(rows) > MAX_LINES:
        raise ValueError(f"has more than {MAX_LINES} lines")
    columns = _columns(rows[0]) if rows else None
    entries: dict[str, Entry] = {}
    skipped: list[Skipped] = []
    for number, row in enumerate(rows[1:] if columns else rows, 2 if columns else 1):
        cells = dict(zip(columns or ("domain",), (cell.strip() for cell in row), strict=False))
        shown = "".join(letter for letter in cells.get("domain", "")[:80] if letter.isprintable())
        if not cells.get("domain") or (columns is None and shown.startswith("#")):
            continue
        found = _entry(cells)
        if isinstance(found, Entry):
            entries.pop(found.host, None)
            entries[found.host] = found
        else:
            skipped.append(Skipped(number, shown, found))
    return Listed(list(entries.values()), skipped)


def _columns(head: list[str]) -> tuple[str, ...] | None:
    names = tuple(cell.strip().lstrip("#").strip().lower() for cell in head)
    return names if "domain" in names else None


def _entry(cells: dict[str, str]) -> Entry | str:
    domain = cells["domain"]
    if "*" in domain:
        return "is obfuscated: ask for the whole name"
    level = _LEVELS.get(cells.get("severity", "").lower())
    if level is None:
        return "has a severity that is not known"
    try:
        host = policy.fold(domain)
    except PeerError:
        return "is no host"
    if "." not in host:
        return "is a whole top domain, not a host"
    return Entry(
        host,
        level,
        cells.get("reject_media", "").lower() in _TRUE,
        cells.get("reject_reports", "").lower() in _TRUE,
        _bare(cells.get("public_comment", ""))[:MAX_COMMENT_CHARS],
    )


def render(entries: Iterable[Entry]) -> str:
    """Write a list; a decision that other servers have no word for (allow, review) has no line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for one in entries:
        if one.level in _SEVERITIES:
            flags = [str(flag).lower() for flag in (one.no_media, one.no_reports)]
            writer.writerow([one.host, _SEVERITIES[one.level], *flags, _plain(one.comment), "false"])
    return out.getvalue()


def _plain(text: str) -> str:
    """Keep a comment from being read as a formula by a program for tables."""
    return f"'{text}" if text.lstrip(_SKIPPED).startswith(_FORMULA) else text


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip(_SKIPPED).startswith(_FORMULA) else text
