"""Units of the house: made, named, placed, removed, and who works in them."""

import pytest

from node.errors import Problem
from node.services import staffing
from tests.support.world import World

BY = "command-line"


async def _make(world: World, name: str, parent: str | None = None) -> str:
    return await world.db.write(staffing.make, name, by=BY, parent=parent)


async def test_units_lie_under_one_another_and_count_their_people(world: World) -> None:
    """A ward in a clinic: whoever works in the ward counts for the clinic too; a disabled one counts for nobody."""
    clinic = await _make(world, "Clinic of Surgery")
    ward = await _make(world, "Ward 3", clinic)
    for name in ("ines", "tom"):
        await world.user(name)
    await world.db.write(staffing.assign, "ines", ward, by=BY)
    await world.db.write(staffing.assign, "@tom", clinic, by=BY)

    listed = await world.db.read(staffing.listed)

    assert [(one.slug, one.parent, one.people, one.depth) for one in listed] == [
        ("clinic-of-surgery", None, 2, 0),
        ("ward-3", "clinic-of-surgery", 1, 1),
    ]
    assert listed[1].path == "Clinic of Surgery / Ward 3"


async def test_a_unit_is_renamed_placed_and_removed(world: World) -> None:
    """Its address stays with another name; what lay below one that is removed stands alone, its people work nowhere."""
    clinic, ward = await _make(world, "Clinic"), await _make(world, "Ward")
    ines = await world.user("ines")
    await world.db.write(staffing.place, ward, clinic, by=BY)
    await world.db.write(staffing.rename, ward, "Ward 3b", by=BY)
    await world.db.write(staffing.choose, ines.id, clinic)

    await world.db.write(staffing.remove, clinic, by=BY)

    assert [(one.slug, one.name, one.parent) for one in await world.db.read(staffing.listed)] == [
        ("ward", "Ward 3b", None)
    ]
    assert await world.db.read(staffing.place_of, ines.id) is None


@pytest.mark.parametrize("below", ["a", "b", "c"])
async def test_no_unit_lies_below_itself(world: World, below: str) -> None:
    """Under itself, its child or its grandchild: refused at the field, and nothing changed."""
    await _make(world, "A")
    await _make(world, "B", "a")
    await _make(world, "C", "b")

    with pytest.raises(Problem) as refused:
        await world.db.write(staffing.place, "a", below, by=BY)

    assert (refused.value.code, refused.value.field) == ("unit-cycle", "parent")
    assert [one.parent for one in await world.db.read(staffing.listed)] == [None, "a", "b"]


async def test_what_is_wrong_is_said_at_its_field(world: World) -> None:
    """No name, a name of another shape, a short name that is taken, a parent nobody knows, too deep."""
    deepest = None
    for number in range(staffing.MAX_DEPTH):
        deepest = await _make(world, f"Level {number}", deepest)
    wrong = (
        ({"name": " "}, "name", "text-missing"),
        ({"name": "x" * 81}, "name", "too-long"),
        ({"name": "Ward", "slug": "W 1"}, "slug", "slug-malformed"),
        ({"name": "Ward", "slug": "level-0"}, "slug", "taken"),
        ({"name": "Ward", "parent": "nowhere"}, "parent", "unit-unknown"),
        ({"name": "Ward", "parent": deepest}, "parent", "unit-too-deep"),
    )

    for values, field, code in wrong:
        with pytest.raises(Problem) as refused:
            await world.db.write(staffing.make, **values, by=BY)
        assert (422, field, code) == (refused.value.status, refused.value.field, refused.value.code)


async def test_nobody_can_be_put_into_what_is_not_there(world: World) -> None:
    """An unknown unit is refused at the field, an unknown person is 404, and so is the institution itself."""
    ines = await world.user("ines")
    await _make(world, "Ward")

    with pytest.raises(Problem) as unit:
        await world.db.write(staffing.choose, ines.id, "nowhere")
    with pytest.raises(Problem) as person:
        await world.db.write(staffing.assign, "nobody", "ward", by=BY)
    with pytest.raises(Problem) as actor:
        await world.db.write(staffing.assign, world.site.institution_username, "ward", by=BY)

    assert (unit.value.status, person.value.status, actor.value.status) == (422, 404, 404)
