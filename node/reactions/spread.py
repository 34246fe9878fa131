"""Reactions to a learningRecord: fetch what it builds on, tell those it builds on, let the institution pass it on."""

from typing import Final

from node.events import RecordKept, StatusReady
from node.services import reacting
from node.store import accounts, jobs, notifications, records, statuses
from node.store.notifications import New
from node.store.unit import Unit

MAX_FETCHES: Final = 4  # a record (SPEC section 9)
MAX_TOLD: Final = 200


def ancestors(unit: Unit, event: RecordKept) -> None:
    """Ask for the Notes that a record names and this node does not have, so that the loop can be drawn."""
    kept = records.of_status(unit, event.status_id)
    if kept is None:
        return
    wanted = [edge.parent_uri for edge in records.parents(unit, kept.uri)]
    known = statuses.by_uris(unit, wanted)
    for uri in [uri for uri in wanted if uri not in known][:MAX_FETCHES]:
        if not uri.startswith(f"{unit.site.base_url}/"):
            jobs.add(unit, "fetch", uri, uri=uri)


def institution(unit: Unit, event: RecordKept) -> None:
    """Ask for the actor of the hospital that a peer's record names, so that its work stands under its name."""
    kept = records.of_status(unit, event.status_id)
    uri = kept.institution_uri if kept is not None else None
    if uri and not uri.startswith(f"{unit.site.base_url}/") and accounts.by_uri(unit, uri) is None:
        jobs.add(unit, "meet", uri, uri=uri)


def those_above(unit: Unit, event: RecordKept) -> None:
    """Tell our people whose work a new record builds on, however far above and whether it names them or not; once."""
    kept = records.of_status(unit, event.status_id)
    if kept is None or not event.is_new or kept.state == "withdrawn":
        return
    above = statuses.by_uris(unit, records.ancestors(unit, kept.uri))
    for author_id in dict.fromkeys(status.account_id for status in above.values() if status.is_local):
        notifications.insert(unit, New(author_id, kept.account_id, "mention", kept.status_id))


def those_below(unit: Unit, event: RecordKept) -> None:
    """Tell our people whose work builds on a record that it was withdrawn."""
    kept = records.of_status(unit, event.status_id)
    if kept is None or event.is_new or kept.state != "withdrawn":
        return
    below = statuses.by_uris(unit, [edge.child_uri for edge in records.children(unit, kept.uri)][:MAX_TOLD])
    for author_id in dict.fromkeys(status.account_id for status in below.values() if status.is_local):
        notifications.insert(unit, New(author_id, kept.account_id, "update", kept.status_id))


def by_institution(unit: Unit, event: StatusReady) -> None:
    """Boost a public record of our staff as the institution, for those who follow the hospital and not the person."""
    status = statuses.by_id(unit, event.status_id)
    if status is None or not status.is_local or status.visibility != "public":
        return
    if not statuses.has_record(unit, status.id):
        return
    institution = accounts.by_handle(unit, unit.site.institution_username)
    if institution is not None and institution.id != status.account_id:
        reacting.boost(unit, institution.id, status.id)
