"""Restoring while the node still runs, after it was killed, and from half a backup (B14)."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bench.processes import free_port, running
from tests.regression.test_edges import rounds

SEED = """
[[accounts]]
username = "asha"
password = "long enough"
tokens = [{ token = "asha-testing-token" }]
"""


@pytest.fixture
def port(tmp_path: Path) -> int:
    """Return the port of a node that was made."""
    found = free_port()
    words = (
        *("init", "--host", f"127.0.0.1:{found}", "--institution-name", "Ward", "--data-dir", str(tmp_path / "data")),
        *("--mode", "open", "--allow-loopback-http", "--port", str(found)),
    )
    made = rounds(tmp_path, *words)
    assert made.returncode == 0, made.stderr
    (tmp_path / "seed.toml").write_text(SEED)
    return found


@contextmanager
def served(folder: Path, port: int) -> Iterator[tuple[httpx.Client, int]]:
    """Serve the node; give somebody's client and the number of the process."""
    words = ["-c", "from node.cli import main; main()", "serve", "--testing", str(folder / "seed.toml")]
    environment = {"ROUNDS_CONFIG": str(folder / "rounds.toml")}
    headers = {"authorization": "Bearer asha-testing-token"}
    with (
        running(words, environment, port=port, log=folder / "log") as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client,
    ):
        yield client, process.pid


def post(client: httpx.Client, text: str) -> str:
    """Post something and return its id."""
    return str(client.post("/api/v1/statuses", data={"status": text}).json()["id"])


def test_B14_a_restore_never_meets_a_running_node_or_an_old_log(tmp_path: Path, port: int) -> None:
    """Refused while a process holds the data; after a kill the first post is there, the second is not, and all is kept aside."""
    archive, data = tmp_path / "b.tar", tmp_path / "data"
    with served(tmp_path, port) as (client, number):
        first = post(client, "One")
        saved = rounds(tmp_path, "backup", str(archive))
        second = post(client, "Two")
        refused = rounds(tmp_path, "restore", str(archive))
        still = client.get(f"/api/v1/statuses/{second}").status_code
        os.kill(number, signal.SIGKILL)
    (data / "rounds.sqlite3-wal").touch()

    restored = rounds(tmp_path, "restore", str(archive))

    with closing(sqlite3.connect(data / "rounds.sqlite3")) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    left = {path.name for path in data.iterdir()}
    with served(tmp_path, port) as (client, _):
        seen = [client.get(f"/api/v1/statuses/{one}").status_code for one in (first, second)]
    assert (saved.returncode, archive.stat().st_mode & 0o077) == (0, 0), saved.stderr
    assert (refused.returncode, f"Process {number} holds the data" in refused.stderr, still) == (1, True, 200)
    assert (restored.returncode, sound, seen) == (0, "ok", [200, 404]), restored.stderr
    assert {"rounds.sqlite3-wal", "rounds.sqlite3-shm"} & left == set()
    assert any(name.startswith("before-restore-") for name in left)


def test_B14_half_a_backup_changes_nothing(tmp_path: Path, port: int) -> None:
    """Nor does one in which a byte is another, or that is no backup at all."""
    archive = tmp_path / "b.tar"
    assert rounds(tmp_path, "backup", str(archive)).returncode == 0
    whole = archive.read_bytes()
    broken = {
        "half": whole[: len(whole) // 2],
        "other": whole.replace(b"SQLite format 3", b"SQLite format 4", 1),
        "none": b"x" * 2048,
    }
    before = (tmp_path / "data/rounds.sqlite3").read_bytes()
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)

    said = [rounds(tmp_path, "restore", str(tmp_path / name)) for name in broken]
    twice = rounds(tmp_path, "backup", str(archive))

    assert [one.returncode for one in said] == [1, 1, 1]
    assert all("Nothing was changed" in one.stderr and "Traceback" not in one.stderr for one in said)
    assert (tmp_path / "data/rounds.sqlite3").read_bytes() == before
    assert (twice.returncode, archive.read_bytes() == whole) == (1, True)
