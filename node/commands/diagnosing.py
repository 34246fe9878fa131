"""`rounds doctor federation`: the first step that fails on the way to somebody elsewhere."""

from msgspec import to_builtins

from node.commands import reaching
from node.commands.console import Code, printable, progress, say, say_json
from node.parts import Parts
from node.services import diagnosing
from node.services.diagnosing import Reach, Step
from node.settings import Settings


def run(settings: Settings, account: str, *, as_json: bool) -> int:
    """Say each step and return the exit code."""
    named = reaching.handle(account)

    async def look(parts: Parts) -> list[Step]:
        reach = Reach(parts.fetcher, parts.deliverer, await parts.server_key(), parts.site, parts.clock.now())
        return await diagnosing.federation(reach, named)

    with progress(f"Asking {named.host}", quiet=as_json):
        steps = reaching.with_parts(settings, look)
    is_well = steps[-1].is_good
    if as_json:
        say_json({"is_well": is_well, "steps": to_builtins(steps)})
    else:
        for step in steps:
            say(printable(f"{'ok' if step.is_good else 'FAULT':<6}{step.name}: {step.text}"))
    return Code.OK if is_well else Code.FAILED
