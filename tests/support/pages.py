"""Pages of others for tests, as they tell about themselves."""

from node.ports import WebPage
from tests.support.world import World

PAGE = "https://news.example/gel"
IMAGE = "https://news.example/gel.png"


def page(url: str = PAGE, *, head: str = "", media_type: str = "text/html", charset: str = "utf-8") -> WebPage:
    """Return a page with a head."""
    text = f"<!doctype html><html lang='en-GB'><head>{head}</head><body><p>Words</p></body></html>"
    return WebPage(url, text.encode(), media_type, charset)


TOLD = (
    '<meta property="og:title" content="Gel by every bed &amp; door"><meta property="og:image" content="/gel.png">'
    '<meta property="og:description" content="  What one\n ward did "><meta property="og:site_name" content="News">'
    '<meta property="og:image:alt" content="A bottle"><meta name="author" content="Okapi Weaver">'
    '<meta property="article:published_time" content="2026-11-20T10:00:00+01:00">'
)


async def looked_at(world: World) -> None:
    """Do what is due when every page may have been looked at."""
    world.clock.pass_time(minutes=2)
    await world.work()
