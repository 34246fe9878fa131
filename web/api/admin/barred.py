"""Who may not sign up: domains of mail addresses, single addresses, networks."""

from functools import partial
from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.services import barring
from node.services.barring import NetworkWish
from web import answers
from web.api import params
from web.api.admin import access
from web.routing import Call, Handler, Route

_DOMAINS: Final = "/api/v1/admin/email_domain_blocks"
_EMAILS: Final = "/api/v1/admin/canonical_email_blocks"
_NETWORKS: Final = "/api/v1/admin/ip_blocks"


class _Domain(Struct):
    domain: str = ""
    allow_with_approval: bool | None = None


class _Email(Struct):
    email: str | None = None
    canonical_email_hash: str | None = None


class _Network(Struct):
    ip: str | None = None
    severity: str | None = None
    comment: str | None = None
    expires_in: int | None = None


def _index(read: Any) -> Handler:
    async def handler(call: Call) -> Response:
        part = access.page(call)
        return access.listed(call, await call.node.db.read(read, part), part)

    return handler


def _show(read: Any) -> Handler:
    async def handler(call: Call) -> Response:
        return answers.json(await call.node.db.read(read, call.id()))

    return handler


def _remove(write: Any) -> Handler:
    async def handler(call: Call) -> Response:
        await call.node.db.write(write, access.acting(call), call.id())
        return answers.empty()

    return handler


def _unbar(kind: str) -> Any:
    return lambda unit, by, block_id: barring.unbar_email(unit, by, kind, block_id)


async def bar_domain(call: Call) -> Response:
    """Bar the addresses of a domain."""
    sent = await params.decode(call, _Domain)
    bar = partial(barring.bar_domain, allows_approval=bool(sent.allow_with_approval))
    return answers.json(await call.node.db.write(bar, access.acting(call), sent.domain))


async def bar_address(call: Call) -> Response:
    """Bar one address; its hash alone is kept."""
    sent = await params.decode(call, _Email)
    by = access.acting(call)
    return answers.json(await call.node.db.write(barring.bar_address, by, sent.email, sent.canonical_email_hash))


async def test_address(call: Call) -> Response:
    """Return what bars an address."""
    sent = await params.decode(call, _Email)
    return answers.json(await call.node.db.read(barring.tested, sent.email or ""))


async def bar_network(call: Call) -> Response:
    """Bar a network."""
    return answers.json(
        await call.node.db.write(barring.bar_network, access.acting(call), await _network(call), call.address)
    )


async def change_network(call: Call) -> Response:
    """Decide otherwise about a network."""
    wish = await _network(call)
    return answers.json(
        await call.node.db.write(barring.change_network, access.acting(call), call.id(), wish, call.address)
    )


async def _network(call: Call) -> NetworkWish:
    sent = await params.decode(call, _Network)
    return NetworkWish(sent.ip, sent.severity, sent.comment, sent.expires_in)


def _access(noun: str) -> tuple[access.Staff, access.Staff]:
    return access.administrators(f"admin:read:{noun}"), access.administrators(f"admin:write:{noun}")


_read_domains, _write_domains = _access("email_domain_blocks")
_read_emails, _write_emails = _access("canonical_email_blocks")
_read_networks, _write_networks = _access("ip_blocks")

routes = [
    Route("GET", _DOMAINS, _index(barring.domains), _read_domains),
    Route("POST", _DOMAINS, bar_domain, _write_domains),
    Route("GET", f"{_DOMAINS}/{{id}}", _show(barring.domain), _read_domains),
    Route("DELETE", f"{_DOMAINS}/{{id}}", _remove(_unbar("domain")), _write_domains),
    Route("GET", _EMAILS, _index(barring.addresses), _read_emails),
    Route("POST", _EMAILS, bar_address, _write_emails),
    Route("POST", f"{_EMAILS}/test", test_address, _read_emails),
    Route("GET", f"{_EMAILS}/{{id}}", _show(barring.address), _read_emails),
    Route("DELETE", f"{_EMAILS}/{{id}}", _remove(_unbar("canonical")), _write_emails),
    Route("GET", _NETWORKS, _index(barring.networks), _read_networks),
    Route("POST", _NETWORKS, bar_network, _write_networks),
    Route("GET", f"{_NETWORKS}/{{id}}", _show(barring.network), _read_networks),
    Route("PUT", f"{_NETWORKS}/{{id}}", change_network, _write_networks),
    Route("PATCH", f"{_NETWORKS}/{{id}}", change_network, _write_networks),
    Route("DELETE", f"{_NETWORKS}/{{id}}", _remove(barring.unbar_network), _write_networks),
]
