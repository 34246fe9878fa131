"""Two processes of one node on PostgreSQL: what happens in one reaches the streams that are open at the other."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from node.demonstrating.apps import App, sign_in
from node.demonstrating.places import LOOPBACK, Place, make
from node.demonstrating.processes import Running
from node.demonstrating.watching import eventually
from tests.support.processes import INES, free_ports, node_of

pytestmark = pytest.mark.processes
LIMIT_S = 10


class Pair:
    """A node of two processes, of which the second listens at a port of its own."""

    def __init__(self, place: Place, second_port: int, database_url: str) -> None:
        self.place = place
        self.second_port = second_port
        self.database_url = database_url

    @contextmanager
    def stream(self, token: str, name: str = "user") -> Iterator[ClientConnection]:
        """Open a stream at the second process."""

        def opened() -> ClientConnection | None:
            try:
                return connect(
                    f"ws://{self.place.host}/api/v1/streaming?stream={name}",
                    sock=socket.create_connection((LOOPBACK, self.second_port), timeout=LIMIT_S),
                    additional_headers={"authorization": f"Bearer {token}"},
                    open_timeout=LIMIT_S,
                    proxy=None,
                )
            except Exception:  # it does not listen to the other process yet
                return None

        with eventually("a stream to open", opened) as stream:
            yield stream


@pytest.fixture
def pair(tmp_path: Path, empty_postgres_url: str) -> Iterator[Pair]:
    """Return a node of two processes."""
    first, second = free_ports(2)
    place = Place("Ward", first, tmp_path)
    make(place, (INES,), database_url=empty_postgres_url)
    running = [Running(place), Running(place, port=str(second))]
    try:
        for one in running:
            one.start()
        running[0].await_ready()
        yield Pair(place, second, empty_postgres_url)
    finally:
        for one in running:
            one.ask_to_end()
        for one in running:
            one.await_end()


@pytest.fixture
def ines(pair: Pair) -> Iterator[App]:
    """Return an app of Ines that calls the first process."""
    with closing(sign_in(pair.place, INES, name="Streams")) as app:
        yield app


def said(stream: ClientConnection) -> tuple[str, str]:
    """Return the next event and what it is about."""
    frame = json.loads(stream.recv(timeout=LIMIT_S))
    payload = frame["payload"]
    return frame["event"], json.loads(payload)["id"] if payload.startswith("{") else payload


def ended_by(closed: ConnectionClosed) -> int | None:
    """Return the code that the node closed a stream with."""
    return closed.rcvd.code if closed.rcvd else None


@pytest.mark.postgres
def test_what_happens_in_one_process_is_heard_at_the_other(pair: Pair, ines: App) -> None:
    """A post, its edit and its deletion."""
    with pair.stream(ines.token) as stream:
        made = ines.post("/api/v1/statuses", status="Hands first")
        heard = [said(stream)]
        ines.put(f"/api/v1/statuses/{made['id']}", status="Hands first, always")
        heard.append(said(stream))
        ines.delete(f"/api/v1/statuses/{made['id']}")
        heard.append(said(stream))

    assert [("update", made["id"]), ("status.update", made["id"]), ("delete", made["id"])] == heard


@pytest.mark.postgres
def test_a_token_revoked_at_one_process_ends_the_stream_at_the_other(pair: Pair, ines: App) -> None:
    """By a password change, which ends every token."""
    with pair.stream(ines.token) as stream:
        with psycopg.connect(pair.database_url.replace("+psycopg", ""), autocommit=True) as conn:
            conn.execute("UPDATE tokens SET revoked_at = 1")
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(timeout=LIMIT_S)

    assert ended_by(closed.value) == 1008


@pytest.mark.postgres
def test_streams_end_when_other_processes_are_not_heard(pair: Pair, ines: App) -> None:
    """A connection of the database that is lost may have lost events; apps connect again and fetch them."""
    with pair.stream(ines.token) as stream:
        with psycopg.connect(pair.database_url.replace("+psycopg", ""), autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rounds listens'"
                " AND datname = current_database()"
            )
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(timeout=LIMIT_S)
    with pair.stream(ines.token) as again:
        made = ines.post("/api/v1/statuses", status="Back")
        heard = said(again)

    assert ended_by(closed.value) == 1012
    assert ("update", made["id"]) == heard


def test_a_node_with_open_streams_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    """Whoever listens is told, by either way, and nobody is waited for."""
    with node_of(tmp_path, INES) as node, closing(sign_in(node.place, INES, name="Streams")) as app:
        address = f"/api/v1/streaming/user?access_token={app.token}"
        socket_address = f"ws://{node.place.host}/api/v1/streaming?stream=user&access_token={app.token}"
        with (
            httpx.stream("GET", f"{node.place.base_url}{address}", timeout=LIMIT_S, trust_env=False) as events,
            connect(socket_address, proxy=None) as stream,
        ):
            lines = events.iter_lines()
            made = app.post("/api/v1/statuses", status="Hands first")
            heard = (next(lines), next(lines), said(stream))

            node.ask_to_end()
            rest = list(lines)
            with pytest.raises(ConnectionClosed) as closed:
                stream.recv(timeout=LIMIT_S)
        node.await_end()

    assert heard == (":)", "event: update", ("update", made["id"]))
    assert rest[0].startswith("data: {")
    assert ended_by(closed.value) == 1012
    assert app.token not in node.place.log.read_text()
