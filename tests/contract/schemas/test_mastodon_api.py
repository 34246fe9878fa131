"""Whatever a program thinks of sending to the Mastodon API: never a fault of ours, and answers that fit the tables."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.contract.mastodon import recipes, stage
from tests.contract.mastodon.facts import Endpoint
from tests.contract.mastodon.stage import Stage
from tests.contract.mastodon.test_endpoints import OFFERED, ORDER
from tests.contract.schemas.document import document, template
from tests.contract.schemas.exploring import Explorer
from tests.support.world import World, make_world

EXAMPLES: Final = 4
AREAS: Final = sorted({one.area for one in OFFERED})
# Not tried with made-up values, and why.
SPARED: Final = {
    "POST /oauth/revoke": "would end the token of the run",
}


@pytest.fixture
async def open_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a node that everybody may join and that counts nothing."""
    made = await make_world(sqlite_url, tmp_path, registrations="open", publish_domain_blocks="everyone")
    yield made
    await made.close()


@pytest.mark.parametrize("area", AREAS)
async def test_no_request_is_too_strange(open_world: World, area: str) -> None:
    """No 5xx, and a 2xx is what the table of entities says; nothing is refused for being too much."""
    rows = sorted(
        (one for one in OFFERED if one.area == area and one.name not in SPARED), key=lambda one: ORDER[one.method]
    )
    schema = schemathesis.openapi.from_dict(document(rows))
    staged = await stage.set_up(open_world)
    explorer = Explorer(staged.ines, [not_a_server_error, response_schema_conformance], examples=EXAMPLES)

    wrong: list[str] = []
    for row in rows:
        named = await _named(staged, row)
        wrong += await explorer.try_out(schema[template(row.path)][row.method], named)

    assert wrong == [], "\n\n".join(wrong)
    assert set(explorer.statuses) - {200, 202, 204, 302, 400, 401, 403, 404, 405, 406, 410, 413, 415, 422} == set()


async def _named(staged: Stage, row: Endpoint) -> dict[str, str]:
    """Return what the path of an endpoint may name, made for it."""
    path, _ = await recipes.prepared(staged, row)
    pairs = zip(template(row.path).split("/"), path.split("/"), strict=True)
    return {part[1:-1]: made for part, made in pairs if part.startswith("{")}
