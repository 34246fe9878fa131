"""The import contracts speak about every room; that they hold is checked by `make check`."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
ROOTS = ("app", "parts", "worker", "cli", "commands", "demo", "demonstrating", "doctor", "health")


def modules(kind: str, key: str) -> set[str]:
    return {name for contract in CONTRACTS if contract["type"] == kind for name in contract[key]}


def test_every_room_has_a_contract() -> None:
    """A folder of code that no contract names could import anything."""
    rooms = {f"node.{path.parent.name}" for path in (ROOT / "node").glob("*/__init__.py")}

    unnamed = rooms - modules("forbidden", "source_modules") - {f"node.{name}" for name in ROOTS}

    assert unnamed == set()


def test_every_composition_root_is_protected() -> None:
    """What wires everything together is imported by nobody else."""
    there = {f"node.{name}" for name in ROOTS if any((ROOT / "node").glob(f"{name}*"))}

    assert there - modules("protected", "protected_modules") == set()
