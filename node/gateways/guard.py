"""The address guard: no request that came from outside reaches an inner address.

How it works. Three checks, each for what the others cannot see. The transport looks at every request's address before
anything else: port, and a host written as a number. The resolver refuses a name if ANY of its answers is inner. The socket
factory is handed the very address about to be dialled, after every lookup, redirect and reconnect, and refuses what is
neither public nor let through by the two before. Exempt are loopback (one explicit setting), exact host and port pairs
named in the settings, and listed networks for named peers. For editors: the client must never read proxies from the
environment nor follow a redirect by itself; both would dial around the guard.
"""

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http.cookiejar import CookieJar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Final

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from typing_extensions import override

from node.ports import AddressCheck, Looked

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_INNER_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_INNER_V6: Final = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"))
_NAT64: Final = IPv6Network("64:ff9b::/96")
_MAX_LET_THROUGH: Final = 4096
_MAX_ANSWERS: Final = 64
_LOOK_S: Final = 5.0
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class ForbiddenAddress(httpx.ConnectError):
    """A destination lies inside, or on a port that is closed to outsiders. Nothing was sent."""


class _Refused(OSError):
    """The same, below httpx: aiohttp carries only an OSError up."""


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What is let through beside public addresses. Hosts are lower-case, as `federation.uris.host_of` gives them.

    `exempt` holds destinations named in the settings (identity provider, bucket, mail relay); `allow_networks` maps a
    peer's host (or `host:port`, which opens that port too) to the inner networks it may lie in; `allow_loopback` opens every port of this machine.
    """

    allow_loopback: bool = False
    ports: frozenset[int] = frozenset({80, 443})
    exempt: frozenset[tuple[str, int]] = frozenset()
    allow_networks: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)

    def opens(self, host: str, port: int) -> bool:
        """Tell whether anything may be asked of `host` on `port`, before its address is known."""
        is_listed = (host, port) in self.exempt or f"{host}:{port}" in self.allow_networks
        return port in self.ports or is_listed or self.allow_loopback

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Tell whether `host`, found at `address`, may be asked on `port`."""
        if (host, port) in self.exempt:
            return True
        bare, named = unwrapped(address), f"{host}:{port}"
        if bare.is_loopback:
            return self.allow_loopback
        if port not in self.ports and named not in self.allow_networks:
            return False
        networks = self.allow_networks.get(host) or self.allow_networks.get(named) or ()
        return is_public(address) or any(bare in network for network in networks)


@lru_cache(maxsize=4096)
def unwrapped(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4, Teredo), or the address itself."""
    if not isinstance(address, IPv6Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


@lru_cache(maxsize=4096)
def is_public(address: Address) -> bool:
    """Tell whether an address is global unicast by the IANA registries and by Python's own list."""
    bare = unwrapped(address)
    if isinstance(address, IPv6Address) and address.teredo:
        return False  # the embedded address is the client's; the relay in between is nobody's we know
    if isinstance(bare, IPv4Address):
        return bare.is_global and not any(bare in network for network in _INNER_V4)
    inner = any(bare in network for network in _INNER_V6)
    return bare in _GLOBAL_V6 and bare.is_global and not inner and bare.scope_id is None


