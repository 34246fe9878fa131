"""What a token may be used for: Mastodon's scopes, and which of them cover which."""

from collections.abc import Iterable
from typing import Final

_READ: Final = (
    "accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists", "mutes", "notifications", "rounds",
    "search", "statuses",
)  # fmt: skip
_WRITE: Final = (
    "accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters", "follows", "lists", "media", "mutes",
    "notifications", "reports", "rounds", "statuses",
)  # fmt: skip
_ADMIN: Final = (
    "accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks", "email_domain_blocks",
    "canonical_email_blocks",
)  # fmt: skip
_FOLLOW: Final = frozenset(f"{verb}:{noun}" for verb in ("read", "write") for noun in ("follows", "blocks", "mutes"))

SUPPORTED: Final = (
    "profile", "read", *(f"read:{noun}" for noun in _READ), "write", *(f"write:{noun}" for noun in _WRITE), "follow",
    "push", "admin:read", *(f"admin:read:{noun}" for noun in _ADMIN), "admin:write",
    *(f"admin:write:{noun}" for noun in _ADMIN),
)  # fmt: skip
_KNOWN: Final = frozenset(SUPPORTED)


def parse(text: str) -> tuple[str, ...]:
    """Return the scopes in a text with spaces or plus signs between them, each once, in their order."""
    return tuple(dict.fromkeys(text.replace("+", " ").split()))


def unsupported(scopes: Iterable[str]) -> list[str]:
    """Return those that this node does not know."""
    return [scope for scope in scopes if scope not in _KNOWN]


def covering(scope: str) -> frozenset[str]:
    """Return every scope that includes this one, itself among them."""
    parts = scope.split(":")
    wider = {":".join(parts[:length]) for length in range(1, len(parts) + 1)} & _KNOWN
    return frozenset(wider | ({"follow"} if scope in _FOLLOW else set()))


def covers(granted: Iterable[str], wanted: str) -> bool:
    """Tell whether granted scopes include a wanted one."""
    return not covering(wanted).isdisjoint(granted)


def without_admin(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that somebody who is no administrator can give."""
    return tuple(scope for scope in scopes if not scope.startswith("admin:"))
