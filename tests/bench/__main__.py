"""`make bench`: measures the operations on SQLite and on PostgreSQL, prints the table, writes `bench-results/`."""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.bench import processes, report
from tests.bench.dataset import Size
from tests.bench.measuring import Bench, Plan
from tests.support import postgres
from tests.support.databases import PostgresTemplates, SqliteTemplates

RESULTS: Final = processes.ROOT / "bench-results"
KINDS: Final = ("sqlite", "postgres")


def main(arguments: Sequence[str]) -> int:
    """Measure and print; exit 0 whatever the numbers say, 1 when something did not work at all."""
    options = _options(arguments)
    plan = _plan(options)
    lines: list[report.Line] = []
    began = time.monotonic()
    for kind in options.on.split(","):
        with _database(kind) as (url, folder):
            lines += Bench(kind, url, folder, plan, _say).run()
    print(report.table(lines))
    about = {"size": asdict(plan.size), "repetitions": plan.repetitions, "seconds": round(time.monotonic() - began)}
    _say(f"written to {report.write(lines, RESULTS, **about)} after {about['seconds']} s")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data and few repetitions: does it work at all?")
    parser.add_argument("--on", default=",".join(KINDS), help="sqlite, postgres, or both with a comma")
    parser.add_argument("--only", default="", help="only lines of the table whose name contains this")
    parser.add_argument("--repetitions", type=int, help="how often each operation is measured; medians are shown")
    for name in ("statuses", "accounts", "follows", "records", "seed"):
        parser.add_argument(f"--{name}", type=int, help="of the data set")
    options = parser.parse_args(arguments)
    if not set(options.on.split(",")) <= set(KINDS):
        parser.error("--on takes sqlite, postgres or sqlite,postgres")
    return options


def _plan(options: argparse.Namespace) -> Plan:
    usual = {"statuses": 1000, "accounts": 100, "follows": 50, "records": 500} if options.quick else {}
    given = {name: getattr(options, name) for name in ("statuses", "accounts", "follows", "records", "seed")}
    size = Size(**{**usual, **{k: v for k, v in given.items() if v is not None}}, port=processes.free_port())
    repetitions = options.repetitions or (2 if options.quick else 5)
    return Plan(size, repetitions, 0.1 if options.quick else 1.0, options.only)


@contextlib.contextmanager
def _database(kind: str) -> Iterator[tuple[str, Path]]:
    """Give the address of a fresh, migrated database and a folder for everything else; remove both in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rounds-bench-")))
        if kind == "sqlite":
            yield SqliteTemplates(folder).migrated(folder), folder
            return
        templates = PostgresTemplates(stack.enter_context(postgres.running()))
        stack.callback(templates.close)
        name = templates.migrated()
        stack.callback(templates.server.drop, name)
        yield templates.server.url(name), folder


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
