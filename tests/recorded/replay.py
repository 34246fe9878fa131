"""`python -m tests.recorded.replay DIR`: gives every document of a folder to a fresh node and says what came of it.

One JSON line each, sorted by file: verdict (accepted, ignored, refused, error), the reason code, and the rows that are
new or changed afterwards. What a document is about (the post that an Update changes, the like that an Undo takes back)
is known before, if the folder has it. A document that we fail at is an error, never an end of the run.
"""

import asyncio
import json
import logging
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from federation import loose
from tests.recorded.changes import Rows
from tests.recorded.folder import Folder
from tests.recorded.giving import Session
from tests.recorded.seeding import Seeds

_USAGE: Final = "usage: python -m tests.recorded.replay DIR"


class Result(Struct, frozen=True):
    """What came of one document."""

    file: str
    verdict: str
    reason: str | None = None
    rows: Rows = {}


async def replay(folder: Folder, scratch: Path) -> list[Result]:
    """Give every document of a folder to a node of its own."""
    seeds = Seeds(scratch)
    return [await _one(folder, name, seeds) for name in folder.files]


async def _one(folder: Folder, name: str, seeds: Seeds) -> Result:
    try:
        async with seeds.fresh(folder.wire(name), moment_of(folder, name)) as node:
            given = await Session(folder, node).give(name)
    except Exception as error:
        logging.getLogger("replay").warning("%s: %s: %s", name, type(error).__name__, error)
        return Result(name, "error", type(error).__name__)
    return Result(name, given.verdict, given.reason, given.said | given.change.rows)


def moment_of(folder: Folder, name: str) -> datetime | None:
    """Return the time at which a recorded request came."""
    recorded = folder.documents.get(name, {})
    return loose.timestamp(recorded.get("now")) if folder.kind(name) == "http request" else None


def main(arguments: list[str]) -> int:
    """Print a line for every document of the named folder."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(_USAGE, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="rounds-replay-") as scratch:
        for result in asyncio.run(replay(Folder(Path(arguments[0])), Path(scratch))):
            line = {"file": result.file, "verdict": result.verdict, "reason": result.reason, "rows": result.rows}
            print(json.dumps(line, ensure_ascii=False, default=str))
    return 0


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.getLogger("rounds").setLevel(logging.CRITICAL)  # refusals are what is looked for here
    sys.exit(main(sys.argv[1:]))
