"""Names and options of `rounds rule`, `rounds document` and `rounds emoji`; what they do is in `node.commands.presenting`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from node.commands.options import Json, settings_of

rule = typer.Typer(no_args_is_help=True, help="The rules of this node, as apps and reports show them.")
document = typer.Typer(no_args_is_help=True, help="What this node says about itself: about, privacy, terms.")
emoji = typer.Typer(no_args_is_help=True, help="Custom emoji of this node.")
Number = Annotated[int, typer.Argument(help="Its number, as list shows it.")]
Hint = Annotated[str, typer.Option(help="More about it, in a sentence.")]


@rule.command("add")
def rule_add(context: typer.Context, text: Annotated[str, typer.Argument(help="The rule.")], hint: Hint = "") -> None:
    """Add a rule."""
    from node.commands import presenting

    presenting.add_rule(settings_of(context), text, hint)


@rule.command("translate")
def rule_translate(
    context: typer.Context,
    number: Number,
    language: Annotated[str, typer.Argument(help="Such as de.")],
    text: Annotated[str, typer.Argument(help="The rule in that language.")],
    hint: Hint = "",
) -> None:
    """Say a rule in another language."""
    from node.commands import presenting

    presenting.translate_rule(settings_of(context), number, language, text, hint)


@rule.command("list")
def rule_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the rules that hold."""
    from node.commands import presenting

    presenting.show_rules(settings_of(context), as_json=as_json)


@rule.command("remove")
def rule_remove(context: typer.Context, number: Number) -> None:
    """Take a rule away."""
    from node.commands import presenting

    presenting.remove_rule(settings_of(context), number)


@document.command("write")
def document_write(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="about, privacy or terms.")],
    file: Annotated[Path, typer.Argument(help="A text in Markdown.")],
    effective: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From which day it holds; else from now on.")
    ] = None,
) -> None:
    """Write a document anew; earlier versions are kept."""
    from node.commands import presenting

    presenting.write_document(settings_of(context), kind, file, effective.date() if effective else None)


@document.command("list")
def document_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List every version of every document."""
    from node.commands import presenting

    presenting.show_documents(settings_of(context), as_json=as_json)


@emoji.command("add")
def emoji_add(
    context: typer.Context,
    shortcode: Annotated[str, typer.Argument(help="2 to 50 of a-z, A-Z, 0-9 and _.")],
    file: Annotated[Path, typer.Argument(help="A PNG, GIF, WebP or JPEG of at most 256 KiB.")],
    category: Annotated[str | None, typer.Option(help="Under which apps show it.")] = None,
) -> None:
    """Make a picture an emoji that people here can use."""
    from node.commands import presenting

    presenting.add_emoji(settings_of(context), shortcode, file, category)


@emoji.command("list")
def emoji_list(context: typer.Context, *, as_json: Json = False) -> None:
    """List the emoji."""
    from node.commands import presenting

    presenting.show_emojis(settings_of(context), as_json=as_json)


@emoji.command("remove")
def emoji_remove(context: typer.Context, shortcode: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Remove an emoji."""
    from node.commands import presenting

    presenting.remove_emoji(settings_of(context), shortcode)
