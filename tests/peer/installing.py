"""Installs what the peer program needs, outside the tree, once for each lock file."""

import shutil
from pathlib import Path
from typing import Final

from tests.support import outside, require

HERE: Final = Path(__file__).parent
PINS: Final = (HERE / "package.json", HERE / "package-lock.json")


def installed() -> Path:
    """Return the folder `node_modules` of the lock file, or end the test where it cannot be had."""
    return outside.kept("peer", PINS, _install) / "node_modules"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        require.missing("node", "The program npm is not installed.")
    for pin in PINS:
        shutil.copyfile(pin, folder / pin.name)
    outside.run("node", (npm, "ci", *outside.NPM_OPTIONS), folder)
