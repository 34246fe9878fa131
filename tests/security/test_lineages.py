"""What a hostile peer makes of lineages: it gets no more sent than it sends itself, and learns of nothing that is not for it."""

from typing import Any

from node.services import alerting
from node.store import records
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.peers import Document, PeerActor


def _record(kind: str, title: str, **more: Any) -> Document:
    return {"type": kind, "schemaVersion": 1, "title": title, **more}


def _note(actor: PeerActor, record: Document, **more: Any) -> Document:
    said = " ".join(str(record[name]) for name in ("title", "sentence", "due", "decision") if name in record)
    return actor.note(said, learningRecord=record, **more)


def _action(actor: PeerActor, based_on: str) -> Document:
    return _note(
        actor,
        _record("LearningAction", "Soft lids", basedOn=based_on, relation="adopts", due="2027-01-15"),
    )


def _share(actor: PeerActor, action: Document, based_on: str, **more: Any) -> Document:
    record = _record(
        "LearningShare", "Soft lids", reportsOn=action["id"], basedOn=based_on, decision="adopt", sentence="Quieter."
    )
    return _note(actor, record | more)


async def _lured(network: Network, visibility: str) -> tuple[Station, PeerActor, Document, str]:
    """Return our node, a hostile actor with an action on a learning of ours, and the id of that learning; a second host of the
    attacker's tries it, too."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    mole, ear = network.peer("mole.example").actor("mole"), network.peer("ear.example").actor("ear")
    learned = await loops.learned(ward.world, asha, visibility=visibility)
    uri = (await ward.status(learned)).uri
    for actor in (mole, ear):
        await actor.sends(ward, actor.follow(asha.account.uri))
        await ward.follow(asha, actor.handle)
        await network.settle()
        await actor.sends(ward, actor.activity("Accept", actor.peer.got("Follow")[0]))
        await network.settle()
    network.clock.pass_time(seconds=1)
    await ear.sends(ward, ear.activity("Create", _action(ear, uri)))
    await network.settle()
    action = _action(mole, uri)
    await mole.sends(ward, mole.activity("Create", action))
    await network.settle()
    held = await ward.held(action["id"])
    assert held is not None
    assert await ward.db.read(records.of_status, held.id) is not None
    return ward, mole, action, uri


async def test_result_below_a_hidden_record_is_not_passed_on(network: Network) -> None:
    """A guessed id of a record that is not for everybody gives nothing back, not even by what others are sent."""
    ward, mole, action, uri = await _lured(network, "direct")

    network.clock.pass_time(seconds=1)
    share = _share(mole, action, uri)
    await mole.sends(ward, mole.activity("Create", share))
    await network.settle()

    assert await ward.held(share["id"]) is not None
    assert network.peers["ear.example"].got("Create") == []


async def test_storm_of_results_is_passed_on_a_few_times(network: Network) -> None:
    """One activity would be many deliveries of ours: each post goes on a few times an hour, and each host's within a bound."""
    ward, mole, action, uri = await _lured(network, "public")
    ear = network.peers["ear.example"]
    network.clock.pass_time(seconds=1)
    share = _share(mole, action, uri)
    await mole.sends(ward, mole.activity("Create", share))
    await network.settle()
    assert len(ear.got("Create")) == 1

    for revision in range(2, 12):
        network.clock.pass_time(seconds=1)
        changed = _share(mole, action, uri, revision=revision, status="corrected", sentence=f"Quieter by {revision}.")
        changed |= {"id": share["id"], "published": share["published"], "updated": mole.note()["published"]}
        await mole.sends(ward, mole.activity("Update", changed))
        await network.settle()

    assert len(ear.got("Create") + ear.got("Update")) == alerting.MAX_OF_POST
