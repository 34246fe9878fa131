"""Addresses: hosts compared as IDNA 2008 A-labels, origins, the rules an address must obey, handles.

Identity is the address byte for byte: nothing here rewrites one, hosts alone are folded for comparison.
Knows nothing of DNS: whether an address may be dialled is decided by the node's address guard.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna
from msgspec import Struct

from federation.reasons import PeerError, Reason

MAX_URI_CHARS: Final = 2048
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\\<>\"]")
_ENCODED_LINE_END: Final = re.compile(r"%0[0ad]", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAME: Final = re.compile(r"\w([\w.~-]{0,253}\w)?")


class Handle(Struct, frozen=True):
    """A name at a host, the way people write it. `host` is None for a name without one, else as `host_of` gives it."""

    name: str
    host: str | None = None

    def text(self) -> str:
        """Give `name@host`, or the name alone."""
        return f"{self.name}@{self.host}" if self.host else self.name


def host_of(uri: str) -> str:
    """Give the lower-cased A-label host, with `:port` when the address names one that is not its scheme's own.

    Raises: PeerError(INSECURE_ADDRESS) when the address has no usable host.
    """
    return _host_and_port(_split(uri))


def origin_of(uri: str) -> str:
    """Give scheme, host and port: `https://host[:port]`.

    Raises: PeerError(INSECURE_ADDRESS) when the address has no usable host.
    """
    parts = _split(uri)
    return f"{parts.scheme}://{_host_and_port(parts)}"


def is_same_origin(one: str | None, other: str | None) -> bool:
    """Tell whether both addresses belong to one origin; an address without a host belongs to none."""
    if not one or not other:
        return False
    try:
        return origin_of(one) == origin_of(other)
    except PeerError:
        return False


def check(uri: object, *, loopback_http: bool = False) -> str:
    """Give back an address that may be used, or refuse it.

    https only; plain http for loopback hosts alone, and only when `loopback_http` is set. No credentials, no white
    space or control characters, at most 2048 characters.

    Raises: PeerError(INSECURE_ADDRESS).
    """
    if not isinstance(uri, str):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address is missing or is not a text")
    parts = _split(uri)
    host = _host_and_port(parts)
    if parts.scheme == "https" or (parts.scheme == "http" and loopback_http and is_loopback(host)):
        return uri
    raise PeerError(Reason.INSECURE_ADDRESS, "only https addresses are accepted")


def is_usable(uri: object, *, loopback_http: bool = False) -> bool:
    """Tell whether `check` would accept the address."""
    try:
        check(uri, loopback_http=loopback_http)
    except PeerError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host (with or without a port) is this very machine by its name or number alone."""
    name = _without_port(host)
    if name == "localhost":
        return True
    address = _as_address(name)
    return address is not None and address.is_loopback


def is_for_readers(uri: object, *, loopback_http: bool = False) -> bool:
    """Tell whether readers may be shown what lies at an address: `check` accepts it, and no number or name in it leads inside.

    Their browsers load it from where they are, perhaps behind the same walls as what it names.
    """
    if not isinstance(uri, str) or not is_usable(uri, loopback_http=loopback_http):
        return False
    host = host_of(uri)
    return is_outside(host) or (loopback_http and is_loopback(host))


def is_outside(host: str) -> bool:
    """Tell whether a host (with or without a port) could be anywhere: a global address, or a name of several labels."""
    name = _without_port(host)
    address = _as_address(name)
    return "." in name and not name.endswith(".localhost") if address is None else address.is_global


def without_fragment(uri: str) -> str:
    """Give the address of the document that holds the thing named by a fragment."""
    return uri.partition("#")[0]


def parse_handle(text: str) -> Handle | None:
    """Read `@name@host[:port]`, `name@host`, `acct:name@host` or `@name`; None when it is no handle."""
    text = text.strip()
    text = text[5:] if text[:5].lower() == "acct:" else text
    name, _, host = text.removeprefix("@").partition("@")
    if not _NAME.fullmatch(name):
        return None
    if not host:
        return Handle(name)
    try:
        return Handle(name, canonical_host(host))
    except PeerError:
        return None


def canonical_host(host: str) -> str:
    """Fold a host as a person or a document wrote it (`Host[:port]`) to the form of `host_of`.

    Raises: PeerError(INSECURE_ADDRESS) when it is no host.
    """
    if "/" in host or "?" in host or "#" in host:
        raise PeerError(Reason.INSECURE_ADDRESS, "this is not a host")
    return host_of(f"https://{host}")


def _split(uri: str) -> SplitResult:
    if len(uri) > MAX_URI_CHARS or (not uri.isascii() and len(uri.encode("utf-8", "replace")) > MAX_URI_CHARS):
        raise PeerError(Reason.INSECURE_ADDRESS, f"an address is longer than {MAX_URI_CHARS} characters")
    if _UNSAFE.search(uri):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address holds a character that addresses cannot have")
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise PeerError(Reason.INSECURE_ADDRESS, "an address cannot be read") from None
    if _ENCODED_LINE_END.search(parts.path):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address holds an encoded line end")
    if not parts.hostname:
        raise PeerError(Reason.INSECURE_ADDRESS, "an address has no host")
    if "@" in parts.netloc:
        raise PeerError(Reason.INSECURE_ADDRESS, "an address carries credentials")
    return parts


def _host_and_port(parts: SplitResult) -> str:
    host = _canonical_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        raise PeerError(Reason.INSECURE_ADDRESS, "an address has an impossible port") from None
    if port == 0:
        raise PeerError(Reason.INSECURE_ADDRESS, "an address has an impossible port")
    host = f"[{host}]" if ":" in host else host
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


@lru_cache(maxsize=4096)
def _canonical_host(host: str) -> str:
    host = host.removesuffix(".")  # the root of the name system, which one may write or leave out
    address = _as_address(host)
    if address is not None:
        return str(address)
    labels = _ascii_host(host).split(".")
    is_number = _NUMBER.fullmatch(labels[-1])  # 127.1 and 0x7f.1 are numbers to many resolvers, never names
    if is_number or not all(_LABEL.fullmatch(label) for label in labels):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address has an impossible host")
    return ".".join(labels)


def _ascii_host(host: str) -> str:
    if host.isascii() and "xn--" not in host.lower():
        return host.lower() if len(host) <= 253 else ""
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address has an impossible host") from None


def _as_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]
