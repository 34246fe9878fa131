"""Schema changes: expand, backfill, contract. `HEAD` is the revision this code runs on, `KNOWN` are all up to it."""

from pathlib import Path
from typing import Final

HEAD: Final = "0004"
KNOWN: Final = frozenset(path.name[:4] for path in (Path(__file__).parent / "versions").glob("0*.py"))
