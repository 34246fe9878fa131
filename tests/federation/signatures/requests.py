"""Recorded and made requests for the signature tests."""

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import cavage, http, rfc9421
from federation.signatures.keys import generate_rsa

RECORDED = Path(__file__).parents[2] / "recorded" / "documents"
NOW = datetime(2026, 2, 16, 12, 0, 5, tzinfo=UTC)
HOSTS = frozenset({"ward.example"})
KEY_ID = "https://peer.example/users/ines#main-key"


@dataclass(frozen=True)
class SignedRequest:
    """Everything `verify` looks at."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    public_pem: str
    now: datetime = NOW

    def verify(self, hosts=HOSTS):
        """Verify it as it stands."""
        http.verify(
            self.method,
            self.target,
            self.headers,
            self.body,
            public_pem=self.public_pem,
            now=self.now,
            hosts=hosts,
        )

    def but(self, **changes):
        """Give the same with changes; `headers` are merged."""
        headers = {k: v for k, v in (self.headers | changes.pop("headers", {})).items() if v is not None}
        return replace(self, headers=headers, **changes)


def recorded(name):
    """Read one recorded request."""
    document = json.loads((RECORDED / f"{name}.json").read_text())
    parts = urlsplit(document["url"])
    return SignedRequest(
        method=document["method"],
        target=parts.path + (f"?{parts.query}" if parts.query else ""),
        headers={name.lower(): value for name, value in document["headers"].items()},
        body=(document["body"] or "").encode(),
        public_pem=document["key"]["publicKeyPem"],
        now=datetime.fromisoformat(document["now"]),
    )


@cache
def key_pair():
    """Make one RSA key for all tests."""
    return generate_rsa()


@cache
def ed25519_pair():
    """Make one Ed25519 key for all tests."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def made(method="POST", url="https://ward.example/inbox", body=b'{"type":"Like"}', *, at=NOW):
    """Sign a request the way we send it."""
    private, public = key_pair()
    parts = urlsplit(url)
    headers = cavage.sign(method, url, body if method == "POST" else None, key_id=KEY_ID, private_pem=private, now=at)
    return SignedRequest(
        method,
        parts.path + (f"?{parts.query}" if parts.query else ""),
        headers,
        body if method == "POST" else b"",
        public,
    )


def by_hand(covered, *, algorithm="hs2019", parameters="", method="POST", target="/inbox", key=None, **headers):
    """Sign any list of headers with any parameters, as a peer might."""
    private, public = key or key_pair()
    body = b'{"type":"Like"}' if method == "POST" else b""
    base = {"host": "ward.example", "date": "Mon, 16 Feb 2026 12:00:00 GMT"} | made().headers | headers
    head = f'keyId="{KEY_ID}",algorithm="{algorithm}",headers="{covered}"{parameters},signature="'
    params = cavage.parse({"signature": f'{head}AA=="'})
    signature, _ = cavage._signature(cavage._base(params, method, target, base), private)
    return SignedRequest(method, target, base | {"signature": f'{head}{b64encode(signature).decode()}"'}, body, public)


def message(
    method="POST",
    url="https://ward.example/inbox",
    *,
    covered=None,
    label="sig1",
    more=None,
    digest=None,
    key=None,
    signer=None,
):
    """Sign a request after RFC 9421, as a peer might: any components, label, parameters, digest."""
    private, public = key or key_pair()
    body = b'{"type":"Like"}' if method == "POST" else None
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = rfc9421.sign(method, url, body, key_id=KEY_ID, private_pem=private, now=NOW)
    if digest is not None:
        headers["content-digest"] = digest
    if covered is None:
        covered = ("@method", "@target-uri", *(("content-digest",) if body else ()))
    said = {"created": int(NOW.timestamp()), "keyid": KEY_ID} | (more or {})
    text = rfc9421._written([(name, {}) for name in covered], said)
    base = rfc9421._base(covered, text, method, target, headers, scheme="https")
    signature = signer(base) if signer else rfc9421._signature(base, private)
    headers["signature-input"] = f"{label}={text}"
    headers["signature"] = f"{label}=:{b64encode(signature).decode()}:"
    return SignedRequest(method, target, headers, body or b"", public)
