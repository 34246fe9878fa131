"""What one can write from any app."""

from collections.abc import Iterator
from dataclasses import replace

from node.learning import commands
from tests.web.pages.exhibits import SHELL
from web.pages.helping import Commands
from web.pages.views.shell import Shell


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    yield "commands", "commands", replace(SHELL, current="more"), Commands(commands.TABLE, commands.DATES, "@recall")
