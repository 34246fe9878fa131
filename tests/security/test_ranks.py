"""Who may act upon whom: nobody reaches up, and what was tried is kept."""

import httpx
from sqlalchemy import select

from node.services import scopes
from node.store import tables
from node.store.unit import Snapshot
from tests.support.world import World

START = "/api/v1/admin/accounts"


async def test_S169_a_moderator_cannot_act_upon_an_administrator(world: World) -> None:
    """403 for every act, also upon another moderator and oneself; the tries are in the audit, and nothing changed."""
    boss, mona = await world.user("boss", role="admin"), await world.user("mona", role="moderator")
    other = await world.user("other", role="moderator")
    client = world.client(await world.token(mona, *scopes.SUPPORTED))
    before = (await world.client(boss).get(f"{START}/{boss.id}")).json()

    codes = []
    for target in (boss, other, mona):
        for kind in ("none", "disable", "sensitive", "silence", "suspend"):
            codes.append((await client.post(f"{START}/{target.id}/action", json={"type": kind})).status_code)
        for path in ("approve", "reject", "enable", "unsensitive", "unsilence", "unsuspend"):
            codes.append((await client.post(f"{START}/{target.id}/{path}")).status_code)
        codes.append((await client.delete(f"{START}/{target.id}")).status_code)

    def refusals(snapshot: Snapshot) -> int:
        t = tables.audit
        return len(snapshot.conn.execute(select(t.c.id).where(t.c.act == "account.refused")).all())

    assert set(codes) == {403}
    assert await world.db.read(refusals) == len(codes)
    assert (await world.client(boss).get(f"{START}/{boss.id}")).json() == before


async def test_S169_the_last_administrator_stays_one(world: World) -> None:
    """Administrators cannot act upon one another or themselves, so somebody is always left who can."""
    boss, second = await world.user("boss", role="admin"), await world.user("second", role="admin")

    codes = [
        (await world.client(boss).post(f"{START}/{one.id}/action", json={"type": "disable"})).status_code
        for one in (boss, second)
    ]

    assert codes == [403, 403]


async def test_an_administrator_does_not_close_the_node_to_themselves(world: World) -> None:
    """A network that they come from may be barred from signing up; nobody could undo more than that."""
    boss = await world.user("boss", role="admin")
    client, path = world.client(boss), "/api/v1/admin/ip_blocks"  # which calls from 192.0.2.7

    refused = [
        (await client.post(path, json={"ip": ip, "severity": "no_access"})).status_code
        for ip in ("0.0.0.0/0", "192.0.2.0/24", "192.0.2.7")
    ]
    mild = await client.post(path, json={"ip": "192.0.2.0/24", "severity": "sign_up_block"})
    harder = await client.put(f"{path}/{mild.json()['id']}", json={"severity": "no_access"})
    other = await client.post(path, json={"ip": "198.51.100.0/24", "severity": "no_access"})

    assert refused == [422, 422, 422]
    assert (mild.status_code, harder.status_code, other.status_code) == (200, 422, 200)


async def test_a_network_is_closed_to_an_address_in_its_other_spelling(world: World) -> None:
    """On a socket of both kinds an IPv4 address comes as an IPv6 one."""
    boss = await world.user("boss", role="admin")
    bar = {"ip": "198.51.100.0/24", "severity": "no_access"}
    assert (await world.client(boss).post("/api/v1/admin/ip_blocks", json=bar)).status_code == 200
    world.clock.pass_time(minutes=1)

    codes = []
    for address in ("198.51.100.9", "::ffff:198.51.100.9", "::ffff:203.0.113.9"):
        transport = httpx.ASGITransport(world.app, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=world.site.base_url) as client:
            codes.append((await client.get("/api/v1/instance")).status_code)

    assert codes == [403, 403, 200]
