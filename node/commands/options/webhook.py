"""Names and options of `rounds webhook ...`. What a command does is in `node.commands.webhooks`, imported when it runs."""

from typing import Annotated

import typer

from node.commands.options import Json, settings_of

webhook = typer.Typer(no_args_is_help=True, help="Other systems of the house that hear what happens in the loop.")
Number = Annotated[int, typer.Argument(help="Its number, as `rounds webhook list` shows it.")]


@webhook.command("add")
def webhook_add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Where to post to: https://...")],
    *,
    events: Annotated[
        list[str] | None, typer.Option("--event", help="Of what to tell; again for more; without it of everything.")
    ] = None,
) -> None:
    """Tell an address from now on; one that is there already changes and is switched on again."""
    from node.commands import webhooks

    webhooks.add(settings_of(context), url, events or [])


@webhook.command("list")
def webhook_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the webhooks, and how each answered last."""
    from node.commands import webhooks

    webhooks.show(settings_of(context), as_json=as_json)


@webhook.command("remove")
def webhook_remove(context: typer.Context, number: Number) -> None:
    """Tell an address nothing any more."""
    from node.commands import webhooks

    webhooks.remove(settings_of(context), number)


@webhook.command("test")
def webhook_test(context: typer.Context, number: Number) -> None:
    """Tell a webhook something harmless now, and say how it answered."""
    from node.commands import webhooks

    webhooks.test(settings_of(context), number)
