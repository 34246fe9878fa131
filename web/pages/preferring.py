"""How one reads, kept for apps that ask: pages of ours show everything behind its warning anyway."""

from typing import Final

from starlette.responses import Response

from node.errors import Problem
from node.services import accounts, profiles
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.pages import Preferring
from web.pages.visits import Visit, signed_in
from web.routing import Route

_MEDIA: Final = (
    Choice("default", "Hide what its author marked"),
    Choice("show_all", "Show everything"),
    Choice("hide_all", "Hide everything until I open it"),
)


async def show(visit: Visit) -> Response:
    """Show what is chosen."""
    kept = await visit.call.node.db.read(accounts.preferences, visit.account_id)
    switches = {"opens_warnings": kept.opens_warnings, "plays_gifs": kept.plays_gifs}
    values = {"media": kept.media} | {name: "1" for name, is_on in switches.items() if is_on}
    return _page(visit, Form(values))


async def choose(visit: Visit) -> Response:
    """Keep what is chosen."""
    sent = visit.form
    switches = {name: bool(sent.get(name)) for name in ("opens_warnings", "plays_gifs")}
    try:
        await visit.call.node.db.write(
            profiles.choose_reading, visit.account_id, media=sent.get("media", ""), **switches
        )
    except Problem as problem:
        mistake = Mistake(problem.field or "", problem.text)
        return _page(visit, Form(sent, (mistake,), "Not saved"), status=problem.status)
    return visit.go("/settings/reading", "saved")


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.page("reading", Preferring(form, _MEDIA), current="more", status=status)


routes = (
    Route("GET", "/settings/reading", signed_in(show)),
    Route("POST", "/settings/reading", signed_in(choose)),
)
