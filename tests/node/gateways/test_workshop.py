"""Heavy work runs elsewhere; what goes wrong there stays there."""

import os
import time

import pytest

from node.gateways.workshop import ProcessWorkshop, WorkshopError


def double(number, *, plus=0):
    """Work a little."""
    return number * 2 + plus


def where():
    """Say in which process this runs."""
    return os.getpid()


def fail():
    """Raise."""
    raise ValueError("bad image")


def hang():
    """Never end."""
    time.sleep(60)


def die():
    """End the process."""
    os._exit(9)


def gorge():
    """Ask for more memory than there may be."""
    return len(bytearray(4 * 1024**3))


@pytest.fixture
async def workshop():
    """Give a workshop and end it."""
    made = ProcessWorkshop()
    yield made
    await made.close()


async def test_work_runs_in_another_process_that_is_kept(workshop):
    """The serving process stays free, and the other is not started again for each job."""
    first, second = await workshop.run(where), await workshop.run(where)

    assert first == second != os.getpid()
    assert await workshop.run(double, 20, plus=2) == 42


async def test_error_of_the_work_is_raised_here(workshop):
    """And the process lives on."""
    before = await workshop.run(where)

    with pytest.raises(ValueError, match="bad image"):
        await workshop.run(fail)

    assert await workshop.run(where) == before


@pytest.mark.parametrize("work", [die, gorge])
async def test_work_that_ends_its_process_is_given_up_and_the_next_succeeds(workshop, work):
    """A bomb costs one process and one error."""
    with pytest.raises(WorkshopError):
        await workshop.run(work)

    assert await workshop.run(double, 1) == 2


async def test_work_that_takes_too_long_is_killed():
    """Bounded in time, and replaced."""
    workshop = ProcessWorkshop(timeout_s=0.05)

    with pytest.raises(WorkshopError):
        await workshop.run(hang)

    assert workshop._quick._pool is None
    await workshop.close()


async def test_idle_process_is_ended():
    """An idle node holds no second interpreter."""
    workshop = ProcessWorkshop(idle_s=0)
    await workshop.run(double, 1)

    assert workshop._quick._idle is not None
    workshop._quick._idle._run()

    assert workshop._quick._pool is None
    await workshop.close()


async def test_what_is_slow_has_a_process_of_its_own(workshop):
    """A picture does not wait for a film, and each is bounded by itself."""
    quick, slow = await workshop.run(where), await workshop.run_slowly(where)

    assert len({quick, slow, os.getpid()}) == 3
    assert await workshop.run_slowly(double, 2) == 4
