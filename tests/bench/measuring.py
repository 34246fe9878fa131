"""One node of one database kind, measured from its first start to its last delivery."""

import asyncio
import base64
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import text

from node.clock import SystemClock
from node.reactions import react
from node.settings import load as load_settings
from node.social.limits import PUBLISHED
from node.store.database import Database
from tests.bench import authority, courier, dataset, floors, listeners, load, processes, strangers
from tests.bench.dataset import Filled, Size
from tests.bench.operations import DEEDS, HOST, OPERATIONS, Deed, Operation
from tests.bench.processes import ServerCpu
from tests.bench.report import Line

IDLE_PSS_MB: Final = 110.0
START_S: Final = 3.0
SETTLE_S: Final = 2.0
FLOOR_REQUESTS: Final = 1500
WARM: Final = 64
STREAMS: Final = 1000
STREAM_KB: Final = 40.0
EVENT_MS: Final = 60.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: repetitions, and the share of each operation's usual number."""

    size: Size
    repetitions: int = 5
    share: float = 1.0
    only: str = ""

    def count(self, usual: int) -> int:
        """Return how often something runs in one repetition."""
        return max(WARM, round(usual * self.share))

    def wants(self, name: str) -> bool:
        """Tell whether a line of the table was asked for."""
        return self.only.lower() in name.lower()


