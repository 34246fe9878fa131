"""A push with two real processes on PostgreSQL: one serves and never works, the other works and never serves."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from node.demonstrating.apps import sign_in
from node.demonstrating.places import Place, environment, make
from node.demonstrating.watching import eventually
from tests.support.processes import INES, OTTO, free_ports
from tests.support.receiving import Device, is_vouched

pytestmark = [pytest.mark.processes, pytest.mark.postgres]


@contextmanager
def push_service() -> Iterator[tuple[str, list[httpx.Request]]]:
    """Give the address of a push service on this machine, and what it is sent."""
    received: list[httpx.Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            url = f"http://{self.headers['host']}{self.path}"
            received.append(httpx.Request("POST", url, headers=dict(self.headers), content=body))
            self.send_response(201)
            self.send_header("content-length", "0")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/send/abc", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def process(place: Place, *command: str) -> Iterator[None]:
    """Run a process of a node while the body runs."""
    with place.log.open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment(place), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        running.terminate()
        running.wait(15)


def is_ready(place: Place) -> bool | None:
    """Tell whether a node serves."""
    try:
        return httpx.get(f"{place.base_url}/ready", timeout=5, trust_env=False).is_success or None
    except httpx.TransportError:
        return None


@pytest.mark.parametrize("is_standard", [True, False])
def test_what_one_process_notes_another_one_pushes(
    empty_postgres_url: str, tmp_path: Path, *, is_standard: bool
) -> None:
    """Who serves sends nothing out; who works finds the row, seals it with the key that the other one made, and sends it."""
    place = Place("Ward", free_ports(1)[0], tmp_path / "ward")
    make(place, (INES, OTTO), database_url=empty_postgres_url)
    device = Device()

    with push_service() as (endpoint, received), process(place, "node.app", "--no-worker"):
        eventually("the node to serve", lambda: is_ready(place))
        with closing(sign_in(place, INES, name="Push")) as ines, closing(sign_in(place, OTTO, name="Post")) as otto:
            wish = device.wish("mention", endpoint=endpoint, is_standard=is_standard)
            subscription = ines.post("/api/v1/push/subscription", **wish)
            otto.post("/api/v1/statuses", status="Look, @ines: gel by every bed")
            told = eventually("a notification", lambda: ines.get("/api/v1/notifications") or None)
        before = list(received)
        with process(place, "node.work"):
            request = eventually("a push", lambda: received[0] if received else None)

    said = device.opened(request)
    assert before == []
    assert (said["title"], said["notification_id"]) == ("Otto mentioned you", int(told[0]["id"]))
    assert "gel" not in str(said)
    assert is_vouched(request, subscription["server_key"])
