"""The parts of the bench that other measurements rest on. Nothing here looks at how long anything takes."""

from pathlib import Path

from sqlalchemy import func, select

from node.reactions import react
from node.services import appraising, resembling
from node.social.site import Site
from node.store import tables
from node.store.database import Database
from tests.bench import dataset, load, report
from tests.bench.dataset import Size
from tests.bench.report import Line
from tests.support.clock import FrozenClock
from tests.support.databases import SqliteTemplates
from tests.support.world import World

SMALL = Size(statuses=200, accounts=40, follows=20, hosts=5, records=100)


async def test_the_data_set_agrees_with_itself(world: World) -> None:
    """Counts that are kept beside what they count are right, and every host is followed."""
    filled = await dataset.fill(world.db, world.site, SMALL)

    a, s, f = tables.accounts, tables.statuses, tables.follows
    with world.db.engine.connect() as conn:
        posted = conn.execute(select(func.sum(a.c.statuses_count))).scalar_one()
        held = conn.execute(select(func.count()).select_from(s)).scalar_one()
        followers = conn.execute(select(a.c.followers_count).where(a.c.id == filled.account_id)).scalar_one()
        edges = conn.execute(select(func.count()).where(f.c.target_id == filled.account_id)).scalar_one()
    assert (posted, followers) == (held, edges)
    assert SMALL.hosts == len({sender.uri.split("/")[2] for sender in filled.senders})


async def test_the_same_seed_gives_the_same_posts(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    """Two runs are measured on the same data."""
    site = Site("bench.example", "bench.example", "https://bench.example", "Bench", "institution")
    texts = []

    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        url = sqlite_templates.migrated(tmp_path / name)
        db = Database(url, site=site, clock=FrozenClock(), react=react, threads=1)
        await dataset.fill(db, site, SMALL)
        with db.engine.connect() as conn:
            texts.append(conn.execute(select(tables.statuses.c.content_html).order_by(tables.statuses.c.id)).all())
        db.close()

    assert texts[0] == texts[1]


async def test_records_of_the_data_set_are_those_that_the_services_read(world: World) -> None:
    """What is alike is found among them, and the network is counted."""
    filled = await dataset.fill(world.db, world.site, SMALL)
    known = await appraising.know(world.db)

    report = await appraising.report(world.db, world.node.workshop, appraising.PEERS, known)
    found = [await world.db.read(resembling.alike, None, status_id) for status_id in filled.learning_ids]

    assert not report.is_empty
    assert any(found)


def test_a_line_is_met_when_it_costs_at_most_its_floors() -> None:
    """What has a floor is compared by ratio, what has none by its value."""
    by_ratio = Line(database="sqlite", operation="home", value=0.3, floor="page", floor_ms=0.1, target=3.0)
    by_value = Line(database="sqlite", operation="memory", value=120.0, unit="MB", target=110.0)
    without = Line(database="sqlite", operation="public", value=1.0)

    assert [line.is_met for line in (by_ratio, by_value, without)] == [True, False, None]


def test_the_results_are_kept_as_json(tmp_path: Path) -> None:
    """A run can be compared with another one by a program."""
    path = report.write([Line(database="sqlite", operation="home", value=1.0)], tmp_path, seconds=3)

    assert '"operation": "home"' in path.read_text()


def test_a_request_says_its_length_only_when_it_has_a_body() -> None:
    """What is sent is what a careful client would send."""
    post = load.request("POST", "/inbox", host="bench.example", body=b"{}")
    get = load.request("GET", "/", host="bench.example")

    assert (b"content-length: 2\r\n\r\n{}" in post, b"content-length" in get) == (True, False)
