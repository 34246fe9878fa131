"""The distribution: what is built, installed and started is what is in this folder."""

import ast
import os
import re
import signal
import site
import subprocess
import sys
import threading
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from typing_extensions import override

from node.social.site import Site

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def run(*words: object, **more: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=120, check=False, **more
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that is built from this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--wheel-dir", folder, ROOT,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return next(folder.glob("rounds-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh virtual environment with the wheel; what it depends on is borrowed from here."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=False)
    packages = next((home / "lib").glob("python*/site-packages"))
    unpacked = run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        home / "bin/python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    )
    assert unpacked.returncode == 0, unpacked.stderr
    borrowed = packages / "borrowed.pth"
    borrowed.write_text("\n".join(path for path in site.getsitepackages() if Path(path).is_dir()) + "\n")
    return home


def outside() -> dict[str, str]:
    """Return an environment that knows nothing of this folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ROUNDS_", "PYTHON", "VIRTUAL"))}


def test_wheel_holds_the_four_folders_with_everything_in_them(wheel: Path) -> None:
    """Templates, static files and migrations travel too; tests do not."""
    names = set(ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", "node", "federation", "web", "migrations", cwd=ROOT).stdout.split()

    assert set(tracked) - names == set()
    assert not [name for name in names if name.startswith("tests/")]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_command_runs_outside_the_source(installed: Path, tmp_path: Path) -> None:
    """The one entry point works in a fresh environment, and it comes from there."""
    where = run(installed / "bin/python", "-c", "import node; print(node.__file__)", cwd=tmp_path, env=outside())
    shown = run(installed / "bin/rounds", "--help", cwd=tmp_path, env=outside())

    assert where.stdout.startswith(str(installed))
    assert shown.returncode == 0, shown.stderr
    assert "Exit codes: 0 done" in shown.stdout


def test_installed_command_makes_and_migrates_a_node(installed: Path, tmp_path: Path) -> None:
    """What the container does first works from the wheel alone."""
    made = run(
        installed / "bin/rounds", "init", "--host", "a.example", "--institution-name", "A", "--data-dir", tmp_path / "data",
        cwd=tmp_path, env=outside(),
    )  # fmt: skip
    again = run(installed / "bin/rounds", "migrate", cwd=tmp_path, env=outside())

    assert made.returncode == 0, made.stderr
    assert "as before" in again.stdout


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_health_check_says_whether_the_node_answers(installed: Path, tmp_path: Path, status: int, code: int) -> None:
    """The container's health check follows what the node answers."""
    with answering(status) as port:
        checked = run(installed / "bin/python", "-m", "node.health", cwd=tmp_path, env=settings(tmp_path, port))

    assert checked.returncode == code, checked.stderr


def test_health_check_of_a_node_that_is_not_there_fails_with_a_sentence(installed: Path, tmp_path: Path) -> None:
    """Nothing listens: one line, exit code 1."""
    with answering(200) as port:
        pass
    checked = run(installed / "bin/python", "-m", "node.health", cwd=tmp_path, env=settings(tmp_path, port))

    assert checked.returncode == 1
    assert checked.stderr == f"The node does not answer on 127.0.0.1:{port}: ConnectionRefusedError.\n"


@pytest.mark.processes
def test_installed_node_serves_until_it_is_told_to_stop(installed: Path, tmp_path: Path) -> None:
    """The same entry point and the same health check as in the container, on a node made from nothing."""
    with answering(200) as free:
        pass
    environ = {**outside(), "ROUNDS_PORT": str(free)}
    made = run(
        installed / "bin/rounds", "init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data",
        cwd=tmp_path, env=environ,
    )  # fmt: skip
    with subprocess.Popen(
        [installed / "bin/rounds", "serve"], cwd=tmp_path, env=environ, stderr=subprocess.PIPE
    ) as node:
        try:
            is_well = becomes_well(installed, tmp_path, environ, node)
        finally:
            node.terminate()
            _, log = node.communicate(timeout=30)

    assert made.returncode == 0, made.stderr
    assert is_well, log
    assert node.returncode in (0, -signal.SIGTERM), log


def becomes_well(home: Path, folder: Path, environ: dict[str, str], node: "subprocess.Popen[bytes]") -> bool:
    for _ in range(60):
        if run(home / "bin/python", "-m", "node.health", cwd=folder, env=environ).returncode == 0:
            return True
        with suppress(subprocess.TimeoutExpired):
            node.wait(0.25)
            return False
    return False


def settings(folder: Path, port: int) -> dict[str, str]:
    (folder / "secrets.toml").write_text(f'secret_key = "{"A" * 43}="\n')
    (folder / "secrets.toml").chmod(0o600)
    return {
        **outside(), "ROUNDS_HOST": "a.example", "ROUNDS_INSTITUTION_NAME": "A", "ROUNDS_DATA_DIR": str(folder),
        "ROUNDS_PORT": str(port),
    }  # fmt: skip


def locked(name: str) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", (ROOT / name).read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(package), []).append(Version(version))
    return found


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["postgres"]),
        (
            "requirements-dev.lock",
            PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"] + PROJECT["optional-dependencies"]["s3"],
        ),
    ],
)
def test_lock_files_are_inside_the_bounds(name: str, wanted: list[str]) -> None:
    """Whoever changes the bounds runs `make lock`."""
    held = locked(name)
    requirements = [Requirement(text) for text in wanted if not text.startswith("rounds[")]

    outside_bounds = [
        str(one) for one in requirements
        if not any(version in one.specifier for version in held.get(canonicalize_name(one.name), []))
    ]  # fmt: skip

    assert outside_bounds == []


def test_every_import_is_a_dependency_of_its_own() -> None:
    """What the code imports must not come along by chance with something else."""
    imported = set()
    for folder in ("node", "federation", "web", "migrations"):
        for file in (ROOT / folder).rglob("*.py"):
            for step in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(step, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in step.names}
                elif isinstance(step, ast.ImportFrom) and step.module and not step.level:
                    imported.add(step.module.split(".")[0])
    foreign = imported - sys.stdlib_module_names - {"node", "federation", "web", "migrations"}
    homes = packages_distributions()
    extras = PROJECT["optional-dependencies"]
    declared = {Requirement(text).name for text in PROJECT["dependencies"] + extras["postgres"] + extras["s3"]}

    undeclared = {
        name for name in foreign
        if not {canonicalize_name(home) for home in homes.get(name, [])} & {canonicalize_name(one) for one in declared}
    }  # fmt: skip

    assert undeclared == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    """Where a file came from says nothing; its hash does."""
    text = (ROOT / name).read_text()
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert "://" not in text
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_version_is_the_same_everywhere() -> None:
    """What peers and clients are told is what was installed."""
    told = Site(host="a.example", handle_host="a.example", base_url="https://a.example", institution_name="A").version

    assert told == PROJECT["version"]


def test_makefile_describes_every_command() -> None:
    """`make help` is made from the rules; each one that is meant for people has a sentence."""
    text = (ROOT / "Makefile").read_text()
    shown = set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))

    assert {"demo", "test", "check", "bench", "help"} <= shown
    assert set(re.findall(r"^([a-z-]+):", text, re.MULTILINE)) - shown == {"venv", "venv-dev"}
