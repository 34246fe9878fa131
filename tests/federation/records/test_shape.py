"""Rule F1 agrees with the published JSON Schema, on the examples and on thousands of small changes to them."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from federation.records.series import Misshapen
from federation.records.shape import parse
from tests.federation.records.documents import HERE, SCHEMA, VALID, load

# "$" in a pattern is the end of the string, also where a regex library lets a last line feed pass.
STRICT = json.loads(re.sub(r'("pattern": "(?:[^"\\]|\\.)*)\$"', r'\1\\\\Z"', json.dumps(SCHEMA)))
RECEIVED = Draft202012Validator(STRICT, format_checker=FormatChecker(formats=["date"]))
RECORDS = [load(path)["object"]["learningRecord"] for path in VALID]
NAMES = sorted(
    {name for record in RECORDS for name in record}
    | set(SCHEMA["properties"])
    | set(SCHEMA["$defs"]["measure"]["properties"])
    | set(SCHEMA["$defs"]["point"]["properties"])
)
WORDS = sorted({word for word in re.findall(r'"([^"\\]{1,40})"', json.dumps(SCHEMA))})
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([0.5, 5.0, -1.0, 1e9, 1e10, 1000, 1001, 9999, 10000, 10**6, 10**6 + 1, 10**30]),
    st.sampled_from(["", " ", "a\n", "a\nb", "x" * 61, "x" * 141, "x" * 201, "x" * 501, "\u2028", "😀" * 120]),
    st.sampled_from(["2026-02-28", "2026-02-30", "2026-02", "2026-13", "1899-01-01", "2026-02-28\n", "20260228"]),
    st.sampled_from(
        ["https://a.example/x", "https://A.example/x", "http://a.example/x", "https://a.example", "10.1234/x"]
    ),
    st.sampled_from(
        ["https://a.example/<x>", "https://a.example/" + "x" * 983, "https://a.example/" + "x" * 982, "de-CH", "12"]
    ),
    st.sampled_from(WORDS),
    st.sampled_from([[], {}, [None], [{}], ["a"] * 11]),
)
Path = list[Any]


def paths(value: Any, path: Path) -> list[Path]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in inner for deeper in paths(item, [*path, key]))]


def change(document: Any, path: Path, action: str, name: str, value: Any) -> None:
    """Replace, remove or repeat what is at a path, or add a name there."""
    for key in path[:-1]:
        document = document[key]
    here = document[path[-1]]
    if action == "add" and isinstance(here, dict):
        here[name] = value
    elif action == "remove":
        del document[path[-1]]
    elif action == "repeat" and isinstance(here, list):
        here.extend(copy.deepcopy(here) * 30)
    else:
        document[path[-1]] = value


def is_accepted(record: object) -> bool:
    """Tell whether rule F1 passes."""
    try:
        parse(record)
    except Misshapen:
        return False
    return True


@pytest.mark.parametrize("path", sorted(HERE.glob("examples/*valid/*.json")), ids=lambda path: path.name)
def test_example_has_the_verdict_of_the_schema(path: Any) -> None:
    """Valid and invalid documents as published."""
    record = json.loads(path.read_bytes())["object"]["learningRecord"]

    assert is_accepted(record) == RECEIVED.is_valid(record)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_changed_example_has_the_verdict_of_the_schema(data: st.DataObject) -> None:
    """One to three changes anywhere in a valid record."""
    holder = {"record": copy.deepcopy(data.draw(st.sampled_from(RECORDS)))}
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from(paths(holder["record"], ["record"])))
        action = data.draw(st.sampled_from(["replace", "add", "add", "remove", "repeat"]))
        if action == "remove" and len(where) == 1:
            continue
        change(holder, where, action, data.draw(st.sampled_from(NAMES)), copy.deepcopy(data.draw(VALUES)))
    record = holder["record"]

    assert is_accepted(record) == RECEIVED.is_valid(record), [error.message for error in RECEIVED.iter_errors(record)]
