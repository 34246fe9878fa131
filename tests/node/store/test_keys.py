"""Which key signs, which are published, and for how long."""

from federation.signatures.multikeys import KeyKind
from node.services import keyring
from node.store import keys
from node.store.unit import Snapshot, Unit
from tests.support.world import World, key_pair


async def test_a_new_account_has_a_key_of_each_kind(world: World) -> None:
    """One signs requests, one proves documents."""
    ines = await world.user("ines")

    found = await world.db.read(keys.published, ines.id)

    ids = [(key.uri.removeprefix(ines.account.uri), key.kind) for key in found]
    assert ids == [("#main-key", "rsa"), ("#ed25519-key", "ed25519")]
    assert await world.db.read(_signing, ines.id, "ed25519") == found[1].uri


async def test_a_new_key_signs_after_two_days_and_is_alone_after_a_week(world: World) -> None:
    """Peers have time to learn of it, and time to verify what the old one signed."""
    ines = await world.user("ines")
    old = await world.db.read(_signing, ines.id)

    new = await world.db.write(keyring.rotate, "ines", key_pair(7))
    seen = []
    for later in (0, 47, 2, 119):
        world.clock.pass_time(hours=later)
        await world.db.write(keys.sweep)
        signing = await world.db.read(_signing, ines.id)
        seen.append((signing, [key.uri for key in await world.db.read(keys.published, ines.id) if key.kind == "rsa"]))

    assert seen == [(old, [old, new]), (old, [old, new]), (new, [new, old]), (new, [new])]


async def test_keys_changed_twice_in_a_row_sign_in_their_order(world: World) -> None:
    """What everybody knows signs until its successor had two days."""
    ines = await world.user("ines")
    first = await world.db.read(_signing, ines.id)

    second = await world.db.write(keyring.rotate, "ines", key_pair(7))
    world.clock.pass_time(hours=24)
    third = await world.db.write(keyring.rotate, "ines", key_pair(8))
    seen = [await world.db.read(_signing, ines.id)]
    for _ in range(2):
        world.clock.pass_time(hours=25)
        seen.append(await world.db.read(_signing, ines.id))

    assert seen == [first, second, third]


async def test_accounts_of_before_get_their_second_key(world: World) -> None:
    """Whoever was made when there was but one kind."""
    ines = await world.user("ines")
    await world.db.write(_forget_second, ines.id)

    made = await world.db.write(keyring.complete)

    assert (made, await world.db.write(keyring.complete)) == (1, 0)
    assert [key.kind for key in await world.db.read(keys.published, ines.id)] == ["rsa", "ed25519"]


def _forget_second(unit: Unit, account_id: int) -> None:
    pair = key_pair(7)
    keys.replace(unit, account_id, "https://ward.example/users/ines#main-key", pair[1], private_pem=pair[0])


def _signing(snapshot: Snapshot, account_id: int, kind: KeyKind = "rsa") -> str:
    found = keys.for_account(snapshot, account_id, kind)
    assert found is not None
    return found.key_id
