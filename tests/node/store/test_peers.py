"""How a host wants to be spoken to is remembered for a week."""

from node.store import peers
from tests.support.world import World

HOST = "peer.example"


async def test_the_form_of_a_post_is_forgotten_after_a_week(world: World) -> None:
    """Then everybody is asked in the usual way again."""
    await world.db.write(peers.keep_post_form, HOST, "rfc9421")
    known = await world.db.read(peers.post_forms, [HOST, "other.example", HOST])

    world.clock.pass_time(days=7)

    assert known == {HOST: "rfc9421"}
    assert await world.db.read(peers.post_forms, [HOST]) == {}


async def test_two_forms_of_a_host_are_kept_apart(world: World) -> None:
    """One is not lost over the other, and an old one is not made young by a new one."""
    await world.db.write(peers.keep_get_form, HOST, "cavage-bare")
    world.clock.pass_time(days=3)
    await world.db.write(peers.keep_post_form, HOST, "rfc9421")
    both = await world.db.read(peers.get_form, HOST), await world.db.read(peers.post_forms, [HOST])

    world.clock.pass_time(days=8)
    await world.db.write(peers.keep_post_form, HOST, "cavage")

    assert both == ("cavage-bare", {HOST: "rfc9421"})
    assert await world.db.read(peers.get_form, HOST) is None
    assert await world.db.read(peers.post_forms, [HOST]) == {HOST: "cavage"}
