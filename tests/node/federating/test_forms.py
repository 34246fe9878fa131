"""Requests signed in the newer form come in, go out, and are remembered, through the whole node."""

import json

import httpx

from federation.signatures import rfc9421
from node.store import peers
from tests.node.federating.conftest import Ward
from tests.support.network import Send


async def test_an_activity_signed_after_rfc_9421_is_taken(ward: Ward) -> None:
    """Over the wire, headers and all; a changed body is refused."""
    create = ward.okapi.create()
    body, url = json.dumps(create).encode(), "https://ward.example/inbox"
    headers = rfc9421.sign(
        "POST",
        url,
        body,
        key_id=ward.okapi.key_id,
        private_pem=ward.okapi.keys.private_pem,
        now=ward.network.clock.now(),
    )

    answer = await ward.peer.client.post(url, content=body, headers=headers)
    changed = await ward.peer.client.post(url, content=body + b" ", headers=headers)

    assert (answer.status_code, answer.json()["verdict"]) == (202, "accepted")
    assert (changed.status_code, changed.json()["reason"]) == (401, "bad-digest")
    await ward.holds(create["object"]["id"])


async def test_a_peer_that_takes_the_newer_form_alone_gets_it_at_once_the_second_time(ward: Ward) -> None:
    """One request knocks twice; a week later the usual way is tried again."""
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    forms: list[str] = []

    async def newer_only(request: httpx.Request, send: Send) -> httpx.Response:
        if request.method != "POST":
            return await send(request)
        is_newer = "signature-input" in request.headers
        forms.append("newer" if is_newer else "older")
        return await send(request) if is_newer else httpx.Response(401, request=request)

    ward.network.wire.hooks["masto.example"] = newer_only
    for text, days in (("one", 0), ("two", 1), ("three", 7)):
        ward.network.clock.pass_time(days=days)
        await ward.node.post(ward.asha, text)
        await ward.network.settle()

    assert forms == ["older", "newer", "newer", "older", "newer"]
    assert len(ward.peer.got("Create")) == 3
    assert await ward.node.db.read(peers.post_forms, ["masto.example"]) == {"masto.example": "rfc9421"}
