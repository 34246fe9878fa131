"""A key speaks for the one actor that lists it at its own address, if it is strong enough to speak at all."""

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from node.services import catching_up
from node.store import accounts, keys
from node.store.accounts import Account
from tests.node.federating.conftest import Ward, ward
from tests.security.forging import forged, refused
from tests.support.peers import PeerActor

__all__ = ["ward"]

VICTIM = "victim.example"


async def held(ward: Ward, uri: str) -> Account:
    """Return an account that is kept."""
    found = await ward.node.db.read(accounts.by_uri, uri)
    assert found is not None
    return found


async def key_of(ward: Ward, key_id: str) -> str | None:
    """Return whose key an id is, as we hold it."""
    found = await ward.node.db.read(keys.by_uri, key_id)
    return found.account_uri if found else None


def pem(key: Any) -> str:
    """Return a public key as text."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_bytes(serialization.Encoding.PEM, form).decode())


def padded(base: bytes) -> bytes:
    """Return what an RSA signature must give, padded; under the exponent one it is the signature itself."""
    digest = Hash(SHA256())
    digest.update(base)
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest.finalize()
    return b"\x00\x01" + b"\xff" * (256 - 3 - len(info)) + b"\x00" + info


SHORT_PEM = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
"""


def trivial() -> str:
    """Return an RSA key with the exponent one, built by hand, because no library makes one."""
    plain = pem(RSAPublicNumbers(65537, (1 << 2047) + (1 << 200) + 1).public_key())
    body = serialization.load_pem_public_key(plain.encode()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    from base64 import encodebytes

    changed = body.replace(b"\x02\x03\x01\x00\x01", b"\x02\x03\x00\x00\x01")
    return f"-----BEGIN PUBLIC KEY-----\n{encodebytes(changed).decode()}-----END PUBLIC KEY-----\n"


def of_zeros(base: bytes) -> bytes:
    """Return a signature that an all-zero Ed25519 key takes for a good one, if there is one for this text."""
    signature = bytes([1]) + bytes(31) + bytes(32)
    try:
        Ed25519PublicKey.from_public_bytes(bytes(32)).verify(signature, base)
    except InvalidSignature:
        return b"\x00" * 64
    return signature


@pytest.mark.parametrize(
    ("key", "sign", "algorithm"),
    [
        (SHORT_PEM, lambda _: b"\x00" * 64, "rsa-sha256"),
        (trivial(), padded, "rsa-sha256"),
        (pem(Ed25519PublicKey.from_public_bytes(bytes(32))), of_zeros, "hs2019"),
        (pem(Ed25519PublicKey.from_public_bytes(bytes([1]) + bytes(31))), lambda _: bytes([1]) + bytes(63), "hs2019"),
    ],
    ids=["short", "trivial", "zero", "one"],
)
async def test_S034_a_key_that_anybody_can_sign_with_is_refused(
    ward: Ward, key: str, sign: Callable[[bytes], bytes], algorithm: str
) -> None:
    """Short, with the exponent one, or a point of small order: the signatures here are such as fit them."""
    weak = PeerActor(ward.network.peer("weak.example"), "weak", key=1)
    listed = {"id": weak.key_id, "owner": weak.uri, "publicKeyPem": key}
    ward.network.peer("weak.example").actors["weak"] = weak
    ward.network.peer("weak.example").publish(weak.document(publicKey=listed))
    await ward.node.find(weak.handle)

    for _ in range(12):  # one text in four has a signature of zeros
        create = weak.create("hello", to=[ward.asha.account.uri])
        request = forged(ward, weak, create, sign=sign, algorithm=algorithm)
        answer = await ward.peer.client.send(request)
        await ward.network.settle()

        assert answer.status_code in (401, 202)
        assert await ward.node.held(create["object"]["id"]) is None


async def test_S035_a_good_key_of_one_host_does_not_speak_for_another(ward: Ward) -> None:
    """Refused, nothing of it kept, and the victim's key stays what it was."""
    mallory = ward.network.peer("evil.example").actor("mallory", key=1)
    await ward.node.find(mallory.handle)
    create = ward.okapi.create("never said")

    reason = await refused(ward, forged(ward, mallory, create), 401, 403)

    assert reason in ("not-owner", "key-not-owned")
    assert await key_of(ward, ward.okapi.key_id) == ward.okapi.uri


@pytest.mark.parametrize("path", ["/k", "/users/mallory/main-key"])
async def test_S036_a_key_that_names_an_owner_who_does_not_list_it_is_refused(ward: Ward, path: str) -> None:
    """Neither when the activity is the named owner's, nor when it is somebody's on the key's own host."""
    evil = ward.network.peer("evil.example")
    mallory = evil.actor("mallory", key=1)
    mallory.key_id = f"https://evil.example{path}"
    evil.publish({"id": mallory.key_id, "owner": ward.okapi.uri, "publicKeyPem": mallory.keys.public_pem})
    evil.publish(mallory.document(publicKey=None))

    reason = await refused(ward, forged(ward, mallory, ward.okapi.create()))
    own = mallory.create("mine", to=[ward.asha.account.uri])
    first = await ward.takes(own, by=mallory)
    second = await ward.takes(mallory.create("again", to=[ward.asha.account.uri]), by=mallory)

    assert reason == "key-not-owned"
    assert first.status_code in (202, 401)
    assert second.status_code == 401
    assert await ward.node.held(own["object"]["id"]) is None
    assert await key_of(ward, mallory.key_id) is None


async def test_S036_a_neighbours_key_document_does_not_make_it_ours(ward: Ward) -> None:
    """Not even on the very host of the one it names."""
    finch = ward.peer.actor("finch", key=1)
    finch.key_id = f"{finch.uri}/main-key"
    ward.peer.publish(
        {"id": finch.key_id, "type": "Key", "owner": ward.okapi.uri, "publicKeyPem": finch.keys.public_pem}
    )
    create = ward.okapi.create()

    await ward.peer.client.send(finch.signed(ward.node, create))
    await ward.network.settle()

    assert await ward.node.held(create["object"]["id"]) is None
    assert await key_of(ward, finch.key_id) is None


async def test_S037_a_whole_actor_of_another_host_under_a_key_is_not_believed(ward: Ward) -> None:
    """The victim we know keeps name and key; one we do not know is not made."""
    evil = ward.network.peer("evil.example")
    mallory = evil.actor("mallory", key=1)
    mallory.key_id = "https://evil.example/k"
    for victim in (ward.okapi, PeerActor(ward.network.peer(VICTIM), "unknown", key=2)):
        stolen = victim.document(
            name="Not me",
            publicKey={"id": mallory.key_id, "owner": victim.uri, "publicKeyPem": mallory.keys.public_pem},
        )
        evil.shelf[mallory.key_id] = stolen
        create = victim.create(to=[ward.asha.account.uri])

        assert await refused(ward, forged(ward, mallory, create)) == "key-not-owned"
        answer = await ward.takes(mallory.create("mine", to=[ward.asha.account.uri]), by=mallory)
        assert answer.status_code in (202, 401)

    assert (await held(ward, ward.okapi.uri)).display_name == "Okapi"
    assert await key_of(ward, ward.okapi.key_id) == ward.okapi.uri
    assert await key_of(ward, mallory.key_id) is None
    assert await ward.node.db.read(accounts.by_uri, f"https://{VICTIM}/users/unknown") is None


@pytest.mark.parametrize("is_known", [True, False])
async def test_S038_a_neighbours_key_does_not_speak_for_an_actor(ward: Ward, is_known: bool) -> None:
    """The key must be the actor's own; the same host is not enough."""
    finch = ward.peer.actor("finch", key=1)
    if is_known:
        await ward.node.find(finch.handle)
    create = ward.okapi.create()

    answer = await ward.peer.client.send(finch.signed(ward.node, create))
    await ward.network.settle()

    assert answer.status_code in ((401, 403) if is_known else (202, 401))
    assert await ward.node.held(create["object"]["id"]) is None


@pytest.mark.parametrize(("status", "later"), [(404, 401), (410, 401), (500, 202), (503, 202)])
async def test_S044_a_key_that_cannot_be_had_is_asked_for_once_in_five_minutes(
    ward: Ward, status: int, later: int
) -> None:
    """What is gone makes the rest 401 at once; what may come back lets them wait, without asking again."""
    nobody = PeerActor(ward.network.peer("gone.example"), "nobody", key=1)
    ward.network.wire.hooks["gone.example"] = answers_with(status)

    found = []
    for number in range(100):
        request = nobody.signed(ward.node, nobody.create(f"{number}"))
        found.append((await ward.peer.client.send(request)).status_code)
        if number % 10 == 0:
            await ward.network.settle()
            ward.network.clock.pass_time(seconds=25)
    await ward.network.settle()

    assert ward.network.wire.asked("gone.example") == 1
    assert found == [202] + [later] * 99


def answers_with(status: int) -> Any:
    """Return a host that always answers so."""

    async def hook(request: httpx.Request, _send: object) -> httpx.Response:
        return httpx.Response(status, request=request)

    return hook


async def test_S044_waiting_requests_of_a_host_are_given_up_in_the_end(ward: Ward) -> None:
    """The queue does not keep them for ever."""
    nobody = PeerActor(ward.network.peer("gone.example"), "nobody", key=1)
    ward.network.down("gone.example")
    await nobody.sends(ward.node, nobody.create())

    for _ in itertools.repeat(None, 40):
        ward.network.clock.pass_time(minutes=20)
        await ward.network.settle()

    assert await catching_up.drain(ward.node.db, ward.node.fetcher, site=ward.node.site) == 0
    assert ward.network.wire.asked("gone.example") <= 100
