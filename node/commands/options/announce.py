"""Names and options of `rounds announce ...`. What a command does is in `node.commands.announcements`."""

from datetime import datetime
from typing import Annotated

import typer

from node.commands.options import Json, settings_of

announce = typer.Typer(no_args_is_help=True, help="What this node announces to everybody here, in apps.")
Text = Annotated[str, typer.Argument(help="What it says; @names, #tags and addresses become links.")]
Number = Annotated[int, typer.Argument(help="Its number, as list shows it.")]
Starts = Annotated[datetime | None, typer.Option(help="When what it is about begins, in the time of the node.")]
Ends = Annotated[datetime | None, typer.Option(help="When that ends; then it is not shown any more.")]
AllDay = Annotated[bool, typer.Option("--all-day", help="It is about whole days.")]


@announce.command("publish")
def announce_publish(
    context: typer.Context, text: Text, starts: Starts = None, ends: Ends = None, *, all_day: AllDay = False
) -> None:
    """Announce something now."""
    from node.commands import announcements

    announcements.publish(settings_of(context), text, announcements.Times(starts, ends, is_all_day=all_day))


@announce.command("edit")
def announce_edit(
    context: typer.Context,
    number: Number,
    text: Text,
    starts: Starts = None,
    ends: Ends = None,
    *,
    all_day: AllDay = False,
) -> None:
    """Say an announcement otherwise; the times are replaced too."""
    from node.commands import announcements

    announcements.edit(settings_of(context), number, text, announcements.Times(starts, ends, is_all_day=all_day))


@announce.command("list")
def announce_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the announcements, ended ones too."""
    from node.commands import announcements

    announcements.show(settings_of(context), as_json=as_json)


@announce.command("remove")
def announce_remove(context: typer.Context, number: Number) -> None:
    """Take an announcement back."""
    from node.commands import announcements

    announcements.remove(settings_of(context), number)
