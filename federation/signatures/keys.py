"""Keys as peers publish them and as we keep them, each parsed once.

Knows nothing of who owns a key. Private keys are loaded without their costly consistency check (36 ms), which is right
for keys that we made ourselves and for no others.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from federation.reasons import PeerError, Reason

PublicKey = RSAPublicKey | Ed25519PublicKey
PrivateKey = RSAPrivateKey | Ed25519PrivateKey

MIN_RSA_BITS: Final = 2048
MAX_RSA_BITS: Final = 4096
_MAX_PEM_CHARS: Final = 4096  # an RSA-4096 public key has 800
_MAX_EXPONENT_BITS: Final = 33  # 65537 everywhere; a huge one makes every verification as dear as a signature
_FIELD: Final = 2**255 - 19
_EIGHTH: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The y of every point of small order, as they may be written: for a key on one of them, anybody can make signatures.
_WORTHLESS: Final = frozenset({0, 1, _FIELD - 1, _FIELD, _FIELD + 1, _EIGHTH, _FIELD - _EIGHTH})


@lru_cache(maxsize=2048)
def public_key(pem: str) -> PublicKey:
    """Parse a peer's public key: RSA of 2048 to 4096 bits, or Ed25519.

    Raises: PeerError(KEY_UNAVAILABLE) when it is no key, PeerError(UNSUPPORTED_ALGORITHM) as `checked`.
    """
    if len(pem) > _MAX_PEM_CHARS:
        raise PeerError(Reason.KEY_UNAVAILABLE, "the public key is too long")
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise PeerError(Reason.KEY_UNAVAILABLE, "the public key is not a readable PEM") from None
    return checked(key)


def checked(key: object) -> PublicKey:
    """Give back a key that may count: RSA of 2048 to 4096 bits with a sound exponent, or Ed25519 of full order.

    Raises: PeerError(UNSUPPORTED_ALGORITHM).
    """
    if isinstance(key, Ed25519PublicKey):
        y = int.from_bytes(key.public_bytes_raw(), "little") & (2**255 - 1)
        if y in _WORTHLESS:
            raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "this Ed25519 key proves nothing")
        return key
    if not isinstance(key, RSAPublicKey):
        raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "only RSA and Ed25519 keys are supported")
    if not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        raise PeerError(Reason.UNSUPPORTED_ALGORITHM, f"RSA keys must have {MIN_RSA_BITS} to {MAX_RSA_BITS} bits")
    exponent = key.public_numbers().e
    if exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > _MAX_EXPONENT_BITS:
        raise PeerError(Reason.UNSUPPORTED_ALGORITHM, "the RSA exponent is too small, even or too large")
    return key


@lru_cache(maxsize=1024)
def private_key(pem: str) -> PrivateKey:
    """Parse one of our own private keys (PKCS 8, unencrypted). Raises: ValueError when it is not one."""
    key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("a signing key must be RSA or Ed25519")
    return key


def generate_rsa() -> tuple[str, str]:
    """Make an RSA-2048 key and give its private and public PEM; takes about 40 ms, so call it in a thread."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def generate_ed25519() -> tuple[str, str]:
    """Make an Ed25519 key and give its private and public PEM; takes a tenth of a millisecond."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
