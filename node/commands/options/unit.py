"""Names and options of `rounds unit ...`. What a command does is in `node.commands.units`, imported when it runs."""

from typing import Annotated

import typer

from node.commands.options import Json, settings_of

unit = typer.Typer(no_args_is_help=True, help="Wards, clinics and teams of the house, and who works in them.")
Slug = Annotated[str, typer.Argument(help="Its short name, as `rounds unit list` shows it.")]
Under = Annotated[str | None, typer.Option("--under", help="The short name of the unit it lies in.")]


@unit.command("add")
def unit_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    slug: Annotated[str | None, typer.Option(help="Its short name in addresses; without it made of the name.")] = None,
    under: Under = None,
) -> None:
    """Make a unit."""
    from node.commands import units

    units.add(settings_of(context), name, slug=slug, parent=under)


@unit.command("list")
def unit_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the units, and how many people work in each and below it."""
    from node.commands import units

    units.show(settings_of(context), as_json=as_json)


@unit.command("change")
def unit_change(
    context: typer.Context,
    slug: Slug,
    *,
    name: Annotated[str | None, typer.Option(help="Another name; the short name stays.")] = None,
    under: Under = None,
    is_top: Annotated[bool, typer.Option("--top", help="It lies in no other unit.")] = False,
) -> None:
    """Rename a unit, or put it under another one."""
    from node.commands import units

    units.change(settings_of(context), slug, name=name, parent=under, is_top=is_top)


@unit.command("assign")
def unit_assign(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="Somebody of this node.")],
    slug: Annotated[str | None, typer.Argument(help="Where they work; nothing: nowhere in particular.")] = None,
) -> None:
    """Say where somebody works."""
    from node.commands import units

    units.assign(settings_of(context), username, slug)


@unit.command("remove")
def unit_remove(context: typer.Context, slug: Slug) -> None:
    """Remove a unit; its people work nowhere in particular then."""
    from node.commands import units

    units.remove(settings_of(context), slug)
