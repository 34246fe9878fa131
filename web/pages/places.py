"""The start, About and More: the pages that lead elsewhere."""

from starlette.responses import Response

from node.services import describing
from web.pages.views.pages import About, More
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, signed_in
from web.routing import Route


async def start(visit: Visit) -> Response:
    """Lead to Home, or say what this place is."""
    return visit.go("/about" if visit.session is None else "/home")


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
    """List the rest."""
    assert visit.session is not None
    links = (
        Link("My profile", f"/@{visit.session.username}"),
        Link("Notifications", "/notifications"),
        Link("Search", "/search"),
        Link(f"What {visit.site.institution_name} shares", f"/@{visit.site.institution_username}"),
        Link("Apps that act for me", "/oauth/authorized_applications"),
        Link("About this place", "/about"),
    )
    return visit.page("more", More(links), current="more")


routes = (
    Route("GET", "/", anyone(start)),
    Route("GET", "/about", anyone(about)),
    Route("GET", "/more", signed_in(more)),
)
