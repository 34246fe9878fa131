"""No call of the installed version is left out."""

import ast
import inspect
from pathlib import Path
from typing import Final

from mastodon import Mastodon

CLIENTS: Final = {"asha", "ben", "cleo", "dan", "eli", "app", "noor", "one", "Mastodon"}
NOT_CALLED: Final = {
    "follows": "follows by address; Mastodon took the endpoint away in 3.0",
    "oauth_userinfo": "the library asks it over https alone; the endpoint is tested with the others",
    "reports": "Mastodon took the endpoint away in 2.5; the library refuses to call it",
    "search_v1": "Mastodon took the endpoint away in 3.0; the library refuses to call it",
    "get_supported_version": "says what the library was written for, and asks nobody",
}


def _called() -> set[str]:
    found: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and _is_client(node.value):
                found.add(node.attr)
    return found


def _is_client(value: ast.expr) -> bool:
    if isinstance(value, ast.Attribute) and value.attr == "client":
        value = value.value
    return isinstance(value, ast.Name) and value.id in CLIENTS


def test_every_call_of_the_library_is_made() -> None:
    """Or named, with the reason."""
    offered = {name for name, _ in inspect.getmembers(Mastodon, callable) if not name.startswith("_")}

    assert sorted(offered - _called() - set(NOT_CALLED)) == []
    assert sorted(set(NOT_CALLED) - offered) == []
    assert sorted(_called() & set(NOT_CALLED)) == []
