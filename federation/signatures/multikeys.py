"""Public keys as FEP-521a writes them (Multikey: a kind and the bytes, in base 58), made from and into PEM.

A key that could never be believed, because anybody can sign for it, is none.
"""

from functools import lru_cache
from typing import Final, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from federation.reasons import PeerError, Reason
from federation.signatures.keys import checked, public_key

KeyKind = Literal["rsa", "ed25519"]

_ED25519: Final = b"\xed\x01"  # multicodec ed25519-pub
_RSA: Final = b"\x85\x24"  # multicodec rsa-pub, a PKCS 1 structure
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {digit: value for value, digit in enumerate(_ALPHABET)}
_MAX_CHARS: Final = 1024  # an RSA key of 4096 bits has 735
_ED25519_PEM: Final = "MCowBQYDK2VwAyEA"  # how every one begins


def kind_of(pem: str) -> KeyKind:
    """Tell the kind of a public PEM by how it begins; what is neither passes for RSA until it is parsed."""
    return "ed25519" if _ED25519_PEM in pem[:128] else "rsa"


@lru_cache(maxsize=1024)
def to_pem(text: str) -> str:
    """Give the PEM of a Multikey's `publicKeyMultibase`.

    Raises: PeerError(KEY_UNAVAILABLE) when it is no key, PeerError(UNSUPPORTED_ALGORITHM) when it is another kind, too
    short, too long, or one that proves nothing.
    """
    data = decode(text)
    try:
        if data.startswith(_ED25519):
            key: object = Ed25519PublicKey.from_public_bytes(data[2:])
        elif data.startswith(_RSA):
            key = serialization.load_der_public_key(data[2:])
        else:
            raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "only RSA and Ed25519 keys are supported")
    except (ValueError, UnsupportedAlgorithm):
        raise PeerError(Reason.KEY_UNAVAILABLE, "the public key cannot be read") from None
    return _pem(checked(key))


@lru_cache(maxsize=1024)
def from_pem(pem: str) -> str:
    """Give the `publicKeyMultibase` of a public PEM. Raises: PeerError as `keys.public_key`."""
    key = public_key(pem)
    if isinstance(key, Ed25519PublicKey):
        return encode(_ED25519 + key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
    return encode(_RSA + key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1))


def encode(data: bytes) -> str:
    """Write bytes as multibase base58btc (`z` and the digits)."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def decode(text: str) -> bytes:
    """Read multibase base58btc. Raises: PeerError(KEY_UNAVAILABLE)."""
    digits = text[1:]
    if not text.startswith("z") or len(text) > _MAX_CHARS or not all(digit in _DIGITS for digit in digits):
        raise PeerError(Reason.KEY_UNAVAILABLE, "the value is not in base 58, or too long")
    number = 0
    for digit in digits:
        number = number * 58 + _DIGITS[digit]
    zeros = len(digits) - len(digits.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _pem(key: RSAPublicKey | Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
