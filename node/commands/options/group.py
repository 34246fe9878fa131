"""Names and options of `rounds group ...`. What a command does is in `node.commands.groups`, imported when it runs."""

from typing import Annotated

import typer

from node.commands.options import Json, settings_of

group = typer.Typer(no_args_is_help=True, help="Wards, teams and specialties as groups, followed here and elsewhere.")
Group = Annotated[str, typer.Argument(help="The name of the group.")]
Who = Annotated[str, typer.Argument(help="A name here, @name@host of somebody known, or an actor's id.")]


@group.command("create")
def group_create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="1 to 30 of a-z, 0-9 and _. For ever.")],
    title: Annotated[str, typer.Option(help="The name people read.")] = "",
    moderator: Annotated[list[str] | None, typer.Option(help="Who moderates it; several times for several.")] = None,
    *,
    approve: Annotated[bool, typer.Option("--approve", help="Members are let in one by one.")] = False,
    restricted: Annotated[bool, typer.Option("--restricted", help="Moderators alone begin threads.")] = False,
    as_json: Json = False,
) -> None:
    """Make a group. Its followers are its members; a public post that mentions it is a post into it."""
    from node.commands import groups

    groups.create(
        settings_of(context), name, title=title, moderators=moderator or [], is_locked=approve, is_restricted=restricted,
        as_json=as_json,
    )  # fmt: skip


@group.command("list")
def group_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the groups of this node."""
    from node.commands import groups

    groups.show(settings_of(context), as_json=as_json)


@group.command("appoint")
def group_appoint(context: typer.Context, name: Group, who: Who) -> None:
    """Make somebody a moderator."""
    from node.commands import groups

    groups.appoint(settings_of(context), name, who)


@group.command("dismiss")
def group_dismiss(context: typer.Context, name: Group, who: Who) -> None:
    """End somebody's moderating."""
    from node.commands import groups

    groups.dismiss(settings_of(context), name, who)


@group.command("requests")
def group_requests(context: typer.Context, name: Group, *, as_json: Json = False) -> None:
    """List who asks to be let in."""
    from node.commands import groups

    groups.requests(settings_of(context), name, as_json=as_json)


@group.command("admit")
def group_admit(context: typer.Context, name: Group, who: Who) -> None:
    """Let somebody in who asked."""
    from node.commands import groups

    groups.admit(settings_of(context), name, who)


@group.command("block")
def group_block(context: typer.Context, name: Group, who: Who) -> None:
    """Put somebody out for good."""
    from node.commands import groups

    groups.block(settings_of(context), name, who)


@group.command("unblock")
def group_unblock(context: typer.Context, name: Group, who: Who) -> None:
    """Let somebody ask to join again."""
    from node.commands import groups

    groups.unblock(settings_of(context), name, who)


Post = Annotated[str, typer.Argument(help="The address of the post.")]
By = Annotated[str, typer.Option("--by", help="The moderator of this group who decides.")]


@group.command("remove")
def group_remove(
    context: typer.Context,
    name: Group,
    post: Post,
    by: By,
    reason: Annotated[str, typer.Option(help="Told to the members' servers.")] = "",
) -> None:
    """Hide a post in the group; elsewhere it stays."""
    from node.commands import groups

    groups.remove(settings_of(context), name, post, by=by, reason=reason)


@group.command("restore")
def group_restore(context: typer.Context, name: Group, post: Post, by: By) -> None:
    """Show a hidden post in the group again."""
    from node.commands import groups

    groups.restore(settings_of(context), name, post, by=by)
