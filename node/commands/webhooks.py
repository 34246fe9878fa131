"""`rounds webhook ...`: other systems of the house that hear what happens in the loop."""

from msgspec import to_builtins

from node.commands import database, reaching
from node.commands.console import Code, Stop, say, say_json, say_table
from node.services import entering, hooking
from node.settings import Settings

ACTOR = "command-line"


def add(settings: Settings, url: str, events: list[str]) -> None:
    """Tell an address from now on."""
    reaching.with_parts(settings, lambda parts: entering.check(parts.db, parts.addresses, url, what="url", by=ACTOR))
    with database.current(settings) as session:
        made = session.write(hooking.add, url, events, by=ACTOR)
    say(f"{made.id} is told of {', '.join(made.events)}; try it: rounds webhook test {made.id}")


def show(settings: Settings, *, as_json: bool) -> None:
    """List the webhooks."""
    with database.current(settings) as session:
        found = session.read(hooking.listed)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [
        (
            str(one.id),
            one.url,
            "on" if one.is_active else "switched off",
            "-" if one.last_status is None else str(one.last_status or "no answer"),
            str(one.failures),
            ", ".join(one.events),
        )
        for one in found
    ]
    say_table(f"{len(found)} webhooks", ("number", "address", "state", "answered", "failures", "events"), rows)


def remove(settings: Settings, number: int) -> None:
    """Tell an address nothing any more."""
    with database.current(settings) as session:
        session.write(hooking.remove, number, by=ACTOR)
    say(f"{number} is removed")


def test(settings: Settings, number: int) -> None:
    """Tell a webhook something harmless now. Raises: `Stop` when it does not take it."""
    answer = reaching.with_parts(settings, lambda parts: hooking.try_out(parts.db, parts.deliverer, number))
    if not 200 <= answer.status < 300:
        raise Stop(Code.FAILED, f"{number} did not take it: {answer.error or f'answered {answer.status}'}")
    say(f"{number} answered {answer.status}")
