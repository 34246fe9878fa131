"""Home with what everybody is told, This hospital, and the page of a tag."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from node.services import announcing, browsing, describing, families, reading
from node.services.authorising import MODERATING
from node.services.reading import Feed, Line, Listed, Page, Tagged
from node.social.text import fold_tag
from web.pages.cards import Look, cards
from web.pages.entities import Status, read_status
from web.pages.views.pages import Announcement, Tab, Timeline
from web.pages.views.posts import Post
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, signed_in
from web.routing import MAX_ID, Route

LIMIT: Final = 20
MOST_TOLD: Final = 5


async def home(visit: Visit) -> Response:
    """Show what those a person follows wrote."""
    lines = await visit.call.node.db.read(reading.home_page, visit.account_id, part(visit))
    page = await timeline(visit, "Home", lines, "/home", context="home", empty_link=Link("Find people", "/search"))
    if not visit.query("max_id"):
        page = replace(page, told=await told(visit), waiting=await waiting(visit))
    return visit.page("timeline", page, current="home")


async def told(visit: Visit) -> tuple[Announcement, ...]:
    """Return the newest announcements that a person has not read."""
    found = await visit.call.node.db.read(announcing.shown, visit.account_id)
    unread = [one for one in found if not one["read"]][:MOST_TOLD]
    return tuple(Announcement(one["id"], Markup(one["content"])) for one in unread)  # noqa: S704 - made by us from text


async def waiting(visit: Visit) -> int:
    """Return how many wait to be let in, to those who decide that."""
    if visit.session is None or visit.session.role not in MODERATING:
        return 0
    return await visit.call.node.db.read(describing.newcomers)


async def dismiss(visit: Visit) -> Response:
    """Show an announcement no more. Raises: 404."""
    await visit.call.node.db.write(announcing.dismiss, visit.account_id, visit.call.id())
    return visit.go("/home", "dismissed")


async def house(visit: Visit) -> Response:
    """Show what is written in this hospital, for everybody or for the house alone."""
    lines = await visit.call.node.db.read(browsing.house_page, visit.account_id, part(visit))
    page = await timeline(visit, "Home", lines, "/home/house", empty_text="Nobody here has written for all yet.")
    return visit.page("timeline", page, current="home")


async def tag(visit: Visit) -> Response:
    """Show public posts with a tag."""
    name = fold_tag(visit.call.params["name"])
    lines = await visit.call.node.db.read(reading.tagged_page, visit.reader_id, part(visit), Tagged(name), Feed())
    empty = f"Nobody has written #{name} yet."
    page = await timeline(visit, f"#{name}", lines, f"/tags/{quote(name)}", empty_text=empty)
    return visit.page("timeline", page)


async def timeline(
    visit: Visit,
    title: str,
    lines: Sequence[Line | Listed],
    url: str,
    *,
    context: str = "public",
    empty_title: str = "Quiet here.",
    empty_text: str = "Follow a ward or a hospital near you.",
    empty_link: Link | None = None,
) -> Timeline:
    """Return the page of a list of posts; filters know it as `context`."""
    newer, older = neighbours(visit, [line.id for line in lines], url)
    tabs = (Tab("Following", "/home", url == "/home"), Tab("This hospital", "/home/house", url == "/home/house"))
    return Timeline(
        title=title,
        posts=await cards_of(visit, (line.json for line in lines), context),
        tabs=tabs if url.startswith("/home") else (),
        newer=newer,
        older=older,
        empty_title=empty_title,
        empty_text=empty_text,
        empty_link=empty_link,
    )


async def look(visit: Visit, statuses: Iterable[Status] = (), context: str = "") -> Look:
    """Return where and when the visitor looks, with the records that these posts carry; filters know the place by `context`."""
    shown = [one for status in statuses for one in (status, status.reblog) if one is not None]
    uris = {status.uri for status in shown if status.learning_record}
    parts = await visit.call.node.db.read(families.parts_of, visit.reader_id, uris) if uris else {}
    return Look(visit.site, visit.call.node.db.now(), parts, visit.reader_id, context)


async def cards_of(visit: Visit, texts: Iterable[str], context: str = "") -> tuple[Post, ...]:
    """Return the cards of several Status entities, as the reader's filters of that context let them be seen."""
    statuses = [read_status(text) for text in texts]
    return cards(statuses, await look(visit, statuses, context))


def part(visit: Visit) -> Page:
    """Return the part of a list that the address asks for; nonsense in it asks for the newest."""
    return Page(limit=LIMIT, max_id=_number(visit.query("max_id")), min_id=_number(visit.query("min_id")))


def neighbours(visit: Visit, ids: Sequence[int], url: str) -> tuple[str, str]:
    """Return the addresses of the newer and the older part, empty where there is none."""
    is_first = not visit.query("max_id") and not visit.query("min_id")
    newer = "" if is_first or not ids else f"{url}?min_id={ids[0]}"
    is_full = len(ids) == LIMIT or bool(visit.query("min_id") and ids)
    return newer, f"{url}?max_id={ids[-1]}" if is_full else ""


def _number(text: str) -> int | None:
    is_one = text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if is_one and int(text) <= MAX_ID else None


routes = (
    Route("GET", "/home", signed_in(home)),
    Route("POST", "/announcements/{id}/dismiss", signed_in(dismiss)),
    Route("GET", "/home/house", signed_in(house)),
    Route("GET", "/tags/{name}", anyone(tag)),
)
