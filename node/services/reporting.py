"""Reports for moderators: what another server's people, or our own, want looked at."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from federation.vocab import prose
from node.errors import not_found
from node.social import text as words
from node.store import notifications, reports, staff, statuses
from node.store.accounts import Account
from node.store.notifications import New
from node.store.reports import Report
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_POSTS: Final = 100
MAX_COMMENT: Final = 1000
MODERATORS: Final = ("moderator", "admin")


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


def open_report(unit: Unit, complaint: Complaint) -> int | None:
    """Open a report and tell every moderator; None when it is open already. Posts that the reporter may not see are left out."""
    seen = [post for post in complaint.posts[:MAX_POSTS] if _may_see(unit, post, complaint)]
    said = complaint.comment
    report = Report(
        id=unit.new_id(),
        uri=complaint.uri,
        reporter_id=complaint.reporter.id,
        host=complaint.host,
        target_id=complaint.target.id,
        status_ids=[post.id for post in seen if post.account_id == complaint.target.id],
        comment=(words.plain(said) if prose.looks_like_html(said) else said)[:MAX_COMMENT],
        category=complaint.category,
        is_forwarded=complaint.is_forwarded,
        created_at=unit.now,
    )
    if not reports.insert(unit, report):
        return None
    unit.audit(actor=f"account:{report.reporter_id}", act="report.opened", object=f"account:{report.target_id}")
    for account_id in staff.ids_of_roles(unit, MODERATORS):
        notifications.insert(unit, New(account_id, report.reporter_id or 0, "admin.report"))
    return report.id


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
    return statuses.visible(unit, post.id, complaint.reporter.id) is not None
