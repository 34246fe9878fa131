"""A document counts only when its own origin gives it, signed for; everything else has a reason."""

import json
from itertools import pairwise
from urllib.parse import urlsplit

import httpx
import pytest

from federation.reasons import PeerError, Reason
from federation.signatures import cavage
from federation.signatures.message import ACCEPT
from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from node.gateways.guard import ForbiddenAddress
from tests.node.gateways.answers import AP, NOTE, document, fetcher, moved, reason_of
from tests.node.gateways.doubles import NOW, StillClock, Web, key_pair, signing_key


async def test_document_at_its_own_id_is_returned():
    """The plain case."""
    web = Web({NOTE: document()})

    found = await fetcher(web).activity(NOTE)

    assert found.uri == NOTE
    assert found.document["type"] == "Note"


async def test_every_hop_is_signed_anew_by_the_server_actor():
    """A signature covers the path and the host, so a redirect needs its own."""
    web = Web(
        {
            NOTE: moved("https://www.peer.example/n/1?a=b"),
            "https://www.peer.example/n/1?a=b": document("https://www.peer.example/n/1?a=b"),
        }
    )

    await fetcher(web).activity(NOTE)

    assert len(web.requests) == 2
    for request in web.requests:
        headers = dict(request.headers)
        target, host = request.url.raw_path.decode(), request.url.host
        assert cavage.parse(headers).key_id == "https://ward.example/actor#main-key"
        cavage.verify("GET", target, headers, b"", public_pem=key_pair()[1], now=NOW, hosts={host})
        assert headers["accept"] == ACCEPT
        assert headers["accept-encoding"] == "identity"


async def test_key_may_come_from_a_coroutine():
    """The key lives in the database."""

    async def key():
        return signing_key()

    found = await HttpFetcher(Web({NOTE: document()}).client(), key, StillClock()).activity(NOTE)

    assert found.uri == NOTE


async def test_address_with_strange_characters_is_signed_as_it_is_sent():
    """What the signature covers is what goes over the wire."""
    uri = "https://peer.example/%7Einés/a b?q=[x]"
    web = Web()
    web.answers = {}

    with pytest.raises(PeerError):
        await fetcher(web).activity(uri.replace(" ", "%20"))

    request = web.requests[0]
    target = request.url.raw_path.decode()
    cavage.verify("GET", target, dict(request.headers), b"", public_pem=key_pair()[1], now=NOW, hosts={"peer.example"})
    assert urlsplit(str(request.url)).path == "/~in%C3%A9s/a%20b"


async def test_other_id_of_the_same_origin_is_asked_itself():
    """Only what the id itself answers is used."""
    real = "https://peer.example/objects/9"
    web = Web({NOTE: document(real, name="not this"), real: document(real, name="this")})

    found = await fetcher(web).activity(NOTE)

    assert (found.uri, found.document["name"]) == (real, "this")


async def test_id_of_another_origin_is_refused():
    """Nobody speaks for another server."""
    assert await reason_of(Web({NOTE: document("https://victim.example/notes/9")})) == Reason.WRONG_ID
    assert await reason_of(Web({NOTE: document("https://peer.example:8443/notes/1")})) == Reason.WRONG_ID


async def test_id_that_never_settles_is_refused():
    """Asked twice, not for ever."""
    other = "https://peer.example/2"

    assert await reason_of(Web({NOTE: document(other), other: document("https://peer.example/3")})) == Reason.WRONG_ID


@pytest.mark.parametrize("uri", [None, "", 7])
async def test_document_without_id_is_refused(uri):
    """Anonymous objects are nobody's."""
    assert await reason_of(Web({NOTE: document(uri)})) == Reason.WRONG_ID


@pytest.mark.parametrize("claimed", [NOTE, "https://peer.example/notes/7"])
async def test_open_redirect_of_a_victim_does_not_lend_its_name(claimed):
    """The origin is that of the address finally reached, even when the document claims the address first asked."""
    web = Web({NOTE: moved("https://evil.example/x"), "https://evil.example/x": document(claimed)})

    assert await reason_of(web) == Reason.WRONG_ID


async def test_key_stub_leads_to_its_actor():
    """Some servers answer a key's address with a stub of the actor."""
    actor = "https://peer.example/users/heron"
    web = Web({f"{actor}/main-key": document(actor), actor: document(actor, name="whole")})

    assert (await fetcher(web).activity(f"{actor}/main-key")).document["name"] == "whole"


