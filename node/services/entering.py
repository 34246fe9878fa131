"""Addresses that an administrator enters: one that leads inside is refused, unless exactly that host is excepted."""

from federation import uris
from node.errors import invalid
from node.ports import AddressCheck
from node.store.database import Database
from node.store.unit import Unit


async def check(db: Database, addresses: AddressCheck, uri: str, *, what: str, by: str) -> None:
    """Pass an address that may be asked; an exception that is made use of, and a refusal, leave an audit entry.

    Raises: Problem 422 that says how to make an exception. What is no address at all is left to who keeps it.
    """
    if not uris.is_usable(uri, loopback_http=True):
        return
    host = uris.host_of(uri)
    found = await addresses.look(uri)
    if found.inner is None:
        return
    act = "address.excepted" if found.is_excepted else "address.refused"
    await db.write(_audit, act, host, inner=found.inner, what=what, by=by)
    if not found.is_excepted:
        raise invalid(
            f"{host} leads to {found.inner}, which is no public address, so this node does not ask it. If that is "
            f'right, name it in the settings: allow_networks = {{ "{host}" = ["{found.inner}"] }}',
            field=what,
            code="inner-address",
        )


def _audit(unit: Unit, act: str, host: str, *, inner: str, what: str, by: str) -> None:
    unit.audit(actor=by, act=act, object=host, inner=inner, what=what)
