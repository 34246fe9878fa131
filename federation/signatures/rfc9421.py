"""HTTP message signatures after RFC 9421, which newer servers speak beside the draft of `cavage`.

How it works. `parse` reads Signature-Input and Signature: exactly one label, of any name, in both. `check` makes every
test that needs no key. `verify` builds the signature base, line by line what was covered and last what the signature
says of itself, and checks it. Three derived parts say where a request went (@method, @target-uri, @authority and their
kin); they are made of the request as it reached us, so what was signed for another address does not verify. For
editors: a component that is not understood refuses the request, as leaving it out would change what was signed.
"""

from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256, sha512
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import http_sf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from msgspec import Struct

from federation.reasons import PeerError, Reason
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

MINIMUM: Final = ("@method", "@target-uri")
MINIMUM_WITH_BODY: Final = (*MINIMUM, "content-digest")

_PKCS1: Final = PKCS1v15()
_PSS: Final = PSS(MGF1(SHA512()), 64)
_SHA256: Final = SHA256()
_SHA512: Final = SHA512()
_RSA_ALGORITHMS: Final = frozenset({"", "rsa-v1_5-sha256", "rsa-pss-sha512"})
_ALGORITHMS: Final = _RSA_ALGORITHMS | {"ed25519"}
_HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {"sha-256": sha256, "sha-512": sha512}
_MAX_LABELS: Final = 8  # of digests
_MAX_WORD_CHARS: Final = 256
_LABEL: Final = "sig1"


class Wanted(Struct, frozen=True):
    """What a peer asks for with Accept-Signature: the components, and words of its own to be given back."""

    components: tuple[str, ...] = ()
    nonce: str | None = None
    tag: str | None = None


def parse(headers: Mapping[str, str]) -> SignatureParams:
    """Read the Signature-Input and Signature headers of a request.

    Raises: PeerError(UNSIGNED) without them, PeerError(UNSUPPORTED_ALGORITHM) for a strange algorithm,
    PeerError(BAD_SIGNATURE) when they cannot be read, do not belong together, or are more than one.
    """
    if not headers.get("signature-input") or not headers.get("signature"):
        raise PeerError(Reason.UNSIGNED, "the request carries no whole message signature")
    inputs = _dictionary(headers["signature-input"], "Signature-Input")
    signatures = _dictionary(headers["signature"], "Signature")
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        _bad("Signature-Input and Signature must hold one signature under one label")
    [(components, params)], [(signature, _)] = inputs.values(), signatures.values()
    if not isinstance(components, list) or not isinstance(signature, bytes):
        _bad("the signature or its components cannot be read")
    algorithm = _text(params, "alg") or ""
    if algorithm not in _ALGORITHMS:
        raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "the algorithm must be one of RSA or Ed25519")
    return SignatureParams(
        form="rfc9421",
        key_id=_text(params, "keyid") or _bad("the signature names no key"),
        signature=signature,
        algorithm=algorithm,
        covered=_covered(components),
        created=_moment(params, "created") or _bad("the signature does not say when it was made"),
        expires=_moment(params, "expires"),
        text=_written(components, params),
    )


