"""Shared with us: a link or text from a phone's share menu or a bookmarklet begins a learning; and how to set that up.

Whoever is signed out signs in first; what was shared is kept in the address, or in the form when it is too long for one.
"""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from node.learning import sources
from web.pages.recording import MAX_PREFILLED_CHARS, begin
from web.pages.views.forms import Form
from web.pages.views.pages import Sharing, SignIn
from web.pages.visits import Visit, anyone, signed_in
from web.routing import Route

MAX_ADDRESS_CHARS: Final = 1500
_NAMES: Final = ("url", "text", "title")
_SIGN_IN: Final = "Sign in. What you shared is kept."


async def share(visit: Visit) -> Response:
    """Begin a learning with what was shared; after signing in, if need be."""
    shared = {name: visit.query(name)[:MAX_PREFILLED_CHARS] for name in _NAMES}
    if visit.session is not None:
        return await begin(visit, **prefilled(**shared))
    kept = urlencode({name: value for name, value in shared.items() if value})
    if len(kept) <= MAX_ADDRESS_CHARS:
        return visit.go(f"/sign-in?{urlencode({'next': f'/share?{kept}'})}")
    return visit.page("sign-in", SignIn(form=Form(), next="/share", kept=kept, reason=_SIGN_IN))


async def resumed(visit: Visit) -> Response:
    """Begin a learning with what was shared before signing in."""
    shared = {name: visit.form.get(name, "")[:MAX_PREFILLED_CHARS] for name in _NAMES}
    return await begin(visit, **prefilled(**shared))


def prefilled(*, url: str = "", text: str = "", title: str = "") -> dict[str, str]:
    """Return text and source of the form; phones send the address within the text, and a page's name when nothing is marked."""
    found = sources.find(url) or sources.find(text)
    source = url.strip()
    if found is not None:
        words = url if sources.find(url) else text
        source = source or words[found.start : found.end]
        text = sources.trimmed(text, found.source)
        text = text.removesuffix(source).rstrip() if source else text
    return {"text": text.strip() or title.strip(), "source": source}


async def show_help(visit: Visit) -> Response:
    """Say how to share with us from a browser or a phone."""
    target = f"{visit.site.base_url}/share"
    page = Sharing(bookmarklet=_BOOKMARKLET.replace("TARGET", target), place=visit.site.institution_name)
    return visit.page("sharing", page)


_BOOKMARKLET: Final = (
    "javascript:void(window.open('TARGET?url='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title)"
    "+'&text='+encodeURIComponent(String(getSelection()).slice(0,1500))))"
)

routes: Final = (
    Route("GET", "/share", anyone(share)),
    Route("POST", "/share", signed_in(resumed)),
    Route("GET", "/help/sharing", anyone(show_help)),
)
