"""`rounds serve` and `rounds work`: look whether the node can run, then become it, without what the command line needs."""

import os
import socket
import sys
from pathlib import Path
from typing import Final, NoReturn

from node import settings as reading
from node.commands import database
from node.commands import testing as fill
from node.commands.console import Code, Stop, say
from node.settings import Settings

SHARED_ONLY: Final = "needs PostgreSQL: a SQLite node is one process with its worker inside. Use: rounds serve"


def serve(settings: Settings, *, file: Path | None, with_worker: bool, testing: Path | None = None) -> NoReturn:
    """Check that the node can run, say where, and become it; `testing` names the people of a node to try things on."""
    if settings.is_sqlite and not with_worker:
        raise Stop(Code.SETTINGS, f"--no-worker {SHARED_ONLY}")
    database.check(settings)
    if testing is not None:
        fill.seed(reading.for_testing(settings), testing)
    _check_address(settings.bind, settings.port)
    say(f"{settings.institution_name} is served at {settings.base_url} (listening on {settings.bind}:{settings.port})")
    words = [*([] if with_worker else ["--no-worker"]), *(["--testing"] if testing is not None else [])]
    become(["-m", "node.app", *words], file)


def work(settings: Settings, *, file: Path | None) -> NoReturn:
    """Check that the database is there and become a worker that serves nothing."""
    if settings.is_sqlite:
        raise Stop(Code.SETTINGS, f"rounds work {SHARED_ONLY}")
    database.check(settings)
    say(f"A worker of {settings.institution_name} ({settings.base_url}) runs")
    become(["-m", "node.work"], file)


def become(arguments: list[str], file: Path | None) -> NoReturn:
    """Replace this process by another program of ours, which reads the same settings."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *arguments], reading.for_child(file))  # noqa: S606 # our own module


def _check_address(bind: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise Stop(
                Code.ADDRESS,
                f"{bind}:{port}: {error.strerror}. Choose another with bind and port, or stop what has it.",
            ) from error
