"""A real node is killed with SIGKILL while activities arrive and posts are made, started again, and nothing is lost."""

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from node.demonstrating.apps import App, sign_in
from node.demonstrating.processes import Running
from node.demonstrating.watching import eventually
from tests.faults.foreign import Foreign
from tests.support.processes import INES, nodes

pytestmark = pytest.mark.processes
ACTIVITIES = 110
POSTS = 24
KILLS = 3
LIMIT_S = 40
KNOWN = "known"


class Flood:
    """Activities from a known and from unknown actors, and posts of an app; each is repeated until it is answered."""

    def __init__(self, node: Running, foreign: Foreign, app: App, rng: random.Random) -> None:
        self._node, self._foreign, self._token, self._rng = node, foreign, app.token, rng
        self._until = time.monotonic() + LIMIT_S
        self._lock = threading.Lock()
        self._sending: list[Future[None]] = []
        self.activities: list[str] = []
        self.posts: dict[str, str] = {}
        self.repeated = 0

    @property
    def answered(self) -> int:
        """How many activities and posts were answered."""
        return len(self.activities) + len(self.posts)

    def is_at(self, mark: float) -> bool | None:
        """Tell whether that many were answered; a wrong answer is raised at once."""
        for one in self._sending:
            if one.done():
                one.result()
        return True if self.answered >= mark else None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send everything in threads while the body runs; return when all was answered."""
        reader = f"{self._node.place.base_url}/users/ines"
        names = [KNOWN if number % 2 else f"new{number // 10}" for number in range(ACTIVITIES)]
        self._rng.shuffle(names)
        wanted = [self._foreign.create(name, reader) for name in names]
        with ThreadPoolExecutor(6) as pool, httpx.Client(timeout=5, trust_env=False) as client:
            inbox = f"{self._node.place.base_url}/inbox"
            work = [partial(self._send, client, one, inbox) for one in wanted]
            work += [partial(self._post, client, f"Post {number}") for number in range(POSTS)]
            self._rng.shuffle(work)
            self._sending = [pool.submit(one) for one in work]
            yield
            for one in self._sending:
                one.result(LIMIT_S)

    def _send(self, client: httpx.Client, activity: dict, inbox: str) -> None:
        self._repeat(lambda: self._foreign.send(client, activity, inbox), 202)
        with self._lock:
            self.activities.append(activity["object"]["id"])

    def _post(self, client: httpx.Client, text: str) -> None:
        answer = self._repeat(
            lambda: client.post(
                f"{self._node.place.base_url}/api/v1/statuses",
                json={"status": text},
                headers={"authorization": f"Bearer {self._token}", "idempotency-key": text},
            ),
            200,
        )
        with self._lock:
            self.posts[text] = answer.json()["uri"]

    def _repeat(self, send: Callable[[], httpx.Response], wanted: int) -> httpx.Response:
        while time.monotonic() < self._until:
            try:
                answer = send()
            except httpx.TransportError:
                with self._lock:
                    self.repeated += 1
                time.sleep(0.05)
                continue
            assert answer.status_code == wanted, answer.text
            return answer
        raise TimeoutError("it was never answered")


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_node_loses_nothing_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    """What was answered is there once after every kill, the database is whole, and deliveries go on."""
    rng = random.Random(seed)
    with Foreign() as foreign, nodes(tmp_path, INES) as (node,), closing(sign_in(node.place, INES, name="Kill")) as app:
        make_known(node, foreign, app)
        flood = Flood(node, foreign, app, rng)

        with flood.running():
            for kill in range(KILLS):
                mark = (ACTIVITIES + POSTS) * (kill + rng.random()) / KILLS
                eventually("more answers", partial(flood.is_at, mark))
                node.kill()
                node.start()
                node.await_ready()

        assert (len(flood.activities), len(flood.posts)) == (ACTIVITIES, POSTS)
        eventually("the waiting requests to be carried out", lambda: True if kept(node)[1] == 0 else None)
        eventually(
            "every post to be delivered", lambda: True if delivered(foreign) >= set(flood.posts.values()) else None
        )
        node.stop()
        uris, _waiting = kept(node)
        expected = Counter([*flood.activities, *flood.posts.values()])
        assert {uri: count for uri, count in uris.items() if uri in expected} == expected
        assert sum(uri.startswith(node.place.base_url) for uri in uris) == POSTS
        assert flood.repeated > 0
        assert faults(node) == []


def make_known(node: Running, foreign: Foreign, app: App) -> None:
    """Let one foreign actor follow Ines, so that its key is known and her posts go to it."""
    with httpx.Client(timeout=5, trust_env=False) as client:
        follow = foreign.follow(KNOWN, f"{node.place.base_url}/users/ines")
        assert foreign.send(client, follow, f"{node.place.base_url}/inbox").status_code == 202
    me = app.get("/api/v1/accounts/verify_credentials")["id"]
    eventually("the follower", lambda: app.get(f"/api/v1/accounts/{me}/followers") or None)


def delivered(foreign: Foreign) -> set[str]:
    """Return the ids of the posts that reached the foreign server."""
    return {one["object"]["id"] for one in list(foreign.received) if one["type"] == "Create"}


def kept(node: Running) -> tuple[Counter[str], int]:
    """Return how often each post is in the database, and how many requests still wait."""
    with closing(_database(node)) as database:
        uris = Counter(row[0] for row in database.execute("SELECT uri FROM statuses"))
        (waiting,) = database.execute("SELECT count(*) FROM inbox").fetchone()
    return uris, waiting


def faults(node: Running) -> list[tuple]:
    """Return what SQLite finds wrong with the file, and notifications that are there twice."""
    twice = "SELECT kind, status_id FROM notifications WHERE status_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
    with closing(_database(node)) as database:
        found = [row for row in database.execute("PRAGMA integrity_check") if row != ("ok",)]
        found += database.execute("PRAGMA foreign_key_check").fetchall()
        return found + database.execute(twice).fetchall()


def _database(node: Running) -> sqlite3.Connection:
    return sqlite3.connect(node.place.folder / "rounds.sqlite3", timeout=5)
