"""The timeline of a hospital's own people: what is for everybody and what is for the house, in one order."""

import pytest

from node.services import browsing, following, posting, reacting
from node.services.posting import Draft
from node.services.reading import Page


@pytest.fixture
async def ines(world):
    """Return who reads."""
    return await world.user("ines")


@pytest.fixture
async def omar(world):
    """Return who writes."""
    return await world.user("omar")


async def _post(world, person, **more):
    return await world.db.write(posting.post, person.id, Draft(text="words", **more))


async def _read(world, person, **part):
    return [line.id for line in await world.db.read(browsing.house_page, person.id, Page(**part))]


async def test_posts_of_both_audiences_are_one_list_newest_first(world, ines, omar):
    """Without those for fewer, without replies and without boosts."""
    first = await _post(world, omar)
    second = await _post(world, omar, is_for_house=True)
    await _post(world, omar, visibility="unlisted")
    await _post(world, omar, visibility="private")
    await _post(world, ines, reply_to_id=second)
    await world.db.write(reacting.boost, ines.id, second)
    third = await _post(world, omar)

    found = await _read(world, ines)

    assert found == [third, second, first]


async def test_pages_lead_through_all_of_it_in_both_directions(world, ines, omar):
    """Whichever audience stands at the seam."""
    made = [await _post(world, omar, is_for_house=number % 3 == 0) for number in range(9)]

    down, seen = [], None
    while part := await _read(world, ines, limit=2, max_id=seen):
        down += part
        seen = part[-1]
    up: list[int] = []
    seen = made[0] - 1
    while part := await _read(world, ines, limit=2, min_id=seen):
        up = part + up
        seen = part[0]

    assert down == up == made[::-1]


async def test_whom_one_blocks_or_mutes_is_not_in_it(world, ines, omar):
    """Nor who blocks the reader."""
    lena, mara = await world.user("lena"), await world.user("mara")
    for person in (omar, lena, mara):
        await _post(world, person, is_for_house=True)
    await world.db.write(following.block, ines.id, omar.id)
    await world.db.write(following.mute, ines.id, lena.id)
    await world.db.write(following.block, mara.id, ines.id)

    found = await _read(world, ines)

    assert found == []
