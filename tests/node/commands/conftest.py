"""What every test of the command line has: a folder of its own, something to run, and a node that was made."""

import os
import sqlite3
from pathlib import Path

import pytest

from node import cli

HOST = "rounds.hospital.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each test in a folder of its own, without settings of this machine."""
    for name in [name for name in os.environ if name.startswith("ROUNDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Said:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def rounds(capfd: pytest.CaptureFixture[str]):
    """Return what runs one command line."""

    def run(*words: str) -> Said:
        capfd.readouterr()
        code = cli.run(list(words))
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture
def made(rounds, folder: Path) -> Path:
    """Return the folder of a node that was just made."""
    said = rounds("init", "--host", HOST, "--institution-name", "St Mary's", "--data-dir", "data", "--mode", "open")
    assert said.code == 0, said.err
    return folder


def write(folder: Path, *statements: str) -> None:
    """Change a node's database behind its back."""
    with sqlite3.connect(folder / "data/rounds.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
