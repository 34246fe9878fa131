"""Installs the tools of the fediverse pasture into an environment of their own, outside the tree, once for each pin."""

import sys
from pathlib import Path
from typing import Final

from tests.support import outside

HERE: Final = Path(__file__).parent
PINS: Final = HERE / "requirements.txt"


def python() -> Path:
    """Return the Python of that environment, or end the test where it cannot be had."""
    return outside.kept("pasture", (PINS,), _install) / "venv" / "bin" / "python"


def _install(folder: Path) -> None:
    outside.run("pasture", (sys.executable, "-m", "venv", "venv"), folder)
    pip = (folder / "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    outside.run("pasture", (*pip, "--require-hashes", "-r", PINS), folder)
