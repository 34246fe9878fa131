"""Names and options of `rounds relay ...`. What a command does is in `node.commands.relays`, imported when it runs."""

from typing import Annotated

import typer

from node import settings as reading
from node.settings import Settings

relay = typer.Typer(no_args_is_help=True, help="Relays that public posts go to and come from. None unless you add one.")
Address = Annotated[str, typer.Argument(help="Its inbox (it ends in /inbox) or its actor.")]


def _settings(context: typer.Context) -> Settings:
    return reading.from_environment(context.obj)


@relay.command("add")
def relay_add(context: typer.Context, address: Address) -> None:
    """Subscribe to a relay. One that refused is asked again."""
    from node.commands import relays

    relays.add(_settings(context), address)


@relay.command("list")
def relay_list(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")] = False,
) -> None:
    """List the relays, and what each answered and when."""
    from node.commands import relays

    relays.show(_settings(context), as_json=as_json)


@relay.command("remove")
def relay_remove(context: typer.Context, address: Address) -> None:
    """End a subscription."""
    from node.commands import relays

    relays.remove(_settings(context), address)
