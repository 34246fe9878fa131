"""Previews of links: nothing of a page is kept but words and a picture, and no page is flooded by what links to it."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from node.ports import WebPage
from node.store import tables
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward, ward
from tests.support.pages import PAGE, TOLD, looked_at, page
from tests.support.peers import PUBLIC
from tests.support.world import World
from tests.web.api.test_statuses import STATUSES, post

__all__ = ["ward"]

HOSTILE = [
    '<meta property="og:title" content="<script>alert(1)</script>T">'
    '<meta property="og:video" content="https://x.example/v"><meta property="og:image" content="javascript:alert(1)">',
    '<title>T</title><link rel="alternate" type="application/json+oembed" href="https://news.example/oembed">'
    '<meta name="twitter:player" content="https://x.example/player"><meta property="og:html" content="<iframe srcdoc=x>">',
    '<title>T</title><meta property="og:image" content="data:image/svg+xml,<svg onload=alert(1)>">'
    '<meta name="author" content="&lt;iframe srcdoc=&quot;x&quot;&gt;"><meta property="og:url" content="javascript:x">',
]


@pytest.mark.parametrize("head", HOSTILE)
async def test_S116_nothing_of_a_page_is_kept_that_could_run(world: World, head: str) -> None:
    """No HTML, no player, no address but that of the post; words are text, wherever they are shown."""
    ines = await world.user("ines")
    world.fetcher.pages[PAGE] = page(head=head)
    world.fetcher.documents["https://news.example/oembed"] = {"type": "rich", "html": "<script>alert(1)</script>"}
    made = await post(world, ines, f"See {PAGE}")

    await looked_at(world)

    status = (await world.client(ines).get(f"{STATUSES}/{made['id']}")).json()
    html = (await world.anybody.get(made["url"], headers={"accept": "text/html"})).text
    card = status["card"]
    assert (card["url"], card["type"], card["html"], card["embed_url"], card["image"]) == (PAGE, "link", "", "", None)
    assert world.fetcher.asked == [PAGE]
    assert not any(word in html for word in ("<script>alert", "<iframe", "javascript:"))


def _pages(snapshot: Snapshot) -> tuple[int, int]:
    count = snapshot.conn.scalar
    return (
        count(select(func.count()).select_from(tables.cards)) or 0,
        count(select(func.count()).select_from(tables.status_cards)) or 0,
    )


async def test_S180_however_many_posts_link_to_a_page_it_is_asked_for_once_a_day(ward: Ward) -> None:
    """A little later than they come; and of a post with many links for one alone."""
    asked: list[str] = []

    async def answer(request: httpx.Request, _send: object) -> httpx.Response:
        asked.append(str(request.url))
        told = page(head=TOLD.replace("og:image", "og:none"))
        return httpx.Response(200, content=told.data, headers={"content-type": "text/html"}, request=request)

    ward.network.wire.hooks["news.example"] = answer
    more = "".join(f'<a href="https://news.example/{n}">{n}</a>' for n in range(20))
    for number in range(50):
        note = ward.okapi.note(to=[PUBLIC], content=f'<p><a href="{PAGE}#{number}">gel</a> {number} {more}</p>')
        await ward.okapi.sends(ward.node, ward.okapi.activity("Create", note))
    await ward.network.settle()
    at_once = list(asked)
    ward.network.clock.pass_time(minutes=2)
    await ward.network.settle()
    first = list(asked)
    ward.network.clock.pass_time(hours=23)
    await ward.takes(ward.okapi.create(content=f'<a href="{PAGE}">gel</a>', to=[PUBLIC]))
    ward.network.clock.pass_time(minutes=2)
    await ward.network.settle()

    assert (at_once, first, asked) == ([], [PAGE], [PAGE])
    assert await ward.node.db.read(_pages) == (1, 51)
    home = await ward.node.home(ward.asha)
    assert all('"title":"Gel by every bed & door"' in line.json for line in home)


async def test_S180_no_more_than_a_mebibyte_of_a_page_is_read(ward: Ward) -> None:
    """What stands in its beginning is enough."""
    sent = 0

    async def pieces() -> Any:
        nonlocal sent
        yield b"<title>Long</title>"
        for _ in range(1000):
            sent += 65_536
            yield b" " * 65_536

    async def answer(request: httpx.Request, _send: object) -> httpx.Response:
        return httpx.Response(200, content=pieces(), headers={"content-type": "text/html"}, request=request)

    ward.network.wire.hooks["news.example"] = answer

    found = await ward.node.fetcher.page(PAGE, max_bytes=1024 * 1024)

    assert isinstance(found, WebPage)
    assert (len(found.data), found.data[:19]) == (1024 * 1024, b"<title>Long</title>")
    assert sent <= 1024 * 1024 + 2 * 65_536
