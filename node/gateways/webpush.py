"""Pushing to apps through push services: sealed for the app alone, signed with the node's key, guarded as all that goes out.

The libraries that seal and sign are imported when the first push goes out: a node whose people use no apps stays small.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
import httpx
from typing_extensions import override

from federation.reasons import PeerError, Reason
from node.clock import Clock
from node.gateways.deliver import discard
from node.gateways.guard import ForbiddenAddress
from node.gateways.wire import wire_url
from node.ports import Endpoint, Push, Pusher

_TOTAL_TIMEOUT_S: Final = 10.0
_VOUCHED: Final = timedelta(hours=12)  # how long a push service may take our word; a day at most
_STANDARD: Final = "aes128gcm"
_DRAFT: Final = "aesgcm"


class HttpPusher(Pusher):
    """Posts over the shared client. `subject` is where a push service may complain: mailto: or https:."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock, *, subject: str, loopback_http: bool = False) -> None:
        self._client = client
        self._clock = clock
        self._subject = subject
        self._loopback_http = loopback_http

    @override
    async def push(self, to: Endpoint, message: Push, *, key: str) -> int:
        """Seal, sign and POST; redirects are not followed."""
        url = wire_url(to.url, loopback_http=self._loopback_http)
        claims = {
            "sub": self._subject,
            "aud": f"{url.scheme}://{url.netloc.decode()}",
            "exp": int((self._clock.now() + _VOUCHED).timestamp()),
        }
        body, headers = await asyncio.to_thread(_sealed, to, message.payload, claims, key)
        headers |= {"ttl": str(message.ttl_s), "urgency": message.urgency}
        try:
            async with asyncio.timeout(_TOTAL_TIMEOUT_S):
                return await self._post(url, body, headers)
        except ForbiddenAddress as error:
            raise PeerError(Reason.FORBIDDEN_ADDRESS, str(error)) from None
        except TimeoutError:
            raise PeerError(Reason.UNREACHABLE, "no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError) as error:
            raise PeerError(Reason.UNREACHABLE, type(error).__name__) from None

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> int:
        request = self._client.build_request("POST", url, headers=headers, content=body)
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            await discard(response)
        finally:
            await response.aclose()
        return response.status_code


def _sealed(to: Endpoint, payload: bytes, claims: Mapping[str, Any], key: str) -> tuple[bytes, dict[str, str]]:
    """Return the sealed message with its headers: as RFC 8291 and 8292 say, or as the drafts before them."""
    from py_vapid import Vapid01, Vapid02, VapidException
    from pywebpush import WebPusher, WebPushException

    kind = Vapid02 if to.is_standard else Vapid01
    try:
        signer = kind.from_raw(key.encode())
        signer.conf = {"no-strict": True}  # a node on this machine has no address that a mail could go to
        signed = signer.sign(dict(claims))
        sealer = WebPusher({"endpoint": to.url, "keys": {"p256dh": to.p256dh, "auth": to.auth}})
        sealed = sealer.encode(payload, _STANDARD if to.is_standard else _DRAFT)
    except (ValueError, VapidException, WebPushException):
        raise PeerError(Reason.INSECURE_ADDRESS, "nothing can be sealed for this subscription") from None
    headers = {"authorization": signed["Authorization"], "content-type": "application/octet-stream"}
    if to.is_standard:
        return sealed["body"], headers | {"content-encoding": _STANDARD}
    headers |= {"content-encoding": _DRAFT, "encryption": f"salt={sealed['salt'].decode()}"}
    return sealed["body"], headers | {"crypto-key": f"dh={sealed['crypto_key'].decode()};{signed['Crypto-Key']}"}
