"""HTTP signatures after draft-cavage-http-signatures-12, the dialect that the whole fediverse speaks.

How it works. `parse` reads the Signature header and names the key; it needs no key and trusts nothing. `check` makes
every test that needs no key: what is covered, for which host, when, and whether the digest is that of the body. `verify`
does `check` and then the signature itself. So a request whose key is unknown can be refused or queued before any fetch.
Headers are a mapping of lower-case names to values, which `message.collect` makes of what a server was handed. For
editors: no test here may be skipped for a peer, and the order matters: cheap first, the signature last.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from federation.reasons import PeerError, Reason
from federation.signatures.dates import format_date, parse_date
from federation.signatures.keys import PublicKey, private_key, public_key
from federation.signatures.message import (
    ACCEPT,
    ACTIVITY_JSON,
    MAX_COVERED,
    MAX_HEADER_CHARS,
    READING,
    SignatureParams,
    check_host,
    check_window,
    seconds,
)

_PADDING: Final = PKCS1v15()
_HASH: Final = SHA256()
_PARAMETER: Final = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([0-9]{1,12}(?:\.[0-9]{1,9})?))\s*(?:,|\Z)')
_ALGORITHMS: Final = frozenset({"rsa-sha256", "hs2019"})


def parse(headers: Mapping[str, str]) -> SignatureParams:
    """Read the Signature (or Authorization) header of a request.

    Raises: PeerError(UNSIGNED) when there is none, PeerError(UNSUPPORTED_ALGORITHM) for a strange algorithm,
    PeerError(BAD_SIGNATURE) when it cannot be read.
    """
    text = headers.get("signature") or _from_authorization(headers)
    if not text:
        raise PeerError(Reason.UNSIGNED, "the request carries no signature")
    fields = _parameters(text)
    algorithm = fields.get("algorithm", "hs2019").lower()
    if algorithm not in _ALGORITHMS:
        raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "the algorithm must be rsa-sha256 or hs2019")
    covered = fields.get("headers") or ("(created)" if algorithm == "hs2019" else "date")
    return SignatureParams(
        form="cavage",
        key_id=_required(fields, "keyId"),
        signature=_decode(_required(fields, "signature")),
        algorithm=algorithm,
        covered=_covered(covered),
        created=fields.get("created"),
        expires=fields.get("expires"),
    )


def check(
    params: SignatureParams,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
    hosts: Collection[str],
) -> None:
    """Make every test that needs no key: coverage, algorithm, host, times, digest.

    Raises: PeerError with UNCOVERED_HEADER, WRONG_HOST, BAD_SIGNATURE, EXPIRED, NOT_YET_VALID or BAD_DIGEST.
    """
    covered = params.covered
    is_reading = method in READING
    _check_coverage(covered, is_reading=is_reading)
    if params.algorithm != "hs2019" and ("(created)" in covered or "(expires)" in covered):
        raise PeerError(Reason.BAD_SIGNATURE, "(created) and (expires) belong to hs2019 alone")
    check_host(headers, hosts)
    _check_times(params, headers, now.timestamp())
    if not is_reading or "digest" in covered:
        _check_digest(headers, body)


def verify(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    public_pem: str,
    now: datetime,
    hosts: Collection[str],
    params: SignatureParams | None = None,
) -> None:
    """Accept a signed request or say exactly why not. `target` is the raw path with its query, `hosts` are our own names.

    `params` spares a second `parse`. A GET is also accepted when it was signed without its query (old servers do so).

    Raises: PeerError with any reason of `parse`, `check` and `keys.public_key`, and BAD_SIGNATURE.
    """
    params = params or parse(headers)
    check(params, method, headers, body, now=now, hosts=hosts)
    key = public_key(public_pem)
    if _is_genuine(params, key, _base(params, method, target, headers)):
        return
    path, mark, _ = target.partition("?")
    if mark and method in READING and _is_genuine(params, key, _base(params, method, path, headers)):
        return
    raise PeerError(Reason.BAD_SIGNATURE, "the signature does not match the request and its key")


def sign(
    method: str,
    url: str,
    body: bytes | None = None,
    *,
    key_id: str,
    private_pem: str,
    now: datetime,
    content_type: str = ACTIVITY_JSON,
    accept: str = ACCEPT,
) -> dict[str, str]:
    """Give the headers (lower-case names) with which to send a request to `url`, exactly as it goes over the wire.

    With a body: host, date, digest, content-type and signature; without: host, date, accept and signature.
    """
    parts = urlsplit(url)
    headers = {"host": parts.netloc, "date": format_date(now)}
    if body is None:
        headers["accept"] = accept
    else:
        headers["digest"] = "SHA-256=" + b64encode(sha256(body).digest()).decode()
        headers["content-type"] = content_type
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"(request-target): {method.lower()} {target}", *(f"{name}: {value}" for name, value in headers.items())]
    covered = " ".join(["(request-target)", *headers])
    signature, algorithm = _signature("\n".join(lines).encode(), private_pem)
    headers["signature"] = (
        f'keyId="{key_id}",algorithm="{algorithm}",headers="{covered}",signature="{b64encode(signature).decode()}"'
    )
    return headers


def _signature(base: bytes, private_pem: str) -> tuple[bytes, str]:
    key = private_key(private_pem)
    if isinstance(key, RSAPrivateKey):
        return key.sign(base, _PADDING, _HASH), "rsa-sha256"
    return key.sign(base), "hs2019"


def _from_authorization(headers: Mapping[str, str]) -> str:
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    return rest if scheme.lower() == "signature" else ""


def _parameters(text: str) -> dict[str, str]:
    if len(text) > MAX_HEADER_CHARS:
        raise PeerError(Reason.BAD_SIGNATURE, "the Signature header is too long")
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _PARAMETER.match(text, at)
        if found is None or found[1] in fields:
            raise PeerError(Reason.BAD_SIGNATURE, "the Signature header cannot be read")
        fields[found[1]] = found[3] if found[2] is None else found[2]
        at = found.end()
    return fields


def _required(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name)
    if not value:
        raise PeerError(Reason.BAD_SIGNATURE, f"the Signature header lacks {name}")
    return value


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise PeerError(Reason.BAD_SIGNATURE, "the signature is not base64") from None


def _covered(text: str) -> tuple[str, ...]:
    names = tuple(text.lower().split())
    if len(names) > MAX_COVERED or len(set(names)) != len(names):
        raise PeerError(Reason.BAD_SIGNATURE, "the list of signed headers is too long or names one twice")
    return names


def _check_coverage(covered: tuple[str, ...], *, is_reading: bool) -> None:
    if "host" not in covered or "(request-target)" not in covered:
        raise PeerError(Reason.UNCOVERED_HEADER, "the signature must cover (request-target) and host")
    if "date" not in covered and "(created)" not in covered:
        raise PeerError(Reason.UNCOVERED_HEADER, "the signature must cover date or (created)")
    if not is_reading and "digest" not in covered:
        raise PeerError(Reason.UNCOVERED_HEADER, "the signature must cover digest")


def _check_times(params: SignatureParams, headers: Mapping[str, str], now: float) -> None:
    is_signed = "(expires)" in params.covered  # an expiry that is not signed could be put off by anyone
    check_window(_created(params, headers), seconds(params.expires) if is_signed else None, now=now)


def _created(params: SignatureParams, headers: Mapping[str, str]) -> float:
    if "(created)" in params.covered:
        return seconds(params.created)
    date = parse_date(headers.get("date", ""))
    if date is None:
        raise PeerError(Reason.BAD_SIGNATURE, "the Date header is missing or cannot be read")
    return date.timestamp()


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    found = [
        value.strip()
        for name, _, value in (part.partition("=") for part in headers.get("digest", "").split(","))
        if name.strip().lower() == "sha-256"
    ]
    if len(found) != 1:
        raise PeerError(Reason.BAD_DIGEST, "the Digest header must hold one SHA-256 value")
    if found[0] != b64encode(sha256(body).digest()).decode():
        raise PeerError(Reason.BAD_DIGEST, "the digest is not that of the body")


def _base(params: SignatureParams, method: str, target: str, headers: Mapping[str, str]) -> bytes:
    special = {
        "(request-target)": f"{method.lower()} {target}",
        "(created)": params.created,
        "(expires)": params.expires,
    }
    lines = []
    for name in params.covered:
        value = special[name] if name in special else headers.get(name)
        if value is None:
            raise PeerError(Reason.BAD_SIGNATURE, "a signed header is missing from the request")
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode("latin-1", "replace")


def _is_genuine(params: SignatureParams, key: PublicKey, base: bytes) -> bool:
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(params.signature, base, _PADDING, _HASH)
            return True
        if params.algorithm != "hs2019":
            return False
        key.verify(params.signature, base)
    except InvalidSignature:
        return False
    return True
