"""Which servers may read a document of ours: the rule that a row of the peers' table names as its access."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from starlette.types import Scope

from federation.reasons import PeerError, Reason
from federation.signatures.message import collect
from node.errors import Problem
from node.services import admitting
from node.services.admitting import Reading, Signer
from web.areas import Headers
from web.routing import Call, Route

# One reader's answer is nobody else's, whatever stands in between.
HEADERS: Final[Headers] = ((b"cache-control", b"private"), (b"vary", b"Accept, Signature"))
_KEPT_OUT: Final = frozenset({Reason.BLOCKED, Reason.NOT_ALLOWED})


@dataclass(frozen=True, slots=True)
class Reads:
    """Access by signature. `unsigned` is what those get who do not sign: a 401, a part of it, or all of it."""

    unsigned: Literal["refused", "part", "all"] = "refused"

    async def admit(self, call: Call) -> None:
        """Set `call.peer`.

        Raises: 403 for those kept out and when the node does not federate, 401 for no or a wrong signature.
        """
        site = call.node.site
        if site.federation_mode == "off":
            raise Problem(403, Reason.NOT_ALLOWED.value, "This node does not speak with other servers")
        try:
            call.peer = await self._signer(call)
        except PeerError as error:
            if error.reason in _KEPT_OUT:
                raise Problem(403, error.reason.value, _sentence(error)) from None
            if site.has_secure_fetch and not self._may_go_on(error):
                raise Problem(401, error.reason.value, _sentence(error)) from None
        if call.peer is None and site.has_secure_fetch and self.unsigned == "refused":
            raise Problem(401, Reason.UNSIGNED.value, "Sign the request")

    async def _signer(self, call: Call) -> Signer | None:
        scope, node = call.request.scope, call.node
        headers = collect(scope["headers"])
        if "signature" not in headers and not headers.get("authorization", "").lower().startswith("signature "):
            return None
        reading = Reading(scope["method"], target_of(scope), headers, node.db.now())
        if self.unsigned == "all":
            await admitting.check_claimed(node.db, reading)
            return None
        return await node.doorkeeper.signer_of(node.db, node.fetcher, reading, site=node.site)

    def _may_go_on(self, error: PeerError) -> bool:
        """Tell whether a reader whose key cannot be had gets what those do who do not sign: it may be to learn our key."""
        return self.unsigned == "all" or (self.unsigned == "part" and error.reason is Reason.KEY_UNAVAILABLE)


def target_of(scope: Scope) -> str:
    """Return the raw path with its query, as it was signed."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _sentence(error: PeerError) -> str:
    text = error.detail or error.reason.value
    return text[0].upper() + text[1:]


_UNSIGNED: Final[dict[str, Literal["part", "all"]]] = {"/actor": "all", "/users/{name}": "part", "/@{name}": "part"}
_FREE: Final = ("/.well-known/webfinger", "/.well-known/host-meta", "/.well-known/host-meta.json")


def guarded(row: Route) -> Route:
    """Return a row of the peers' table with its rule: whatever is read is for those who sign, unless it is named here."""
    if row.method != "GET" or row.serves == "html" or row.path in _FREE:
        return row
    return replace(row, access=Reads(_UNSIGNED.get(row.path, "refused")), headers=HEADERS)
