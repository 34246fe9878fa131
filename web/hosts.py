"""Which host a request is for and which address it came from; both may be lied about, so both are judged here."""

import asyncio
import ipaddress
import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from node.errors import Problem
from node.social.site import Site
from node.values import Network

_MAX_HOPS: Final = 10
_WARN_S: Final = 60.0
_log = logging.getLogger("rounds.web")


class Hosts:
    """The names this node answers to. `.well-known` also answers for the host of its handles."""

    def __init__(self, site: Site) -> None:
        self._own: Final = _spellings(site.host, is_https=site.base_url.startswith("https:"))
        self._handles: Final = self._own | _spellings(site.handle_host, is_https=site.base_url.startswith("https:"))

    def check(self, scope: Any) -> None:
        """Pass a request for this node. Raises: 400 without exactly one Host, 421 for another host's."""
        found = [value for name, value in scope["headers"] if name == b"host"]
        if len(found) != 1:
            raise Problem(400, "wrong-host", "Send exactly one Host header")
        host, path = found[0].decode("latin-1"), scope["path"]
        if host in self._own or host.lower() in self._own:
            return
        if path.startswith("/.well-known/") and host.lower() in self._handles:
            return
        if path in ("/health", "/ready", "/metrics") and is_loopback(scope):
            return
        raise Problem(421, "wrong-host", "This server does not answer for that host")


def _spellings(host: str, *, is_https: bool) -> frozenset[str]:
    port = ":443" if is_https else ":80"
    return frozenset({host, host.removesuffix(port), host if ":" in host.rpartition("]")[2] else host + port})


def is_loopback(scope: Any) -> bool:
    """Tell whether the other end of the connection is this machine."""
    client = scope.get("client")
    address = _address(client[0]) if client else None
    return address is not None and address.is_loopback


def client_address(scope: Any, trusted: Sequence[Network]) -> str:
    """Return the nearest address that is not a trusted proxy; headers of anybody else are not believed.

    Shapes: X-Forwarded-For, or, where that is not sent, Forwarded (RFC 7239); with ports, brackets and quotes around.
    """
    client = scope.get("client")
    nearest: str = client[0] if client else ""
    if not is_within(nearest, trusted):
        return str(_address(nearest) or nearest)  # on a socket of both kinds an IPv4 address comes as an IPv6 one
    for hop in reversed(_hops(scope["headers"])[-_MAX_HOPS:]):
        address = _address(_bare(hop.strip().strip('"')))
        if address is None:
            _warn(nearest)
            break
        nearest = str(address)
        if not is_within(nearest, trusted):
            break
    return nearest


def _hops(headers: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """Return who passed a request on, the nearest last; what a proxy left as a visitor sent it does not count."""
    named = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    if named:
        return ",".join(named).split(",")
    forwarded = ",".join(value.decode("latin-1") for name, value in headers if name == b"forwarded")
    return [_for(element) for element in forwarded.split(",")] if forwarded else []


def _for(element: str) -> str:
    pairs = (pair.partition("=") for pair in element.split(";"))
    return next((value for name, _, value in pairs if name.strip().lower() == "for"), "")


def _bare(hop: str) -> str:
    """Return an address without the port that some proxies write behind it, where it cannot be part of the address."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


_warned: Final[dict[str, float]] = {}


def _warn(proxy: str) -> None:
    """Say that a trusted proxy names nobody, at most once a minute: its own address is counted then."""
    now_s = asyncio.get_running_loop().time()
    if now_s - _warned.get("at", -_WARN_S) >= _WARN_S:
        _warned["at"] = now_s
        _log.warning("the proxy %s passes on requests without an address that can be read", proxy)


def is_within(text: str, networks: Sequence[Network]) -> bool:
    """Tell whether a text is an address of one of the networks."""
    address = _address(text)
    return address is not None and any(address in network for network in networks)


@lru_cache(maxsize=1024)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
