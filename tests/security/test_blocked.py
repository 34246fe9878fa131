"""Whom somebody has blocked is not heard, and who was suspended is not let in."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from node.store import tables
from node.store.unit import Unit
from tests.node.federating.conftest import Ward, ward
from tests.support.peers import PUBLIC, Document
from tests.support.world import PASSWORD, World
from tests.web.pages.browser import Browser

__all__ = ["ward"]


def deeds(ward: Ward, uri: str) -> dict[str, Document]:
    """Return everything somebody may do towards asha and a post of hers."""
    asha = ward.asha.account.uri
    named = {"to": [PUBLIC, asha], "tag": [{"type": "Mention", "href": asha, "name": "@asha@ward.example"}]}
    return {
        "follow": ward.okapi.follow(asha),
        "like": ward.okapi.like(uri),
        "boost": ward.okapi.announce(uri),
        "mention": ward.okapi.create("@asha look", **named),
        "message": ward.okapi.create("@asha look", **(named | {"to": [asha], "cc": []})),
        "reply": ward.okapi.create("@asha no", inReplyTo=uri, **named),
        "quote": ward.okapi.create("see", quote=uri, quoteUrl=uri, **named),
        "request to quote": ward.okapi.activity("QuoteRequest", uri, instrument=f"{ward.okapi.uri}/statuses/9"),
    }


@pytest.mark.parametrize(
    "deed", ["follow", "like", "boost", "mention", "message", "reply", "quote", "request to quote"]
)
async def test_S091_what_a_blocked_actor_does_is_dropped_silently(ward: Ward, deed: str) -> None:
    """202, and whoever blocked them is told nothing and sees nothing."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    okapi = await ward.node.find(ward.okapi.handle)
    asha = ward.node.world.client(ward.asha)
    await asha.post(f"/api/v1/accounts/{okapi.id}/block")
    await ward.network.settle()
    told_before = (await asha.get("/api/v1/notifications")).json()
    ward.peer.received.clear()

    answer = await ward.takes(deeds(ward, post.uri)[deed])

    shown = (await asha.get(f"/api/v1/statuses/{post.id}")).json()
    context = (await asha.get(f"/api/v1/statuses/{post.id}/context")).json()
    assert answer.status_code == 202
    assert (await asha.get("/api/v1/notifications")).json() == told_before
    assert [line for line in await ward.node.home(ward.asha) if str(okapi.id) in line.json] == []
    assert (await asha.get("/api/v1/conversations")).json() == []
    assert (await asha.get("/api/v1/follow_requests")).json() == []
    assert [shown[name] for name in ("favourites_count", "reblogs_count")] == [0, 0]
    assert context["descendants"] == []
    assert ward.peer.got("Accept") == []


async def test_S093_a_suspended_user_is_let_in_no_more(world: World) -> None:
    """Token and session end at once; a stream is not opened."""
    ines = await world.user("ines")
    browser = Browser(world.anybody)
    await browser.sign_in("ines", PASSWORD)
    client = world.client(ines)
    before = [(await client.get("/api/v1/timelines/home")).status_code, (await browser.client.get("/home")).status_code]

    def suspend(unit: Unit) -> None:
        is_hers = tables.accounts.c.id == ines.id
        unit.conn.execute(update(tables.accounts).where(is_hers).values(is_suspended=True))

    await world.db.write(suspend)

    answers = [await client.get("/api/v1/timelines/home"), await client.post("/api/v1/statuses", json={"status": "x"})]
    answers += [await client.get("/api/v1/streaming/user"), await client.get("/api/v1/accounts/verify_credentials")]
    page = await browser.client.get("/home")
    assert before == [200, 200]
    assert {answer.status_code for answer in answers} <= {401, 403, 404}
    assert answers[0].status_code == 403
    assert is_sent_away(page)


def is_sent_away(page: httpx.Response) -> bool:
    """Tell whether a page is the way to the door."""
    return page.status_code in (302, 303, 401, 403) or "sign-in" in str(page.url)


async def test_S093_no_stream_opens_without_a_token(world: World) -> None:
    """A WebSocket is closed before it is opened."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/api/v1/streaming", "raw_path": b"/api/v1/streaming", "query_string": b""}
    await world.app(scope | {"headers": [(b"host", b"ward.example")]}, receive, send)

    assert [message["type"] for message in sent] == ["websocket.close"]
