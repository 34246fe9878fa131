"""An app asks to act for a person: what it may do in words, and a refusal as easy as a yes."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from starlette.responses import RedirectResponse, Response

from node.errors import Problem
from node.services import authorising
from node.services.authorising import Approval, AuthorizationRequest
from node.services.authorising import Consent as Asked
from web.areas import page_csp
from web.pages.views.dates import moment
from web.pages.views.pages import AllowedApp, AllowedApps, CodePage, Consent, Right
from web.pages.visits import Visit, signed_in
from web.routing import Route

NAMES: Final = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
)  # fmt: skip
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{20,128}")
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
    db = visit.call.node.db
    asked = await db.read(authorising.consent, wanted)
    if visit.query("force_login").lower() in ("true", "1"):
        back = f"/oauth/authorize?{urlencode([*_hidden(wanted), ('force_login', 'done')])}"
        return visit.go(f"/sign-in?{urlencode({'next': back, 'again': '1'})}")
    assert visit.session is not None
    who = (visit.session.user_id, visit.session.role)
    if visit.query("force_login") != "done" and await db.read(authorising.is_given, *who, asked):
        return _given(visit, await db.write(authorising.approve, *who, wanted))
    page = Consent(
        app=asked.app_name,
        website=asked.website,
        rights=tuple(right(scope) for scope in authorising.grantable(asked.scopes, visit.session.role)),
        hidden=tuple(_hidden(wanted)),
        goes_to=_goes_to(asked),
    )
    response = visit.page("consent", page)
    response.headers["Content-Security-Policy"] = page_csp(form_action=f"'self' {_source(asked)}".strip())
    return response


async def answer(visit: Visit) -> Response:
    """Give the app its code, or refuse."""
    wanted = _request(visit.form)
    if visit.form.get("answer") != "allow":
        return await _denied(visit, wanted)
    assert visit.session is not None
    who = (visit.session.user_id, visit.session.role)
    return _given(visit, await visit.call.node.db.write(authorising.approve, *who, wanted))


def _given(visit: Visit, approval: Approval) -> Response:
    if approval.redirect_url is None:
        return visit.page("code", CodePage(approval.app_name, approval.code))
    return RedirectResponse(approval.redirect_url, 303)


async def deny(visit: Visit) -> Response:
    """Refuse, as programs do it that drive the page. Raises: 400 when the app asked wrongly."""
    return await _denied(visit, _request({name: visit.form.get(name) or visit.query(name) for name in NAMES}))


async def _denied(visit: Visit, wanted: AuthorizationRequest) -> Response:
    url = await visit.call.node.db.read(authorising.deny, wanted)
    return visit.go("/home", "denied") if url is None else RedirectResponse(url, 303)


async def native(visit: Visit) -> Response:
    """Show a code to copy. Raises: 400 for what is no code, so that nobody puts words into a page of ours."""
    code = visit.query("code")
    if not _CODE.fullmatch(code):
        raise Problem(400, "invalid_request", "This is no code.")
    return visit.page("code", CodePage("the app", code))


async def granted(visit: Visit) -> Response:
    """Show the apps that act for the person."""
    assert visit.session is not None
    found = await visit.call.node.db.read(authorising.allowed, visit.session.user_id)
    apps = tuple(
        AllowedApp(
            id=one.app_id,
            name=one.name,
            website=one.website,
            rights=tuple(right(scope) for scope in one.scopes),
            since=moment(one.since, visit.call.node.db.now(), visit.site.zone),
        )
        for one in found
    )
    return visit.page("apps", AllowedApps(apps), current="more")


async def end(visit: Visit) -> Response:
    """End what an app may do. Raises: 404 when it may nothing."""
    assert visit.session is not None
    await visit.call.node.db.write(authorising.disallow, visit.session.user_id, visit.call.id())
    return visit.go("/oauth/authorized_applications", "ended")


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
    Route("DELETE", "/oauth/authorize", signed_in(deny)),
    Route("GET", "/oauth/authorize/native", signed_in(native)),
    Route("GET", "/oauth/authorized_applications", signed_in(granted)),
    Route("POST", "/oauth/authorized_applications/{id}", signed_in(end)),
    Route("DELETE", "/oauth/authorized_applications/{id}", signed_in(end)),
)
