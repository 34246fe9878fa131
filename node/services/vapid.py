"""The key by which push services know this node (VAPID, RFC 8292): made when it is first needed, kept for good."""

import base64
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from node.store import secrets
from node.store.database import Database
from node.store.unit import Snapshot, Unit

NAME: Final = "vapid"
_BYTES: Final = 32


def published(snapshot: Snapshot) -> str:
    """Return the public key as apps want it, an uncompressed point in base64url; empty before a node first serves."""
    held = secrets.of(snapshot, NAME)
    return public_of(held) if held is not None else ""


async def private_key(db: Database) -> str:
    """Return the private key, its number in base64url, made now if there is none."""
    return await db.read(_held) or await db.write(ensured)


def _held(snapshot: Snapshot) -> str:
    return secrets.of(snapshot, NAME) or ""


def ensured(unit: Unit) -> str:
    """Return the private key, made now if there is none."""
    held = secrets.of(unit, NAME)
    return held if held is not None else _made(unit)


def _made(unit: Unit) -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return secrets.keep(unit, NAME, text_of(number.to_bytes(_BYTES, "big")))


def public_of(private: str) -> str:
    """Return the public key of a private one."""
    number = int.from_bytes(bytes_of(private), "big")
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return text_of(point)


def text_of(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64url or plain base64, padded or not. Raises: ValueError."""
    bare = text.rstrip("=").replace("+", "-").replace("/", "_")
    if not bare.isascii():
        raise ValueError("not base64")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)


def is_point(data: bytes) -> bool:
    """Tell whether bytes are a public key: an uncompressed point of P-256."""
    if len(data) != 65:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return True
