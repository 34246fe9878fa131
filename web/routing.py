"""The route table: adding an endpoint is one function and one row.

How it works. Rows are grouped into a tree by path segment when the application is built, so that finding one costs the
length of the path and not the number of rows. A template is made of literal segments, `{name}`, a literal start with a
name (`@{name}`), and, as the last one, `{name:rest}` for everything that is left. A literal wins over a name.

Two rows may share method and path when one `serves` activities and the other one HTML: the Accept header chooses.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from node.errors import not_found, unauthorised
from node.services.admitting import Signer
from node.services.authorising import Viewer
from node.services.signing_in import SessionUser
from web.areas import Area, Headers, area_of
from web.hosts import client_address
from web.limiting import family_of

if TYPE_CHECKING:
    from web.node import Node

MAX_ID: Final = 2**63 - 1
Serves = Literal["activity", "html"]


class Access(Protocol):
    """Who may call a route. `admit` sets `call.viewer` or `call.session`, or raises a Problem."""

    async def admit(self, call: "Call") -> None:
        """Let the call pass or raise."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """A row: what is called when. Without `access` it is open to everybody and no token or cookie is looked at.

    The method `WS` is a WebSocket: its handler speaks with `call.socket`, or refuses before it accepts.
    """

    method: str
    path: str
    handler: "Handler"
    access: Access | None = None
    serves: Serves | None = None
    is_upload: bool = False
    headers: Headers = ()  # of every answer, unless the handler set its own


@dataclass(slots=True)
class Call:
    """One request on its way through a handler."""

    node: "Node"
    request: Request
    params: dict[str, str]
    request_id: str = ""
    viewer: Viewer | None = None
    session: SessionUser | None = None
    peer: Signer | None = None
    socket: WebSocket | None = None  # of a row `WS`, whose request is the handshake

    @property
    def account_id(self) -> int:
        """The account that calls. Raises: 401 when nobody is signed in."""
        if self.viewer is None or self.viewer.account_id is None:
            raise unauthorised()
        return self.viewer.account_id

    @property
    def reader_id(self) -> int | None:
        """The account that reads, None for anybody on the web."""
        return None if self.viewer is None else self.viewer.account_id

    @property
    def address(self) -> str:
        """Where the request comes from, seen through trusted proxies only."""
        return client_address(self.request.scope, self.node.settings.proxy_trusted)

    def id(self, name: str = "id") -> int:
        """Return a path parameter as an id. Raises: 404 when it cannot be one."""
        return id_of(self.params[name])


def id_of(text: str) -> int:
    """Return the id that a client sent. Raises: 404 when it cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or (number := int(text)) > MAX_ID:
        raise not_found()
    return number


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it is found: with its area and the names of its parameters."""

    route: Route
    area: Area
    names: tuple[str, ...]
    family: str | None  # the limit of its own that it has


@dataclass(slots=True)
class Leaf:
    """Everything that one path template answers."""

    area: Area
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Add a row. Raises: ValueError when method and path are taken already."""
        same = self.entries.setdefault(entry.route.method, [])
        serves = [other.route.serves for other in same]
        if same and (entry.route.serves is None or None in serves or entry.route.serves in serves):
            raise ValueError(f"two routes for {entry.route.method} {entry.route.path}")
        same.append(entry)

    @property
    def allow(self) -> str:
        """The methods, as an Allow header writes them."""
        methods = set(self.entries) - {"WS"} | {"OPTIONS"} | ({"HEAD"} if "GET" in self.entries else set())
        return ", ".join(sorted(methods))


@dataclass(slots=True)
class _Branch:
    literal: dict[str, "_Branch"] = field(default_factory=dict)
    begun: dict[str, "_Branch"] = field(default_factory=dict)
    named: "_Branch | None" = None
    rest: Leaf | None = None
    leaf: Leaf | None = None


class Router:
    """Finds the row for a method and a path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes: Final = tuple(routes)
        self._whole: Final[dict[str, Leaf]] = {}
        self._root: Final = _Branch()
        for route in self.routes:
            self._add(route)

    def find(self, path: str) -> tuple[Leaf | None, Sequence[str]]:
        """Return what answers at a path and the values of its parameters in order; one slash at the end is forgiven."""
        leaf = self._whole.get(path)
        if leaf is not None:
            return leaf, ()
        found, values = self._walk(path.split("/"))
        if found is None and path[-1:] == "/" and path[-2:] != "//":  # some apps always write one
            return self._walk(path[:-1].split("/"))
        return found, values

    def _walk(self, segments: list[str]) -> tuple[Leaf | None, Sequence[str]]:
        branch = self._root
        values: list[str] = []
        for place, segment in enumerate(segments[1:], 1):
            found = branch.literal.get(segment)
            if found is None:
                found, value = _by_name(branch, segment)
                if found is None:
                    return (branch.rest, [*values, "/".join(segments[place:])]) if branch.rest else (None, ())
                values.append(value)
            branch = found
        return branch.leaf, values

    def _add(self, route: Route) -> None:
        branch, names, is_rest = self._root, [], False
        for segment in route.path.split("/")[1:]:
            start, _, name = segment.partition("{")
            if not name:
                branch = branch.literal.setdefault(segment, _Branch())
                continue
            names.append(name.removesuffix("}").removesuffix(":rest"))
            if is_rest := name.endswith(":rest}"):
                break
            branch = _grow(branch, start)
        leaf = (branch.rest if is_rest else branch.leaf) or Leaf(area_of(route.path))
        leaf.add(Entry(route, leaf.area, tuple(names), family_of(route.method, route.path)))
        if is_rest:
            branch.rest = leaf
        else:
            branch.leaf = leaf
        if not names:
            self._whole[route.path] = leaf


def _by_name(branch: _Branch, segment: str) -> tuple[_Branch | None, str]:
    if not segment:
        return None, ""
    for start, begun in branch.begun.items():
        if segment.startswith(start) and len(segment) > len(start):
            return begun, segment[len(start) :]
    return branch.named, segment


def _grow(branch: _Branch, start: str) -> _Branch:
    if start:
        return branch.begun.setdefault(start, _Branch())
    branch.named = branch.named or _Branch()
    return branch.named
