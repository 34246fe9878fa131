"""What others ask our moderators to look at."""

from federation import effects, uris
from node.services import reporting
from node.services.reporting import Complaint
from node.store import accounts, statuses
from node.store.unit import Unit


def report(unit: Unit, effect: effects.Report) -> None:
    """Open a report in the name of the server it comes from."""
    reporter, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if reporter is None or target is None or not target.is_local:
        return
    found = statuses.by_uris(unit, effect.status_uris)
    complaint = Complaint(
        uri=f"{effect.uri}#{target.id}",
        reporter=reporter,
        target=target,
        posts=list(found.values()),
        comment=effect.comment,
        host=uris.host_of(effect.actor_uri),
    )
    reporting.open_report(unit, complaint)