async def test_fragment_is_not_sent():
    """A key id with a fragment is found in its document."""
    actor = "https://peer.example/users/ines"
    web = Web({actor: document(actor)})

    assert (await fetcher(web).activity(f"{actor}#main-key")).uri == actor


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, Reason.NOT_FOUND),
        (410, Reason.GONE),
        (401, Reason.REFUSED_BY_PEER),
        (403, Reason.REFUSED_BY_PEER),
        (418, Reason.REFUSED_BY_PEER),
        (500, Reason.UNREACHABLE),
        (503, Reason.UNREACHABLE),
    ],
)
async def test_status_becomes_a_reason(status, reason):
    """Absent, gone, refused and broken are different things."""
    assert await reason_of(Web({NOTE: document(status=status)})) == reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ConnectError("no"), Reason.UNREACHABLE),
        (httpx.ReadTimeout("slow"), Reason.UNREACHABLE),
        (httpx.RemoteProtocolError("odd"), Reason.UNREACHABLE),
        (OSError("net"), Reason.UNREACHABLE),
        (ForbiddenAddress("inside"), Reason.FORBIDDEN_ADDRESS),
    ],
)
async def test_failure_of_the_network_becomes_a_reason(error, reason):
    """No exception of the HTTP library gets out."""
    assert await reason_of(Web({NOTE: error})) == reason


@pytest.mark.parametrize(
    "uri",
    [
        "http://peer.example/1",
        "ftp://peer.example/1",
        "file:///etc/passwd",
        "https://a@b.example/",
        "https://x.example/\r\nx: y",
    ],
)
async def test_address_that_is_not_plain_https_is_never_asked(uri):
    """Refused before any request."""
    web = Web()

    assert await reason_of(web, uri) == Reason.INSECURE_ADDRESS
    assert web.requests == []


async def test_plain_http_is_for_loopback_when_set():
    """The demo's nodes speak it, nobody else."""
    uri = "http://127.0.0.1:8001/notes/1"

    assert (await fetcher(Web({uri: document(uri)}), loopback_http=True).activity(uri)).uri == uri
    assert await reason_of(Web({uri: document(uri)}), uri) == Reason.INSECURE_ADDRESS


async def test_three_redirects_are_followed_and_no_fourth():
    """A chain of fresh addresses ends."""
    hops = [f"https://peer.example/{i}" for i in range(5)]
    chain = {a: moved(b) for a, b in pairwise(hops)}

    assert (await fetcher(Web(chain | {hops[3]: document(hops[3])})).activity(hops[0])).uri == hops[3]
    assert await reason_of(Web(chain | {hops[4]: document(hops[4])}), hops[0]) == Reason.TOO_MANY_REDIRECTS


async def test_circle_of_redirects_stops_at_the_first_repeat():
    """Nobody is asked the same twice."""
    web = Web({NOTE: moved("/notes/2"), "https://peer.example/notes/2": moved("/notes/1")})

    assert await reason_of(web) == Reason.TOO_MANY_REDIRECTS
    assert len(web.requests) == 2


@pytest.mark.parametrize(
    "to", ["http://peer.example/notes/1", "file:///etc/passwd", "http://127.0.0.1/", "https://[bad/"]
)
async def test_redirect_never_leaves_https(to):
    """No downgrade, not even to loopback where plain http is allowed."""
    assert await reason_of(Web({NOTE: moved(to)}), loopback_http=True) == Reason.INSECURE_ADDRESS


async def test_redirect_without_an_address_is_a_fault():
    """A 302 to nowhere."""
    assert await reason_of(Web({NOTE: httpx.Response(302)})) == Reason.UNREACHABLE


async def test_application_in_the_same_process_is_read_and_posted_to():
    """A network in memory is as good as a real one: nothing here depends on the transport."""
    uri, seen = "http://127.0.0.1:8001/notes/1", []

    async def application(scope, receive, send):
        seen.append((scope["method"], dict(scope["headers"])[b"host"], (await receive())["body"]))
        headers = [(b"content-type", AP.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"id": uri}).encode()})

    client = httpx.AsyncClient(transport=httpx.ASGITransport(application))
    deliverer = HttpDeliverer(client, StillClock(), loopback_http=True)

    found = await HttpFetcher(client, signing_key, StillClock(), loopback_http=True).activity(uri)
    answer = await deliverer.post("http://127.0.0.1:8001/inbox", b"{}", signing_key())
    deliverer.close()

    assert (found.uri, answer.status) == (uri, 200)
    assert seen == [("GET", b"127.0.0.1:8001", b""), ("POST", b"127.0.0.1:8001", b"{}")]