class ThreadedResolver(AbstractResolver):
    """Asks the system in threads of its own, so that a slow name server holds up nothing else that needs a thread."""

    def __init__(self, *, threads: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        infos = await loop.run_in_executor(
            self._pool, partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        )
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=port, family=family_found, proto=proto, flags=flags)
            for family_found, _, proto, _, at in infos[:_MAX_ANSWERS]
        ]

    @override
    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class GuardedResolver(AbstractResolver):
    """Resolves names and refuses those of which any answer is inner. Remembers what it let through by exception."""

    def __init__(self, rules: GuardRules, resolver: AbstractResolver | None = None) -> None:
        self._rules = rules
        self._resolver = resolver or ThreadedResolver()
        self._let_through: OrderedDict[tuple[Address, int], None] = OrderedDict()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answers = await self._resolver.resolve(host, port, family)
        addresses = [ip_address(answer["host"]) for answer in answers]
        name = host.lower().rstrip(".")
        if not all(self._rules.permits(name, port, address) for address in addresses):
            raise _Refused("a name points at an inner address")
        for address in addresses:
            self.let_through(address, port)
        return answers

    @override
    async def close(self) -> None:
        await self._resolver.close()

    def let_through(self, address: Address, port: int) -> None:
        """Remember that a checked destination may be dialled although it is not public."""
        if is_public(address) and port in self._rules.ports:
            return
        self._let_through[address, port] = None
        self._let_through.move_to_end((address, port))
        if len(self._let_through) > _MAX_LET_THROUGH:
            self._let_through.popitem(last=False)

    def open_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Make the socket for an address about to be dialled, or refuse it."""
        family, kind, proto, _, (host, port, *_) = info
        address = ip_address(host)
        is_fine = port in self._rules.ports and is_public(address)
        if not is_fine and (address, port) not in self._let_through:
            raise _Refused("an inner address was about to be dialled")
        return socket.socket(family, kind, proto)


class GuardedAddresses(AddressCheck):
    """Looks where an address leads that somebody entered, by the same rules."""

    def __init__(self, rules: GuardRules, resolver: AbstractResolver | None = None) -> None:
        self._rules = rules
        self._resolver = resolver or ThreadedResolver()

    @override
    async def look(self, uri: str) -> Looked:
        """Return the first inner address of the host of `uri`, a refused one before an excepted one."""
        url = httpx.URL(uri)
        host, port = url.raw_host.decode("ascii").lower().rstrip("."), url.port or _DEFAULT_PORTS.get(url.scheme, 0)
        inner = [one for one in await self._addresses(host, port) if not is_public(one)]
        refused = next((one for one in inner if not self._rules.permits(host, port, one)), None)
        if refused is not None:
            return Looked(str(unwrapped(refused)), is_excepted=False)
        return Looked(str(unwrapped(inner[0])), is_excepted=True) if inner else Looked()

    async def _addresses(self, host: str, port: int) -> list[Address]:
        number = _as_number(host)
        if number is not None:
            return [number]
        try:
            async with asyncio.timeout(_LOOK_S):
                return [ip_address(answer["host"]) for answer in await self._resolver.resolve(host, port)]
        except (OSError, TimeoutError):
            return []

    async def close(self) -> None:
        """Let go of the threads."""
        await self._resolver.close()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Looks at every request's address first and turns refusals from below into `ForbiddenAddress`."""

    def __init__(self, rules: GuardRules, inner: httpx.AsyncBaseTransport, resolver: GuardedResolver) -> None:
        self._rules = rules
        self._inner = inner
        self._resolver = resolver

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._check(request.url)
        try:
            return await self._inner.handle_async_request(request)
        except httpx.TransportError as error:
            named = _named(error)
            if named is error:
                raise
            raise named from error
        except aiohttp.ClientError as error:  # the few that the transport below lets through, such as broken HTTP
            raise httpx.RemoteProtocolError(type(error).__name__) from error

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()

    def _check(self, url: httpx.URL) -> None:
        host = url.raw_host.decode("ascii").lower().rstrip(".")
        port = url.port or _DEFAULT_PORTS.get(url.scheme, 0)
        if url.userinfo or not host:
            raise ForbiddenAddress("the address carries credentials or no host")
        address = _as_number(host)
        if address is None:
            if not self._rules.opens(host, port):
                raise ForbiddenAddress("the port is closed")
        elif self._rules.permits(host, port, address):
            self._resolver.let_through(address, port)
        else:
            raise ForbiddenAddress("the address lies inside")


@lru_cache(maxsize=4096)
def _as_number(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _named(error: httpx.TransportError) -> httpx.TransportError:
    """Call a failure by its name: the transport below calls most of them time-outs."""
    cause = error.__cause__
    if _is_refusal(cause):
        return ForbiddenAddress("the address lies inside")
    if isinstance(cause, aiohttp.ServerTimeoutError):
        return error
    if isinstance(cause, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(cause))
    if isinstance(cause, aiohttp.ClientConnectionError):
        return httpx.ReadError(str(cause))
    return error


def _is_refusal(error: BaseException | None) -> bool:
    for _ in range(8):
        if error is None or isinstance(error, _Refused):
            return error is not None
        error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
    return False


@lru_cache(maxsize=4)
def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Give the one context for all outgoing connections: the system's and certifi's authorities, and an extra file."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


class _NoCookies(CookieJar):
    """Keeps nothing: a cookie of one peer would mark us at every later visit."""

    @override
    def extract_cookies(self, response: object, request: object) -> None:
        return

    @override
    def add_cookie_header(self, request: object) -> None:
        return


def build_client(
    rules: GuardRules,
    *,
    user_agent: str,
    timeout_s: float = 10.0,
    max_connections: int = 400,
    max_per_host: int = 8,
    keepalive_s: float = 60.0,
    ca_file: Path | None = None,
    resolver: AbstractResolver | None = None,
) -> httpx.AsyncClient:
    """Build the one client for everything outside; make it once in a process, and close it in the loop that used it.

    Redirects are not followed, cookies not kept, proxies of the environment not used, certificates always verified.
    """
    context = tls_context(ca_file)
    guarded = GuardedResolver(rules, resolver)

    def session() -> aiohttp.ClientSession:  # made at the first request, because it needs the running loop
        connector = aiohttp.TCPConnector(
            resolver=guarded,
            socket_factory=guarded.open_socket,
            ssl=context,
            limit=max_connections,
            limit_per_host=max_per_host,
            ttl_dns_cache=30,
            keepalive_timeout=keepalive_s,
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
        )

    inner = AiohttpTransport(verify=context, trust_env=False, client=session)
    return httpx.AsyncClient(
        transport=GuardedTransport(rules, inner, guarded),
        headers={"user-agent": user_agent},
        cookies=_NoCookies(),
        timeout=timeout_s,
        trust_env=False,
        follow_redirects=False,
    )
