"""`rounds unit ...`: wards, clinics and teams, and who works in them."""

from msgspec import to_builtins

from node.commands import database
from node.commands.console import say, say_json, say_table
from node.services import staffing
from node.settings import Settings

ACTOR = "command-line"


def add(settings: Settings, name: str, *, slug: str | None, parent: str | None) -> None:
    """Make a unit."""
    with database.current(settings) as session:
        made = session.write(staffing.make, name, by=ACTOR, slug=slug, parent=parent)
    say(made)


def show(settings: Settings, *, as_json: bool) -> None:
    """List the units, each after the one it lies in."""
    with database.current(settings) as session:
        found = session.read(staffing.listed)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.slug, one.path, str(one.people)) for one in found]
    say_table(f"{len(found)} units", ("short name", "name", "people"), rows)


def change(settings: Settings, slug: str, *, name: str | None, parent: str | None, is_top: bool) -> None:
    """Rename or place a unit."""
    with database.current(settings) as session:
        if name is not None:
            session.write(staffing.rename, slug, name, by=ACTOR)
        if parent is not None or is_top:
            session.write(staffing.place, slug, None if is_top else parent, by=ACTOR)
        found = session.read(staffing.one, slug)
    say(f"{slug} is {found.path}")


def assign(settings: Settings, username: str, slug: str | None) -> None:
    """Say where somebody works."""
    with database.current(settings) as session:
        session.write(staffing.assign, username, slug, by=ACTOR)
    say(f"{username} works in {slug}" if slug else f"{username} works nowhere in particular")


def remove(settings: Settings, slug: str) -> None:
    """Remove a unit."""
    with database.current(settings) as session:
        session.write(staffing.remove, slug, by=ACTOR)
    say(f"{slug} is removed")
