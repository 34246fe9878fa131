"""What becomes of reports: who looks into one, what it is about after all, and when it is closed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from node.entities import admin as entities
from node.entities import instance
from node.errors import invalid, not_found
from node.services import introducing
from node.services.moderating import Moderator
from node.services.reporting import CATEGORIES
from node.store import lines, overseeing, reports
from node.store.lines import Page
from node.store.reports import Kept, Sought
from node.store.unit import Snapshot, Unit

__all__ = ["Sought"]


class Change(Struct, frozen=True):
    """What a moderator says a report is about; None leaves it as it is."""

    category: str | None = None
    rule_ids: Sequence[int] | None = None


def page(snapshot: Snapshot, by: Moderator, part: Page, sought: Sought) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of (id, Admin::Report), the newest first."""
    found = reports.page(snapshot, part, sought)
    return [(one.id, entity) for one, entity in zip(found, _entities(snapshot, by, found), strict=True)]


def one(snapshot: Snapshot, by: Moderator, report_id: int) -> dict[str, Any]:
    """Return the Admin::Report. Raises: 404."""
    return _entities(snapshot, by, [_kept(snapshot, report_id)])[0]


def _kept(snapshot: Snapshot, report_id: int) -> Kept:
    found = reports.kept(snapshot, report_id)
    if found is None:
        raise not_found()
    return found


def _entities(snapshot: Snapshot, by: Moderator, found: Sequence[Kept]) -> list[dict[str, Any]]:
    people = overseeing.by_ids(snapshot, _named(found))
    wanted = [status_id for one in found for status_id in one.status_ids]
    posts: Mapping[int, str] = {line.id: line.json for line in lines.reported(snapshot, by.account_id, wanted)}
    rules = {rule["id"]: rule for rule in instance.rules(introducing.standing_rules(snapshot))}
    return [
        entities.report(one, people, posts, [rules[str(i)] for i in one.rule_ids if str(i) in rules]) for one in found
    ]


def _named(found: Iterable[Kept]) -> set[int]:
    ids = (i for one in found for i in (one.reporter_id, one.target_id, one.assigned_id, one.resolved_by))
    return {i for i in ids if i is not None}


def change(unit: Unit, by: Moderator, report_id: int, wanted: Change) -> None:
    """Say what a report is about after all. Raises: 404; 422 for a category that does not exist."""
    _kept(unit, report_id)
    if wanted.category is not None and wanted.category not in CATEGORIES:
        raise invalid(f"category is one of {', '.join(CATEGORIES)}", field="category")
    values: dict[str, Any] = {} if wanted.category is None else {"category": wanted.category}
    if wanted.rule_ids is not None:
        values["rule_ids"] = list(wanted.rule_ids)
    reports.change(unit, report_id, **values)
    _audit(unit, by, "changed", report_id)


def assign(unit: Unit, by: Moderator, report_id: int) -> None:
    """Say that one looks into a report. Raises: 404."""
    _kept(unit, report_id)
    reports.change(unit, report_id, assigned_id=by.account_id)
    _audit(unit, by, "assigned", report_id)


def unassign(unit: Unit, by: Moderator, report_id: int) -> None:
    """Say that nobody looks into a report. Raises: 404."""
    _kept(unit, report_id)
    reports.change(unit, report_id, assigned_id=None)
    _audit(unit, by, "unassigned", report_id)


def resolve(unit: Unit, by: Moderator, report_id: int) -> None:
    """Close a report; one that is closed stays so. Raises: 404."""
    if _kept(unit, report_id).resolved_at is None:
        reports.change(unit, report_id, resolved_at=unit.now, resolved_by=by.account_id)
        _audit(unit, by, "resolved", report_id)


def reopen(unit: Unit, by: Moderator, report_id: int) -> None:
    """Open a report again. Raises: 404."""
    _kept(unit, report_id)
    reports.change(unit, report_id, resolved_at=None, resolved_by=None)
    _audit(unit, by, "reopened", report_id)


def _audit(unit: Unit, by: Moderator, what: str, report_id: int) -> None:
    unit.audit(actor=by.name, act=f"report.{what}", object=f"report:{report_id}")
