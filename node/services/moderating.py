"""What moderators do about accounts: warn, disable, mark as sensitive, silence, suspend, let in, and take it back.

Who stands as high as the moderator, or higher, is out of reach; every act is a row of the audit and, where it is against
somebody, a strike that its owner is told of.
"""

from typing import Final

from msgspec import Struct

from node.errors import forbidden, invalid, not_found
from node.events import AccountEdited, FollowEnding, Warned
from node.services import posting, signing_in, tidying
from node.store import accounts, domains, follows, jobs, oauth, overseeing, reports, sessions, statuses
from node.store.accounts import Account
from node.store.lines import Page
from node.store.overseeing import Overseen, Sought, Strike
from node.store.unit import Snapshot, Unit

__all__ = ["Overseen", "Sought"]

RANKS: Final = {"staff": 1, "moderator": 2, "admin": 3}
MAX_TEXT: Final = 2000
A_STEP: Final = 100  # posts that are removed in one transaction
ACTIONS: Final = ("none", "disable", "sensitive", "silence", "suspend")


class Moderator(Struct, frozen=True):
    """Who acts."""

    account_id: int
    role: str

    @property
    def name(self) -> str:
        """As the audit names them."""
        return f"account:{self.account_id}"


class Action(Struct, frozen=True, kw_only=True):
    """What to do about an account, because of a report or not; `text` is what its owner is told."""

    kind: str
    text: str = ""
    report_id: int | None = None


def page(snapshot: Snapshot, part: Page, sought: Sought) -> list[Overseen]:
    """Return a page of accounts as moderators see them. Raises: 422 for a state that accounts do not have."""
    if sought.status is not None and sought.status not in overseeing.STATUSES:
        raise invalid(f"status is one of {', '.join(overseeing.STATUSES)}", field="status")
    return overseeing.page(snapshot, part, sought)


def one(snapshot: Snapshot, account_id: int) -> Overseen:
    """Return an account as moderators see it. Raises: 404."""
    found = overseeing.by_ids(snapshot, [account_id]).get(account_id)
    if found is None:
        raise not_found()
    return found


def within_reach(snapshot: Snapshot, by: Moderator, account_id: int) -> Overseen:
    """Return an account that a moderator may act upon. Raises: 404; 403 for oneself and for who stands as high."""
    found = one(snapshot, account_id)
    if account_id == by.account_id or RANKS.get(found.role or "", 0) >= RANKS.get(by.role, 0):
        raise forbidden()
    return found


def act(unit: Unit, by: Moderator, account_id: int, action: Action) -> None:
    """Do something about an account and tell its owner.

    Raises: 404 for an unknown account or report; 403 for who is out of reach; 422 for an action that does not exist.
    """
    if action.kind not in ACTIONS:
        raise invalid(f"type is one of {', '.join(ACTIONS)}", field="type")
    if len(action.text) > MAX_TEXT:
        raise invalid(f"text may have at most {MAX_TEXT} characters", field="text")
    within_reach(unit, by, account_id)
    target = accounts.by_ids(unit, [account_id])[account_id]
    report = reports.by_id(unit, action.report_id) if action.report_id is not None else None
    if action.report_id is not None and (report is None or report.target_id != account_id):
        raise not_found()
    _do(unit, target, action.kind)
    strike = Strike(
        id=unit.new_id(),
        target_id=account_id,
        moderator_id=by.account_id,
        report_id=action.report_id,
        action=action.kind,
        text=action.text,
        status_ids=report.status_ids if report is not None else [],
        created_at=unit.now,
    )
    overseeing.insert_strike(unit, strike)
    _audit(unit, by, action.kind, account_id)
    if report is not None:
        reports.resolve(unit, report.id, by=by.account_id)
    if target.is_local:
        unit.record(Warned(strike.id))


def keep_refusal(unit: Unit, by: Moderator, account_id: int) -> None:
    """Keep in the audit that somebody tried to act upon who was out of reach."""
    _audit(unit, by, "refused", account_id)


def _do(unit: Unit, target: Account, kind: str) -> None:
    if kind == "disable":
        _need_local(target)
        overseeing.set_user(unit, target.id, disabled_at=unit.now)
        _end_sign_ins(unit, target)
    elif kind == "sensitive":
        overseeing.set_marks(unit, target.id, is_sensitised=True)
    elif kind == "silence":
        overseeing.set_marks(unit, target.id, is_silenced=True)
        accounts.mark_limited(unit, [target.id], is_limited=True)
    elif kind == "suspend":
        accounts.change(unit, target, is_suspended=True)
        _end_sign_ins(unit, target)


def _need_local(target: Account) -> None:
    if not target.is_local:
        raise invalid("Only people of this node sign in here.", field="type")


