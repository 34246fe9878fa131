"""The processes of a measurement, and what /proc and the process clocks say about them. Ends what it started, no more."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

START_LIMIT_S: Final = 30.0
STOP_LIMIT_S: Final = 15.0
ROOT: Final = Path(__file__).parents[2]


def cpu_s(pid: int) -> float:
    """Return user and system time of a process with all its threads, to the microsecond, without its children."""
    return time.clock_gettime(~pid << 3 | 2)  # what clock_getcpuclockid(3) gives on Linux


def pss_mb(pid: int) -> float:
    """Return the memory of a process in MB, shared pages counted by their share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.partition("\nPss:")[2].split()[0]) * 1024 / 1e6


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    arguments: list[str], environment: Mapping[str, str] | None = None, *, port: int | None = None, log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a Python module as a process of its own until the block ends; with `port`, from when it listens there."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**clean, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
        )
    try:
        if port is not None:
            _await_port(process, port, log)
        yield process
    finally:
        _stop(process)


def _await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"a process did not start: {log.read_text()[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_LIMIT_S)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def ask(process: "subprocess.Popen[bytes]", question: str) -> str:
    """Write a line to a process of ours and return the line it answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(question.encode() + b"\n")
    process.stdin.flush()
    return process.stdout.readline().decode().strip()


class ServerCpu:
    """The CPU time of a PostgreSQL server on this machine: every process of it but the one that asks."""

    def __init__(self, postmaster: int | None) -> None:
        self._postmaster: Final = postmaster
        self._seen: dict[int, float] = {}

    def s(self) -> float:
        """Return the time used so far; a process that ended keeps what it had when it was last seen."""
        if self._postmaster is not None:
            for pid in (self._postmaster, *_children(self._postmaster)):
                with suppress(OSError):
                    self._seen[pid] = cpu_s(pid)
        return sum(self._seen.values())


def parent(pid: int) -> int | None:
    """Return the parent of a process, None when it does not run on this machine."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return None


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if int(_stat(int(entry.name))[1]) == pid:
                    found.append(int(entry.name))
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
