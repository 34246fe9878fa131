"""What both kinds of HTTP signatures have in common: how headers are read, what a signature says, its host and times."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from federation.reasons import PeerError, Reason

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
ACCEPT: Final = f"{ACTIVITY_JSON}, {LD_JSON}"
READING: Final = frozenset({"GET", "HEAD"})
MAX_HEADER_CHARS: Final = 4096
MAX_COVERED: Final = 32
SKEW_S: Final = 3600
DEFAULT_LIFE_S: Final = 300
MAX_LIFE_S: Final = 12 * 3600

Form = Literal["cavage", "rfc9421"]

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_SINGLE: Final = frozenset(
    {
        "host",
        "date",
        "digest",
        "content-digest",
        "signature",
        "signature-input",
        "authorization",
        "content-type",
    }
)


@dataclass(frozen=True, slots=True)
class SignatureParams:
    """What the signature of a request says of itself; nothing of it is believed yet.

    `created` and `expires` are seconds since 1970. `algorithm` is empty when the key decides. `text` is what RFC 9421
    signs of all this.
    """

    form: Form
    key_id: str
    signature: bytes
    algorithm: str
    covered: tuple[str, ...]
    created: str | None = None
    expires: str | None = None
    text: str = ""


def collect(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Make one mapping of the headers of a request (lower-case names), repeated ones joined by a comma.

    Raises: PeerError(BAD_SIGNATURE) when one that decides is there twice: two readers would choose differently.
    """
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1").strip()
        if name not in headers:
            headers[name] = value
        elif name in _SINGLE:
            raise PeerError(Reason.BAD_SIGNATURE, f"the request has more than one {name} header")
        else:
            headers[name] += f", {value}"
    return headers


def check_host(headers: Mapping[str, str], hosts: Collection[str]) -> None:
    """Pass a request for one of our own hosts. Raises: PeerError(WRONG_HOST)."""
    host = headers.get("host", "").lower()
    if host not in hosts and host.removesuffix(":443") not in hosts:
        raise PeerError(Reason.WRONG_HOST, "the request was signed for another host")


def check_window(created: float, expires: float | None, *, now: float) -> None:
    """Pass what was signed not long ago: five minutes or its own expiry up to twelve hours, an hour of skew either way.

    Raises: PeerError(NOT_YET_VALID) or PeerError(EXPIRED).
    """
    if created > now + SKEW_S:
        raise PeerError(Reason.NOT_YET_VALID, "the signature is dated more than an hour ahead")
    last = created + DEFAULT_LIFE_S if expires is None else min(expires, created + MAX_LIFE_S)
    if now > last + SKEW_S:
        raise PeerError(Reason.EXPIRED, "the signature has expired")


def seconds(text: str | None) -> float:
    """Read a time of a signature. Raises: PeerError(BAD_SIGNATURE) when it is no plain number."""
    if text is None or not _NUMBER.fullmatch(text):  # float() alone would take "nan", which never expires
        raise PeerError(Reason.BAD_SIGNATURE, "a time is signed but not given as a number")
    return float(text)
