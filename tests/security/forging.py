"""Requests as an attacker makes them: signed over whatever they choose, with whatever key, algorithm and parameters."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import func, select

from federation.signatures.dates import format_date
from node.store import tables
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.peers import PeerActor

ALL: Final = ("(request-target)", "host", "date", "digest")
COMPONENTS: Final = ("@method", "@authority", "@path", "content-digest")
Signing = Callable[[bytes], bytes]


def rsa(actor: PeerActor) -> Signing:
    """Return what signs with an actor's own key."""
    key = serialization.load_pem_private_key(actor.keys.private_pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return lambda base: key.sign(base, PKCS1v15(), hashes.SHA256())


def forged(
    ward: Ward,
    actor: PeerActor,
    activity: Mapping[str, Any],
    *,
    covered: tuple[str, ...] = ALL,
    path: str = "/inbox",
    sent_to: str | None = None,
    algorithm: str = "rsa-sha256",
    parameters: str = "",
    special: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    sign: Signing | None = None,
) -> httpx.Request:
    """Return a POST signed in the old way over `covered`, for `path`, but sent to `sent_to`."""
    body = json.dumps(activity).encode()
    base = _plain_headers(ward, body) | dict(headers or {})
    values = base | {"(request-target)": f"post {path}"} | dict(special or {})
    text = "\n".join(f"{name}: {values[name]}" for name in covered)
    signature = b64encode((sign or rsa(actor))(text.encode())).decode()
    base["signature"] = (
        f'keyId="{actor.key_id}",algorithm="{algorithm}",headers="{" ".join(covered)}"{parameters},signature="{signature}"'
    )
    return httpx.Request("POST", f"https://ward.example{sent_to or path}", headers=base, content=body)


def forged_message(
    ward: Ward,
    actor: PeerActor,
    activity: Mapping[str, Any],
    *,
    covered: tuple[str, ...] = COMPONENTS,
    label: str = "sig1",
    given_label: str = "sig1",
    algorithm: str = "rsa-v1_5-sha256",
) -> httpx.Request:
    """Return a POST signed in the newer way (RFC 9421) over `covered`."""
    body = json.dumps(activity).encode()
    base = _plain_headers(ward, body)
    base["content-digest"] = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
    created = int(ward.network.clock.now().timestamp())
    names = " ".join(f'"{name}"' for name in covered)
    params = f'({names});created={created};keyid="{actor.key_id}";alg="{algorithm}"'
    special = {"@method": "POST", "@authority": "ward.example", "@path": "/inbox"}
    lines = [f'"{name}": {(base | special)[name]}' for name in covered]
    text = "\n".join([*lines, f'"@signature-params": {params}'])
    base["signature-input"] = f"{label}={params}"
    base["signature"] = f"{given_label}=:{b64encode(rsa(actor)(text.encode())).decode()}:"
    return httpx.Request("POST", "https://ward.example/inbox", headers=base, content=body)


def _plain_headers(ward: Ward, body: bytes) -> dict[str, str]:
    return {
        "host": "ward.example",
        "date": format_date(ward.network.clock.now()),
        "digest": f"SHA-256={b64encode(sha256(body).digest()).decode()}",
        "content-type": "application/activity+json",
    }


async def counts(ward: Ward) -> dict[str, int]:
    """Return how many rows every table has but `peers`, which says when a host was heard of, and questions what it runs."""

    def count(snapshot: Snapshot) -> dict[str, int]:
        found = [table for table in tables.metadata.sorted_tables if table.name != "peers"]
        rows = {t.name: select(func.count()).select_from(t) for t in found}
        rows["jobs"] = rows["jobs"].where(tables.jobs.c.kind != "describe")
        return {name: snapshot.conn.execute(statement).scalar_one() for name, statement in rows.items()}

    return await ward.node.db.read(count)


def asked(ward: Ward) -> int:
    """Return how many requests went to anybody but the ward."""
    return sum(request.url.host != "ward.example" for request in ward.network.wire.sent)


async def refused(ward: Ward, request: httpx.Request, *statuses: int) -> str:
    """Send a request that must be refused: no row of it, nobody asked for anything; return the reason."""
    await ward.network.settle()  # what was due before has nothing to do with it
    before, questions = await counts(ward), asked(ward)

    answer = await ward.peer.client.send(request)
    await ward.network.settle()

    assert answer.status_code in (statuses or (401,)), answer.text
    assert await counts(ward) == before
    assert asked(ward) == questions
    found: dict[str, Any] = answer.json()
    return str(found.get("reason") or found.get("code"))
