"""Compares an answer with the table of Mastodon's entities: keys, types, nulls. `entities.tsv` is facts only.

`faults(entity, value)` is empty when everything a client may rely on is there. Attributes that came after the version
this node says it speaks may be missing, but must have the right type when they are there.
"""

import csv
import re
from collections import defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

SPOKEN: Final = (4, 6)


# addresses that Mastodon itself sends as an empty text where there is none
MAY_BE_EMPTY: Final = frozenset(
    {("PreviewCard", name) for name in ("author_url", "provider_url", "embed_url")} | {("PreviewCardAuthor", "url")}
)


class Attribute(NamedTuple):
    """A row of the table."""

    path: tuple[str, ...]
    type: str
    is_nullable: bool
    is_optional: bool
    since: tuple[int, ...]
    note: str


@cache
def table() -> dict[str, list[Attribute]]:
    """Return the attributes of every entity."""
    rows: dict[str, list[Attribute]] = defaultdict(list)
    with (Path(__file__).parent / "mastodon" / "entities.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            since = tuple(int(number) for number in re.findall(r"\d+", row["since"])[:2])
            path = (row["attribute"],)
            if not row["attribute"].startswith("("):
                path = tuple(re.findall(r"[^\[\]]+|(?<=\[)(?=\])", row["attribute"]))
            rows[row["entity"]].append(
                Attribute(path, row["type"], row["nullable"] == "y", row["optional"] == "y", since, row["note"])
            )
    return dict(rows)


def faults(entity: str, value: object) -> list[str]:
    """Return a sentence for everything a client would trip over."""
    found: list[str] = []
    if not isinstance(value, dict):
        return [f"{entity} is no object: {value!r:.60}"]
    for attribute in table()[entity]:
        if attribute.path[0].startswith("(all of "):
            found += faults(attribute.type, value)
        else:
            found += _along(entity, value, attribute, attribute.path)
    return found


def fits(entity: str, value: object) -> list[str]:
    """Return the faults of an answer whose kind is written as in the table of endpoints: `Array<X>`, `X or Y`, `{}`."""
    if entity.startswith("{"):
        return _inline(entity, value)
    for choice in re.split(r" or (?=[A-Z{])", entity.partition(" (")[0]):
        found = _of_type(choice, value, "")
        if not found:
            return []
    return found


def _inline(entity: str, value: object) -> list[str]:
    if not isinstance(value, dict):
        return [f"{value!r:.60} is no object"]
    found: list[str] = []
    for name, mark, kind in re.findall(r"(\w+)(\??): (\w+)", entity):
        if name in value:
            found += [f"{name}: {fault}" for fault in _of_type(kind, value[name], "")]
        elif not mark:
            found.append(f"{name} is missing")
    return found


def _along(entity: str, place: Any, attribute: Attribute, path: tuple[str, ...]) -> list[str]:
    name = f"{entity}.{'.'.join(attribute.path)}"
    step, rest = path[0], path[1:]
    if step == "" and not rest:
        return [f"{name}: {fault}" for fault in _of_type(attribute.type, place, attribute.note)]
    if step == "":
        return [fault for one in place or () for fault in _along(entity, one, attribute, rest)]
    if not isinstance(place, dict) or step not in place:
        is_owed = not rest and not attribute.is_optional and attribute.since <= SPOKEN
        return [f"{name} is missing"] if is_owed and isinstance(place, dict) else []
    if rest:
        return _along(entity, place[step], attribute, rest)
    if place[step] is None:
        return [] if attribute.is_nullable or attribute.type == "Null" else [f"{name} is null"]
    if place[step] == "" and (entity, step) in MAY_BE_EMPTY:
        return []
    return [f"{name}: {fault}" for fault in _of_type(attribute.type, place[step], attribute.note)]


def _of_type(wanted: str, value: Any, note: str) -> list[str]:
    if wanted.startswith("Array<"):
        if not isinstance(value, list):
            return [f"{value!r:.60} is no list"]
        return [fault for one in value for fault in _of_type(wanted[6:-1], one, "")]
    if "|" in wanted:
        choices = [_of_type(choice, value, "") for choice in wanted.split("|")]
        return [] if [] in choices else choices[0]
    if wanted in table():
        return faults(wanted, value)
    kind, _, form = wanted.rstrip(")").partition("(")
    python = _PYTHON.get(kind)
    if python is None:
        return []
    if not isinstance(value, python) or (isinstance(value, bool) and kind != "Boolean"):
        return [f"{value!r:.60} is no {wanted}"]
    return [] if _has_form(form, value, note) else [f"{value!r:.60} is no {wanted}"]


_PYTHON: Final[dict[str, tuple[type, ...]]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Number": (int, float),
    "Boolean": (bool,),
    "Hash": (dict,),
}


def _has_form(form: str, value: Any, note: str) -> bool:
    if form == "url":
        return bool(re.match(r"(https?|wss?)://\S+$", value))
    if form == "datetime":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value)) and bool(
            datetime.fromisoformat(value)
        )
    if form == "date":
        return len(value) == 10 and bool(date.fromisoformat(value))
    if form == "integer":
        return bool(value.lstrip("-").isdigit())
    if form == "id":
        return bool(value)
    if form == "enum" and "|" in note:
        words = next(part for part in note.split(";") if "|" in part)
        return str(value) in words.strip().split("|")
    return True
