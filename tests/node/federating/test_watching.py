"""What a monitor and an administrator see of deliveries and queues: numbers and reason codes, no names and no words."""

import httpx

from node.services import policing
from node.store import backlog
from node.store.backlog import Outcome
from node.store.domains import Domain
from tests.node.federating.conftest import Ward

SECRET = "Hand gel by every bed"


async def _metrics(ward: Ward) -> str:
    transport = httpx.ASGITransport(ward.node.world.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://ward.example") as client:
        return (await client.get("/metrics")).text


async def _posts_to_three(ward: Ward) -> None:
    """Let one server take a post, one be down and one say that it is gone."""
    for place, host in enumerate(("well.example", "down.example", "gone.example")):
        one = ward.network.peer(host).actor("zebra", key=place)
        await ward.takes(one.follow(ward.asha.account.uri), by=one)
    ward.network.down("down.example")
    ward.network.answer("gone.example", 410)
    await ward.node.post(ward.asha, SECRET)
    await ward.network.settle()


async def test_metrics_count_deliveries_by_outcome_and_what_waits(ward: Ward) -> None:
    """Whichever process delivers."""
    await _posts_to_three(ward)
    await ward.node.db.write(policing.decide, Domain("masto.example", "review"), by="moderator")
    await ward.okapi.sends(ward.node, ward.okapi.create())

    said = await _metrics(ward)

    lines = set(said.splitlines())
    assert {
        'rounds_deliveries{state="delivered",reason=""} 5',
        'rounds_deliveries{state="dropped",reason="gone"} 1',
        'rounds_queue_waiting{queue="deliveries"} 1',
        'rounds_queue_due{queue="deliveries"} 0',
        'rounds_queue_given_up{queue="deliveries"} 1',
        'rounds_queue_late_seconds{queue="inbox"} 0',
        "rounds_held 1",
    } <= lines
    assert [word for word in (".example", "asha", "zebra", SECRET) if word in said] == []


async def test_the_oldest_due_row_says_how_late_a_queue_is(ward: Ward) -> None:
    """So that a worker that stands still is noticed."""
    await _posts_to_three(ward)
    ward.network.clock.pass_time(hours=1)

    said = await _metrics(ward)

    late = next(line for line in said.splitlines() if line.startswith('rounds_queue_late_seconds{queue="deliveries"}'))
    assert int(late.split()[1]) > 3000


async def test_what_a_refusal_says_is_a_code_for_monitors_and_words_for_people(ward: Ward) -> None:
    """The words name the host."""
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    await ward.node.post(ward.asha, SECRET)
    await ward.node.db.write(policing.decide, Domain("masto.example", "suspend"), by="moderator")

    said, seen = await _metrics(ward), await ward.node.db.read(backlog.outcomes, "masto.example")

    assert 'rounds_deliveries{state="dropped",reason="blocked"} 1' in said
    assert Outcome("dropped", "blocked", 1) in seen
