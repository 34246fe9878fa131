"""`rounds relay ...`: subscriptions to relays. There are none unless an administrator adds one."""

from msgspec import to_builtins

from node.commands import database, reaching
from node.commands.console import say, say_json, say_table
from node.services import entering, relaying
from node.settings import Settings

ACTOR = "command-line"


def add(settings: Settings, address: str) -> None:
    """Subscribe to a relay; the node asks it as soon as it runs."""
    reaching.with_parts(
        settings, lambda parts: entering.check(parts.db, parts.addresses, address, what="relay", by=ACTOR)
    )
    with database.current(settings) as session:
        session.write(relaying.add, address, by=ACTOR)
    say(f"{address} is asked; see what it answers with: rounds relay list")


def show(settings: Settings, *, as_json: bool) -> None:
    """List the relays and what each answered."""
    with database.current(settings) as session:
        found = session.read(relaying.listed)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.address, one.kind, one.state, one.since, one.answered or "-") for one in found]
    say_table(f"{len(found)} relays", ("address", "kind", "state", "asked at", "answered at"), rows)


def remove(settings: Settings, address: str) -> None:
    """End a subscription."""
    with database.current(settings) as session:
        session.write(relaying.remove, address, by=ACTOR)
    say(f"{address} is told that we leave")