def check(
    params: SignatureParams,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
    hosts: Collection[str],
) -> None:
    """Make every test that needs no key: coverage, host, times, digest.

    Raises: PeerError with UNCOVERED_HEADER, WRONG_HOST, BAD_SIGNATURE, EXPIRED, NOT_YET_VALID or BAD_DIGEST.
    """
    is_reading = method in READING
    _check_coverage(frozenset(params.covered), target, is_reading=is_reading)
    check_host(headers, hosts)
    expires = None if params.expires is None else seconds(params.expires)
    check_window(seconds(params.created), expires, now=now.timestamp())
    if not is_reading or "content-digest" in params.covered:
        _check_digest(headers.get("content-digest", ""), body)


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
    scheme: str = "https",
) -> None:
    """Accept a signed request or say exactly why not; the arguments are those of `cavage.verify`.

    `scheme` is that of our own addresses. The key decides the algorithm: one that is named must be the key's.

    Raises: PeerError with any reason of `parse`, `check` and `keys.public_key`, and BAD_SIGNATURE.
    """
    params = params or parse(headers)
    check(params, method, target, headers, body, now=now, hosts=hosts)
    base = _base(params.covered, params.text, method, target, headers, scheme=scheme)
    if not _is_genuine(params, public_key(public_pem), base):
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
    wanted: Wanted | None = None,
) -> dict[str, str]:
    """Give the headers (lower-case names) with which to send a request to `url`, exactly as it goes over the wire.

    Covered is the minimum (@method, @target-uri, with a body content-digest) and what is `wanted` beyond it.
    """
    parts = urlsplit(url)
    headers = {"host": parts.netloc}
    if body is None:
        headers["accept"] = accept
    else:
        headers["content-digest"] = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
        headers["content-type"] = content_type
    wanted = wanted or Wanted()
    covered = tuple(dict.fromkeys((*(MINIMUM if body is None else MINIMUM_WITH_BODY), *wanted.components)))
    said: dict[str, Any] = {"created": int(now.timestamp()), "keyid": key_id}
    said |= {name: word for name, word in (("nonce", wanted.nonce), ("tag", wanted.tag)) if word is not None}
    text = _written([(name, {}) for name in covered], said)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    base = _base(covered, text, method, target, headers, scheme=parts.scheme)
    headers["signature-input"] = f"{_LABEL}={text}"
    headers["signature"] = f"{_LABEL}=:{b64encode(_signature(base, private_pem)).decode()}:"
    return headers


def wanted_by(accept_signature: str, *, key_id: str, has_body: bool) -> Wanted | None:
    """Read what a peer asks for in Accept-Signature; None when it asks for what we cannot give, or for another key.

    Our minimum is covered whatever it says. A label is as good as another: the first that we can fulfil counts.
    """
    try:
        asked = _dictionary(accept_signature, "Accept-Signature")
    except PeerError:
        return None
    able = _able(has_body=has_body)
    for components, params in asked.values():
        if not isinstance(components, list) or not _is_ours(params, key_id):
            continue
        names = tuple(name for name, more in components if isinstance(name, str) and not more)
        if len(names) == len(components) and able.issuperset(names):
            return Wanted(names, _text(params, "nonce"), _text(params, "tag"))
    return None


def _able(*, has_body: bool) -> frozenset[str]:
    """Name what our own requests carry."""
    return frozenset(_DERIVED) | {"host"} | ({"content-digest", "content-type"} if has_body else {"accept"})


def _is_ours(params: Mapping[str, Any], key_id: str) -> bool:
    """Tell whether the parameters that are asked for are such as we give."""
    words = [params.get(name) for name in ("nonce", "tag")]
    are_short = all(word is None or (isinstance(word, str) and len(word) <= _MAX_WORD_CHARS) for word in words)
    return are_short and params.get("keyid", key_id) == key_id and "alg" not in params and "expires" not in params


def _signature(base: bytes, private_pem: str) -> bytes:
    key = private_key(private_pem)
    return key.sign(base, _PKCS1, _SHA256) if isinstance(key, RSAPrivateKey) else key.sign(base)


def _is_genuine(params: SignatureParams, key: PublicKey, base: bytes) -> bool:
    is_rsa = isinstance(key, RSAPublicKey)
    if params.algorithm and is_rsa != (params.algorithm in _RSA_ALGORITHMS):
        return False
    try:
        if not isinstance(key, RSAPublicKey):
            key.verify(params.signature, base)
        elif params.algorithm == "rsa-pss-sha512":
            key.verify(params.signature, base, _PSS, _SHA512)
        else:
            key.verify(params.signature, base, _PKCS1, _SHA256)
    except InvalidSignature:
        return False
    return True


