"""`rounds rule`, `rounds document`, `rounds emoji`: what the node shows of itself in apps and on its pages."""

from datetime import UTC, date
from pathlib import Path
from typing import Final

from msgspec import to_builtins

from node.commands import database
from node.commands.console import Code, Stop, bytes_of, say, say_json, say_table
from node.gateways.workshop import ProcessWorkshop
from node.parts import blobs_of
from node.services import emoting, introducing
from node.settings import Settings

ACTOR: Final = "command-line"


def add_rule(settings: Settings, text: str, hint: str) -> None:
    """Add a rule."""
    with database.current(settings) as session:
        number = session.write(introducing.add_rule, text, hint, by=ACTOR)
    say(f"Rule {number} holds.")


def translate_rule(settings: Settings, number: int, language: str, text: str, hint: str) -> None:
    """Say a rule in another language."""
    with database.current(settings) as session:
        session.write(introducing.translate_rule, number, language, text, hint, by=ACTOR)
    say(f"Rule {number} is there in {language}.")


def show_rules(settings: Settings, *, as_json: bool) -> None:
    """List the rules that hold."""
    with database.current(settings) as session:
        found = session.read(introducing.standing_rules)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(str(one.id), one.text, one.hint, ", ".join(sorted(one.translations))) for one in found]
    say_table(f"{len(found)} rules", ("number", "rule", "hint", "also in"), rows)


def remove_rule(settings: Settings, number: int) -> None:
    """Take a rule away."""
    with database.current(settings) as session:
        session.write(introducing.remove_rule, number, by=ACTOR)
    say(f"Rule {number} holds no more.")


def write_document(settings: Settings, kind: str, file: Path, effective_on: date | None) -> None:
    """Keep a new version of a document."""
    try:
        text = bytes_of(file).decode()
    except UnicodeDecodeError:
        raise Stop(Code.SETTINGS, f"{file} is not UTF-8 text; save it as UTF-8") from None
    with database.current(settings) as session:
        session.write(introducing.write_paper, kind, text, effective_on, by=ACTOR)
    say(f"The text of {kind} holds from {effective_on or 'now'} on.")


def show_documents(settings: Settings, *, as_json: bool) -> None:
    """List every version of every document."""
    with database.current(settings) as session:
        found = session.read(introducing.papers)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.kind, f"{one.effective_at.astimezone(UTC):%Y-%m-%d}", str(len(one.text))) for one in found]
    say_table(f"{len(found)} texts", ("document", "from", "characters"), rows)


def add_emoji(settings: Settings, shortcode: str, file: Path, category: str | None) -> None:
    """Make a picture an emoji."""
    data = bytes_of(file)
    with database.current(settings) as session:
        workshop = ProcessWorkshop()

        async def add() -> None:
            try:
                await emoting.add(
                    session.database, blobs_of(settings), workshop, shortcode, data, category=category, by=ACTOR
                )
            finally:
                await workshop.close()

        session.run(add())
    say(f":{shortcode}: can be used.")


def show_emojis(settings: Settings, *, as_json: bool) -> None:
    """List the emoji."""
    with database.current(settings) as session:
        found = session.read(emoting.every)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.shortcode, one.category or "", "yes" if one.is_listed else "no") for one in found]
    say_table(f"{len(found)} emoji", ("name", "category", "in the picker"), rows)


def remove_emoji(settings: Settings, shortcode: str) -> None:
    """Remove an emoji."""
    with database.current(settings) as session:
        session.write(emoting.remove, shortcode, by=ACTOR)
    say(f":{shortcode.strip(':')}: is gone.")
