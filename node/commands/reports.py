"""`rounds report ...`: what people of other servers, or our own, want moderators to look at."""

from msgspec import to_builtins

from node.commands.console import say, say_json, say_table
from node.commands.database import current
from node.services import reporting
from node.settings import Settings

ACTOR = "command-line"


def show(settings: Settings, *, as_json: bool) -> None:
    """List the open reports, oldest first."""
    with current(settings) as session:
        found = session.read(reporting.unresolved)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [
        (
            str(one.id),
            f"{one.created_at:%Y-%m-%d %H:%M}",
            one.host or "here",
            one.target,
            str(len(one.status_ids)),
            one.comment,
        )
        for one in found
    ]
    say_table(f"{len(found)} open reports", ("id", "since", "from", "about", "posts", "comment"), rows)


def resolve(settings: Settings, report_id: int) -> None:
    """Close a report."""
    with current(settings) as session:
        session.write(reporting.resolve, report_id, actor=ACTOR)
    say(f"Report {report_id} is closed.")
