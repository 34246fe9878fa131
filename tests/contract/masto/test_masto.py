"""A client library that nobody here wrote, and that web apps use, asks, listens and acts; run by Node.js."""

import json
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from node.demonstrating.apps import sign_in
from tests.support import outside, require
from tests.support.processes import INES, OTTO, node_of

pytestmark = pytest.mark.processes
HERE = Path(__file__).parent
LIMIT_S = 60


def install(folder: Path) -> None:
    """Install what the lock file names."""
    npm = shutil.which("npm")
    if npm is None:
        require.missing("node", "The program npm is not installed.")
    for pin in (HERE / "package.json", HERE / "package-lock.json"):
        shutil.copyfile(pin, folder / pin.name)
    outside.run("node", (npm, "ci", *outside.NPM_OPTIONS), folder)


def run(folder: Path, options: dict[str, str]) -> dict:
    """Run the app and return what it saw."""
    program = require.program("node")
    pins = (HERE / "package.json", HERE / "package-lock.json")
    (folder / "node_modules").symlink_to(outside.kept("masto", pins, install) / "node_modules")
    for name in ("main.mjs", "package.json"):
        shutil.copyfile(HERE / name, folder / name)
    done = subprocess.run(
        [program, "main.mjs", json.dumps(options)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen: dict = json.loads(done.stdout)
    return seen


def test_an_app_asks_listens_and_acts(tmp_path: Path) -> None:
    """What it posts, edits and deletes comes back over its WebSocket, and what another does to it."""
    (tmp_path / "app").mkdir()
    with (
        node_of(tmp_path / "node", INES, OTTO) as node,
        closing(sign_in(node.place, INES, name="Masto")) as ines,
        closing(sign_in(node.place, OTTO, name="Masto")) as otto,
    ):
        seen = run(tmp_path / "app", {"url": node.place.base_url, "token": ines.token, "other": otto.token})

    assert (seen["me"], seen["streams"]) == ("ines", ["user"])
    assert (seen["posted"], seen["edited"]) == ("<p>Hands frist</p>", "<p>Hands first</p>")
    assert (seen["told"], seen["deleted"]) == ("otto", seen["id"])
    assert seen["home"][0] == seen["id"]
    assert {"favourite", "follow"} <= set(seen["notifications"])
