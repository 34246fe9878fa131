"""Who may not sign up, as administrators' apps decide it: mail domains, single addresses, networks."""

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final

from msgspec import Struct

from node.entities import admin as entities
from node.errors import invalid, not_found
from node.services.moderating import Moderator
from node.store import barring
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

SEVERITIES: Final = ("sign_up_requires_approval", "sign_up_block", "no_access")
DAYS: Final = 7
MAX_COMMENT: Final = 2000
_DOMAIN: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")

Entity = dict[str, Any]


# ------------------------------------------------------------------ addresses


def domains(snapshot: Snapshot, part: Page) -> list[tuple[int, Entity]]:
    """Return a page of (id, Admin::EmailDomainBlock)."""
    return [(one.id, _domain(snapshot, one)) for one in barring.emails(snapshot, "domain", part)]


def domain(snapshot: Snapshot, block_id: int) -> Entity:
    """Return the Admin::EmailDomainBlock. Raises: 404."""
    return _domain(snapshot, _email(snapshot, "domain", block_id))


def _domain(snapshot: Snapshot, one: barring.EmailBlock) -> Entity:
    today = snapshot.now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [str(int((today - timedelta(days=back)).timestamp())) for back in range(DAYS)]
    return entities.email_domain_block(one, [{"day": day, "accounts": "0", "uses": "0"} for day in days])


def bar_domain(unit: Unit, by: Moderator, name: str, *, allows_approval: bool) -> Entity:
    """Bar the addresses of a domain. Raises: 422 for what is none, or is barred already."""
    folded = name.strip().rstrip(".").casefold()
    if not _DOMAIN.fullmatch(folded):
        raise invalid("Validation failed: Domain is not a valid domain name", field="domain")
    made = barring.add_email(unit, "domain", folded, allows_approval=allows_approval)
    if made is None:
        raise invalid("Validation failed: Domain has already been taken", field="domain")
    unit.audit(actor=by.name, act="email-domain.bar", object=folded)
    return _domain(unit, made)


def addresses(snapshot: Snapshot, part: Page) -> list[tuple[int, Entity]]:
    """Return a page of (id, Admin::CanonicalEmailBlock)."""
    found = barring.emails(snapshot, "canonical", part)
    return [(one.id, entities.canonical_email_block(one)) for one in found]


def address(snapshot: Snapshot, block_id: int) -> Entity:
    """Return the Admin::CanonicalEmailBlock. Raises: 404."""
    return entities.canonical_email_block(_email(snapshot, "canonical", block_id))


def bar_address(unit: Unit, by: Moderator, email: str | None, hashed: str | None) -> Entity:
    """Bar one address, given itself or by its hash. Raises: 422 for neither, or when it is barred already."""
    value = barring.canonical_hash(email) if email and "@" in email else (hashed or "").casefold()
    if not _HASH.fullmatch(value):
        raise invalid("Validation failed: give an address as email", field="email")
    made = barring.add_email(unit, "canonical", value)
    if made is None:
        raise invalid("Validation failed: Canonical email hash has already been taken", field="email")
    unit.audit(actor=by.name, act="email.bar", object=f"email:{made.id}")
    return entities.canonical_email_block(made)


def tested(snapshot: Snapshot, email: str) -> list[Entity]:
    """Return what bars an address by its hash."""
    found = barring.email_blocks_of(snapshot, email)
    return [entities.canonical_email_block(one) for one in found if one.kind == "canonical"]


def unbar_email(unit: Unit, by: Moderator, kind: str, block_id: int) -> None:
    """Take a bar of addresses away. Raises: 404."""
    if not barring.remove_email(unit, kind, block_id):
        raise not_found()
    unit.audit(actor=by.name, act="email.unbar", object=f"email:{block_id}")


def _email(snapshot: Snapshot, kind: str, block_id: int) -> barring.EmailBlock:
    found = barring.email(snapshot, kind, block_id)
    if found is None:
        raise not_found()
    return found


# ------------------------------------------------------------------ networks


class NetworkWish(Struct, frozen=True):
    """What an administrator wants about a network; None leaves it as it is, `expires_in` is in seconds."""

    ip: str | None = None
    severity: str | None = None
    comment: str | None = None
    expires_in: int | None = None


def networks(snapshot: Snapshot, part: Page) -> list[tuple[int, Entity]]:
    """Return a page of (id, Admin::IpBlock)."""
    return [(one.id, entities.ip_block(one)) for one in barring.networks(snapshot, part)]


def network(snapshot: Snapshot, block_id: int) -> Entity:
    """Return the Admin::IpBlock. Raises: 404."""
    found = barring.network(snapshot, block_id)
    if found is None:
        raise not_found()
    return entities.ip_block(found)


def bar_network(unit: Unit, by: Moderator, wish: NetworkWish, address: str) -> Entity:
    """Bar a network; `address` is where who asks comes from.

    Raises: 422 for what is none, or is barred already, for a severity that does not exist, and for closing it to oneself.
    """
    values = _values(unit, wish)
    if "network" not in values or "severity" not in values:
        raise invalid("Validation failed: give ip and severity", field="ip" if wish.ip is None else "severity")
    _check_others(values["network"], values["severity"], address)
    comment, expires_at = values.get("comment", ""), values.get("expires_at")
    made = barring.add_network(unit, values["network"], values["severity"], comment, expires_at)
    if made is None:
        raise invalid("Validation failed: Ip has already been taken", field="ip")
    unit.audit(actor=by.name, act="network.bar", object=f"network:{made.id}")
    return entities.ip_block(made)


def change_network(unit: Unit, by: Moderator, block_id: int, wish: NetworkWish, address: str) -> Entity:
    """Decide otherwise about a network. Raises: 404, 422 as `bar_network`."""
    held, values = network(unit, block_id), _values(unit, wish)
    _check_others(values.get("network", held["ip"]), values.get("severity", held["severity"]), address)
    barring.change_network(unit, block_id, **values)
    unit.audit(actor=by.name, act="network.change", object=f"network:{block_id}")
    return network(unit, block_id)


def _check_others(network: Any, severity: Any, address: str) -> None:
    """Raises: 422 when who decides would not be let in any more themselves."""
    if severity != "no_access":
        return
    try:
        is_own = ip_address(address) in ip_network(network)
    except ValueError:
        return
    if is_own:
        raise invalid("Validation failed: you come from this network yourself, and could not undo it", field="ip")


def unbar_network(unit: Unit, by: Moderator, block_id: int) -> None:
    """Take a bar of a network away. Raises: 404."""
    if not barring.remove_network(unit, block_id):
        raise not_found()
    unit.audit(actor=by.name, act="network.unbar", object=f"network:{block_id}")


def _values(unit: Unit, wish: NetworkWish) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wish.ip is not None:
        values["network"] = _network(wish.ip)
    if wish.severity is not None:
        if wish.severity not in SEVERITIES:
            raise invalid(f"Validation failed: severity is one of {', '.join(SEVERITIES)}", field="severity")
        values["severity"] = wish.severity
    if wish.comment is not None:
        values["comment"] = wish.comment[:MAX_COMMENT]
    if wish.expires_in is not None:
        values["expires_at"] = (
            unit.now + timedelta(seconds=min(wish.expires_in, 10**9)) if wish.expires_in > 0 else None
        )
    return values


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise invalid("Validation failed: Ip is not a valid network", field="ip") from None


def closed_networks(snapshot: Snapshot) -> list[str]:
    """Return the networks that nobody may come from."""
    return barring.closed(snapshot)