class Bench:
    """A filled database with the settings of its node."""

    def __init__(self, kind: str, url: str, folder: Path, plan: Plan, say: Say) -> None:
        self.kind: Final = kind
        self.plan: Final = plan
        self._say: Final = say
        self._folder: Final = folder
        self._port: Final = processes.free_port()
        self._log: Final = folder / "log"
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        (folder / "secrets.toml").write_text(f'secret_key = "{key}"\n')
        (folder / "secrets.toml").chmod(0o600)
        (folder / "media").mkdir(exist_ok=True)
        self._environment = {
            "ROUNDS_HOST": HOST, "ROUNDS_INSTITUTION_NAME": "Bench", "ROUNDS_DATA_DIR": str(folder),
            "ROUNDS_DATABASE_URL": url, "ROUNDS_PORT": str(self._port), "ROUNDS_LOG_LEVEL": "warning",
            "ROUNDS_CONFIG": str(folder / "none.toml"),
            "ROUNDS_RATE_LIMITS": ",".join(f"{name}=1000000" for name in PUBLISHED),  # counted, and never too many
        }  # fmt: skip
        (folder / "none.toml").touch()
        self._settings = load_settings(self._environment, file=None)
        self._server = ServerCpu(None)
        self._filled: Filled

    def run(self) -> list[Line]:
        """Measure everything the plan asks for."""
        return asyncio.run(self._run())

    async def _run(self) -> list[Line]:
        await self._fill()
        lines = [*await self._over_http(), *await self._stream(), *self._speak()]
        return [*lines, *self._idle()]

    async def _fill(self) -> None:
        self._say(f"{self.kind}: filling the database")
        db = self._database()
        try:
            self._filled = await dataset.fill(db, self._settings.site, self.plan.size)
            if not db.is_sqlite:
                with db.engine.connect() as conn:
                    backend = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
                    self._server = ServerCpu(processes.parent(backend))
        finally:
            db.close()

    def _database(self) -> Database:
        settings = self._settings
        return Database(settings.database_url, site=settings.site, clock=SystemClock(), react=react, threads=2)

    # -------------------------------------------------------------- over HTTP

    async def _over_http(self) -> list[Line]:
        wanted = [operation for operation in OPERATIONS if self.plan.wants(operation.name)]
        wanted = [operation for operation in wanted if self._filled.learning_ids or not operation.is_recorded]
        arguments = ["-m", "node.app", "--no-worker"]
        with processes.running(arguments, self._environment, port=self._port, log=self._log) as app:
            sizes = {"page": floors.PAGE_BYTES}
            for name in ("actor", "webfinger"):
                operation = next(one for one in OPERATIONS if one.floor == name)
                request = operation.requests(self._filled, 1, "size")[0]
                sizes[name] = len((await load.body(self._port, request))[1])
            with _floor_server(sizes, self._log) as floor:
                return [await self._operation(operation, app, floor) for operation in wanted]

    async def _operation(self, operation: Operation, app: "subprocess.Popen[bytes]", floor: "_FloorServer") -> Line:
        self._say(f"{self.kind}: {operation.name}")
        warm = operation.requests(self._filled, WARM, "warm")
        status, answer = await load.body(self._port, warm[0])
        if status != operation.status:
            return Line(database=self.kind, operation=operation.name, note=f"answers {status}: {answer[:80]!r}")
        await load.drive(self._port, warm[1:], status=operation.status)
        costs, server_costs, floor_costs = [], [], []
        for repetition in range(self.plan.repetitions):
            requests = operation.requests(self._filled, self.plan.count(operation.count), f"r{repetition}")
            floor_costs.append(await floor.cost_ms(operation.floor))
            server_before = self._server.s()
            spent = await _spent_s(app.pid, load.drive(self._port, requests, status=operation.status))
            costs.append(spent / len(requests) * 1000)
            server_costs.append((self._server.s() - server_before) / len(requests) * 1000)
        return Line(
            database=self.kind,
            operation=operation.name,
            value=median(costs),
            server_ms=None if self.kind == "sqlite" else median(server_costs),
            floor=operation.floor if operation.most_ms is None else None,
            floor_ms=median(floor_costs) if operation.most_ms is None else None,
            target=operation.target(self.kind),
        )

    # -------------------------------------------------------------- open streams

    async def _stream(self) -> list[Line]:
        """Open a stream for each of many people; what an event costs is beside the post that caused it."""
        if not self.plan.wants("open streams"):
            return []
        self._say(f"{self.kind}: open streams")
        count = max(100, round(STREAMS * self.plan.share))
        db = self._database()
        tokens = await listeners.settle(db, self._filled, count)
        db.close()
        lines = []
        for name in ("user", "public"):
            arguments = ["-m", "node.app", "--no-worker"]
            with processes.running(arguments, self._environment, port=self._port, log=self._log) as app:
                lines += await self._streams(app.pid, tokens, name)
        return lines

    async def _streams(self, pid: int, tokens: list[str], name: str) -> list[Line]:
        word, streams = secrets.token_hex(4), listeners.Listeners(self._port, HOST)
        requests = next(one for one in OPERATIONS if one.name == "POST a status").requests(
            self._filled, 2 * WARM + self.plan.repetitions, word
        )
        await load.drive(self._port, requests[:WARM], status=200)
        alone = await _spent_s(pid, load.drive(self._port, requests[WARM : 2 * WARM], status=200)) / WARM
        await streams.open(tokens[:1], name)
        before = processes.pss_mb(pid)
        await streams.open(tokens[1:], name)
        await asyncio.sleep(SETTLE_S)
        size = (processes.pss_mb(pid) - before) * 1000 / (len(tokens) - 1)
        costs = []
        for request in requests[2 * WARM :]:
            begun = processes.cpu_s(pid)
            await asyncio.gather(load.drive(self._port, [request], status=200), streams.hear())
            costs.append((processes.cpu_s(pid) - begun - alone) * 1000)
        streams.close()
        each = f"{len(tokens)} open streams, {name}"
        return [
            Line(database=self.kind, operation=f"{each}: memory", value=size, unit="KB", target=STREAM_KB),
            Line(database=self.kind, operation=f"{each}: event", value=median(costs), target=EVENT_MS),
        ]

    # -------------------------------------------------------------- speaking to peers

    def _speak(self) -> list[Line]:
        wanted = [deed for deed in DEEDS if self.plan.wants(deed.name)]
        if not wanted:
            return []
        size = self.plan.size
        ca_file = authority.make(self._folder, "sink.example")
        strangers.make_key(self._folder)
        environment = {**self._environment, "ROUNDS_CA_FILE": str(ca_file)}
        sink = ["-m", "tests.bench.sink", str(size.port), str(self._folder), str(courier.WIDE)]
        words = ["-m", "tests.bench.courier", self._filled.username, str(size.port), str(self._folder)]
        with (
            processes.running(sink, port=size.port, log=self._log),
            processes.running(words, environment, log=self._log) as process,
        ):
            return [self._deed(deed, process) for deed in wanted]

    def _deed(self, deed: Deed, process: "subprocess.Popen[bytes]") -> Line:
        self._say(f"{self.kind}: {deed.name}")
        count = max(2, round(deed.count * self.plan.share))
        costs, server_costs, floor_costs = [], [], []
        for repetition in range(-1, self.plan.repetitions):  # the first opens the connections and does not count
            floor_costs.append(floors.sign_and_verify_ms()[deed.floor == "verify"])
            if deed.before:
                processes.ask(process, f"{deed.before} {2 if repetition < 0 else count}")
            server_before = self._server.s()
            answer = json.loads(processes.ask(process, f"{deed.word} {2 if repetition < 0 else count}") or "{}")
            done = answer.get("done", answer.get("delivered", 0))
            if done < (2 if repetition < 0 else count) or answer.get("dropped"):
                raise RuntimeError(f"not everything was done: {answer}; {self._log.read_text()[-2000:]}")
            if repetition >= 0:
                costs.append(answer["cpu_s"] / done * 1000)
                server_costs.append((self._server.s() - server_before) / done * 1000)
        return Line(
            database=self.kind,
            operation=deed.name,
            value=median(costs),
            server_ms=None if self.kind == "sqlite" else median(server_costs),
            floor=deed.floor,
            floor_ms=median(floor_costs),
            target=deed.target(self.kind),
        )

    # -------------------------------------------------------------- memory, start

    def _idle(self) -> list[Line]:
        if not self.plan.wants("idle memory, start"):
            return []
        self._say(f"{self.kind}: start and idle memory")
        rounds = str(Path(sys.executable).with_name("rounds"))
        sizes, starts = [], []
        for _ in range(1 if self.plan.share < 1 else 3):
            begun = time.monotonic()
            with processes.running([rounds, "serve"], self._environment, log=self._log) as process:
                starts.append(_until_healthy(self._port) - begun)
                time.sleep(SETTLE_S)
                sizes.append(processes.pss_mb(process.pid))
        return [
            Line(
                database=self.kind, operation="idle memory (PSS)", value=median(sizes), unit="MB",
                target=IDLE_PSS_MB if self.kind == "sqlite" else None,
            ),
            Line(database=self.kind, operation="start to first 200", value=median(starts), unit="s", target=START_S),
        ]  # fmt: skip


