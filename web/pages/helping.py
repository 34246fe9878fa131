"""How commands are written: the same lines that `!help` answers with."""

from dataclasses import dataclass

from starlette.responses import Response

from node.learning import commands
from node.services import accounts
from web.pages.visits import Visit, anyone
from web.routing import Route


@dataclass(frozen=True, slots=True)
class Commands:
    """Every command, what a day looks like, and who answers."""

    lines: tuple[commands.Line, ...]
    dates: str
    voice: str


async def show(visit: Visit) -> Response:
    """Show the commands that any app can send."""
    speaker = await visit.call.node.db.read(accounts.voice)
    page = Commands(commands.TABLE, commands.DATES, f"@{speaker.username}" if speaker is not None else "this hospital")
    return visit.page("commands", page, current="more")


routes = (Route("GET", "/help/commands", anyone(show)),)
