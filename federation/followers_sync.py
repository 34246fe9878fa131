"""Followers synchronisation (FEP-8fcf): what two servers say to find out whether they agree who follows whom.

A sender names, in a header of what it sends to followers alone, the digest of those of its followers who live at the
receiver, and where the list of them can be read. Compares and writes; fetches and changes nothing.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from msgspec import Struct

HEADER: Final = "collection-synchronization"
_MAX_CHARS: Final = 8192
_PARAMETER: Final = re.compile(r'\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(?:,|\Z)')
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Claim(Struct, frozen=True):
    """What the header says: whose followers, where those of the receiver can be read, and their digest."""

    collection_uri: str
    url: str
    digest: str


def digest_of(uris: Iterable[str]) -> str:
    """Give the digest of a set of ids: the SHA-256 of each, combined by exclusive or, so that no order matters."""
    combined = 0
    for uri in set(uris):
        combined ^= int.from_bytes(sha256(uri.encode()).digest(), "big")
    return f"{combined:064x}"


def build(claim: Claim) -> str:
    """Write the header."""
    return f'collectionId="{claim.collection_uri}", url="{claim.url}", digest="{claim.digest}"'


def parse(text: str) -> Claim | None:
    """Read the header; None when it cannot be read."""
    if len(text) > _MAX_CHARS:
        return None
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _PARAMETER.match(text, at)
        if found is None or found[1] in fields:
            return None
        fields[found[1]] = found[2]
        at = found.end()
    digest = fields.get("digest", "").lower()
    if not (fields.get("collectionId") and fields.get("url") and _DIGEST.fullmatch(digest)):
        return None
    return Claim(fields["collectionId"], fields["url"], digest)
