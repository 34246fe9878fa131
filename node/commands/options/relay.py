"""Names and options of `rounds relay ...`. What a command does is in `node.commands.relays`, imported when it runs."""

from typing import Annotated

import typer

from node.commands.options import Json, settings_of

relay = typer.Typer(no_args_is_help=True, help="Relays that public posts go to and come from. None unless you add one.")
Address = Annotated[str, typer.Argument(help="Its inbox (it ends in /inbox) or its actor.")]


@relay.command("add")
def relay_add(context: typer.Context, address: Address) -> None:
    """Subscribe to a relay. One that refused is asked again."""
    from node.commands import relays

    relays.add(settings_of(context), address)


@relay.command("list")
def relay_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the relays, and what each answered and when."""
    from node.commands import relays

    relays.show(settings_of(context), as_json=as_json)


@relay.command("remove")
def relay_remove(context: typer.Context, address: Address) -> None:
    """End a subscription."""
    from node.commands import relays

    relays.remove(settings_of(context), address)
