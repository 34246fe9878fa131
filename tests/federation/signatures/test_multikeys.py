"""Multikeys become PEM and back, and what proves nothing is refused."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from federation.reasons import PeerError, Reason
from federation.signatures import multikeys
from federation.signatures.keys import generate_ed25519, public_key
from federation.vocab import actor_from
from tests.federation.people import recorded
from tests.federation.signatures.requests import key_pair

SLATE = "https://mitra.example/users/slate"
FIELD = 2**255 - 19
OF_ORDER_EIGHT = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


def reason_of(text):
    """Give the reason for which a Multikey is refused."""
    with pytest.raises(PeerError) as caught:
        multikeys.to_pem(text)
    return caught.value.reason


@given(st.binary(max_size=80))
def test_base_58_gives_back_what_was_written(data):
    """Leading zeros included."""
    assert multikeys.decode(multikeys.encode(data)) == data


def test_base_58_is_that_of_everybody():
    """A value from the draft of the encoding."""
    assert multikeys.encode(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"


@pytest.mark.parametrize("make", [lambda: key_pair()[1], lambda: generate_ed25519()[1]])
def test_key_becomes_a_multikey_and_back(make):
    """Both kinds, without a change."""
    pem = make()

    assert multikeys.to_pem(multikeys.from_pem(pem)) == pem


def test_kind_is_told_without_parsing():
    """By how the PEM begins."""
    kinds = [multikeys.kind_of(pem) for pem in (key_pair()[1], generate_ed25519()[1], "nonsense")]

    assert kinds == ["rsa", "ed25519", "rsa"]


@pytest.mark.parametrize("text", ["", "z", "u3mHd", "z0OIl", "z" + "1" * 2000, "z6Mk", "z" + "2" * 50])
def test_text_that_is_no_key_is_refused(text):
    """Another base, other digits, too long, too short."""
    assert reason_of(text) in (Reason.KEY_UNAVAILABLE, Reason.UNSUPPORTED_ALGORITHM)


def _multikey(raw):
    return multikeys.encode(b"\xed\x01" + raw)


def _rsa(bits, exponent=65537):
    key = rsa.RSAPublicNumbers(exponent, (1 << (bits - 1)) + (1 << 200) + 1).public_key()
    return multikeys.encode(
        b"\x85\x24" + key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    )


SMALL_ORDER = [
    bytes(32),
    (1).to_bytes(32, "little"),
    (FIELD - 1).to_bytes(32, "little"),
    FIELD.to_bytes(32, "little"),
    (FIELD + 1).to_bytes(32, "little"),
    OF_ORDER_EIGHT,
    OF_ORDER_EIGHT[:31] + bytes([OF_ORDER_EIGHT[31] | 0x80]),
]


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=bytes.hex)
def test_S034_ed25519_key_that_proves_nothing_is_refused(raw):
    """Anybody can sign for these points, written either way; a PEM is held to the same."""
    head = bytes.fromhex("302a300506032b6570032100")
    pem = serialization.load_der_public_key(head + raw).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    with pytest.raises(PeerError):
        public_key(pem.decode())
    assert reason_of(_multikey(raw)) == Reason.UNSUPPORTED_ALGORITHM


@pytest.mark.parametrize("text", [_rsa(512), _rsa(1024), _rsa(2048, 4294967296 * 8 + 1), _rsa(8192 - 8 * 300)])
def test_S034_rsa_multikey_of_another_size_is_refused(text):
    """The floor and the ceiling are those of PEM keys."""
    assert reason_of(text) == Reason.UNSUPPORTED_ALGORITHM


def test_S034_rsa_exponent_of_one_is_refused():
    """Every number is its own signature; the library refuses to read it, or we do."""
    modulus = (1 << 2047) + (1 << 200) + 1
    number = modulus.to_bytes(257, "big")
    body = b"\x02\x82" + len(number).to_bytes(2, "big") + number + b"\x02\x01\x01"
    der = b"\x30\x82" + len(body).to_bytes(2, "big") + body

    assert reason_of(multikeys.encode(b"\x85\x24" + der)) in (Reason.KEY_UNAVAILABLE, Reason.UNSUPPORTED_ALGORITHM)


def test_curve_that_nobody_uses_is_unsupported():
    """P-256 has a code of its own, and none here."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)

    assert reason_of(multikeys.encode(b"\x80\x24" + raw)) == Reason.UNSUPPORTED_ALGORITHM


def _multikeys(document):
    return document["assertionMethod"]


def test_actor_lists_its_keys_in_both_ways():
    """The old key first, then the Multikeys, each with its kind and id."""
    actor = actor_from(recorded("mitra-person-multikey"))

    found = [(key.uri.removeprefix(SLATE), key.kind) for key in actor.keys]

    assert found == [("#main-key", "rsa"), ("#main-key-multi", "rsa"), ("#ed25519-key", "ed25519")]
    assert actor.keys[0].pem == actor.keys[1].pem


@pytest.mark.parametrize(
    "changes",
    [
        {"controller": "https://mitra.example/users/other"},
        {"controller": None},
        {"id": "https://evil.example/k"},
        {"id": None},
        {"type": "JsonWebKey"},
        {"publicKeyMultibase": _multikey(bytes(32))},
        {"publicKeyMultibase": 5},
    ],
)
def test_multikey_that_is_not_the_actors_or_no_key_is_left_out(changes):
    """It must say whose it is, lie at the actor's origin and be a key."""
    document = recorded("mitra-person-multikey")
    ed25519 = {name: value for name, value in (_multikeys(document)[1] | changes).items() if value is not None}

    actor = actor_from(document | {"assertionMethod": [ed25519, "https://mitra.example/k", 5]})

    assert [key.kind for key in actor.keys] == ["rsa"]


def test_an_id_means_one_key():
    """A Multikey cannot take the id of the key that signs requests."""
    document = recorded("mitra-person-multikey")
    twin = _multikeys(document)[1] | {"id": f"{SLATE}#main-key"}

    actor = actor_from(document | {"assertionMethod": twin})

    assert [(key.uri, key.kind) for key in actor.keys] == [(f"{SLATE}#main-key", "rsa")]
