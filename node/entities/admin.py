"""What administrators' apps are shown: the Admin::* entities of Mastodon."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from node.entities.account import role_entity
from node.entities.instants import iso


class OverseenAccount(Protocol):
    """An account as moderators see it."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def is_sensitised(self) -> bool: ...
    @property
    def is_silenced(self) -> bool: ...
    @property
    def is_suspended(self) -> bool: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def locale(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def sign_up_reason(self) -> str | None: ...
    @property
    def app_id(self) -> int | None: ...
    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...
    @property
    def disabled_at(self) -> datetime | None: ...
    @property
    def account_json(self) -> str: ...


def account(seen: OverseenAccount) -> dict[str, Any]:
    """Return the Admin::Account; addresses people connect from are not kept by this node."""
    is_local = seen.user_id is not None
    entity: dict[str, Any] = {
        "id": str(seen.id),
        "username": seen.username,
        "domain": seen.host or None,
        "created_at": iso(seen.created_at),
        "email": seen.email,
        "ip": None,
        "ips": [],
        "locale": seen.locale,
        "invite_request": seen.sign_up_reason or None,
        "role": role_entity(seen.role or "staff") if is_local else None,
        "confirmed": not is_local or seen.confirmed_at is not None,
        "approved": not is_local or seen.approved_at is not None,
        "disabled": seen.disabled_at is not None,
        "sensitized": seen.is_sensitised,
        "silenced": seen.is_silenced,
        "suspended": seen.is_suspended,
        "account": msgspec.Raw(seen.account_json.encode()),
    }
    return entity if seen.app_id is None else entity | {"created_by_application_id": str(seen.app_id)}


class KeptReport(Protocol):
    """A report as moderators see it."""

    @property
    def id(self) -> int: ...
    @property
    def reporter_id(self) -> int | None: ...
    @property
    def target_id(self) -> int: ...
    @property
    def status_ids(self) -> Sequence[int]: ...
    @property
    def comment(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def is_forwarded(self) -> bool: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def resolved_by(self) -> int | None: ...
    @property
    def assigned_id(self) -> int | None: ...


def report(
    kept: KeptReport,
    people: Mapping[int, OverseenAccount],
    statuses: Mapping[int, str],
    rules: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the Admin::Report; `people` and `statuses` hold whom and what it names, as far as they are there."""

    def person(account_id: int | None) -> dict[str, Any] | None:
        found = people.get(account_id or 0)
        return account(found) if found is not None else None

    return {
        "id": str(kept.id),
        "action_taken": kept.resolved_at is not None,
        "action_taken_at": iso(kept.resolved_at) if kept.resolved_at else None,
        "category": kept.category,
        "comment": kept.comment,
        "forwarded": kept.is_forwarded,
        "created_at": iso(kept.created_at),
        "updated_at": iso(kept.updated_at or kept.created_at),
        "account": person(kept.reporter_id),
        "target_account": person(kept.target_id),
        "assigned_account": person(kept.assigned_id),
        "action_taken_by_account": person(kept.resolved_by),
        "statuses": [msgspec.Raw(statuses[i].encode()) for i in kept.status_ids if i in statuses],
        "rules": list(rules),
    }


class KeptDecision(Protocol):
    """A decision about a host."""

    @property
    def id(self) -> int: ...
    @property
    def host(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def no_media(self) -> bool: ...
    @property
    def no_reports(self) -> bool: ...
    @property
    def public_comment(self) -> str: ...
    @property
    def private_comment(self) -> str: ...
    @property
    def is_obfuscated(self) -> bool: ...
    @property
    def created_at(self) -> datetime | None: ...


# our levels, in Mastodon's words: what is looked at first is limited, as far as apps can say
SEVERITIES = {"none": "noop", "allow": "noop", "limit": "silence", "review": "silence", "suspend": "suspend"}


def domain_block(kept: KeptDecision, *, digest: str) -> dict[str, Any]:
    """Return the Admin::DomainBlock; `digest` is the SHA-256 of the host in hexadecimal."""
    return {
        "id": str(kept.id),
        "domain": kept.host,
        "digest": digest,
        "created_at": iso(kept.created_at) if kept.created_at else None,
        "severity": SEVERITIES[kept.level],
        "reject_media": kept.no_media,
        "reject_reports": kept.no_reports,
        "private_comment": kept.private_comment or None,
        "public_comment": kept.public_comment or None,
        "obfuscate": kept.is_obfuscated,
    }


def domain_allow(kept: KeptDecision) -> dict[str, Any]:
    """Return the Admin::DomainAllow."""
    return {
        "id": str(kept.id),
        "domain": kept.host,
        "created_at": iso(kept.created_at) if kept.created_at else None,
    }


class KeptEmailBlock(Protocol):
    """Addresses that may not sign up."""

    @property
    def id(self) -> int: ...
    @property
    def value(self) -> str: ...
    @property
    def allows_approval(self) -> bool: ...
    @property
    def created_at(self) -> datetime: ...


def email_domain_block(kept: KeptEmailBlock, history: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the Admin::EmailDomainBlock; `history` tells for each of the last days who tried (`Hash` of text)."""
    return {
        "id": str(kept.id),
        "domain": kept.value,
        "created_at": iso(kept.created_at),
        "history": list(history),
        "allow_with_approval": kept.allows_approval,
    }


def canonical_email_block(kept: KeptEmailBlock) -> dict[str, Any]:
    """Return the Admin::CanonicalEmailBlock."""
    return {"id": str(kept.id), "canonical_email_hash": kept.value}


class KeptNetwork(Protocol):
    """A network whose people may not sign up, or may not come at all."""

    @property
    def id(self) -> int: ...
    @property
    def network(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def comment(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...


def ip_block(kept: KeptNetwork) -> dict[str, Any]:
    """Return the Admin::IpBlock."""
    return {
        "id": str(kept.id),
        "ip": kept.network,
        "severity": kept.severity,
        "comment": kept.comment,
        "created_at": iso(kept.created_at),
        "expires_at": iso(kept.expires_at) if kept.expires_at else None,
    }
