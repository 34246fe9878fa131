"""Reactions to a learningRecord: fetch what it builds on, tell those it builds on, let the institution pass it on."""

from typing import Final

from node.events import RecordKept, ReplyApproved, StatusReady
from node.services import alerting, reacting
from node.store import accounts, jobs, notifications, records, statuses
from node.store.notifications import New
from node.store.unit import Unit

MAX_FETCHES: Final = 4  # a record (SPEC section 9)
MAX_GENERATIONS: Final = 16
MAX_TOLD: Final = 200


def ancestors(unit: Unit, event: RecordKept) -> None:
    """Ask for the Notes that a record names and this node does not have, so that the loop can be drawn.

    Of one that was itself asked for, only the nearest is, and only some generations up: whoever invents ancestors without
    end gets a bounded number of questions for each record that arrives.
    """
    kept = records.of_status(unit, event.status_id)
    if kept is None:
        return
    nearest = [kept.record.get("reportsOn"), kept.record.get("basedOn")]
    edges = sorted(records.parents(unit, kept.uri), key=lambda edge: edge.parent_uri not in nearest)
    known = statuses.by_uris(unit, [edge.parent_uri for edge in edges])
    wanted = [edge.parent_uri for edge in edges if edge.parent_uri not in known]
    if not wanted:
        return
    below = records.generations(unit, kept.uri, most=MAX_GENERATIONS)
    most = MAX_FETCHES if below == 0 else 1 if below < MAX_GENERATIONS else 0
    for uri in wanted[:most]:
        if not unit.site.is_ours(uri):
            jobs.add(unit, "fetch", uri, uri=uri)


def institution(unit: Unit, event: RecordKept) -> None:
    """Ask for the actor of the hospital that a peer's record names, so that its work stands under its name."""
    kept = records.of_status(unit, event.status_id)
    uri = kept.institution_uri if kept is not None else None
    if uri and not unit.site.is_ours(uri) and accounts.by_uri(unit, uri) is None:
        jobs.add(unit, "meet", uri, uri=uri)


def those_above(unit: Unit, event: RecordKept) -> None:
    """Tell our people whose work a new record builds on, however far above and whether it names them or not; once."""
    kept = records.of_status(unit, event.status_id)
    if kept is None or not event.is_new or event.is_old or kept.state == "withdrawn":
        return
    above = statuses.by_uris(unit, records.ancestors(unit, kept.uri))
    for author_id in dict.fromkeys(status.account_id for status in above.values() if status.is_local):
        notifications.insert(unit, New(author_id, kept.account_id, "mention", kept.status_id))


def those_trying(unit: Unit, event: RecordKept) -> None:
    """Tell our people who still try the same what came of it elsewhere, or that it was withdrawn; a stop like a success."""
    kept = records.of_status(unit, event.status_id)
    if kept is None or event.is_old or not alerting.is_news(unit, kept.status_id):
        return
    is_withdrawn = kept.state == "withdrawn"
    if event.is_new is is_withdrawn:
        return  # a result is told of when it comes, a withdrawal when it replaces what was told
    below = [edge.child_uri for edge in records.children(unit, kept.uri)][:MAX_TOLD] if is_withdrawn else []
    authors = [status.account_id for status in statuses.by_uris(unit, below).values() if status.is_local]
    told = dict.fromkeys((*authors, *alerting.ours(unit, kept.uri)))
    for account_id in list(told)[:MAX_TOLD]:
        notifications.insert(
            unit, New(account_id, kept.account_id, "update" if is_withdrawn else "mention", kept.status_id)
        )


def by_institution(unit: Unit, event: StatusReady | ReplyApproved) -> None:
    """Boost a public record of our staff as the institution, for those who follow the hospital and not the person."""
    status = statuses.by_id(unit, event.status_id)
    if status is None or not status.is_local or status.visibility != "public" or status.approval == "pending":
        return
    if not statuses.has_record(unit, status.id):
        return
    institution = accounts.by_handle(unit, unit.site.institution_username)
    if institution is not None and institution.id != status.account_id:
        reacting.boost(unit, institution.id, status.id)
