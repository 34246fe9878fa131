"""What the demonstration says while it plays: one line for each thing done and each thing verified."""

import time
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Teller:
    """Prints lines for people; nothing it is told is read as markup."""

    def __init__(self) -> None:
        self._console: Final = Console(highlight=False, soft_wrap=True)
        self._errors: Final = Console(highlight=False, soft_wrap=True, stderr=True)
        self._since: Final = time.monotonic()
        self.verified = 0

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._since

    def step(self, number: int, title: str) -> None:
        """Begin a step of the story."""
        self._console.print(Text.assemble("\n", (f"{number}  {title}", "bold")))

    def did(self, text: str) -> None:
        """Say what somebody did."""
        self._console.print(Text(f"   {text}"))

    def saw(self, text: str) -> None:
        """Say what was verified."""
        self.verified += 1
        self._console.print(Text.assemble("   ", ("✓ ", "green"), text))

    def failed(self, text: str) -> None:
        """Say what was not as expected."""
        self._errors.print(Text.assemble(("✗ ", "red"), text))

    def refuse(self, text: str) -> None:
        """Say in one sentence why nothing was begun."""
        self._errors.print(Text(f"rounds: {text}"))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows."""
        table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(Text(cell, no_wrap=True) for cell in row))
        self._console.print()
        self._console.print(table)

    def line(self, text: str) -> None:
        """Print a line."""
        self._console.print(Text(text))