def _end_sign_ins(unit: Unit, target: Account) -> None:
    user = overseeing.by_ids(unit, [target.id])[target.id].user_id
    if user is not None:
        sessions.delete_of_user(unit, user)
        signing_in.ended(unit, oauth.revoke_of_user(unit, user))


# ------------------------------------------------------------------ taking it back


def enable(unit: Unit, by: Moderator, account_id: int) -> None:
    """Let somebody sign in again. Raises: 404, 403."""
    within_reach(unit, by, account_id)
    overseeing.set_user(unit, account_id, disabled_at=None)
    _audit(unit, by, "enable", account_id)


def unsensitive(unit: Unit, by: Moderator, account_id: int) -> None:
    """Take the mark from an account that makes its files sensitive. Raises: 404, 403."""
    within_reach(unit, by, account_id)
    overseeing.set_marks(unit, account_id, is_sensitised=False)
    _audit(unit, by, "unsensitive", account_id)


def unsilence(unit: Unit, by: Moderator, account_id: int) -> None:
    """Show an account to everybody again, unless its host is limited. Raises: 404, 403."""
    found = within_reach(unit, by, account_id)
    overseeing.set_marks(unit, account_id, is_silenced=False)
    account = accounts.by_id(unit, account_id)
    hosts = domains.hosts_of(account.uri, account.host) if account is not None and found.host else ()
    is_limited = domains.standing(unit, *hosts).is_limited if hosts else False
    accounts.mark_limited(unit, [account_id], is_limited=is_limited)
    _audit(unit, by, "unsilence", account_id)


def unsuspend(unit: Unit, by: Moderator, account_id: int) -> None:
    """Show an account again. Raises: 404, 403; 422 when its host is suspended."""
    within_reach(unit, by, account_id)
    account = accounts.by_id(unit, account_id)
    if account is None or not account.is_suspended:
        raise forbidden()
    if account.is_host_suspended:
        raise invalid("Its host is suspended: decide about the host.")
    accounts.change(unit, account, is_suspended=False)
    _audit(unit, by, "unsuspend", account_id)
    if account.is_local:
        unit.record(AccountEdited(account_id))


# ------------------------------------------------------------------ who waits to be let in


def approve(unit: Unit, by: Moderator, account_id: int) -> None:
    """Let somebody in who signed up. Raises: 404; 403 when they do not wait."""
    _waiting(unit, by, account_id)
    overseeing.set_user(unit, account_id, approved_at=unit.now)
    _audit(unit, by, "approve", account_id)


def reject(unit: Unit, by: Moderator, account_id: int) -> None:
    """Turn somebody away who signed up; nothing of them stays. Raises: 404; 403 when they do not wait."""
    _waiting(unit, by, account_id)
    account = accounts.by_id(unit, account_id)
    if account is not None:
        tidying.let_go(unit, [account.avatar, account.header])
        accounts.remove(unit, account)
    _audit(unit, by, "reject", account_id)


def _waiting(snapshot: Snapshot, by: Moderator, account_id: int) -> None:
    found = within_reach(snapshot, by, account_id)
    if found.user_id is None or found.approved_at is not None:
        raise forbidden()


# ------------------------------------------------------------------ for good


def remove(unit: Unit, by: Moderator, account_id: int) -> None:
    """Have a suspended account emptied for good by a job. Raises: 404; 403 when it is not suspended."""
    found = within_reach(unit, by, account_id)
    if not found.is_suspended:
        raise forbidden()
    jobs.add(unit, "empty", str(account_id), account_id=account_id)
    _audit(unit, by, "remove", account_id)


def empty_some(unit: Unit, account_id: int) -> bool:
    """Remove some posts of a suspended account, then whom it knew and who it was; return whether more is left."""
    account = accounts.by_id(unit, account_id)
    if account is None or not account.is_suspended:
        return False
    ids = overseeing.some_status_ids(unit, account_id, limit=A_STEP)
    for status in (statuses.by_id(unit, i) for i in ids):
        if status is not None:
            posting.remove(unit, status)
    if ids:
        return True
    for edge in overseeing.follows_of(unit, account_id, limit=A_STEP):
        unit.record(FollowEnding(edge.id, by_target=edge.target_id == account_id))
        follows.remove(unit, edge)
        ids.append(edge.id)
    if ids:
        return True
    tidying.let_go(unit, [account.avatar, account.header] if account.is_local else [])
    overseeing.forget_person(unit, account_id)
    return False


def _audit(unit: Unit, by: Moderator, what: str, account_id: int) -> None:
    unit.audit(actor=by.name, act=f"account.{what}", object=f"account:{account_id}")
