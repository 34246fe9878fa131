"""Who may act upon whom: nobody reaches up, and what was tried is kept."""

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
