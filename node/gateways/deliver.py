"""Posting activities to other servers: guarded, signed at the last moment, bounded in time. Never raises for a peer's fault.

Signatures are made in a thread of our own (0.26 ms each, the interpreter lock released), all waiting ones in one hop.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, NamedTuple, TypedDict

import aiohttp
import httpx
from typing_extensions import override

from federation.reasons import PeerError, Reason
from federation.signatures import cavage, rfc9421
from federation.signatures.message import ACTIVITY_JSON, Form
from federation.signatures.rfc9421 import Wanted
from node.clock import Clock
from node.gateways.guard import ForbiddenAddress
from node.gateways.wire import wire_url
from node.ports import Delivered, Deliverer, SigningKey

_TOTAL_TIMEOUT_S: Final = 10.0
_MAX_ANSWER_BYTES: Final = 4096
_KEPT_HEADERS: Final = ("retry-after", "content-type", "server", "accept-signature", "date")
_MAX_HEADER_CHARS: Final = 512
_MAX_ERROR_CHARS: Final = 300
_UNSIGNED: Final = frozenset({400, 401})  # what servers answer that do not know a form of signature


class _Job(NamedTuple):
    url: str
    body: bytes
    key: SigningKey
    form: Form
    wanted: Wanted | None
    content_type: str
    signed: asyncio.Future[dict[str, str]]


class _How(TypedDict):
    key_id: str
    private_pem: str
    now: datetime
    content_type: str


class _Parcel(NamedTuple):
    url: httpx.URL
    body: bytes
    key: SigningKey
    headers: Mapping[str, str]  # beside those that are signed
    content_type: str


class Signer:
    """Signs in one thread; requests that wait meanwhile are signed together in the next hop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sign")
        self._waiting: list[_Job] = []
        self._is_busy = False

    async def headers(
        self,
        url: str,
        body: bytes,
        key: SigningKey,
        form: Form = "cavage",
        wanted: Wanted | None = None,
        *,
        content_type: str = ACTIVITY_JSON,
    ) -> dict[str, str]:
        """Give the signed headers of a POST of `body` to `url`."""
        loop = asyncio.get_running_loop()
        job = _Job(url, body, key, form, wanted, content_type, loop.create_future())
        self._waiting.append(job)
        self._start(loop)
        return await job.signed

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._is_busy or not self._waiting:
            return
        self._is_busy = True
        jobs, self._waiting = self._waiting, []
        self._pool.submit(self._sign, jobs, loop)

    def _sign(self, jobs: list[_Job], loop: asyncio.AbstractEventLoop) -> None:
        results = [self._signed(job) for job in jobs]
        loop.call_soon_threadsafe(self._hand_out, jobs, results, loop)

    def _signed(self, job: _Job) -> dict[str, str] | Exception:
        how: _How = {
            "key_id": job.key.key_id,
            "private_pem": job.key.pem,
            "now": self._clock.now(),
            "content_type": job.content_type,
        }
        try:
            if job.form == "cavage":
                return cavage.sign("POST", job.url, job.body, **how)
            return rfc9421.sign("POST", job.url, job.body, **how, wanted=job.wanted)
        except Exception as error:  # handed to the one who asked
            return error

    def _hand_out(
        self, jobs: list[_Job], results: list[dict[str, str] | Exception], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._is_busy = False
        self._start(loop)
        for job, result in zip(jobs, results, strict=True):
            if job.signed.done():
                continue
            if isinstance(result, Exception):
                job.signed.set_exception(result)
            else:
                job.signed.set_result(result)


class HttpDeliverer(Deliverer):
    """Posts over one shared client and its kept-alive connections. Close it when the node ends."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        loopback_http: bool = False,
        total_timeout_s: float = _TOTAL_TIMEOUT_S,
    ) -> None:
        self._client = client
        self._signer = Signer(clock)
        self._loopback_http = loopback_http
        self._total_timeout_s = total_timeout_s
        self._more_headers = {"user-agent": client.headers["user-agent"], "accept-encoding": "identity"}
        self._extensions = {"timeout": httpx.Timeout(total_timeout_s).as_dict()}

    @override
    async def post(
        self,
        inbox: str,
        body: bytes,
        key: SigningKey,
        *,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str = ACTIVITY_JSON,
    ) -> Delivered:
        """Sign `body` now and POST it, on 400 or 401 once more in another form; redirects are not followed."""
        try:
            async with asyncio.timeout(self._total_timeout_s):
                url = wire_url(inbox, loopback_http=self._loopback_http)
                return await self._knock(_Parcel(url, body, key, headers or {}, content_type), form or "cavage")
        except PeerError as error:
            return Delivered(0, {}, str(error))
        except ForbiddenAddress as error:
            return Delivered(0, {}, f"{Reason.FORBIDDEN_ADDRESS}: {error}")
        except TimeoutError:
            return Delivered(0, {}, f"{Reason.UNREACHABLE}: no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError) as error:
            return Delivered(0, {}, f"{Reason.UNREACHABLE}: {type(error).__name__} {error}"[:_MAX_ERROR_CHARS])

    def close(self) -> None:
        """End the signing thread; the client is its maker's."""
        self._signer.close()

    async def _knock(self, parcel: _Parcel, form: Form) -> Delivered:
        """Post, and if that may be for the signature, post again: as the peer wants it, or in the other form.

        The first answer counts unless the second is a success: it is the one that says what was wrong.
        """
        first = await self._post(parcel, form, None)
        if first.status not in _UNSIGNED:
            return first
        wish = first.headers.get("accept-signature")
        key_id, is_asked = parcel.key.key_id, first.status == 401
        wanted = rfc9421.wanted_by(wish, key_id=key_id, has_body=True) if wish and is_asked else None
        second = await self._post(parcel, "rfc9421" if wanted or form == "cavage" else "cavage", wanted)
        return second if second.form else first

    async def _post(self, parcel: _Parcel, form: Form, wanted: Wanted | None) -> Delivered:
        signed = await self._signer.headers(
            str(parcel.url), parcel.body, parcel.key, form, wanted, content_type=parcel.content_type
        )
        headers = {**parcel.headers, **signed, **self._more_headers}
        request = httpx.Request(  # not build_request, which parses the address and merges headers once more (0.1 ms)
            "POST", parcel.url, headers=headers, content=parcel.body, extensions=self._extensions
        )
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            await discard(response)
        finally:
            await response.aclose()
        kept = {name: response.headers[name][:_MAX_HEADER_CHARS] for name in _KEPT_HEADERS if name in response.headers}
        return Delivered(response.status_code, kept, form=form if response.is_success else None)


async def discard(response: httpx.Response) -> None:
    """Read a short answer, so that the connection can be kept; a long one costs the connection."""
    if response.is_stream_consumed:
        return
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > _MAX_ANSWER_BYTES:
            return
