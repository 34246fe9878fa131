"""Names and options of `rounds peer ...`. What a command does is in `peers` and `policies`, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from node.commands.options import Json, settings_of

peer = typer.Typer(no_args_is_help=True, help="Other servers: what we know of them, and who may speak with us.")
Host = Annotated[str, typer.Argument(help="Such as other.example; a decision counts for all under it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Comment = Annotated[str | None, typer.Option(help="Why, for everybody who gets your list.")]
Note = Annotated[str | None, typer.Option(help="Why, for your moderators alone.")]


@peer.command("show")
def show(context: typer.Context, host: Host, *, as_json: Json = False) -> None:
    """Say how a host stands with us, when it was heard and reached, its last error, and what waits."""
    from node.commands import peers

    peers.show(settings_of(context), host, as_json=as_json)


@peer.command("list")
def listed(context: typer.Context, *, as_json: Json = False) -> None:
    """List every decision about a host."""
    from node.commands import peers

    peers.list_decisions(settings_of(context), as_json=as_json)


@peer.command("held")
def held(context: typer.Context, host: Host, *, as_json: Json = False) -> None:
    """List what a host sent that waits for a decision: rounds peer allow carries it out, suspend drops it."""
    from node.commands import peers

    peers.show_held(settings_of(context), host, as_json=as_json)


@peer.command("allow")
def allow(
    context: typer.Context, host: Host, comment: Comment = None, note: Note = None, *, as_json: Json = False
) -> None:
    """Speak with a host, and carry out what was held of it."""
    from node.commands import policies
    from node.commands.policies import Wish

    policies.decide(settings_of(context), host, Wish("allow", comment=comment, note=note), as_json=as_json)


@peer.command("limit")
def limit(
    context: typer.Context, host: Host, comment: Comment = None, note: Note = None, *, as_json: Json = False
) -> None:
    """Show what comes from a host to those alone who follow it."""
    from node.commands import policies
    from node.commands.policies import Wish

    policies.decide(settings_of(context), host, Wish("limit", comment=comment, note=note), as_json=as_json)


@peer.command("review")
def review(
    context: typer.Context, host: Host, comment: Comment = None, note: Note = None, *, as_json: Json = False
) -> None:
    """Hold what a host sends until a person decides."""
    from node.commands import policies
    from node.commands.policies import Wish

    policies.decide(settings_of(context), host, Wish("review", comment=comment, note=note), as_json=as_json)


@peer.command("suspend")
def suspend(
    context: typer.Context,
    host: Host,
    comment: Comment = None,
    note: Note = None,
    *,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Speak no more with a host: its posts are hidden and follows in both directions end."""
    from node.commands import policies
    from node.commands.policies import Wish

    wish = Wish("suspend", comment=comment, note=note)
    policies.decide(settings_of(context), host, wish, is_asking=not (yes or as_json), as_json=as_json)


@peer.command("no-media")
def no_media(
    context: typer.Context,
    host: Host,
    *,
    off: Annotated[bool, typer.Option("--off", help="Keep them again.")] = False,
    as_json: Json = False,
) -> None:
    """Keep no pictures, sounds and films of a host from now on, nor avatars and headers."""
    from node.commands import policies
    from node.commands.policies import Wish

    policies.decide(settings_of(context), host, Wish(no_media=not off), as_json=as_json)


@peer.command("no-reports")
def no_reports(
    context: typer.Context,
    host: Host,
    *,
    off: Annotated[bool, typer.Option("--off", help="Take them again.")] = False,
    as_json: Json = False,
) -> None:
    """Take no reports of a host from now on."""
    from node.commands import policies
    from node.commands.policies import Wish

    policies.decide(settings_of(context), host, Wish(no_reports=not off), as_json=as_json)


@peer.command("forget")
def forget(context: typer.Context, host: Host, *, as_json: Json = False) -> None:
    """Take a decision about a host back; follows that ended stay ended."""
    from node.commands import policies

    policies.forget(settings_of(context), host, as_json=as_json)


@peer.command("import")
def take_in(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV as servers exchange it, or a host on each line; - is standard input.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what each line would cut.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Also where you decided otherwise before.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take over a list of decisions; says first what each line cuts."""
    from node.commands import policies
    from node.commands.policies import How

    how = How(is_dry=dry_run, is_replacing=replace, is_asking=not (yes or as_json))
    policies.take_in(settings_of(context), file, how, as_json=as_json)


@peer.command("export")
def give_out(context: typer.Context) -> None:
    """Print your decisions as CSV that other servers read; what they have no word for (allow, review) is left out."""
    from node.commands import policies

    policies.give_out(settings_of(context))
