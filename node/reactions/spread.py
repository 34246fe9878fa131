"""Reactions to a learningRecord: fetch what it builds on, and let the institution pass on what its staff record."""

from typing import Final

from node.events import RecordKept
from node.services import reacting
from node.store import accounts, jobs, records, statuses
from node.store.unit import Unit

MAX_FETCHES: Final = 4  # a record (SPEC section 9)


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


def by_institution(unit: Unit, event: RecordKept) -> None:
    """Boost a new public record of our staff as the institution, for those who follow the hospital and not the person."""
    status = statuses.by_id(unit, event.status_id)
    if not event.is_new or status is None or not status.is_local or status.visibility != "public":
        return
    institution = accounts.by_handle(unit, unit.site.institution_username)
    if institution is not None and institution.id != status.account_id:
        reacting.boost(unit, institution.id, status.id)
