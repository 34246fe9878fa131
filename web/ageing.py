"""Which addresses of the API are there for older apps alone: their answers say since when, as Mastodon's do (RFC 9745)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from web.areas import unnamed
from web.routing import Route


def _since(year: int, month: int, day: int) -> bytes:
    return f"@{int(datetime(year, month, day, tzinfo=UTC).timestamp())}".encode()


_V4: Final = _since(2022, 11, 14)  # of Mastodon 4.0
_OLD: Final[Mapping[tuple[str, str], bytes]] = {
    ("GET", "/api/v1/instance"): _V4,
    ("GET", "/api/v1/filters"): _V4,
    ("POST", "/api/v1/filters"): _V4,
    ("GET", "/api/v1/filters/{}"): _V4,
    ("PUT", "/api/v1/filters/{}"): _V4,
    ("DELETE", "/api/v1/filters/{}"): _V4,
    ("GET", "/api/v1/suggestions"): _since(2021, 5, 16),
    ("GET", "/api/v1/trends"): _since(2022, 3, 30),
    ("POST", "/api/v1/media"): _since(2020, 7, 27),
    ("GET", "/api/v1/notifications/policy"): _since(2024, 10, 8),
    ("PUT", "/api/v1/notifications/policy"): _since(2024, 10, 8),
    ("POST", "/api/v1/accounts/{}/pin"): _since(2025, 7, 8),
    ("POST", "/api/v1/accounts/{}/unpin"): _since(2025, 7, 8),
    ("GET", "/api/v1/accounts/{}/identity_proofs"): _since(2022, 3, 30),
}


def marked(routes: Iterable[Route]) -> Iterable[Route]:
    """Give the rows, those for older apps with the header that says so."""
    for route in routes:
        since = _OLD.get((route.method, unnamed(route.path)))
        yield route if since is None else replace(route, headers=(*route.headers, (b"deprecation", since)))
