"""Names and options of `rounds loops ...`. What a command does is in `node.commands.loops`, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from node.commands.options import settings_of

loops = typer.Typer(no_args_is_help=True, help="The loops of this node.")


@loops.callback()
def _loops() -> None:
    """The loops of this node."""


@loops.command("export")
def loops_export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The archive to make, such as loops-2026-11-26.zip.")],
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is not for everybody. Small numbers stay hidden.")
    ] = False,
) -> None:
    """Save this node's loops as tables for research, with a data dictionary; people by pseudonyms."""
    from node.commands import loops as commands

    commands.export(settings_of(context), file, is_all=everything)