_Derived = Callable[[str, str, str, str], str]
_DERIVED: Final[Mapping[str, _Derived]] = {  # of method, scheme, authority and target
    "@method": lambda method, _scheme, _authority, _target: method,
    "@target-uri": lambda _method, scheme, authority, target: f"{scheme}://{authority}{target}",
    "@authority": lambda _method, _scheme, authority, _target: authority,
    "@scheme": lambda _method, scheme, _authority, _target: scheme,
    "@request-target": lambda _method, _scheme, _authority, target: target,
    "@path": lambda _method, _scheme, _authority, target: target.partition("?")[0],
    "@query": lambda _method, _scheme, _authority, target: f"?{target.partition('?')[2]}",
}


def _base(
    covered: Iterable[str], text: str, method: str, target: str, headers: Mapping[str, str], *, scheme: str
) -> bytes:
    """Build what is signed (section 2.5)."""
    authority = headers.get("host", "").lower().removesuffix(":443" if scheme == "https" else ":80")
    lines = []
    for name in covered:
        derived = _DERIVED.get(name)
        value = derived(method, scheme, authority, target) if derived else headers.get(name)
        if value is None:
            _bad("a signed header is missing from the request")
        lines.append(f'"{name}": {value}')
    lines.append(f'"@signature-params": {text}')
    return "\n".join(lines).encode("latin-1", "replace")


def _check_coverage(covered: frozenset[str], target: str, *, is_reading: bool) -> None:
    has_path = "@request-target" in covered or ("@path" in covered and ("?" not in target or "@query" in covered))
    if "@method" not in covered or not ("@target-uri" in covered or ("@authority" in covered and has_path)):
        raise PeerError(
            Reason.UNCOVERED_HEADER, "the signature must cover @method and @target-uri, or @authority with the path"
        )
    if not is_reading and "content-digest" not in covered:
        raise PeerError(Reason.UNCOVERED_HEADER, "the signature must cover content-digest")


def _check_digest(text: str, body: bytes) -> None:
    """Compare every digest that we can compute with that of the body; there must be one (RFC 9530)."""
    try:
        digests = _dictionary(text, "Content-Digest")
    except PeerError:
        digests = {}
    found = [(name, value) for name, (value, _) in digests.items() if name in _HASHES]
    if not found or len(digests) > _MAX_LABELS:
        raise PeerError(Reason.BAD_DIGEST, "the Content-Digest header must hold one sha-256 or sha-512 value")
    if any(value != _HASHES[name](body).digest() for name, value in found):
        raise PeerError(Reason.BAD_DIGEST, "the digest is not that of the body")


def _dictionary(text: str, name: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Read a dictionary of RFC 8941 whose members are items or inner lists, no name twice."""
    if len(text) > MAX_HEADER_CHARS:
        _bad(f"the {name} header is too long")
    try:
        found: Any = http_sf.parse(text.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_twice)
    except ValueError:  # StructuredFieldError and UnicodeEncodeError are
        _bad(f"the {name} header cannot be read")
    return {label: value if isinstance(value, tuple) else (value, {}) for label, value in found.items()}


def _written(components: list[Any], params: dict[str, Any]) -> str:
    alone: Any = [(components, params)]
    return http_sf.ser(alone)


def _refuse_twice(key: str, _where: str) -> None:
    raise ValueError(key)


def _covered(components: list[Any]) -> tuple[str, ...]:
    names = [name for name, params in components if type(name) is str and not params]
    if len(names) != len(components) or len(names) > MAX_COVERED or len(set(names)) != len(names):
        _bad("the list of signed components is too long, names one twice, or has parameters")
    if any(name not in _DERIVED if name.startswith("@") else name != name.lower() for name in names):
        _bad("a signed component is not understood")
    return tuple(names)


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    if value is not None and type(value) is not str:
        _bad(f"the parameter {name} is not a text")
    return value


def _moment(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    if value is not None and type(value) is not int:  # neither a truth value nor a fraction
        _bad(f"the parameter {name} is not a whole number")
    return None if value is None else str(value)


def _bad(detail: str) -> NoReturn:
    raise PeerError(Reason.BAD_SIGNATURE, detail)
