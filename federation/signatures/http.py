"""A signed request in either form: which one it is decides what it carries. Callers need not know there are two."""

from collections.abc import Collection, Mapping
from datetime import datetime

from federation.signatures import cavage, rfc9421
from federation.signatures.message import SignatureParams


def parse(headers: Mapping[str, str]) -> SignatureParams:
    """Read what the signature of a request says. Raises: PeerError as `cavage.parse` and `rfc9421.parse` do."""
    return rfc9421.parse(headers) if "signature-input" in headers else cavage.parse(headers)


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
    """Make every test that needs no key. Raises: PeerError as the `check` of the form does."""
    if params.form == "rfc9421":
        rfc9421.check(params, method, target, headers, body, now=now, hosts=hosts)
    else:
        cavage.check(params, method, headers, body, now=now, hosts=hosts)


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
    """Accept a signed request or say exactly why not. Raises: PeerError as the `verify` of the form does."""
    params = params or parse(headers)
    if params.form == "rfc9421":
        rfc9421.verify(
            method,
            target,
            headers,
            body,
            public_pem=public_pem,
            now=now,
            hosts=hosts,
            params=params,
            scheme=scheme,
        )
    else:
        cavage.verify(method, target, headers, body, public_pem=public_pem, now=now, hosts=hosts, params=params)
