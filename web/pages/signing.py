"""Signing in and out."""

from urllib.parse import parse_qsl

from starlette.responses import Response

from node.errors import Problem
from node.services import signing_in
from web.pages import cookies
from web.pages.views.forms import Form, Mistake
from web.pages.views.pages import SignIn
from web.pages.visits import MAX_FIELDS, Visit, anyone, local_path, resume, signed_in
from web.routing import Route

LEAD = "Not signed in"
OLD_PAGE = "This page was open for too long, or your browser keeps no cookies. Try again."


async def show(visit: Visit) -> Response:
    """Show the way in; whoever is in already goes on."""
    onward = local_path(visit.query("next"))
    if visit.session is not None and not visit.query("again"):
        return visit.go(onward)
    return visit.page("sign-in", SignIn(form=Form(), next=onward if visit.query("next") else ""))


async def enter(visit: Visit) -> Response:
    """Sign in by password and go on to where the person wanted to be."""
    if not visit.has_token():
        return _again(visit, Mistake("", OLD_PAGE))
    try:
        login = await signing_in.check_password(
            visit.call.node.door,
            visit.call.node.db,
            visit.form.get("login", ""),
            visit.form.get("password", ""),
            address=visit.call.address,
            device=signing_in.device_of(visit.call.node.settings.secret_key, _device(visit)),
        )
    except Problem as problem:
        answer = _again(visit, Mistake("", problem.text), status=429 if problem.status == 429 else 422)
        if problem.retry_after_s is not None:
            answer.headers["Retry-After"] = str(problem.retry_after_s)
        return answer
    token = await visit.call.node.db.write(signing_in.open_session, login.user_id)
    if visit.session is not None:
        await visit.call.node.db.write(signing_in.close_session, visit.cookie)
    answer = await _onward(visit, token)
    cookies.put(answer, visit.site, "session", token, life_s=cookies.SESSION_LIFE_S)
    cookies.drop(answer, visit.site, "visitor")
    proof = signing_in.device_proof(visit.call.node.settings.secret_key, login.user_id)
    cookies.put(answer, visit.site, "device", proof, life_s=cookies.DEVICE_LIFE_S)
    return answer


def _device(visit: Visit) -> str:
    value = visit.call.request.cookies.get(cookies.name_of(visit.site, "device"), "")
    return value if len(value) <= cookies.MAX_VALUE_CHARS else ""


async def _onward(visit: Visit, token: str) -> Response:
    onward, kept = local_path(visit.form.get("next", "")), visit.form.get("kept", "")
    if not kept:
        return visit.go(onward)
    session = await visit.call.node.db.read(signing_in.session, token)
    entered = Visit(visit.call, session, token, is_new_visitor=False, form={})
    return resume(entered, onward, _typed(kept))


def _typed(kept: str) -> dict[str, str]:
    """Return what was typed before signing in; nothing if somebody changed it to what no page of ours sends."""
    try:
        return dict(parse_qsl(kept, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def _again(visit: Visit, mistake: Mistake, *, status: int = 422) -> Response:
    form = Form({"login": visit.form.get("login", "")}, (mistake,), LEAD)
    onward = visit.form.get("next", "")
    page = SignIn(form=form, next=local_path(onward) if onward else "", kept=visit.form.get("kept", ""))
    return visit.page("sign-in", page, status=status)


async def leave(visit: Visit) -> Response:
    """End the session here."""
    await visit.call.node.db.write(signing_in.close_session, visit.cookie)
    answer = visit.go("/about")
    cookies.drop(answer, visit.site, "session")
    return answer


routes = (
    Route("GET", "/sign-in", anyone(show)),
    Route("POST", "/sign-in", anyone(enter)),
    Route("POST", "/sign-out", signed_in(leave)),
)
