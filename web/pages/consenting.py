"""An app asks to act for a person: what it may do in words, and a refusal as easy as a yes."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from starlette.responses import RedirectResponse, Response

from node.services import authorising, scopes
from node.services.authorising import AuthorizationRequest
from node.services.authorising import Consent as Asked
from web.areas import page_csp
from web.pages.views.pages import CodePage, Consent, Right
from web.pages.visits import Visit, signed_in
from web.routing import Route

NAMES: Final = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
)  # fmt: skip
_NOUNS: Final = {
    "accounts": "your profile",
    "blocks": "whom you block",
    "bookmarks": "your bookmarks",
    "conversations": "your conversations",
    "favourites": "what you thanked for",
    "filters": "your filters",
    "follows": "whom you follow",
    "lists": "your lists",
    "media": "pictures and files",
    "mutes": "whom you mute",
    "notifications": "your notifications",
    "reports": "reports to the moderators",
    "search": "search results",
    "statuses": "posts and records",
}
_WHOLE: Final = {
    "profile": "see your name and picture",
    "read": "read everything you can see, also what is only for you",
    "write": "write, change and delete posts and records in your name",
    "follow": "change whom you follow, block and mute",
    "push": "send you notices",
}


async def show(visit: Visit) -> Response:
    """Show what an app asks for. Raises: 400 when it asks wrongly; then nobody is sent anywhere."""
    wanted = _request({name: visit.query(name) for name in NAMES})
    asked = await visit.call.node.db.read(authorising.consent, wanted)
    if visit.query("force_login").lower() in ("true", "1"):
        back = f"/oauth/authorize?{urlencode(_hidden(wanted))}"
        return visit.go(f"/sign-in?{urlencode({'next': back, 'again': '1'})}")
    page = Consent(
        app=asked.app_name,
        website=asked.website,
        rights=tuple(right(scope) for scope in _grantable(visit, asked)),
        hidden=tuple(_hidden(wanted)),
        goes_to=_goes_to(asked),
    )
    response = visit.page("consent", page)
    response.headers["Content-Security-Policy"] = page_csp(form_action=f"'self' {_source(asked)}".strip())
    return response


async def answer(visit: Visit) -> Response:
    """Give the app its code, or refuse."""
    wanted = _request(visit.form)
    db = visit.call.node.db
    asked = await db.read(authorising.consent, wanted)
    if visit.form.get("answer") != "allow":
        url = await db.read(authorising.deny, wanted)
        return visit.go("/home", "denied") if url is None else RedirectResponse(url, 303)
    assert visit.session is not None
    approval = await db.write(authorising.approve, visit.session.user_id, visit.session.role, wanted)
    if approval.redirect_url is None:
        return visit.page("code", CodePage(asked.app_name, approval.code))
    return RedirectResponse(approval.redirect_url, 303)


def _grantable(visit: Visit, asked: Asked) -> tuple[str, ...]:
    is_admin = visit.session is not None and visit.session.role == "admin"
    return asked.scopes if is_admin else scopes.without_admin(asked.scopes)


def _request(values: Mapping[str, str]) -> AuthorizationRequest:
    return msgspec.convert({name: values[name] for name in NAMES if values.get(name)}, AuthorizationRequest)


def _hidden(wanted: AuthorizationRequest) -> list[tuple[str, str]]:
    return [(name, value) for name in NAMES if (value := getattr(wanted, name))]


def right(scope: str) -> Right:
    """Return a scope in words."""
    if scope.startswith("admin:"):
        return Right(f"act as an administrator ({scope})", is_grave=True)
    verb, _, noun = scope.partition(":")
    if not noun:
        return Right(_WHOLE.get(scope, scope))
    return Right(f"{'read' if verb == 'read' else 'change'} {_NOUNS.get(noun, noun)}")


def _goes_to(asked: Asked) -> str:
    if asked.is_out_of_band:
        return "Then you get a code to copy."
    host = urlsplit(asked.redirect_uri).netloc
    return f"Then you go to {host}." if host else "Then you go back to the app."


def _source(asked: Asked) -> str:
    """Return where the form may lead, as a policy writes it."""
    if asked.is_out_of_band:
        return ""
    parts = urlsplit(asked.redirect_uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


routes = (
    Route("GET", "/oauth/authorize", signed_in(show)),
    Route("POST", "/oauth/authorize", signed_in(answer)),
)
