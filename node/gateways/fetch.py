"""Reading other servers: guarded, signed, bounded in bytes, hops and time. Keeps nothing and knows no tables.

Whatever goes wrong is a `PeerError` with a fetching reason. A document counts only when it was found at its own id.
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Final
from urllib.parse import urljoin

import aiohttp
import httpx
from typing_extensions import override

from federation.loose import decode
from federation.reasons import PeerError, Reason
from federation.signatures import cavage, rfc9421
from federation.signatures.message import ACCEPT
from federation.uris import host_of, is_same_origin, without_fragment
from node.clock import Clock
from node.gateways.guard import ForbiddenAddress
from node.gateways.wire import wire_url
from node.ports import Fetched, Fetcher, GetForm, GetForms, SigningKey, WebPage

MAX_DOCUMENT_BYTES: Final = 1024 * 1024
_MAX_REDIRECTS: Final = 3
_READ_TIMEOUT_S: Final = 10.0
_TOTAL_TIMEOUT_S: Final = 30.0
_MAX_WAIT_CHARS: Final = 64
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REASONS: Final = {404: Reason.NOT_FOUND, 410: Reason.GONE}
_AS_PROFILE: Final = "https://www.w3.org/ns/activitystreams"
_PROFILE: Final = re.compile(r'\bprofile\s*=\s*"?([^";]*)')
_CHARSET: Final = re.compile(r'\bcharset\s*=\s*"?([A-Za-z0-9_-]{1,40})', re.IGNORECASE)
_PAGE: Final = "text/html, application/xhtml+xml;q=0.9"
_GZIP_OR_ZLIB: Final = 47  # window bits that make zlib look at the header
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})

Permit = Callable[[str], Awaitable[None]]
KeySource = Callable[[], Awaitable[SigningKey]] | Callable[[], SigningKey]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A whole answer with status 200: where it came from at last, its media type and profile, its bytes."""

    url: str
    media_type: str
    profile: str
    data: bytes
    charset: str = ""


