"""What administrators' apps rely on."""

from sqlalchemy import select

from node.services import scopes, trending
from node.store import tables
from node.store.unit import Snapshot
from tests.contract.entities import faults
from tests.support.world import World

START = "/api/v1/admin"


def audited(snapshot: Snapshot) -> list[tuple[str, str]]:
    t = tables.audit
    return [(row[0], row[1]) for row in snapshot.conn.execute(select(t.c.act, t.c.object).order_by(t.c.id))]


async def test_ADM_001_a_scope_and_a_role_are_needed(world: World) -> None:
    """Neither the one nor the other is enough."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    unscoped = await world.token(ines, "read", "write")
    scoped = await world.token(fred, *scopes.SUPPORTED)

    answers = [
        (await world.client(token).get(f"{START}/accounts")).status_code for token in (unscoped, scoped, ines.token)
    ]

    assert answers == [403, 403, 200]


async def test_moderators_see_people_and_reports_but_not_decisions_about_hosts(world: World) -> None:
    """What concerns the whole node is for administrators."""
    mona = await world.user("mona", role="moderator")
    client = world.client(await world.token(mona, *scopes.SUPPORTED))

    codes = {
        name: (await client.get(f"{START}/{name}")).status_code for name in ("accounts", "reports", "domain_blocks")
    }

    assert codes == {"accounts": 200, "reports": 200, "domain_blocks": 403}


async def test_ADM_002_acts_are_audited_and_shown(world: World) -> None:
    """What was done is in the audit, and an act that is taken back answers the account."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    client = world.client(ines)

    acted = await client.post(f"{START}/accounts/{fred.id}/action", json={"type": "silence", "text": "Calm down"})
    silenced = (await client.get(f"{START}/accounts/{fred.id}")).json()
    undone = (await client.post(f"{START}/accounts/{fred.id}/unsilence")).json()

    acts = [act for act in await world.db.read(audited) if act[0].startswith("account.")]
    assert (acted.status_code, acted.json()) == (200, {})
    assert (silenced["silenced"], undone["silenced"]) == (True, False)
    assert faults("Admin::Account", undone) == []
    assert acts[-2:] == [("account.silence", f"account:{fred.id}"), ("account.unsilence", f"account:{fred.id}")]


async def test_ADM_003_the_wrong_state_is_403(world: World) -> None:
    """Nobody is turned away who is in, and nothing is removed of who is not suspended."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    client = world.client(ines)

    rejected = await client.post(f"{START}/accounts/{fred.id}/reject")
    removed = await client.delete(f"{START}/accounts/{fred.id}")

    assert (rejected.status_code, removed.status_code) == (403, 403)


async def test_ADM_004_a_decision_under_a_stricter_one_is_422_and_shows_it(world: World) -> None:
    """So that the app can offer to change that one."""
    client = world.client(await world.user("ines", role="admin"))
    await client.post(f"{START}/domain_blocks", json={"domain": "loud.example", "severity": "suspend"})

    refused = await client.post(f"{START}/domain_blocks", json={"domain": "sub.loud.example", "severity": "silence"})

    body = refused.json()
    assert (refused.status_code, body["existing_domain_block"]["domain"]) == (422, "loud.example")
    assert faults("Admin::ExistingDomainBlockError", body) == []


async def test_ADM_006_numbers_are_asked_for_by_post(world: World) -> None:
    """A day each, the number of the days before beside the sum."""
    client = world.client(await world.user("ines", role="admin"))
    await client.post("/api/v1/statuses", json={"status": "One"})
    today = f"{world.clock.now():%Y-%m-%d}"

    asked = {"keys": ["active_users", "new_users"], "start_at": today, "end_at": today}
    measured = (await client.post(f"{START}/measures", json=asked)).json()
    got = await client.get(f"{START}/measures")

    assert [(one["key"], one["total"], one["data"]) for one in measured] == [
        ("active_users", "1", [{"date": today, "value": "1"}]),
        ("new_users", "1", [{"date": today, "value": "1"}]),
    ]
    assert got.status_code == 405


async def test_ADM_005_who_does_not_moderate_gets_the_public_trends(world: World) -> None:
    """Without what a moderator refused, and without the words for moderators."""
    ines, fred, sam = await world.user("ines", role="admin"), await world.user("fred"), await world.user("sam")
    for who in (fred, sam):
        for tag in ("handwashing", "secret"):
            await world.client(who).post("/api/v1/statuses", json={"status": f"#{tag} works"})
    await world.db.write(trending.count)
    admin = world.client(ines)
    tags = (await admin.get(f"{START}/trends/tags")).json()
    secret = next(one["id"] for one in tags if one["name"] == "secret")

    refused = (await admin.post(f"{START}/trends/tags/{secret}/reject")).json()
    by_admin = (await admin.get(f"{START}/trends/tags")).json()
    by_fred = (await world.client(fred).get(f"{START}/trends/tags")).json()

    assert (refused["trendable"], {one["name"] for one in by_admin}) == (False, {"handwashing", "secret"})
    assert ([one["name"] for one in by_fred], "trendable" in by_fred[0]) == (["handwashing"], False)
    assert [fault for one in by_admin for fault in faults("Admin::Tag", one)] == []
