"""The vocabulary page: what it serves is what the code understands."""

import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from federation.records import fields
from federation.records.context import context
from federation.records.shape import CLASSES, NESTED
from tests.federation.records.documents import VALID, load
from tests.support.world import World
from web.pages import vocabulary


async def test_the_page_says_every_field_and_every_word(world: World) -> None:
    """Nobody has to read our code: each field and each value of a closed list stands on the page."""
    page = (await world.anybody.get("/learning-record")).text

    words = {
        field.encode_name
        for struct in (*CLASSES.values(), *NESTED.values())
        for field in msgspec.structs.fields(struct)
    }
    words |= {
        word
        for name in ("Relation", "Decision", "Outcome", "SourceKind", "MeasureForm", "Every", "RuleSet")
        for word in getattr(fields, name).__args__
    }
    said = set(re.findall(r"[A-Za-z0-9-]+", page))
    assert words - said == set()


async def test_the_context_is_the_one_that_travels(world: World) -> None:
    """As JSON-LD, readable from anywhere."""
    answer = await world.anybody.get("/learning-record/context.jsonld")

    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {"@context": context()}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
async def test_the_schema_takes_every_right_example(world: World, path: Path) -> None:
    """As somebody else would check a record."""
    schema = (await world.anybody.get("/learning-record/schema.json")).json()

    jsonschema.Draft202012Validator(schema).validate(_record(path))


def _record(path: Path) -> object:
    activity = load(path)
    return activity["object"]["learningRecord"]


def test_the_title_is_text() -> None:
    """What stands in the window's title has no marks in it."""
    assert vocabulary.text().title == "learningRecord: the vocabulary"
