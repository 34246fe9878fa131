"""How a command speaks: what it found on standard output, what went wrong on standard error, and an exit code."""

import enum
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

MAX_FILE_BYTES: Final = 1024 * 1024


class Code(enum.IntEnum):
    """The exit codes of every command."""

    OK = 0
    FAILED = 1
    SETTINGS = 2
    DATABASE = 3
    ADDRESS = 4


MEANINGS: Final = {
    Code.OK: "done",
    Code.FAILED: "it was tried and failed, or doctor found a fault",
    Code.SETTINGS: "the command line or a setting is wrong, or a newer release made the database",
    Code.DATABASE: "the database cannot be reached, or its schema is not the one this version needs",
    Code.ADDRESS: "the address to listen on is taken or not allowed",
}


class Stop(Exception):
    """Ends the command with a code and sentences for people."""

    def __init__(self, code: Code, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.code: Final = code
        self.lines: Final = lines


def say(text: str) -> None:
    """Print one line of the answer."""
    sys.stdout.write(f"{text}\n")


def printable(text: str) -> str:
    """Return text that came from a peer without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def complain(lines: Sequence[str]) -> None:
    """Print what is wrong, a line for each fault."""
    sys.stderr.write("".join(f"rounds: {line}\n" for line in lines))


def say_json(value: Any) -> None:
    """Print the answer for a script."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))  # never read as markup: it may come from a peer
    Console().print(table)


@contextmanager
def progress(text: str, *, quiet: bool = False) -> Iterator[None]:
    """Show on standard error that something is under way, if a person is there to see it."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def bytes_of(file: Path) -> bytes:
    """Return what is in a file that the command line names. Raises: `Stop` when it is too large or cannot be read."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Stop(Code.SETTINGS, f"{file} cannot be read: {error.strerror}") from None
    if len(data) > MAX_FILE_BYTES:
        raise Stop(Code.SETTINGS, f"{file} is larger than {MAX_FILE_BYTES} bytes")
    return data
