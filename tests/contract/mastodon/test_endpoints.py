"""Each endpoint of the table is there, keeps out whom it should, and answers what apps can read."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import httpx
import pytest

from node.services import scopes
from tests.contract.entities import fits
from tests.contract.mastodon import facts, recipes, stage
from tests.contract.mastodon.facts import Endpoint
from tests.contract.mastodon.stage import Stage
from tests.support.world import World, make_world
from web.routing import Router

LEFT_OUT: Final = facts.left_out("endpoint")
CALLED: Final = [one for one in facts.endpoints() if not one.is_stream and not one.is_of_browsers]
OFFERED: Final = [one for one in CALLED if one.name not in LEFT_OUT and one.state != "removed"]
AREAS: Final = sorted({one.area for one in OFFERED})
ORDER: Final = {"GET": 0, "POST": 1, "PUT": 1, "PATCH": 1, "DELETE": 2}
NO_SUCH_ID: Final = "1"


@pytest.fixture
async def open_world(database_url: str, tmp_path: Any) -> AsyncIterator[World]:
    """Return a node that everybody may join."""
    made = await make_world(database_url, tmp_path, registrations="open", publish_domain_blocks="everyone")
    yield made
    await made.close()


def _lines(wrong: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {said}" for name, said in wrong.items())


def _of(area: str) -> list[Endpoint]:
    return sorted((one for one in OFFERED if one.area == area), key=lambda one: ORDER[one.method])


@pytest.mark.parametrize("area", AREAS)
async def test_every_endpoint_answers_what_the_table_says(open_world: World, area: str) -> None:
    """Called with what it needs, it succeeds, and its answer has every key, type and null that apps rely on."""
    found: dict[str, list[str]] = defaultdict(list)
    staged = await stage.set_up(open_world)

    for endpoint in _of(area):
        found[endpoint.name] += await _faults_of(staged, endpoint)

    wrong = {name: said for name, said in found.items() if said}
    assert wrong == {}, _lines(wrong)


async def _faults_of(staged: Stage, endpoint: Endpoint) -> list[str]:
    try:
        path, recipe = await recipes.prepared(staged, endpoint)
    except LookupError as error:
        return [f"cannot be called: {error}"]
    client = await _client(staged, recipe.token or recipe.who)
    response = await client.request(
        endpoint.method, path, params=recipe.query, json=recipe.body, files=recipes.files(recipe)
    )
    if response.status_code == recipe.refusal:
        return []
    if response.status_code not in (200, 202):
        return [f"{response.status_code} {response.text[:200]}"]
    return _wrong(endpoint.entity, response)


async def _client(staged: Stage, who: str) -> httpx.AsyncClient:
    if who == "app":
        return staged.world.client(await staged.world.token(None, *scopes.SUPPORTED))
    return staged.world.anybody if who == "none" else staged.world.client(staged.people[who])


def _wrong(entity: str, response: httpx.Response) -> list[str]:
    if entity in ("text OK", "empty body"):
        return [] if response.text in ("OK", "", "{}") else [f"{response.text[:60]!r} is not {entity}"]
    if not response.headers["content-type"].partition(";")[0].endswith("json"):
        return [] if entity.startswith("HostMeta") else [f"{response.headers['content-type']} is no JSON"]
    value = response.json()
    if entity.startswith("Array<") and not value and entity[6:-1] not in ("IdentityProof", "Account"):
        return [] if "Trends" in entity or entity in MAY_BE_EMPTY else ["the list is empty: nothing was compared"]
    return fits(entity, value)


MAY_BE_EMPTY: Final = frozenset(
    {"Array<String>", "Array<CustomEmoji>", "Array<Suggestion>", "Array<Tag>", "Array<DomainBlock>", "Array<Status>",
     "Array<List>", "Array<FeaturedTag>", "Array<Admin::CanonicalEmailBlock>", "Array<NotificationRequest>"}
)  # fmt: skip


# ------------------------------------------------------------------ who may not


def _named(path: str) -> str:
    parts = path.partition("?")[0].split("/")
    return "/".join(NO_SUCH_ID if part.startswith(":") else part for part in parts)


async def test_whoever_brings_no_token_is_kept_out(world: World) -> None:
    """401 on every endpoint that needs one."""
    closed = [one for one in OFFERED if one.auth != "none" and 401 in one.errors]

    answers = {one.name: (await world.anybody.request(one.method, _named(one.path))).status_code for one in closed}

    wrong = {name: code for name, code in answers.items() if code != 401}
    assert wrong == {}, _lines(wrong)


async def test_a_token_for_something_else_is_kept_out(world: World) -> None:
    """403 on every endpoint that names scopes, with a token that has all but those."""
    ines, wrong = await world.user("ines", role="admin"), {}
    by_scopes: Mapping[tuple[str, ...], list[Endpoint]] = _grouped([one for one in OFFERED if one.scopes])
    for wanted, rows in by_scopes.items():
        enough = {cover for scope in wanted for cover in scopes.covering(scope)} | set(wanted)
        others = [scope for scope in scopes.SUPPORTED if scope not in enough]
        client = world.client(await world.token(ines, *others))
        for one in rows:
            response = await client.request(one.method, _named(one.path))
            if response.status_code != 403:
                wrong[one.name] = response.status_code

    assert wrong == {}, _lines(wrong)


def _grouped(rows: list[Endpoint]) -> dict[tuple[str, ...], list[Endpoint]]:
    found: dict[tuple[str, ...], list[Endpoint]] = defaultdict(list)
    for one in rows:
        found[one.scopes].append(one)
    return found


async def test_an_app_alone_is_nobody(world: World) -> None:
    """422 on every endpoint that needs a user, or 403 where a role is asked for first."""
    client = world.client(await world.token(None, *scopes.SUPPORTED))
    of_users = [one for one in OFFERED if one.auth == "user" and one.scopes]

    answers = {one.name: (await client.request(one.method, _named(one.path))).status_code for one in of_users}

    wrong = {name: code for name, code in answers.items() if code not in (422, 403)}
    assert wrong == {}, _lines(wrong)


async def test_what_is_not_there_is_404(world: World) -> None:
    """On every endpoint that names one thing by its id and may say so."""
    client = world.client(await world.user("ines", role="admin"))
    of_things = [one for one in OFFERED if ":id" in one.path.split("/") and 404 in one.errors]
    wrong = {}
    for one in of_things:
        body = recipes.RECIPES.get(one.name, recipes.Recipe()).body
        plain = {name: value for name, value in (body or {}).items() if "{" not in str(value)}
        response = await client.request(one.method, _named(one.path), json=plain if body else None)
        if response.status_code != 404 and not (body and plain != body and response.status_code == 422):
            wrong[one.name] = (response.status_code, response.text[:80])

    assert wrong == {}, _lines(wrong)


# ------------------------------------------------------------------ what is not there


async def test_what_is_left_out_is_404_as_json(world: World) -> None:
    """Like a feature that is off: never a page, never a redirect."""
    client = world.client(await world.user("ines", role="admin"))
    gone = [one for one in CALLED if one.name in LEFT_OUT or one.state == "removed"]

    answers = {one.name: await client.request(one.method, _named(one.path)) for one in gone if "/api/" in one.path}

    wrong = {name: one.status_code for name, one in answers.items() if one.status_code not in (404, 405)}
    assert wrong == {}, _lines(wrong)
    assert {one.headers["content-type"] for one in answers.values()} == {"application/json"}


def test_streams_and_what_browsers_open_have_a_row(world_router: Router) -> None:
    """Their answers are compared by tests of their own."""
    rows = [one for one in facts.endpoints() if one.is_stream or one.is_of_browsers]
    owed = [one for one in rows if one.priority in facts.OWED and one.name not in LEFT_OUT and one.method != "WS"]

    missing = [one.name for one in owed if not _is_routed(world_router, one)]

    assert missing == []


def _is_routed(router: Router, one: Endpoint) -> bool:
    leaf, _ = router.find(_named(one.path))
    return leaf is not None and one.method in leaf.entries


@pytest.fixture
async def world_router(world: World) -> Router:
    """Return the table of a node's addresses."""
    return world.app.router


# ------------------------------------------------------------------ the tables themselves


def test_every_behaviour_is_tested_or_left_out_with_a_reason() -> None:
    """A test named by the id, anywhere below the tests."""
    known = set(facts.tested_behaviours()) | set(facts.left_out("behaviour"))

    assert sorted(set(facts.behaviours()) - known) == []


def test_a_behaviour_is_tested_or_left_out_and_not_both() -> None:
    """Whoever writes the test takes the reason away; no test is named by an id that the table does not have."""
    tested = set(facts.tested_behaviours())
    areas = {name.partition("-")[0] for name in facts.behaviours()}
    strange = {name for name in tested if name.partition("-")[0] in areas} - set(facts.behaviours())

    assert (sorted(tested & set(facts.left_out("behaviour"))), sorted(strange)) == ([], [])


def test_only_what_is_rare_is_left_out() -> None:
    """An endpoint that apps call, or that administrators need, is there."""
    owed = {one.name for one in facts.endpoints() if one.priority in facts.OWED}

    assert sorted(owed & set(LEFT_OUT)) == []
