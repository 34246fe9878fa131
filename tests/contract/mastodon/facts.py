"""Reads the tables."""

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
TESTS: Final = HERE.parents[1]
OWED: Final = frozenset({"must", "should", "admin"})
_NAMED: Final = re.compile(r"test_([A-Z]{3})_(\d{3})_\w+")


class Endpoint(NamedTuple):
    """A row of `endpoints.tsv`."""

    method: str
    path: str
    auth: str
    scopes: tuple[str, ...]
    entity: str
    errors: frozenset[int]
    area: str
    priority: str
    state: str

    @property
    def name(self) -> str:
        """Method and path, as the other tables name it."""
        return f"{self.method} {self.path}"

    @property
    def is_stream(self) -> bool:
        """Whether it never ends: those are tested as behaviours of streaming."""
        return self.area == "streaming"

    @property
    def is_of_browsers(self) -> bool:
        """Whether a browser and no program calls it."""
        return self.entity.startswith(("HTML", "redirect")) or self.path.startswith("/oauth/author")


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Return every endpoint, in the order of the table."""
    return tuple(
        Endpoint(
            row["method"],
            row["path"],
            row["auth"],
            tuple(row["scopes"].split("|")) if row["scopes"] else (),
            row["entity"],
            frozenset(int(code) for name in ("documented", "observed") for code in _codes(row[f"errors_{name}"])),
            row["area"],
            row["priority"],
            row["state"],
        )
        for row in _rows("endpoints")
    )


class Param(NamedTuple):
    """A row of `params.tsv`."""

    name: str
    place: str  # path, query, form, header
    type: str
    is_required: bool
    limits: str


@cache
def params() -> dict[str, tuple[Param, ...]]:
    """Return what each endpoint takes, by its name."""
    found: dict[str, list[Param]] = {}
    for row in _rows("params"):
        one = Param(row["name"], row["in"], row["type"], row["required"] == "y", row["limits"])
        found.setdefault(f"{row['method']} {row['path']}", []).append(one)
    return {name: tuple(rows) for name, rows in found.items()}


def _codes(text: str) -> list[str]:
    return text.split(",") if text else []


@cache
def behaviours() -> dict[str, str]:
    """Return what each behaviour says, by its id."""
    return {row["id"]: row["behaviour"] for row in _rows("behaviours")}


@cache
def left_out(kind: str) -> dict[str, str]:
    """Return why each endpoint or behaviour is left out that is."""
    return {row["id"]: row["reason"] for row in _rows("left_out") if row["kind"] == kind}


@cache
def tested_behaviours() -> tuple[str, ...]:
    """Return the ids that name tests, anywhere below the tests."""
    return tuple(name for path in sorted(TESTS.rglob("test_*.py")) for name in _named_in(path))


def _named_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (found := _NAMED.fullmatch(node.name)):
            yield f"{found[1]}-{found[2]}"


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
