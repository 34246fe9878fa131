"""The kinds of address a node has, and the headers each answer of a kind carries unless the handler set its own."""

import re
from dataclasses import dataclass
from typing import Final, Literal

Headers = tuple[tuple[bytes, bytes], ...]
ErrorShape = Literal["api", "oauth", "page", "peer"]

API_CSP: Final = "default-src 'none'; frame-ancestors 'none'; form-action 'none'"
FILE_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def page_csp(*, form_action: str = "'self'") -> str:
    """Return the policy of a page; a consent page names where its form may lead, because browsers check redirects too."""
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; manifest-src 'self'; "
        f"form-action {form_action}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )


@dataclass(frozen=True, slots=True)
class Area:
    """A kind of address: how its errors look and what every answer carries."""

    name: str
    errors: ErrorShape
    headers: Headers
    has_cors: bool = False
    is_counted: bool = False  # how often one calls


def _raw(**headers: str) -> Headers:
    return tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())


_SAFE: Final = _raw(x_content_type_options="nosniff", x_frame_options="DENY", referrer_policy="same-origin")
_CORS: Final = _raw(
    access_control_allow_origin="*",
    access_control_expose_headers="Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Request-Id, Mastodon-Async-Refresh",
)
_PRIVATE: Final = _raw(cache_control="private, no-store")
PREFLIGHT: Final = {
    "access-control-allow-headers": (
        "Authorization, Content-Type, Idempotency-Key, Accept, Accept-Language, Cache-Control, X-Requested-With"
    ),
    "access-control-max-age": "86400",
}

_API_HEADERS: Final = _SAFE + _CORS + _PRIVATE + _raw(content_security_policy=API_CSP)
API: Final = Area("api", "api", _API_HEADERS, has_cors=True, is_counted=True)
OAUTH: Final = Area("oauth", "oauth", _API_HEADERS, has_cors=True, is_counted=True)
OPEN: Final = Area("open", "api", _SAFE + _CORS + _raw(content_security_policy=API_CSP), has_cors=True)
PEER: Final = Area("peer", "peer", _SAFE + _CORS + _raw(content_security_policy=page_csp()), has_cors=True)
FILE: Final = Area("file", "page", _SAFE + _CORS + _raw(content_security_policy=FILE_CSP), has_cors=True)
PAGE: Final = Area("page", "page", _SAFE + _PRIVATE + _raw(content_security_policy=page_csp()))

_BY_START: Final = {
    "api": API,
    ".well-known": OPEN,
    "nodeinfo": OPEN,
    "health": OPEN,
    "metrics": OPEN,
    "ready": OPEN,
    "users": PEER,
    "actor": PEER,
    "inbox": PEER,
    "contexts": PEER,
    "static": FILE,
    "media": FILE,
    "media_proxy": FILE,
}
_OAUTH_JSON: Final = frozenset({"token", "revoke", "userinfo", "introspect", "token/info"})


def area_of(path: str) -> Area:
    """Return the kind of an address."""
    first, _, rest = path[1:].partition("/")
    if first == "oauth" and rest in _OAUTH_JSON:
        return OAUTH
    return _BY_START.get(first, PAGE)


def unnamed(template: str) -> str:
    """Return a template of the route table without the names of its parameters, as tables beside it write it."""
    return re.sub(r"\{[^}]*\}", "{}", template)
