"""What an answer holds is read in bounds and by its kind: a document, small JSON, a text, a file, a page."""

import asyncio
import gzip
import json
import zlib

import httpx
import pytest

from federation.reasons import PeerError, Reason
from tests.node.gateways.answers import AP, NOTE, document, fetcher, reason_of, streamed
from tests.node.gateways.doubles import Web


@pytest.mark.parametrize(
    ("kind", "is_fine"),
    [
        (AP, True),
        (f"{AP}; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ('application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://evil.example/"', False),
        ("application/json", False),
        ("text/html", False),
        ("", False),
    ],
)
async def test_only_content_types_of_activitypub_count(kind, is_fine):
    """A user's upload or a plain JSON file is never taken for an object."""
    web = Web({NOTE: document(kind=kind)})

    if is_fine:
        assert (await fetcher(web).activity(NOTE)).uri == NOTE
    else:
        assert await reason_of(web) == Reason.WRONG_CONTENT_TYPE


@pytest.mark.parametrize(
    "answer",
    [
        lambda: streamed(*[b"x" * 65536] * 17),
        lambda: streamed(b"{}", content_length="9999999"),
        lambda: streamed(gzip.compress(b" " * 50_000_000), content_encoding="gzip"),
        lambda: streamed(zlib.compress(b" " * 50_000_000), content_encoding="deflate"),
    ],
)
async def test_answer_over_a_mebibyte_is_too_large(answer):
    """However it is packed, and whatever it says of itself."""
    assert await reason_of(Web({NOTE: answer()})) == Reason.TOO_LARGE


async def test_packed_answer_within_bounds_is_unpacked():
    """Some servers compress although we ask them not to."""
    packed = gzip.compress(json.dumps({"id": NOTE, "type": "Note"}).encode())

    found = await fetcher(Web({NOTE: streamed(packed[:9], packed[9:], content_encoding="gzip")})).activity(NOTE)

    assert found.uri == NOTE


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: streamed(b"no gzip", content_encoding="gzip"), Reason.MALFORMED),
        (lambda: streamed(b"?", content_encoding="br"), Reason.WRONG_CONTENT_TYPE),
        (lambda: streamed(b"?", content_encoding="gzip, gzip"), Reason.WRONG_CONTENT_TYPE),
        (lambda: streamed(b"[1]"), Reason.MALFORMED),
        (lambda: streamed(b"<html>"), Reason.MALFORMED),
        (lambda: streamed(b'{"id":"a","id":"b"}'), Reason.DUPLICATE_KEY),
    ],
)
async def test_answer_that_cannot_be_read_has_a_reason(answer, reason):
    """Broken packing, several layers, other JSON, no JSON."""
    assert await reason_of(Web({NOTE: answer()})) == reason


async def test_endless_answer_ends_at_the_deadline():
    """One deadline for the whole fetch, not one for each byte."""

    async def never(request):
        await asyncio.Event().wait()

    assert await reason_of(Web({NOTE: never}), total_timeout_s=0.01) == Reason.UNREACHABLE


async def test_small_json_of_any_json_type_is_read_unsigned():
    """WebFinger and NodeInfo ask for no signature."""
    uri = "https://peer.example/.well-known/webfinger?resource=acct:a@peer.example"
    web = Web({uri: httpx.Response(200, json={"subject": "x"}, headers={"content-type": "application/jrd+json"})})

    assert await fetcher(web).json(uri, accept="application/jrd+json") == {"subject": "x"}
    assert "signature" not in web.requests[0].headers


async def test_json_that_is_html_is_refused():
    """An error page with status 200 is not an answer."""
    uri = "https://peer.example/x"
    web = Web({uri: httpx.Response(200, html="<p>hello")})

    with pytest.raises(PeerError) as caught:
        await fetcher(web).json(uri, accept="application/json")

    assert caught.value.reason == Reason.WRONG_CONTENT_TYPE


async def test_text_is_read_as_utf8_whatever_it_holds():
    """host-meta is small and forgiving."""
    uri = "https://peer.example/.well-known/host-meta"

    assert (
        await fetcher(Web({uri: httpx.Response(200, content=b"\xef\xbb\xbf<XRD>\xff")})).text(uri, accept="*/*")
        == "<XRD>\ufffd"
    )


async def test_file_comes_with_its_type_and_within_its_bound():
    """The caller says how large a file may be."""
    uri = "https://peer.example/a.png"
    web = Web({uri: httpx.Response(200, content=b"png!", headers={"content-type": "Image/PNG; x=y"})})

    assert await fetcher(web).blob(uri, max_bytes=4) == (b"png!", "image/png")
    with pytest.raises(PeerError) as caught:
        await fetcher(web).blob(uri, max_bytes=3)
    assert caught.value.reason == Reason.TOO_LARGE


async def test_page_is_cut_where_it_is_long_and_tells_its_letters():
    """What comes first is enough of it, also where it says how long it is; where it was found counts."""
    url, to = "https://news.example/a", "https://news.example/b"
    long = streamed(b"<title>x", b" " * 5000, b" " * 5000, content_type='text/html; charset="Shift_JIS"')
    long.headers["content-length"] = "10008"
    web = Web({url: httpx.Response(302, headers={"location": to}), to: long})

    found = await fetcher(web).page(url, max_bytes=1000)

    assert (found.url, found.media_type, found.charset) == (to, "text/html", "Shift_JIS")
    assert (len(found.data), found.data[:8]) == (1000, b"<title>x")
    assert all("signature" not in request.headers for request in web.requests)
