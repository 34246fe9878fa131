"""Decisions about hosts as administrators' apps make them: Mastodon's words for what `policing` decides."""

import hashlib
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from federation.reasons import PeerError
from node.entities import admin as entities
from node.errors import Problem, invalid, not_found
from node.services import policing
from node.services.moderating import Moderator
from node.social import policy
from node.social.policy import Level
from node.store import domains
from node.store.domains import Domain
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

LEVELS: Final[dict[str, Level]] = {"noop": "none", "silence": "limit", "suspend": "suspend"}
_STRICTNESS: Final = ("none", "allow", "limit", "review", "suspend")
MAX_COMMENT: Final = 2000


class Wish(Struct, frozen=True):
    """What an administrator wants about a host; None leaves it as it is."""

    severity: str | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None


class Covered(Problem):
    """A host is decided about already, as strictly or more so."""

    def __init__(self, standing: Domain) -> None:
        super().__init__(422, "covered", "A decision about this host, or one above it, is as strict already.")
        self.existing: Final = block(standing)


def block(domain: Domain) -> dict[str, Any]:
    """Return the Admin::DomainBlock."""
    return entities.domain_block(domain, digest=hashlib.sha256(domain.host.encode()).hexdigest())


def blocks(snapshot: Snapshot, part: Page) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of (id, Admin::DomainBlock)."""
    return [(one.id, block(one)) for one in domains.page(snapshot, part, is_allowing=False)]


def allows(snapshot: Snapshot, part: Page) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of (id, Admin::DomainAllow)."""
    return [(one.id, entities.domain_allow(one)) for one in domains.page(snapshot, part, is_allowing=True)]


def one(snapshot: Snapshot, number: int, *, is_allowing: bool) -> Domain:
    """Return a decision of either kind. Raises: 404."""
    found = domains.by_number(snapshot, number)
    if found is None or (found.level == "allow") != is_allowing:
        raise not_found()
    return found


def add_block(unit: Unit, by: Moderator, host: str, wish: Wish) -> dict[str, Any]:
    """Decide about a host. Raises: 422 for what is no host, and `Covered` when one as strict stands already."""
    folded = _folded(host)
    new = _wished(Domain(folded, "none"), replace(wish, severity=wish.severity or "silence"))
    for standing in domains.of_hosts(unit, policy.names(folded)):
        if standing.level != "allow" and _is_as_strict(standing, new):
            raise Covered(standing)
    return block(_decided(unit, by, new))


def _is_as_strict(standing: Domain, new: Domain) -> bool:
    is_same = standing.host == new.host
    return is_same or _STRICTNESS.index(standing.level) > _STRICTNESS.index(new.level)


def change_block(unit: Unit, by: Moderator, number: int, wish: Wish) -> dict[str, Any]:
    """Decide otherwise about a host. Raises: 404, 422."""
    return block(_decided(unit, by, _wished(one(unit, number, is_allowing=False), wish)))


def add_allow(unit: Unit, by: Moderator, host: str) -> dict[str, Any]:
    """Let a host in; it may be let in already. Raises: 422 for what is no host."""
    folded = _folded(host)
    standing = domains.by_host(unit, folded)
    if standing is None or standing.level != "allow":
        standing = _decided(unit, by, Domain(folded, "allow"))
    return entities.domain_allow(standing)


def forget(unit: Unit, by: Moderator, number: int, *, is_allowing: bool) -> None:
    """Take a decision back. Raises: 404."""
    policing.forget(unit, one(unit, number, is_allowing=is_allowing).host, by=by.name)


def _decided(unit: Unit, by: Moderator, new: Domain) -> Domain:
    policing.decide(unit, new, by=by.name)
    kept = domains.by_host(unit, new.host)
    assert kept is not None
    return kept


def _wished(held: Domain, wish: Wish) -> Domain:
    if wish.severity is not None and wish.severity not in LEVELS:
        raise invalid(f"severity is one of {', '.join(LEVELS)}", field="severity")
    for field in ("private_comment", "public_comment"):
        if len(getattr(wish, field) or "") > MAX_COMMENT:
            raise invalid(f"{field} may have at most {MAX_COMMENT} characters", field=field)
    level = held.level if wish.severity is None or _is_kept(held, wish.severity) else LEVELS[wish.severity]

    def either(wanted: Any, standing: Any) -> Any:
        return standing if wanted is None else wanted

    return replace(
        held,
        level=level,
        no_media=either(wish.reject_media, held.no_media),
        no_reports=either(wish.reject_reports, held.no_reports),
        private_comment=either(wish.private_comment, held.private_comment),
        public_comment=either(wish.public_comment, held.public_comment),
        is_obfuscated=either(wish.obfuscate, held.is_obfuscated),
    )


def _is_kept(held: Domain, severity: str) -> bool:
    """Tell whether an app says of a host that is looked at first what it was shown, and means no change."""
    return held.level == "review" and severity == "silence"


def _folded(host: str) -> str:
    try:
        return policy.fold(host)
    except PeerError:
        raise invalid("Validation failed: Domain is not a valid domain name", field="domain") from None
