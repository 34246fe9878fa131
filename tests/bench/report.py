"""The results as a table for people and as JSON for whoever compares runs. Judges nothing but "met" against a target."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table. `value` is CPU ms of the application process unless `unit` says otherwise."""

    database: str
    operation: str
    value: float | None = None
    unit: str = "ms"
    server_ms: float | None = None
    floor: str | None = None
    floor_ms: float | None = None
    target: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many floors it costs."""
        return self.value / self.floor_ms if self.value is not None and self.floor_ms else None

    @property
    def is_met(self) -> bool | None:
        """Whether it costs at most its target; None without one."""
        compared = self.value if self.floor_ms is None else self.ratio
        return None if compared is None or self.target is None else compared <= self.target


_HEAD = ("database", "operation", "CPU", "PostgreSQL CPU", "floor", "ratio", "at most", "met")


def table(lines: Sequence[Line]) -> str:
    """Return the table as text, columns aligned."""
    rows = [_HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    floor = f"{line.floor} {line.floor_ms:.4f}" if line.floor_ms is not None else "-"
    limit = "-" if line.target is None else f"{line.target:g}{' x' if line.floor_ms else f' {line.unit}'}"
    met = {None: line.note or "-", True: "yes", False: "no"}[line.is_met]
    return (
        line.database,
        line.operation,
        "-" if line.value is None else f"{line.value:.3f} {line.unit}",
        "-" if line.server_ms is None else f"{line.server_ms:.3f} ms",
        floor,
        "-" if line.ratio is None else f"{line.ratio:.1f}",
        limit,
        met,
    )


def write(lines: Sequence[Line], folder: Path, **about: Any) -> Path:
    """Write the run as one JSON file named by its time and return its path."""
    now = datetime.now(UTC)
    folder.mkdir(exist_ok=True)
    run = {
        "at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        **about,
        "lines": [{**asdict(line), "ratio": line.ratio, "is_met": line.is_met} for line in lines],
    }
    path = folder / f"{now:%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(run, indent=1) + "\n")
    return path
