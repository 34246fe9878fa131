"""The published examples of the extension, read as they would arrive."""

import csv
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from federation import loose

HERE = Path(__file__).parent
SCHEMA = json.loads(files("web.pages").joinpath("texts", "learning-record.schema.json").read_text())
VALID = sorted((HERE / "examples" / "valid").glob("*.json"))


def index(folder: str) -> list[dict[str, str]]:
    """Read the table of a folder of examples."""
    with (HERE / "examples" / folder / "index.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def load(path: str | Path) -> dict[str, Any]:
    """Read one document with the decoder that the inbox uses."""
    return dict(loose.decode((HERE / path).read_bytes()))


def note(name: str) -> dict[str, Any]:
    """Read the Note of a valid example by the beginning of its name."""
    path = next(path for path in VALID if path.name.startswith(name))
    found: dict[str, Any] = load(path)["object"]
    return found
