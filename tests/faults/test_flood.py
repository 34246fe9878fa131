"""A real node under a flood of activities: everything counts once, and its memory stays within bounds."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from node.demonstrating.processes import Running
from node.demonstrating.watching import eventually
from tests.bench import load, processes
from tests.faults.foreign import Foreign
from tests.support.processes import INES, nodes

pytestmark = pytest.mark.processes
CREATES = 5_000
ACTORS = 20
DELETES = 1_000
MOST_GROWTH_MB = 100


def test_flood_of_creates_counts_once_and_fits_into_memory(tmp_path: Path) -> None:
    """Five thousand signed posts of known actors: as many statuses, and less than 100 MB more memory."""
    with Foreign() as foreign, nodes(tmp_path, INES) as (node,):
        reader = f"{node.place.base_url}/users/ines"
        make_known(node, foreign)
        acts = [foreign.create(f"actor{number % ACTORS}", reader) for number in range(CREATES)]
        requests = [as_bytes(node, foreign, act) for act in acts]
        before = processes.pss_mb(node.pid or 0)

        asyncio.run(load.drive(node.place.port, requests, status=202))

        grown = processes.pss_mb(node.pid or 0) - before
        node.stop()
        assert count(node, "statuses") == CREATES + ACTORS
        assert count(node, "inbox") == 0
        assert grown < MOST_GROWTH_MB


def test_farewells_of_unknown_actors_cost_no_question_and_no_row(tmp_path: Path) -> None:
    """A thousand deletions of accounts nobody here ever met: answered, and nothing else happens."""
    with Foreign() as foreign, nodes(tmp_path, INES) as (node,):
        requests = [as_bytes(node, foreign, foreign.delete(f"gone{number}")) for number in range(DELETES)]

        asyncio.run(load.drive(node.place.port, requests, status=202))

        node.stop()
        tables = ("inbox", "arrivals", "tombstones", "pauses", "jobs")
        assert foreign.asked == 0
        assert {name: count(node, name) for name in tables} == dict.fromkeys(tables, 0)


def make_known(node: Running, foreign: Foreign) -> None:
    """Let every actor post once, so that its key is known."""
    reader, inbox = f"{node.place.base_url}/users/ines", f"{node.place.base_url}/inbox"
    with httpx.Client(timeout=5, trust_env=False) as client:
        for number in range(ACTORS):
            act = foreign.create(f"actor{number}", reader)
            assert foreign.send(client, act, inbox).status_code == 202
    eventually("every actor to be known", lambda: True if count(node, "statuses") == ACTORS else None)


def as_bytes(node: Running, foreign: Foreign, act: dict[str, object]) -> bytes:
    """Return an activity as the request that goes over the wire."""
    body, headers = foreign.signed(act, f"{node.place.base_url}/inbox")
    host = headers.pop("host")
    return load.request("POST", "/inbox", host=host, body=body, headers=headers)


def count(node: Running, table: str) -> int:
    """Return how many rows a table of the node has."""
    with closing(sqlite3.connect(node.place.folder / "rounds.sqlite3", timeout=5)) as database:
        (found,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # a name of ours
        return int(found)
