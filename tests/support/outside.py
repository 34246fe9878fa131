"""Programs of others that tests drive and that cannot live in our own environment: installed once, outside the tree.

Each is a folder in the user's cache, named by what it is made from, so that a changed pin makes a new one.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.support import require
from tests.support.require import Program

INSTALL_LIMIT_S: Final = 240
MAX_REASON_CHARS: Final = 300
NPM_OPTIONS: Final = (
    *("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"),
    *("--fetch-retries=2", "--fetch-timeout=30000", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"),
)


def kept(name: str, pins: Sequence[Path], make: Callable[[Path], None]) -> Path:
    """Return the folder that `make` filled for these pins, now or in an earlier run."""
    digest = hashlib.sha256(sys.version.encode())
    for pin in pins:
        digest.update(pin.read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rounds-tests"
    place = cache / f"{name}-{digest.hexdigest()[:16]}"
    if not place.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as scratch:
            made = Path(scratch) / name
            made.mkdir()
            make(made)
            _publish(made, place)
    return place


def run(program: Program, command: Sequence[str | Path], folder: Path) -> None:
    """Run a step of an installation in a folder, or end the test with what it said last."""
    what = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        require.missing(program, f"{what} did not install {program} within {INSTALL_LIMIT_S} s.")
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        require.missing(program, f"{what} could not install {program}: {' '.join(said)[:MAX_REASON_CHARS]}")


def _publish(made: Path, place: Path) -> None:
    """Put what is complete under its name in one step; whoever was faster has made the same."""
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():
            raise
