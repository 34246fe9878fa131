"""What a pretend peer answers when it is asked for a document, and a fetcher to ask it with."""

import json

import httpx
import pytest

from federation.reasons import PeerError
from node.gateways.fetch import HttpFetcher
from tests.node.gateways.doubles import StillClock, signing_key

NOTE = "https://peer.example/notes/1"
AP = "application/activity+json"


def document(uri=NOTE, kind=AP, status=200, **more):
    """Give an answer with a document that claims `uri`."""
    return httpx.Response(
        status, content=json.dumps({"id": uri, "type": "Note"} | more), headers={"content-type": kind}
    )


def moved(to, status=302):
    """Give a redirect."""
    return httpx.Response(status, headers={"location": to})


def fetcher(web, **options):
    """Give a fetcher that reads servers in memory."""
    return HttpFetcher(web.client(), signing_key, StillClock(), **options)


async def reason_of(web, uri=NOTE, **options):
    """Give the reason for which a fetch fails."""
    with pytest.raises(PeerError) as caught:
        await fetcher(web, **options).activity(uri)
    return caught.value.reason


async def pieces(*chunks):
    """Stream an answer."""
    for chunk in chunks:
        yield chunk


def streamed(*chunks, **headers):
    """Give an answer whose length is not known before."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, content=pieces(*chunks), headers={"content-type": AP} | headers)
