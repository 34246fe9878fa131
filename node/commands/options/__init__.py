"""Names and options of the command line, and what all of them share. What a command does is imported when it runs."""

from typing import Annotated

import typer

from node import settings as reading
from node.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


def settings_of(context: typer.Context) -> Settings:
    """Return the settings of the node that a command is for. Raises: SettingsError."""
    return reading.from_environment(context.obj)
