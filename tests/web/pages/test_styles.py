"""The style sheets: short, of tokens, without rules that nothing uses and without classes that no rule knows."""

import re
from pathlib import Path
from typing import Final

import web.pages
from web.pages.assets import assets

MAX_LINES: Final = 400
ROOT: Final = Path(web.pages.__file__).parents[2]
MARKERS: Final = {"bookmarklet"}  # says what a link is, and looks like any other
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS: Final = re.compile(r"\.([a-zA-Z][\w-]*)")
_COLOUR: Final = re.compile(r"#[0-9a-f]{3,6}\b")


def _sheets() -> dict[str, str]:
    return {name: asset.body.decode() for name, asset in assets().items() if name.endswith(".css")}


def _ruled() -> set[str]:
    whole = _COMMENT.sub("", "\n".join(_sheets().values()))
    selectors = re.findall(r"([^{};]+)\{", whole)
    return {name for one in selectors if "@" not in one for name in _CLASS.findall(re.sub(r'"[^"]*"', "", one))}


def _words(folders: tuple[str, ...], suffix: str) -> set[str]:
    files = (file for folder in folders for file in (ROOT / folder).rglob(f"*{suffix}"))
    return {word for file in files for word in re.findall(r"[a-zA-Z][\w-]*", file.read_text())}


def test_each_sheet_is_short() -> None:
    """One can be read in one go."""
    assert {name: True for name in _sheets()} == {
        name: len(text.splitlines()) <= MAX_LINES for name, text in _sheets().items()
    }


def test_every_rule_is_of_use() -> None:
    """A class that no template and no drawing names has no rule."""
    named = _words(("web/pages/templates",), ".html") | _words(("web", "node", "federation"), ".py")

    assert set() == _ruled() - named


def test_every_class_has_a_rule() -> None:
    """What a template names looks like something."""
    named: set[str] = set()
    for file in (ROOT / "web/pages/templates").rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', file.read_text()):
            named |= set(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value).split())

    assert set() == named - _ruled() - MARKERS


def test_colours_are_tokens() -> None:
    """A colour has a name in each of the four sets; paper, and the black behind a film, have none."""
    for text in _sheets().values():
        rules = re.sub(r":root \{.*?\}", "", text.partition("@media print")[0], flags=re.DOTALL)

        assert [found for found in _COLOUR.findall(rules) if found != "#000"] == []
