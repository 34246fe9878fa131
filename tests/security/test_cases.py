"""The list of attacks beside the tests: none without a test, no test of one that is not listed."""

import ast
import re
from collections.abc import Iterator
from csv import DictReader
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
_NAMED = re.compile(r"test_(S\d{3})_\w+")

# Cases whose feature is being built. A case leaves this set with its test; the set must become empty.
PENDING_TEXT = """
"""
PENDING = frozenset(PENDING_TEXT.split())


def _listed() -> list[str]:
    with (TESTS / "security" / "cases.tsv").open(encoding="utf-8", newline="") as stream:
        return [row["id"] for row in DictReader(stream, delimiter="\t")]


@cache
def _tested() -> frozenset[str]:
    return frozenset(found[1] for path in TESTS.rglob("test_*.py") for found in _names(path))


def _names(path: Path) -> Iterator[re.Match[str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (found := _NAMED.fullmatch(node.name)):
            yield found


def test_every_listed_case_has_a_test() -> None:
    """Named by its id, anywhere below the tests."""
    missing = set(_listed()) - _tested() - PENDING

    assert sorted(missing) == []


def test_a_pending_case_has_no_test_yet() -> None:
    """Whoever writes the test takes the id off the set."""
    assert sorted(PENDING & _tested()) == []


def test_every_listed_case_is_listed_once() -> None:
    """In the order of the ids, so that a gap is seen."""
    assert sorted(set(_listed())) == _listed()
