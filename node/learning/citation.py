"""How a public record is cited: one line, BibTeX and RIS. Pure."""

import re
from datetime import date
from typing import Final

from msgspec import Struct

_TEX: Final = re.compile(r"([\\{}$&#^_~%])")
_TEX_WORDS: Final = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


class Cited(Struct, frozen=True, kw_only=True):
    """What is known of a record that somebody cites."""

    author: str
    title: str
    place: str
    on: date
    url: str
    key: str


def line(cited: Cited) -> str:
    """Return "Okafor A (2026). Title. St Mary's. https://..."."""
    parts = [_ended(short_name(cited.author), f" ({cited.on.year})"), _sentence(cited.title), _sentence(cited.place)]
    return f"{' '.join(parts)} {cited.url}"


def bibtex(cited: Cited) -> str:
    """Return the record as an entry of BibTeX."""
    fields = {
        "author": f"{{{_tex(_plain(cited.author))}}}",
        "title": f"{{{_tex(_plain(cited.title))}}}",
        "year": str(cited.on.year),
        "month": str(cited.on.month),
        "publisher": f"{{{_tex(_plain(cited.place))}}}",
        "url": _plain(cited.url).replace("{", "%7B").replace("}", "%7D"),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{re.sub(r'[^A-Za-z0-9]', '', cited.key) or 'record'},\n{lines}}}\n"


def ris(cited: Cited) -> str:
    """Return the record as an entry of RIS."""
    rows = (
        ("TY", "ELEC"),
        ("AU", _plain(cited.author)),
        ("TI", _plain(cited.title)),
        ("PB", _plain(cited.place)),
        ("PY", f"{cited.on.year}"),
        ("DA", f"{cited.on:%Y/%m/%d}"),
        ("UR", _plain(cited.url)),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows)


def short_name(name: str) -> str:
    """Return a name as citations write it: the last word, then initials; a single word, or one that is no person's, stays."""
    words = _plain(name).split()
    if len(words) < 2 or len(words) > 4 or not all(word[0].isalpha() and word[0].isupper() for word in words):
        return " ".join(words)
    return f"{words[-1]} {''.join(word[0] for word in words[:-1])}"


def _ended(text: str, more: str) -> str:
    return f"{text}{more}."


def _sentence(text: str) -> str:
    text = _plain(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _plain(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _tex(text: str) -> str:
    return _TEX.sub(lambda found: _TEX_WORDS.get(found[1], f"\\{found[1]}"), text)
