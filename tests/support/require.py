"""Decides what a test does when a program it needs is not on this machine: skip here, fail where it must be there.

`ROUNDS_TEST_REQUIRE` names what must be there, with commas: chromium, node, nginx, pasture, postgres, or all.
"""

import os
import shutil
from pathlib import Path
from typing import Final, Literal, NoReturn

import pytest

Program = Literal["chromium", "node", "nginx", "pasture", "postgres"]
COMMANDS: Final[dict[Program, tuple[str, ...]]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "node": ("node", "nodejs"),
    "nginx": ("nginx",),
    "pasture": (),  # installed by the tests that need it
    "postgres": ("postgres",),
}


def is_required(program: Program) -> bool:
    """Return whether its absence is a failure on this machine."""
    words = {word.strip() for word in os.environ.get("ROUNDS_TEST_REQUIRE", "").split(",")}
    return bool(words & {program, "all"})


def missing(program: Program, why: str) -> NoReturn:
    """Skip the test with one sentence, or fail it where the program is required."""
    if is_required(program):
        pytest.fail(f"{why} ROUNDS_TEST_REQUIRE asks for {program}.", pytrace=False)
    pytest.skip(why)


def program(name: Program) -> Path:
    """Return where a program is, or end the test by `missing`."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    for command in COMMANDS[name]:
        if found := shutil.which(command, path=path):
            return Path(found)
    return missing(name, f"The program {COMMANDS[name][0]} is not installed.")
