"""The export for research: tables that a program reads back, a dictionary, no names, no small numbers."""

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from node.learning import dataset
from node.services import researching, sharing
from node.services.measuring import NewPoint, record_point
from node.store import tables
from tests.node.services import loops
from tests.support.world import Person, World

SECRET = bytes(32)


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Said")


async def _loop(world: World, ines: Person, omar: Person, text: str = loops.BINS) -> tuple[int, int]:
    learned = await loops.learned(world, ines, text, visibility="public", source="10.1000/bins", topics=("Sleep",))
    begun = await loops.begun(world, omar, learned, visibility="public", steps=("One", "Two"))
    await loops.counted(world, omar, begun)
    return learned, begun


async def _export(world: World, *, is_all: bool = False) -> tuple[dict[str, list[dict[str, str]]], bytes]:
    at = await world.db.write(researching.begin, actor="command-line", is_all=is_all)
    parts = [part async for part in researching.archive(world.db, world.site, SECRET, at=at, is_all=is_all)]
    held = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert held.testzip() is None
    files = {name: held.read(name).decode() for name in held.namelist()}
    read = {name: list(csv.DictReader(io.StringIO(text))) for name, text in files.items() if name.endswith(".csv")}
    return read, "".join(files.values()).encode()


async def test_an_export_is_read_back_table_by_table(world: World, ines: Person, omar: Person) -> None:
    """Who reads it can join learning, action, share, measures and points."""
    _, begun = await _loop(world, ines, omar)
    await loops.shared(world, omar, begun, visibility="public")

    files, _ = await _export(world)

    (learned,), (action,), (share,) = files["learnings.csv"], files["actions.csv"], files["shares.csv"]
    assert learned["title"] == "Bin lids wake patients on our ward."
    assert learned["source_doi"] == "10.1000/bins"
    assert (action["based_on"], share["action"]) == (learned["id"], action["id"])
    assert action["steps"] == "One; Two"
    assert {row["record"] for row in files["measures.csv"]} == {action["id"], share["id"]}
    assert [row["numerator"] for row in files["points.csv"]] == [str(n) for n in (*loops.BEFORE, *loops.AFTER)]
    assert (share["id"], action["id"], "reports-on") in {tuple(row.values()) for row in files["edges.csv"]}


async def test_every_column_is_in_the_dictionary(world: World, ines: Person, omar: Person) -> None:
    """With its type and what it means, and none that is not there."""
    await _loop(world, ines, omar)

    files, _ = await _export(world)

    told = [(row["file"], row["column"]) for row in files["dictionary.csv"]]
    assert told == [(f"{name}.csv", column.name) for name, of in dataset.TABLES.items() for column in of]
    assert all(row["type"] and row["meaning"] for row in files["dictionary.csv"])
    for name in ("learnings", "actions"):
        assert list(files[f"{name}.csv"][0]) == [column.name for column in dataset.TABLES[name]]


async def test_nobody_is_named(world: World, ines: Person, omar: Person) -> None:
    """Neither by name nor by address; the same person has one pseudonym in an export, and another in the next."""
    _, begun = await _loop(world, ines, omar)
    await loops.shared(world, omar, begun, visibility="public")

    files, whole = await _export(world)
    world.clock.pass_time(minutes=1)
    others, _ = await _export(world)

    for name in (b"Ines", b"Omar", b"@omar", b"users/"):
        assert name not in whole
    assert files["actions.csv"][0]["author"] == files["shares.csv"][0]["author"]
    assert files["actions.csv"][0]["author"] != files["learnings.csv"][0]["author"]
    assert files["actions.csv"][0]["author"] != others["actions.csv"][0]["author"]


async def test_small_numbers_and_undecided_actions_stay_here(world: World, ines: Person, omar: Person) -> None:
    """Also in an export of everything."""
    _, begun = await _loop(world, ines, omar)
    measure = await loops.measure_of(world, begun)
    before, _ = await _export(world, is_all=True)
    await world.db.write(record_point, omar.id, measure.id, NewPoint(day=loops.DAY_ZERO, entry="3/47"))
    await loops.shared(world, omar, begun, visibility="public")

    after, _ = await _export(world, is_all=True)

    assert before["points.csv"] == []
    hidden = [row for row in after["points.csv"] if row["state"] == "suppressed"]
    assert [(row["period"], row["numerator"], row["denominator"]) for row in hidden] == [("0", "", "")]


async def test_what_is_not_for_everybody_is_left_out_unless_all_is_asked_for(
    world: World, ines: Person, omar: Person
) -> None:
    """And then it has no licence."""
    await loops.learned(world, ines, "Seen by few.", visibility="private")
    await loops.learned(world, ines, "Seen by all.", visibility="public")

    public, _ = await _export(world)
    every, _ = await _export(world, is_all=True)

    assert [row["title"] for row in public["learnings.csv"]] == ["Seen by all."]
    assert [(row["title"], row["licence"]) for row in every["learnings.csv"]] == [
        ("Seen by few.", ""),
        ("Seen by all.", "CC BY 4.0"),
    ]


async def test_a_withdrawn_share_gives_no_numbers(world: World, ines: Person, omar: Person) -> None:
    """It stays as a row that says so."""
    _, begun = await _loop(world, ines, omar)
    shared = await loops.shared(world, omar, begun, visibility="public")
    await world.db.write(sharing.withdraw, omar.id, shared, reason="data-error", explanation="Counted twice.")

    files, _ = await _export(world)

    assert [row["state"] for row in files["shares.csv"]] == ["withdrawn"]
    assert files["points.csv"] == []


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1 patient", "@SUM(A1)", " =1", "'=1"])
async def test_no_cell_is_a_formula(world: World, ines: Person, typed: str) -> None:
    """A program for tables shows the text and computes nothing."""
    await loops.learned(world, ines, f"{typed} is what they typed", visibility="public")

    files, _ = await _export(world)

    title = files["learnings.csv"][0]["title"]
    assert title[0] == "'"
    assert title[1:] == f"{typed} is what they typed".strip()


async def test_an_export_is_read_in_parts_and_audited(
    world: World, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much there is, memory stays small; who exported what stands in the audit."""
    monkeypatch.setattr(researching, "AT_ONCE", 2)
    for number in range(5):
        await loops.learned(world, ines, f"Learning {number}", visibility="public")

    files, _ = await _export(world)

    assert [row["title"] for row in files["learnings.csv"]] == [f"Learning {number}" for number in range(5)]
    audit = await world.db.read(
        lambda snapshot: snapshot.conn.execute(select(tables.audit.c.actor, tables.audit.c.act)).all()
    )
    assert ("command-line", "research.export") in {tuple(row) for row in audit}


async def test_administrators_alone_export_over_the_api(world: World, ines: Person) -> None:
    """Others are refused, also with the scope."""
    ada = await world.user("ada", role="admin")
    path = "/api/rounds/v1/research/loops.zip"

    answers = [await client.get(path) for client in (world.anybody, world.client(ines), world.client(ada))]

    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert "README.txt" in zipfile.ZipFile(io.BytesIO(answers[2].content)).namelist()
