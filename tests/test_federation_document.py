"""FEDERATION.md says of each activity what the code does with it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from federation import activities
from federation.reasons import Reason

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "FEDERATION.md").read_text()


def table() -> dict[str, tuple[str, str]]:
    """Return what the table of activities says: type -> (we send, we accept)."""
    section = DOCUMENT.partition("## Activities")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {kind: (row[1], row[2]) for row in rows[2:] for kind in re.findall(r"[A-Z]\w+", row[0])}


def composed() -> Iterator[str]:
    """Give the types of activities that anything in `federation.compose` writes down, in a call or as a `type`."""
    for path in (ROOT / "federation/compose").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("wrap", "_about_note")
            ):
                yield from words_in(node.args[0])
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "type":
                        yield from words_in(value)


def words_in(node: ast.AST) -> Iterator[str]:
    """Give the names of activities that an expression may be."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and part.value in activities.TABLE:
            yield str(part.value)


def test_everything_that_is_understood_has_a_row() -> None:
    """And nothing is promised that is not in the table of the code."""
    accepted = {kind for kind, (_, accept) in table().items() if accept != "no"}

    assert accepted == set(activities.TABLE)


def test_everything_that_is_sent_has_a_row() -> None:
    """Whoever composes a new kind of activity says when it goes out."""
    sent = {kind for kind, (send, _) in table().items() if send != "no"}

    assert sent >= set(composed()) > {"Create", "QuoteRequest", "Announce"}


def test_every_reason_that_is_named_is_one() -> None:
    """Codes are a closed list: what the document names exists."""
    named = set(re.findall(r"\(`([a-z-]+)`\)", DOCUMENT))

    assert named <= {reason.value for reason in Reason} | {"peer.keys-replaced"}
