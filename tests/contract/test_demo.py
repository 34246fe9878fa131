"""The demonstration as a person starts it: it verifies every step, stays up, and leaves nothing behind, whatever happens."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from node import demo
from node.demonstrating import preparing, staging
from node.demonstrating.watching import eventually
from tests.support.processes import free_ports

pytestmark = pytest.mark.processes
LIMIT_S = 120


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which temporary folders are made where the test can see them."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("ROUNDS_")}
    return {**clean, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}


def command(*words: str, ports: list[int] | None = None) -> list[str]:
    """Return the command line of a demonstration on free ports."""
    chosen = ",".join(str(port) for port in ports or free_ports(3))
    return [sys.executable, "-m", "node.demo", "--ports", chosen, *words]


@contextmanager
def playing(around: dict[str, str], ports: list[int]) -> Iterator["subprocess.Popen[str]"]:
    """Give a demonstration that stays up, and kill what a failed test leaves."""
    process = subprocess.Popen(
        command(ports=ports), env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """Return what the demonstration said up to the line with this text."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"it never said {text!r}: {said}")


def nodes_below(folder: Path, *, module: str = "") -> list[str]:
    """Return the processes of nodes whose data lie below a folder, with their children, or those of a module."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = environ.read_bytes().split(b"\0")
            words = environ.with_name("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        is_below = any(one.startswith(f"ROUNDS_CONFIG={folder}".encode()) for one in variables)
        if is_below and (not module or module.encode() in words):
            found.append(environ.parent.name)
    return found


def test_once_verifies_every_step_and_leaves_nothing(around: dict[str, str], tmp_path: Path) -> None:
    """It exits 0 after the whole story, and neither a process nor a file is left."""
    done = subprocess.run(command("--once"), env=around, capture_output=True, text=True, timeout=LIMIT_S, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("✓") >= 15
    assert "All three hospitals show the same lineage" in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert nodes_below(tmp_path) == []


def test_demonstration_stays_up_until_ctrl_c(around: dict[str, str], tmp_path: Path) -> None:
    """Addresses and sign-ins are printed, the hospitals answer, and Ctrl-C is the normal end."""
    ports = free_ports(3)
    with playing(around, ports) as process:
        said = read_until(process, "Ctrl-C ends")
        answers = [httpx.get(f"http://127.0.0.1:{port}/health").status_code for port in ports]
        assert len(nodes_below(tmp_path, module="node.app")) == 3

        process.send_signal(signal.SIGINT)
        code = process.wait(LIMIT_S)

    assert (code, answers) == (0, [200, 200, 200])
    assert "amara@hospital.example" in said
    assert list(tmp_path.iterdir()) == []
    assert nodes_below(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "moment"),
    [(signal.SIGTERM, "Making three"), (signal.SIGHUP, "St Mary's is at"), (signal.SIGINT, "A nurse at")],
)
def test_signal_in_the_middle_leaves_nothing(
    around: dict[str, str], tmp_path: Path, name: signal.Signals, moment: str
) -> None:
    """Whoever ends it in the middle, however often they ask, finds no process and no file."""
    with playing(around, free_ports(3)) as process:
        read_until(process, moment)

        process.send_signal(name)
        process.send_signal(name)
        code = process.wait(LIMIT_S)

    assert code == staging.INTERRUPTED
    assert list(tmp_path.iterdir()) == []
    assert nodes_below(tmp_path) == []


def test_hospital_that_dies_fails_the_story_and_leaves_nothing(around: dict[str, str], tmp_path: Path) -> None:
    """A node killed under the story is told in one line, the exit code is 1, the others are ended."""
    with playing(around, free_ports(3)) as process:
        read_until(process, "Ctrl-C ends")
        os.kill(int(nodes_below(tmp_path, module="node.app")[0]), signal.SIGKILL)

        code = process.wait(LIMIT_S)
        assert process.stderr is not None
        said = process.stderr.read()

    assert code == 1
    assert "ended by itself" in said.splitlines()[0]
    assert list(tmp_path.iterdir()) == []
    eventually("no node", lambda: True if nodes_below(tmp_path) == [] else None)


def test_taken_port_is_one_sentence(around: dict[str, str], tmp_path: Path) -> None:
    """It says which port and what helps, and makes nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = [*free_ports(2), port]
        done = subprocess.run(
            command("--once", ports=ports), env=around, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"rounds: Port {port} cannot be used (address already in use). "
        "Stop what has it, or name three others: --ports A,B,C\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_one_sentence(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It names the folder and what helps."""
    (tmp_path / "file").write_text("")
    ports = ",".join(str(port) for port in free_ports(3))

    code = staging.main(["--once", "--ports", ports, "--data", str(tmp_path / "file" / "data")])

    assert code == 1
    assert capfd.readouterr() == (
        "", f"rounds: {tmp_path}/file/data cannot be written (not a directory). Name a folder of your own: --data DIR\n"
    )  # fmt: skip


def test_folder_with_something_in_it_is_left_alone(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing that is there is touched."""
    (tmp_path / "mine").write_text("kept")
    ports = ",".join(str(port) for port in free_ports(3))

    code = staging.main(["--once", "--ports", ports, "--data", str(tmp_path)])

    assert code == 1
    assert "is not empty" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_full_disk_is_one_sentence_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how much room is needed before anything is made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(preparing, "LEAST_FREE_BYTES", 2**60)
    ports = ",".join(str(port) for port in free_ports(3))

    code = staging.main(["--once", "--ports", ports])

    assert code == 1
    assert capfd.readouterr().err.startswith("rounds: Only ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["1,2", "8101,8101,8102", "a,b,c", "0,8101,8102"])
def test_wrong_ports_are_refused_by_the_command_line(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Three different numbers, or the exit code of a wrong command line."""
    with pytest.raises(SystemExit) as ended:
        staging.main(["--ports", text])

    assert ended.value.code == 2
    assert "such as 8101,8102,8103" in capfd.readouterr().err


def test_old_python_is_one_sentence(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the version that is there and the one that is needed."""
    monkeypatch.setattr(demo, "NEEDED", (99, 0))

    assert demo.main([]) == 1
    assert "and 3.11 or newer is needed" in capfd.readouterr().err
