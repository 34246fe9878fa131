"""`rounds delivery show`: how far a post got with each server it was sent to."""

from msgspec import to_builtins

from node.commands.console import Code, Stop, printable, say_json, say_table
from node.commands.database import current
from node.settings import Settings
from node.store import deliveries, statuses
from node.store.deliveries import State
from node.store.unit import Snapshot


def show(settings: Settings, post: str, *, as_json: bool) -> None:
    """Say for each server whether it has a post of ours, and if not, why and what is next. `post`: its id or address."""
    with current(settings) as session:
        found = session.read(_states, post)
    if found is None:
        raise Stop(Code.FAILED, f"There is no post {post} of this node.")
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.host, one.state, str(one.attempts), _next(one), printable(one.last_error or "-")) for one in found]
    say_table(f"{len(found)} deliveries", ("server", "state", "tries", "next try", "last error"), rows)


def _states(snapshot: Snapshot, post: str) -> list[State] | None:
    status = statuses.by_id(snapshot, int(post)) if post.isdigit() else statuses.by_uri(snapshot, post)
    return deliveries.of_status(snapshot, status.id) if status is not None and status.is_local else None


def _next(one: State) -> str:
    return f"{one.next_at:%Y-%m-%d %H:%M}" if one.state == "waiting" else "-"
