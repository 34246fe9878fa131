"""What is not for everybody shows nowhere: every GET of the route table is asked about every private thing there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from node.services import charting, posting
from node.services.posting import Draft
from node.store import tables
from node.store.unit import Snapshot, Unit
from tests.node.services import loops
from tests.support.world import PASSWORD, Person, World
from tests.web.pages.browser import Browser

WORD = "zwergspinne"
SAID = (f"Quiet {WORD}", f"Quiet #{WORD}", f"The {WORD}", f"Let the {WORD}", f"Sleep of the {WORD}")
QUERY = f"q={WORD}&uri={{uri}}&acct=asha&resource=acct:asha@ward.example&id[]={{id}}&page=true&type=statuses"


@dataclass(frozen=True)
class Secrets:
    """Ids of posts that hold the word, with their author, and of somebody who may not see them."""

    asha: Person
    omar: Person
    ids: dict[str, list[int]]

    @property
    def all_ids(self) -> list[int]:
        """Every id."""
        return [one for ids in self.ids.values() for one in ids]


async def _said(world: World, asha: Person, visibility: str, **more: object) -> int:
    draft = Draft(text=f"Quiet {WORD} #{WORD}", visibility=visibility, **more)  # type: ignore[arg-type]
    return await world.db.write(posting.post, asha.id, draft)


def _house(unit: Unit, status_id: int) -> None:
    unit.conn.execute(update(tables.statuses).where(tables.statuses.c.id == status_id).values(visibility="house"))


@pytest.fixture
async def secrets(world: World) -> Secrets:
    """Return a world's secrets: posts, answers to a public post, a whole loop, of each kind."""
    asha, omar = await world.user("asha"), await world.user("omar")
    public = await world.db.write(posting.post, asha.id, Draft(text="Open", visibility="public"))
    ids: dict[str, list[int]] = {}
    for visibility in ("private", "direct"):
        ids[visibility] = [await _said(world, asha, visibility)]
        ids[visibility].append(await _said(world, asha, visibility, reply_to_id=public))
    ids["house"] = [await _said(world, asha, "private", reply_to_id=public)]
    await world.db.write(_house, ids["house"][0])
    learnt = await loops.learned(world, asha, f"The {WORD} sleeps. Do not wake it.", visibility="private")
    measure = replace(loops.SLEPT, label=f"Sleep of the {WORD}")
    change = f"Let the {WORD} sleep."
    begun = await loops.begun(world, asha, learnt, change=change, measures=(measure,), visibility="private")
    await loops.counted(world, asha, begun)
    shared = await loops.shared(world, asha, begun, sentence=f"The {WORD} slept.", visibility="private")
    await charting.draw(world.db, world.node.workshop, world.blobs, shared)
    ids["private"] += [learnt, begun, shared]
    return Secrets(asha, omar, ids)


def _addresses(world: World, ids: list[int], more: list[int]) -> Iterator[tuple[str, str]]:
    for route in world.app.router.routes:
        if route.method != "GET":
            continue
        names = re.findall(r"\{(\w+)", route.path)
        for one in [*ids, *more] if "id" in names else ids[:1]:
            path = route.path.replace("{id}", str(one)).replace("{day}", "2026-10-14")
            path = path.replace("{name}", WORD if "tag" in path else "asha").replace("{acct}", "asha")
            for file in (f"sleep-of-the-{WORD}.svg", f"sleep-of-the-{WORD}.png"):
                yield route.serves or "html", path.replace("{file}", file).replace("{path:rest}", "x")
                if "{file}" not in path:
                    break


async def _tellers(client: httpx.AsyncClient, world: World, found: Secrets, ids: list[int]) -> list[str]:
    def measures(snapshot: Snapshot) -> list[int]:
        return list(snapshot.conn.scalars(select(tables.measures.c.id)))

    tell = []
    more = await world.db.read(measures)
    for (serves, path), query in product(_addresses(world, ids, more), ("", "?" + QUERY)):
        filled = query.format(id=ids[0], uri=world.site.status_uri("asha", ids[0]))
        kind = "application/activity+json" if serves == "activity" else "text/html"
        answer = await client.get(path + filled, headers={"accept": kind})
        assert answer.status_code < 500, path
        if any(words in answer.text for words in SAID):
            tell.append(path)
    return tell


async def test_nobody_on_the_web_meets_what_is_not_public(world: World, secrets: Secrets) -> None:
    """Apps without a token, browsers without a session and peers get nothing but what is open."""
    tell = await _tellers(world.anybody, world, secrets, secrets.all_ids)

    assert tell == []


async def test_a_colleague_who_is_not_addressed_meets_nothing_private(world: World, secrets: Secrets) -> None:
    """Through the API and through the pages alike; what is for the house is for colleagues."""
    ids = secrets.ids["private"] + secrets.ids["direct"]
    browser = Browser(world.anybody)
    await browser.sign_in("omar", PASSWORD)

    tell = await _tellers(world.client(secrets.omar), world, secrets, ids)
    tell += await _tellers(browser.client, world, secrets, ids)

    shown = [path for path in tell if str(secrets.ids["house"][0]) not in path]
    assert [path for path in shown if any(str(one) in path for one in ids)] == []


async def test_the_author_meets_all_of_it(world: World, secrets: Secrets) -> None:
    """So that the tests above look where there is something to see."""
    tell = await _tellers(world.client(secrets.asha), world, secrets, secrets.all_ids)

    assert {f"/api/v1/statuses/{one}" for one in secrets.ids["private"]} <= set(tell)


async def test_a_private_thing_answers_as_a_thing_that_is_not_there(world: World, secrets: Secrets) -> None:
    """Not even that it exists is told."""
    client = world.client(secrets.omar)
    for route in ("", "/context", "/source", "/history", "/favourited_by", "/reblogged_by"):
        here = await client.get(f"/api/v1/statuses/{secrets.ids['direct'][0]}{route}")
        nowhere = await client.get(f"/api/v1/statuses/12345{route}")

        assert (here.status_code, here.content) == (404, nowhere.content), route


async def test_nothing_for_the_house_is_sent(world: World, secrets: Secrets) -> None:
    """No body on its way out holds what is for the house."""

    def bodies(snapshot: Snapshot) -> set[int]:
        return set(snapshot.conn.scalars(select(tables.bodies.c.id)))

    client = world.client(secrets.asha)
    before = await world.db.read(bodies)

    await client.delete(f"/api/v1/statuses/{secrets.ids['house'][0]}")

    assert await world.db.read(bodies) <= before


@pytest.mark.parametrize(("visibility", "status"), [("public", 410), ("private", 404), ("direct", 404)])
async def test_a_deleted_post_leaves_a_trace_only_if_everybody_could_see_it(
    world: World, visibility: str, status: int
) -> None:
    """A tombstone says that there was something, and until when."""
    asha = await world.user("asha")
    kept = await _said(world, asha, visibility)
    await world.db.write(posting.delete, asha.id, kept)

    answer = await world.anybody.get(f"/users/asha/statuses/{kept}", headers={"accept": "application/activity+json"})

    assert answer.status_code == status
