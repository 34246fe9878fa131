"""`rounds tend`: the round that a worker makes every hour, made now."""

from node.commands.console import Code, Stop, say
from node.commands.database import current
from node.services import ticking
from node.settings import Settings


def tend(settings: Settings) -> None:
    """Make the round and say so; safe to repeat. Raises: `Stop` naming what failed; the rest is done."""
    with current(settings) as session:
        done = session.run(ticking.tick(session.database))
    failed = [one.name for one in done if one.fault is not None]
    if failed:
        raise Stop(Code.FAILED, f"These could not be done: {', '.join(failed)}. The log says where.")
    say("The round is made.")
