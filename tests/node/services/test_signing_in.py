"""Passwords, sessions and the throttle at the door."""

from collections.abc import Awaitable, Callable

import pytest

from node.errors import Problem
from node.services import signing_in
from node.services.signing_in import Throttle
from tests.support.clock import FrozenClock
from tests.support.world import PASSWORD, World

ADDRESS = "192.0.2.9"
Enter = Callable[..., Awaitable[str]]


@pytest.fixture
def enter(world: World) -> Enter:
    """Return a try to sign in that says how it went: the username or the code of the refusal."""

    async def attempt(login: str, password: str = PASSWORD, address: str = ADDRESS) -> str:
        try:
            found = await signing_in.check_password(world.node.door, world.db, login, password, address=address)
        except Problem as problem:
            return problem.code
        return str(found.account_id)

    return attempt


@pytest.mark.parametrize("login", ["ines", "INES", " ines@ward.example ", "Ines@Ward.Example"])
async def test_name_and_address_both_sign_in_whatever_their_case(world: World, enter: Enter, login: str) -> None:
    """People type both."""
    ines = await world.user("ines")

    assert await enter(login) == str(ines.id)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ines", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("ines\0", PASSWORD),
        ("ines", "x" * 5000),
        ("institution", ""),
    ],
)
async def test_unknown_and_wrong_are_told_apart_by_nobody(
    world: World, enter: Enter, login: str, password: str
) -> None:
    """One code, one text."""
    await world.user("ines")

    assert await enter(login, password) == "wrong-password"


async def test_many_failures_from_one_address_close_the_door_for_a_while(world: World, enter: Enter) -> None:
    """Even the right password waits then; another address does not, and time helps."""
    ines = await world.user("ines")
    for _ in range(signing_in.PAIR_TRIES):
        await enter("ines", "wrong")

    assert await enter("ines") == "too-many-tries"
    assert await enter("INES ") == "too-many-tries"
    assert await enter("ines", address="192.0.2.10") == str(ines.id)
    world.clock.pass_time(seconds=signing_in.WINDOW_S)
    assert await enter("ines") == str(ines.id)


async def test_one_address_against_many_names_is_stopped(world: World, enter: Enter) -> None:
    """Neighbours within an IPv6 network count as one."""
    for number in range(signing_in.ADDRESS_TRIES):
        await enter(f"name{number}", "wrong", f"2001:db8::{number:x}")

    assert await enter("another", address="2001:db8::ffff") == "too-many-tries"
    assert await enter("another", address="2001:db8:0:1::1") == "wrong-password"


async def test_many_addresses_against_one_name_are_stopped(world: World, enter: Enter) -> None:
    """A net of machines gets a hundred guesses in a quarter of an hour."""
    await world.user("ines")
    for number in range(signing_in.NAME_TRIES):
        await enter("ines", "wrong", f"10.0.{number}.1")

    assert await enter("ines", "wrong", "10.1.0.1") == "too-many-tries"


async def test_a_hospital_behind_one_address_signs_in(world: World, enter: Enter) -> None:
    """Successes do not count."""
    ines = await world.user("ines")

    outcomes = {await enter("ines") for _ in range(signing_in.ADDRESS_TRIES + 1)}

    assert outcomes == {str(ines.id)}


def test_throttle_remembers_a_bounded_number_of_keys() -> None:
    """The oldest are forgotten first."""
    throttle = Throttle(FrozenClock(), limit=1, max_keys=2)
    for key in ("a", "b", "c"):
        throttle.count(key)

    throttle.check("a")
    with pytest.raises(Problem) as refused:
        throttle.check("c")
    assert (refused.value.status, refused.value.retry_after_s) == (429, signing_in.WINDOW_S + 1)


async def test_session_is_known_until_it_is_closed(world: World) -> None:
    """The cookie's value is kept nowhere; its end is at once."""
    ines = await world.user("ines", role="moderator")
    token = await world.db.write(signing_in.open_session, ines.user_id)

    found = await world.db.read(signing_in.session, token)
    await world.db.write(signing_in.close_session, token)

    assert found is not None
    assert (found.account_id, found.username, found.role, found.is_stale) == (ines.id, "ines", "moderator", False)
    assert await world.db.read(signing_in.session, token) is None
    assert await world.db.read(signing_in.session, "x" * 43) is None


async def test_session_ends_when_idle_and_after_its_life(world: World) -> None:
    """Use keeps it, but not for ever."""
    ines = await world.user("ines")
    idle, used = [await world.db.write(signing_in.open_session, ines.user_id) for _ in range(2)]
    seen = []
    for _ in range(6):
        world.clock.pass_time(days=6)
        seen.append(await world.db.read(signing_in.session, used) is not None)
        await world.db.write(signing_in.touch_session, used)

    assert await world.db.read(signing_in.session, idle) is None
    assert seen == [True, True, True, True, False, False]


async def test_opening_a_session_removes_those_that_ran_out(world: World) -> None:
    """The table stays small by itself."""
    ines = await world.user("ines")
    old = await world.db.write(signing_in.open_session, ines.user_id)
    world.clock.pass_time(days=8)
    await world.db.write(signing_in.open_session, ines.user_id)
    await world.db.write(signing_in.touch_session, old)

    assert await world.db.read(signing_in.session, old) is None


async def test_new_password_ends_sessions_and_tokens(world: World, enter: Enter) -> None:
    """Whoever had them is out."""
    ines = await world.user("ines")
    session = await world.db.write(signing_in.open_session, ines.user_id)
    kept = await world.node.door.passwords.hash("another long one")

    await world.db.write(signing_in.change_password, ines.user_id, kept)

    assert await world.db.read(signing_in.session, session) is None
    assert (await world.client(ines).get("/api/v1/preferences")).status_code == 401
    assert [await enter("ines"), await enter("ines", "another long one")] == ["wrong-password", str(ines.id)]


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
async def test_password_of_a_wrong_length_is_not_kept(world: World, password: str) -> None:
    """422 with the bounds."""
    with pytest.raises(Problem) as refused:
        await world.node.door.passwords.hash(password)

    assert (refused.value.status, refused.value.field) == (422, "password")


def test_form_token_belongs_to_one_cookie_and_one_secret() -> None:
    """Of another session, or of another node, it is worth nothing."""
    token = signing_in.csrf_token(b"k" * 32, "cookie")

    assert signing_in.is_csrf_token(b"k" * 32, "cookie", token)
    assert not signing_in.is_csrf_token(b"k" * 32, "other", token)
    assert not signing_in.is_csrf_token(b"x" * 32, "cookie", token)
    assert not signing_in.is_csrf_token(b"k" * 32, "cookie", "é")
