"""Installs what the peer program needs, outside the tree, once for each lock file."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.support import require

HERE: Final = Path(__file__).parent
MANIFESTS: Final = ("package.json", "package-lock.json")
INSTALL_LIMIT_S: Final = 180
FETCH_OPTIONS: Final = ("--fetch-retries=2", "--fetch-timeout=30000", "--fetch-retry-maxtimeout=5000")
MAX_REASON_CHARS: Final = 200


def installed() -> Path:
    """Return the folder `node_modules` of the lock file, or end the test where it cannot be had."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in MANIFESTS)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rounds-tests"
    place = cache / f"peer-{digest}"
    if not place.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as scratch:
            _install(Path(scratch))
            _publish(Path(scratch), place)
    return place / "node_modules"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        require.missing("node", "The program npm is not installed.")
    for name in MANIFESTS:
        shutil.copyfile(HERE / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", *FETCH_OPTIONS]
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
        require.missing("node", f"npm did not install the peer within {INSTALL_LIMIT_S} s.")
    if done.returncode:
        said = " ".join(line for line in done.stderr.splitlines() if "error" in line)[:MAX_REASON_CHARS]
        require.missing("node", f"npm could not install the peer: {said}")


def _publish(made: Path, place: Path) -> None:
    """Put what is complete under its name in one step; whoever was faster has made the same."""
    kept = made / "kept"
    kept.mkdir()
    (made / "node_modules").rename(kept / "node_modules")
    try:
        kept.rename(place)
    except OSError:
        if not place.is_dir():
            raise
