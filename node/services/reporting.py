"""Reports for moderators: what another server's people, or our own, want looked at."""

import logging
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from federation.vocab import prose
from node.entities.warning import report as report_entity
from node.errors import invalid, not_found
from node.events import ReportOpened
from node.services import introducing
from node.social.markup import plain
from node.store import accounts, collections, moderated, reports, statuses
from node.store.accounts import Account
from node.store.reports import Report
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

_log = logging.getLogger("rounds.inbox")
MAX_POSTS: Final = 100
MAX_COMMENT: Final = 1000
MAX_OPEN_OF_SERVER: Final = 100  # reports that nobody closed, of all hosts of its domain
CATEGORIES: Final = ("spam", "legal", "violation", "other")


class Asked(Struct, frozen=True, kw_only=True):
    """What one of our people reports. `is_forwarded`: the other server is to be told as well."""

    account_id: int
    status_ids: Sequence[int] = ()
    comment: str = ""
    category: str = "other"
    is_forwarded: bool = False
    rule_ids: Sequence[int] = ()
    collection_ids: Sequence[int] = ()


class Complaint(Struct, frozen=True, kw_only=True):
    """What somebody says about somebody. `host` is the server that says it, empty for our own people."""

    uri: str | None
    reporter: Account
    target: Account
    posts: Sequence[Status] = ()
    comment: str = ""
    category: str = "other"
    host: str = ""
    is_forwarded: bool = False
    rule_ids: Sequence[int] = ()
    collection_ids: Sequence[int] = ()


def open_report(unit: Unit, complaint: Complaint) -> int | None:
    """Open a report and tell every moderator; None when it is open already, or too many of that server are.

    Posts that the reporter may not see are left out.
    """
    if complaint.host and reports.count_open(unit, complaint.host) >= MAX_OPEN_OF_SERVER:
        _log.info("a report of %s is not taken: too many of that server are open", complaint.host)
        return None
    seen = [post for post in complaint.posts[:MAX_POSTS] if _may_see(unit, post, complaint)]
    said = complaint.comment
    report = Report(
        id=unit.new_id(),
        uri=complaint.uri,
        reporter_id=complaint.reporter.id,
        host=complaint.host,
        target_id=complaint.target.id,
        status_ids=[post.id for post in seen if post.account_id == complaint.target.id],
        comment=(plain(said) if prose.looks_like_html(said) else said)[:MAX_COMMENT],
        category=complaint.category,
        is_forwarded=complaint.is_forwarded,
        created_at=unit.now,
        rule_ids=list(complaint.rule_ids),
        collection_ids=list(complaint.collection_ids),
    )
    if not reports.insert(unit, report):
        return None
    unit.audit(actor=f"account:{report.reporter_id}", act="report.opened", object=f"account:{report.target_id}")
    unit.record(ReportOpened(report.id))
    return report.id


def by_one_of_ours(unit: Unit, reporter_id: int, asked: Asked) -> dict[str, Any]:
    """Open a report of one of our people and return the Report; one that names rules is about their violation.

    Raises: 404 for an unknown account, and for a post or collection that is not its own; 422 for oneself and for an unknown rule.
    """
    reporter, target = accounts.by_id(unit, reporter_id), accounts.by_id(unit, asked.account_id)
    if reporter is None or target is None or target.kind == "application":
        raise not_found()
    if target.id == reporter.id:
        raise invalid("You cannot report yourself.", code="own-account")
    complaint = Complaint(
        uri=None,
        reporter=reporter,
        target=target,
        posts=[_post(unit, status_id, target, reporter) for status_id in asked.status_ids],
        comment=asked.comment,
        category="violation" if asked.rule_ids else asked.category,
        is_forwarded=asked.is_forwarded and not target.is_local,
        rule_ids=_rules(unit, asked.rule_ids),
        collection_ids=[_collection(unit, collection_id, target) for collection_id in asked.collection_ids],
    )
    report_id = open_report(unit, complaint)
    if report_id is None:
        raise not_found()
    return report_entity(moderated.reports(unit, [report_id])[report_id])


def _rules(snapshot: Snapshot, rule_ids: Sequence[int]) -> list[int]:
    known = {rule.id for rule in introducing.standing_rules(snapshot)} if rule_ids else set()
    if not known.issuperset(rule_ids):
        raise invalid("Validation failed: rule_ids must name rules of this server", field="rule_ids")
    return list(rule_ids)


def _collection(snapshot: Snapshot, collection_id: int, target: Account) -> int:
    collection = collections.by_id(snapshot, collection_id)
    if collection is None or collection.account_id != target.id:
        raise not_found()
    return collection.id


def _post(unit: Unit, status_id: int, target: Account, reporter: Account) -> Status:
    status = statuses.by_id(unit, status_id)
    if status is None or status.account_id != target.id or not _has_seen(unit, status, reporter.id):
        raise not_found()
    return status


def resolve(unit: Unit, report_id: int, *, actor: str, by: int | None = None) -> None:
    """Close a report. Raises: 404."""
    if not reports.resolve(unit, report_id, by=by):
        raise not_found()
    unit.audit(actor=actor, act="report.resolved", object=f"report:{report_id}")


def unresolved(snapshot: Snapshot, *, limit: int = 100) -> list[reports.Shown]:
    """Return the open reports, oldest first."""
    return reports.unresolved(snapshot, limit=limit)


def _may_see(unit: Unit, post: Status, complaint: Complaint) -> bool:
    if complaint.host:
        return statuses.visible_to_peer(unit, post, complaint.reporter.id)
    return _has_seen(unit, post, complaint.reporter.id)


def _has_seen(unit: Unit, post: Status, reporter_id: int) -> bool:
    """Tell whether one of our people may see a post, or was sent it, whoever blocked whom since."""
    if statuses.visible(unit, post.id, reporter_id) is not None:
        return True
    return reporter_id in statuses.mention_ids(unit, post.id, with_silent=False)
