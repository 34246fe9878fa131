"""Which keys are taken from peers, and that our own are usable."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from federation.reasons import PeerError, Reason
from federation.signatures.keys import private_key, public_key
from tests.federation.signatures.requests import key_pair


def pem_of(key):
    """Give the public PEM of a private key."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.mark.parametrize(
    "make", [lambda: rsa.generate_private_key(65537, 1024), lambda: ec.generate_private_key(ec.SECP256R1())]
)
def test_weak_or_strange_key_is_unsupported(make):
    """Short RSA and other kinds of keys are refused."""
    with pytest.raises(PeerError) as caught:
        public_key(pem_of(make()))

    assert caught.value.reason == Reason.UNSUPPORTED_ALGORITHM


def _rsa_public(bits, exponent):
    modulus = (1 << (bits - 1)) + (1 << 200) + 1
    return (
        rsa.RSAPublicNumbers(exponent, modulus)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.mark.parametrize(("bits", "exponent"), [(8192, 65537), (2048, (1 << 60) + 1)])
def test_key_that_would_cost_too_much_is_refused(bits, exponent):
    """Neither a huge modulus nor a huge exponent may be used to keep us busy."""
    with pytest.raises(PeerError) as caught:
        public_key(_rsa_public(bits, exponent))

    assert caught.value.reason == Reason.UNSUPPORTED_ALGORITHM


@pytest.mark.parametrize(
    "text", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "x" * 5000]
)
def test_text_that_is_no_key_is_unavailable(text):
    """Garbage in place of a key has a reason of its own."""
    with pytest.raises(PeerError) as caught:
        public_key(text)

    assert caught.value.reason == Reason.KEY_UNAVAILABLE


def test_key_is_parsed_once():
    """The same text gives the same object, ready to use."""
    private, public = key_pair()

    assert public_key(public) is public_key(public)
    assert private_key(private) is private_key(private)
    assert isinstance(public_key(public), rsa.RSAPublicKey)
