"""What software a peer runs is asked once a week, of its own host alone, and of no host that is kept out."""

from typing import Any

import pytest

from node.services import policing
from node.social.policy import Level
from node.store import jobs, peers
from node.store.domains import Domain
from node.store.peers import Peer
from node.store.unit import Unit
from tests.node.federating.conftest import Ward
from tests.support.network import Network

HOST = "masto.example"
INDEX = f"https://{HOST}/.well-known/nodeinfo"
INFO = f"https://{HOST}/nodeinfo/2.1"
RELATION = "http://nodeinfo.diaspora.software/ns/schema/"
SAID: dict[str, Any] = {
    "version": "2.1",
    "software": {"name": "Akkoma", "version": "3.13\x00\x1b[2J"},
    "metadata": {"staffAccounts": [f"https://{HOST}/users/ama", "javascript:alert(1)", "http://10.0.0.1/", 7]},
}


def _answers(ward: Ward, *links: tuple[str, str], said: dict[str, Any] | None = None) -> None:
    ward.peer.shelf[INDEX] = {"links": [{"rel": f"{RELATION}{version}", "href": href} for version, href in links]}
    ward.peer.shelf[INFO] = said or SAID


async def _after(ward: Ward, **time: int) -> Peer:
    """Let time pass and return what is known of the peer."""
    ward.network.clock.pass_time(**time)
    await ward.network.settle()
    found = await ward.node.db.read(peers.by_host, HOST)
    assert found is not None
    return found


def _asked(ward: Ward) -> int:
    return ward.network.wire.asked(HOST, "/.well-known/nodeinfo") + ward.network.wire.asked(HOST, "/nodeinfo")


async def test_a_peer_is_asked_what_it_runs_soon_after_it_was_met(ward: Ward) -> None:
    """The newest schema of its own host counts; addresses that may not be asked are left out, and nothing steers a terminal."""
    _answers(ward, ("2.0", f"https://{HOST}/nodeinfo/2.0"), ("2.1", INFO), ("2.2", "https://else.example/nodeinfo/2.2"))

    found = await _after(ward, minutes=1)

    assert (found.software, found.software_version) == ("akkoma", "3.13[2J")
    assert found.contacts == [f"https://{HOST}/users/ama"]
    assert _asked(ward) == 2
    assert ward.network.wire.asked("else.example") == 0


@pytest.mark.parametrize(
    "href", ["http://10.0.0.1/nodeinfo", "data:application/json,{}", "https://else.example/nodeinfo/2.1"]
)
async def test_S011_a_document_that_lies_elsewhere_is_not_fetched(ward: Ward, href: str) -> None:
    """The software is unknown then."""
    _answers(ward, ("2.1", href))

    found = await _after(ward, minutes=1)

    assert (found.software, _asked(ward)) == (None, 1)
    assert found.described_at is not None


async def test_a_peer_is_asked_again_after_a_week_in_which_it_spoke(ward: Ward) -> None:
    """What it said before stays while it cannot be asked."""
    _answers(ward, ("2.1", INFO))
    await _after(ward, minutes=1)
    await ward.takes(ward.okapi.create())
    once = _asked(ward)
    del ward.peer.shelf[INDEX]

    await _after(ward, days=7)
    await ward.takes(ward.okapi.create())
    kept = await _after(ward, minutes=1)

    assert (once, _asked(ward)) == (2, 3)
    assert (kept.software, kept.described_at) == ("akkoma", ward.network.clock.now())


@pytest.mark.parametrize("level", ["suspend", "review"])
async def test_a_host_that_is_kept_out_is_asked_nothing(ward: Ward, level: Level) -> None:
    """Nor one that a person looks at first."""
    _answers(ward, ("2.1", INFO))
    await ward.node.db.write(policing.decide, Domain(HOST, level), by="moderator")

    await _after(ward, minutes=1)

    assert _asked(ward) == 0


def _ask(unit: Unit) -> None:
    jobs.add(unit, "describe", HOST, host=HOST)


async def test_an_unlisted_host_is_asked_nothing(network: Network) -> None:
    """Whatever asks for it."""
    node = await network.node("ward.example", federation_mode="allowlist")
    await node.db.write(_ask)

    await network.settle()

    assert network.wire.asked(HOST) == 0