class _FloorServer:
    def __init__(self, pid: int, port: int, sizes: dict[str, int]) -> None:
        self._pid = pid
        self._port = port
        self._sizes = sizes

    async def cost_ms(self, name: str) -> float:
        """Return what a floor costs now."""
        if name in ("sign", "verify"):
            return floors.sign_and_verify_ms()[name == "verify"]
        request = load.request("GET", f"/memory/{self._sizes[name]}", host=HOST, headers={"user-agent": "bench"})
        requests = [request] * FLOOR_REQUESTS
        spent = await _spent_s(self._pid, load.drive(self._port, requests, status=200))
        return spent / FLOOR_REQUESTS * 1000


@contextmanager
def _floor_server(sizes: dict[str, int], log: Path) -> Iterator[_FloorServer]:
    port = processes.free_port()
    arguments = ["-m", "tests.bench.floors", str(port), *(str(size) for size in sizes.values())]
    with processes.running(arguments, port=port, log=log) as process:
        yield _FloorServer(process.pid, port, sizes)


async def _spent_s(pid: int, work: Awaitable[None]) -> float:
    before = processes.cpu_s(pid)
    await work
    return processes.cpu_s(pid) - before


def _until_healthy(port: int) -> float:
    deadline = time.monotonic() + processes.START_LIMIT_S
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            if answer.status == 200:
                return time.monotonic()
        time.sleep(0.01)
    raise RuntimeError("the node did not become healthy")