class HttpFetcher(Fetcher):
    """Reads documents and files with one shared client. `key` gives the server actor's key, on each use.

    A GET that is answered 401 is signed in other forms; `forms` remembers which one a host took.
    `permit` is asked for every host before it is dialled, that of a redirect too, and raises PeerError to refuse it.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        key: KeySource,
        clock: Clock,
        *,
        loopback_http: bool = False,
        total_timeout_s: float = _TOTAL_TIMEOUT_S,
        permit: Permit | None = None,
        forms: GetForms | None = None,
    ) -> None:
        self._client = client
        self._forms = forms
        self._permit = permit
        self._key = key
        self._clock = clock
        self._loopback_http = loopback_http
        self._total_timeout_s = total_timeout_s

    @override
    async def activity(self, uri: str) -> Fetched:
        """Return the ActivityPub document at `uri`, found at its own id.

        When the id is another address of the same origin, that one is asked, once, and its answer alone is used.
        """
        async with self._deadline():
            document, found_at = await self._document(uri)
            uri_found = _id(document)
            if not is_same_origin(uri_found, found_at):  # first: a redirect must not lend its address to its target
                raise PeerError(Reason.WRONG_ID, "the document claims an id of another origin")
            if uri_found in (uri, found_at, without_fragment(uri)):
                return Fetched(uri_found, document)
            document, found_at = await self._document(uri_found)
            if _id(document) != uri_found or not is_same_origin(uri_found, found_at):
                raise PeerError(Reason.WRONG_ID, "the document is not found at its own id")
            return Fetched(uri_found, document)

    @override
    async def json(self, uri: str, *, accept: str) -> dict[str, Any]:
        """Return a small JSON document of any JSON content type."""
        async with self._deadline():
            answer = await self._get(uri, accept=accept, max_bytes=MAX_DOCUMENT_BYTES)
        if not answer.media_type.endswith(("/json", "+json")):
            raise PeerError(Reason.WRONG_CONTENT_TYPE, "the answer is not JSON")
        return decode(answer.data)

    @override
    async def text(self, uri: str, *, accept: str) -> str:
        """Return a small text document, read as UTF-8."""
        async with self._deadline():
            answer = await self._get(uri, accept=accept, max_bytes=MAX_DOCUMENT_BYTES)
        return answer.data.decode("utf-8-sig", "replace")

    @override
    async def blob(self, uri: str, *, max_bytes: int) -> tuple[bytes, str]:
        """Return a file of at most `max_bytes` and its media type without parameters."""
        async with self._deadline():
            answer = await self._get(uri, accept="*/*", max_bytes=max_bytes)
        return answer.data, answer.media_type or "application/octet-stream"

    @override
    async def page(self, uri: str, *, max_bytes: int) -> WebPage:
        """Return a page for people, no more of it than `max_bytes`."""
        async with self._deadline():
            answer = await self._get(uri, accept=_PAGE, max_bytes=max_bytes, is_cut=True)
        return WebPage(answer.url, answer.data, answer.media_type, answer.charset)

    async def _document(self, uri: str) -> tuple[dict[str, Any], str]:
        answer = await self._get(uri, accept=ACCEPT, max_bytes=MAX_DOCUMENT_BYTES, key=await self._current_key())
        is_ld = answer.media_type == "application/ld+json" and _AS_PROFILE in answer.profile.split()
        if answer.media_type != "application/activity+json" and not is_ld:
            raise PeerError(Reason.WRONG_CONTENT_TYPE, "the answer is not an ActivityPub document")
        return decode(answer.data), answer.url

    async def _current_key(self) -> SigningKey:
        key = self._key()
        return await key if isawaitable(key) else key

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._total_timeout_s):
                yield
        except TimeoutError:
            raise PeerError(Reason.UNREACHABLE, "the answer took too long") from None

    async def _get(
        self, uri: str, *, accept: str, max_bytes: int, key: SigningKey | None = None, is_cut: bool = False
    ) -> _Answer:
        seen: set[str] = set()
        while len(seen) <= _MAX_REDIRECTS:
            url = str(wire_url(uri, loopback_http=self._loopback_http))
            if url in seen:
                raise PeerError(Reason.TOO_MANY_REDIRECTS, "the address redirects in a circle")
            seen.add(url)
            if self._permit is not None:
                await self._permit(host_of(url))
            with _peer_faults():
                response = await (self._knock(url, accept, key) if key else self._send(url, {"accept": accept}))
                async with aclosing(response):
                    if response.status_code not in _REDIRECTS:
                        return await _read(response, uri, max_bytes, is_cut=is_cut)
            uri = _next_hop(url, response)
        raise PeerError(Reason.TOO_MANY_REDIRECTS, f"more than {_MAX_REDIRECTS} redirects")

    async def _knock(self, url: str, accept: str, key: SigningKey) -> httpx.Response:
        """Ask in the form that the host took last, then in the others as long as it answers 401."""
        host = host_of(url)
        known = await self._forms.of(host) if self._forms else None
        *others, last = _forms_for(url, known)
        for form in others:
            response = await self._send(url, self._signed(url, accept, key, form))
            if response.status_code != 401:
                break
            await response.aclose()
        else:
            form, response = last, await self._send(url, self._signed(url, accept, key, last))
        is_news = form != (known or "cavage") and ("?" in url or known != "cavage-bare")
        if self._forms and is_news and response.status_code < 400:
            await self._forms.keep(host, form)
        return response

    def _signed(self, url: str, accept: str, key: SigningKey, form: GetForm) -> dict[str, str]:
        now = self._clock.now()
        if form == "rfc9421":
            return rfc9421.sign("GET", url, key_id=key.key_id, private_pem=key.pem, now=now, accept=accept)
        signed_url = url.partition("?")[0] if form == "cavage-bare" else url
        return cavage.sign("GET", signed_url, key_id=key.key_id, private_pem=key.pem, now=now, accept=accept)

    async def _send(self, url: str, headers: dict[str, str]) -> httpx.Response:
        headers["accept-encoding"] = "identity"
        request = self._client.build_request("GET", url, headers=headers, timeout=_READ_TIMEOUT_S)
        return await self._client.send(request, stream=True, follow_redirects=False)


def _forms_for(url: str, known: GetForm | None) -> list[GetForm]:
    """Order the forms in which a request can be signed, the known one first; without a query bare is no form."""
    forms: list[GetForm] = ["cavage", "cavage-bare", "rfc9421"] if "?" in url else ["cavage", "rfc9421"]
    return sorted(forms, key=lambda form: form != known)


@contextmanager
def _peer_faults() -> Iterator[None]:
    try:
        yield
    except ForbiddenAddress as error:
        raise PeerError(Reason.FORBIDDEN_ADDRESS, str(error)) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError) as error:
        raise PeerError(Reason.UNREACHABLE, type(error).__name__) from None


def _next_hop(url: str, response: httpx.Response) -> str:
    location: str = response.headers.get("location", "")
    if not location:
        raise PeerError(Reason.UNREACHABLE, "a redirect names no address")
    try:
        target = urljoin(url, location)
    except ValueError:
        raise PeerError(Reason.INSECURE_ADDRESS, "a redirect names an impossible address") from None
    if url.startswith("https:") and not target.startswith("https:"):
        raise PeerError(Reason.INSECURE_ADDRESS, "a redirect leads from https to something else")
    return target


async def _read(response: httpx.Response, uri: str, max_bytes: int, *, is_cut: bool) -> _Answer:
    status = response.status_code
    if status >= 500 or status == 429:
        wait = response.headers.get("retry-after", "")[:_MAX_WAIT_CHARS] or None
        raise PeerError(Reason.UNREACHABLE, f"the server answered {status}", retry_after=wait)
    if not 200 <= status < 300:
        raise PeerError(_REASONS.get(status, Reason.REFUSED_BY_PEER), f"the server answered {status}")
    if not is_cut and _declared_bytes(response) > max_bytes:
        raise PeerError(Reason.TOO_LARGE, f"the answer has more than {max_bytes} bytes")
    media_type, _, parameters = response.headers.get("content-type", "").partition(";")
    profile = _PROFILE.search(parameters)
    charset = _CHARSET.search(parameters)
    data = response.content if response.is_stream_consumed else await _body(response, max_bytes, is_cut=is_cut)
    return _Answer(
        uri, media_type.strip().lower(), profile[1] if profile else "", data[:max_bytes], charset[1] if charset else ""
    )


def _declared_bytes(response: httpx.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


async def _body(response: httpx.Response, max_bytes: int, *, is_cut: bool) -> bytes:
    unpack = _unpacker(response.headers.get("content-encoding", "identity").strip().lower())
    data, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        data += unpack(chunk, max_bytes + 1 - len(data))
        if max(len(data), received) > max_bytes and is_cut:
            break
        if max(len(data), received) > max_bytes:
            raise PeerError(Reason.TOO_LARGE, f"the answer has more than {max_bytes} bytes")
    return bytes(data)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """We ask for no compression; some send it all the same, and then it is unpacked no further than we may read."""
    if encoding in ("", "identity"):
        return lambda chunk, _: chunk
    if encoding not in _PACKED:
        raise PeerError(Reason.WRONG_CONTENT_TYPE, "the answer is packed in a way we did not ask for")
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return unpacker.decompress(chunk, most)
        except zlib.error:
            raise PeerError(Reason.MALFORMED, "the answer cannot be unpacked") from None

    return unpack


def _id(document: dict[str, Any]) -> str:
    uri = document.get("id")
    if isinstance(uri, str) and uri:
        return uri
    raise PeerError(Reason.WRONG_ID, "the document has no id")
