"""An address that an administrator enters may not lead inside, unless exactly that host is excepted in the settings."""

from ipaddress import ip_network

import pytest
from sqlalchemy import select
from typing_extensions import override

from node.errors import Problem
from node.gateways.guard import GuardedAddresses, GuardRules
from node.services import entering
from node.settings import SettingsError, load
from node.store import tables
from node.store.unit import Snapshot
from tests.node.gateways.doubles import Names
from tests.support.world import World

NAMES = {
    "relay.example": ["93.184.216.34"],
    "inner.example": ["10.1.2.3"],
    "sub.inner.example": ["10.1.2.3"],
    "half.example": ["93.184.216.34", "10.9.9.9"],
    "mapped.example": ["::ffff:10.1.2.3"],
    "metadata.example": ["169.254.169.254"],
}
RULES = GuardRules(allow_networks={"inner.example": (ip_network("10.1.2.0/24"),)})


def _audit(snapshot: Snapshot) -> list[tuple[str, str]]:
    t = tables.audit
    found = snapshot.conn.execute(select(t.c.act, t.c.object).order_by(t.c.id))
    return [(row[0], row[1]) for row in found if row[0].startswith("address.")]


@pytest.mark.parametrize(
    ("uri", "inner"),
    [
        ("https://sub.inner.example/inbox", "10.1.2.3"),
        ("https://half.example/inbox", "10.9.9.9"),
        ("https://mapped.example/inbox", "10.1.2.3"),
        ("https://metadata.example/inbox", "169.254.169.254"),
        ("https://10.1.2.3/inbox", "10.1.2.3"),
        ("https://127.0.0.1/inbox", "127.0.0.1"),
        ("https://[::1]/inbox", "::1"),
    ],
)
async def test_S017_an_address_that_leads_inside_is_refused(world: World, uri: str, inner: str) -> None:
    """422 that names the address and says how to make an exception, and an audit entry."""
    addresses = GuardedAddresses(RULES, Names(NAMES))

    with pytest.raises(Problem) as caught:
        await entering.check(world.db, addresses, uri, what="relay", by="admin")

    assert (caught.value.status, caught.value.code, caught.value.field) == (422, "inner-address", "relay")
    assert inner in caught.value.text
    assert "allow_networks" in caught.value.text
    assert [act for act, _ in await world.db.read(_audit)] == ["address.refused"]


async def test_S017_exactly_the_excepted_host_passes_and_is_audited(world: World) -> None:
    """And a public one passes without a word."""
    addresses = GuardedAddresses(RULES, Names(NAMES))

    for uri in ("https://inner.example/inbox", "https://relay.example/inbox"):
        await entering.check(world.db, addresses, uri, what="relay", by="admin")

    assert await world.db.read(_audit) == [("address.excepted", "inner.example")]


async def test_S017_a_host_that_nobody_knows_is_left_to_the_guard(world: World) -> None:
    """A name server may be down; whoever asks later is guarded all the same."""

    class Silent(Names):
        @override
        async def resolve(self, host, port=0, family=0):
            raise OSError("no answer")

    await entering.check(
        world.db, GuardedAddresses(RULES, Silent({})), "https://away.example/", what="relay", by="admin"
    )

    assert await world.db.read(_audit) == []


@pytest.mark.parametrize(
    "written",
    [
        "inner.example=0.0.0.0/0",
        "inner.example=127.0.0.0/8",
        "inner.example=169.254.0.0/16",
        "inner.example=93.184.216.0/24",
        "inner.example=10.0.0.0/7",
        "inner.example=::1/128",
        "inner.example=",
        "10.1.2.3=10.1.2.0/24",
        "*=10.1.2.0/24",
        "https://inner.example=10.1.2.0/24",
    ],
)
def test_S017_an_exception_names_a_host_and_private_networks_alone(written: str) -> None:
    """Neither everything, nor this machine, nor what lies next to it."""
    with pytest.raises(SettingsError) as caught:
        load({"ROUNDS_ALLOW_NETWORKS": written}, file=None)

    assert any(fault.startswith("ROUNDS_ALLOW_NETWORKS: ") for fault in caught.value.faults)
