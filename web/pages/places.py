"""The start, About and More: the pages that lead elsewhere."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from node.errors import not_found
from node.services import describing, introducing
from node.services.introducing import Kind
from web import answers
from web.pages.assets import asset_url
from web.pages.views.pages import About, Group, More
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, signed_in
from web.pages.vocabulary import Text
from web.routing import Call, Route

_FIVE_MINUTES: Final = {"cache-control": "public, max-age=300"}


async def start(visit: Visit) -> Response:
    """Lead to Today, or say what this place is."""
    return visit.go("/about" if visit.session is None else "/today")


async def about(visit: Visit) -> Response:
    """Say what this place is."""
    usage = await visit.call.node.db.read(describing.usage)
    page = About(
        people=usage.users,
        posts=usage.statuses,
        contact=visit.site.contact_email,
        institution_url=f"/@{visit.site.institution_username}",
    )
    return visit.page("about", page, current="about")


async def more(visit: Visit) -> Response:
    """List every place."""
    assert visit.session is not None
    own, house = f"/@{visit.session.username}", visit.site.institution_name
    groups = (
        Group("The loop", (
            Link("My loops", "/loops"),
            Link("Worth seeing again", "/recall"),
            Link("My week", "/digest"),
            Link("Driver diagrams", "/diagrams"),
            Link("Bookmarks", "/bookmarks"),
        )),
        Group(house, (
            Link("Network: does our loop connect?", "/network"),
            Link("Units", "/units"),
            Link(f"What {house} shares", f"/@{visit.site.institution_username}"),
            Link("About this place", "/about"),
        )),
        Group("Me", (
            Link("My profile", own),
            Link("Notifications", "/notifications"),
            Link("Search", "/search"),
            Link("Where I work", "/settings/work"),
            Link("Digest and reminders", "/settings/digest"),
        )),
        Group("From elsewhere", (
            Link("Record from a browser or a phone", "/help/sharing"),
            Link("Commands from any app", "/help/commands"),
            Link("Apps that act for me", "/oauth/authorized_applications"),
        )),
        Group("What I see and keep", (
            Link("Hashtags, lists, filters, mutes and blocks", "/settings/seen"),
            Link("How apps show things", "/settings/reading"),
            Link("Take my data along, bring some in, move", "/settings/data"),
        )),
    )  # fmt: skip
    return visit.page("more", More(groups), current="more")


async def privacy(visit: Visit) -> Response:
    """Say what becomes of people's data."""
    return await _paper(visit, "privacy", "What becomes of your data")


async def terms(visit: Visit) -> Response:
    """Say under which terms one is here. Raises: 404 without any."""
    return await _paper(visit, "terms", "Terms of use")


async def _paper(visit: Visit, kind: Kind, title: str) -> Response:
    paper = await visit.call.node.db.read(introducing.paper, kind)
    if paper is None:
        raise not_found()
    return visit.page("text", Text(title, f"<h1>{title}</h1>\n{paper.content_html}"), current="about")


async def manifest(call: Call) -> Response:
    """Say how the pages look as an app on a phone."""
    site = call.node.site
    document = {
        "name": site.institution_name,
        "short_name": site.institution_name[:12],
        "start_url": "/today",
        "scope": "/",
        "display": "standalone",
        "lang": site.language,
        "background_color": "#ffffff",
        "theme_color": "#0b5c68",
        "icons": [
            {"src": asset_url("mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {
                    "src": asset_url(f"icon-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in (192, 512)
                for purpose in ("any", "maskable")
            ),
        ],
        "share_target": {
            "action": "/share",
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    return answers.json(document, headers=_FIVE_MINUTES, media_type="application/manifest+json")


async def change_password(call: Call) -> Response:
    """Lead a password manager to where people ask for a new password."""
    return RedirectResponse(f"{call.node.site.base_url}/about", 302)


routes = (
    Route("GET", "/", anyone(start)),
    Route("GET", "/about", anyone(about)),
    Route("GET", "/privacy-policy", anyone(privacy)),
    Route("GET", "/terms-of-service", anyone(terms)),
    Route("GET", "/manifest", manifest),
    Route("GET", "/manifest.webmanifest", manifest),
    Route("GET", "/.well-known/change-password", change_password),
    Route("GET", "/more", signed_in(more)),
)
