"""The codes that programs compare: all of them are explained, and none is that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Give the codes that calls of `Problem` and of what makes one write down."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
        if isinstance(call.func, ast.Name) and call.func.id == "Problem":
            given += call.args[1:2]
        yield from (code.value for code in given if isinstance(code, ast.Constant) and isinstance(code.value, str))


def test_every_code_of_an_answer_is_explained() -> None:
    """docs/api.md names each once, in its table or among those of OAuth."""
    files = [*(ROOT / "node").rglob("*.py"), *(ROOT / "web").rglob("*.py")]
    used = {code for path in files for code in codes_in(ast.parse(path.read_text()))}

    explained = (ROOT / "docs/api.md").read_text().partition("## Codes")[2]
    named = [word for word in re.findall(r"`([^`\s]+)`", explained) if re.fullmatch(r"[a-z][a-z_-]+", word)]

    assert sorted(named) == sorted(used | {"invalid"})
