"""The other end of a push: an app with its keys, and a push service that opens what arrives for it."""

import base64
from typing import Any, Final

import http_ece
import httpx
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid01, Vapid02

HOST: Final = "push.example"
ENDPOINT: Final = f"https://{HOST}/send/abc"


def text_of(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """An app on a phone: it has the private key, and keeps every push that could be opened."""

    def __init__(self) -> None:
        self._key: Final = ec.generate_private_key(ec.SECP256R1())
        self._auth: Final = b"sixteen bytes ok"
        self.requests: list[httpx.Request] = []
        self.status = 201

    @property
    def keys(self) -> dict[str, str]:
        """What the app tells the node."""
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": text_of(point), "auth": text_of(self._auth)}

    def wish(self, *kinds: str, endpoint: str = ENDPOINT, is_standard: bool = True, **data: Any) -> dict[str, Any]:
        """Return what the app sends to subscribe."""
        alerts = dict.fromkeys(kinds, True)
        subscription = {"endpoint": endpoint, "keys": self.keys, "standard": is_standard}
        return {"subscription": subscription, "data": {"alerts": alerts, **data}}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Take a push."""
        await request.aread()
        self.requests.append(request)
        return httpx.Response(self.status, headers={"location": "https://127.0.0.1/inside"}, request=request)

    def opened(self, request: httpx.Request) -> dict[str, Any]:
        """Return what a push says."""
        more: dict[str, Any] = {"version": "aes128gcm"}
        if request.headers["content-encoding"] == "aesgcm":
            parts = dict(part.split("=", 1) for part in request.headers["crypto-key"].split(";"))
            salt = request.headers["encryption"].removeprefix("salt=")
            more = {"version": "aesgcm", "salt": bytes_of(salt), "dh": bytes_of(parts["dh"])}
        plain = http_ece.decrypt(request.content, private_key=self._key, auth_secret=self._auth, **more)
        found: dict[str, Any] = msgspec.json.decode(plain)
        return found


def is_vouched(request: httpx.Request, server_key: str) -> bool:
    """Tell whether a push is signed with the key that a node publishes."""
    word = request.headers["authorization"]
    if word.startswith("vapid "):
        return f"k={server_key}" in word and bool(Vapid02.verify(word))
    names = f"p256ecdsa={server_key}" in request.headers["crypto-key"]
    return names and bool(Vapid01.verify(server_key, word))
