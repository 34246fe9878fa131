"""One visit to a page: who comes, what they typed, and how the answer is made.

How it works. `anyone` and `signed_in` turn a page's function into a handler of the route table. On the way in they read
the session, and on a POST the form: an origin that is not ours is refused, a form without the right token is not acted
upon. If the session is gone, or the token is old, what was typed is kept and can be sent again after signing in.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from node.errors import Problem, forbidden
from node.services import remembering, signing_in
from node.services.signing_in import SessionUser
from node.social.site import Site
from web.pages import cookies, parts
from web.pages.flashes import FLASHES
from web.pages.rendering import MEDIA_TYPE, render
from web.pages.views.forms import Form, Mistake
from web.pages.views.pages import Kept, Resume, SignIn
from web.pages.views.people import Person
from web.pages.views.shell import Shell
from web.routing import Call, Handler

MAX_FIELDS: Final = 200
MAX_KEPT_CHARS: Final = 64_000
FORM: Final = "application/x-www-form-urlencoded"
_CHANGING: Final = ("POST", "DELETE")
SIGNED_OUT: Final = "You were signed out. Sign in; what you typed is kept."


@dataclass(slots=True)
class Visit:
    """A request for a page. `cookie` is what the form token is bound to: the session's value, or a visitor's.

    `unread` is how many notifications wait.
    """

    call: Call
    session: SessionUser | None
    cookie: str
    is_new_visitor: bool
    form: Mapping[str, str]
    unread: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        """The place this node is."""
        return self.call.node.site

    @property
    def account_id(self) -> int:
        """The account of the session. Raises: 401 when nobody is signed in."""
        if self.session is None:
            raise Problem(401, "unauthorised", "Sign in first.")
        return self.session.account_id

    @property
    def reader_id(self) -> int | None:
        """Who reads, None for anybody on the web."""
        return None if self.session is None else self.session.account_id

    @property
    def csrf(self) -> str:
        """The token that a form of this visit carries."""
        return signing_in.csrf_token(self.call.node.settings.secret_key, self.cookie)

    def query(self, name: str) -> str:
        """Return a value of the query, empty when it is not there."""
        return self.call.request.query_params.get(name, "")

    def has_token(self) -> bool:
        """Tell whether the form was made for this visitor."""
        return signing_in.is_csrf_token(self.call.node.settings.secret_key, self.cookie, self.form.get("csrf", ""))

    def page(self, template: str, page: object, *, current: str = "", status: int = 200) -> Response:
        """Return a page; the flash, if there is one, is shown and gone."""
        name = cookies.name_of(self.site, "flash")
        flash = FLASHES.get(self.call.request.cookies.get(name, ""))
        shell = Shell(
            institution=self.site.institution_name,
            version=self.site.version,
            viewer=None if self.session is None else me(self.session, self.site),
            csrf=self.csrf,
            current=current,
            unread=self.unread,
            flash=flash,
        )
        response = Response(render(template, shell, page), status, None, MEDIA_TYPE)
        if name in self.call.request.cookies:
            cookies.drop(response, self.site, "flash")
        if self.is_new_visitor and b"csrf" in response.body:
            cookies.put(response, self.site, "visitor", self.cookie)
        return response

    def go(self, url: str, flash: str = "") -> Response:
        """Return a 303 to one of our pages, with what to say there."""
        response = RedirectResponse(url, 303)
        if flash:
            cookies.put(response, self.site, "flash", flash, life_s=cookies.FLASH_LIFE_S)
        return response


Page = Callable[[Visit], Awaitable[Response]]


def me(session: SessionUser, site: Site) -> Person:
    """Return the person of a session."""
    return Person(
        name=session.display_name or session.username,
        handle=session.username,
        url=f"/@{session.username}",
        place=site.institution_name,
        picture=None if session.avatar is None else site.media_url(session.avatar).removeprefix(site.base_url),
    )


def anyone(page: Page) -> Handler:
    """Return a handler for a page that is open to everybody; its POST still needs the visitor's token."""

    async def handle(call: Call) -> Response:
        visit = await _visit(call)
        return await page(visit)

    return handle


def by_link(page: Page) -> Handler:
    """Return a handler for a page whose address alone says what to do, whoever comes: no form of its POST is read."""

    async def handle(call: Call) -> Response:
        visit = await _visit(call, reads_form=False)
        return await page(visit)

    return handle


def signed_in(page: Page, *, takes_file: bool = False) -> Handler:
    """Return a handler for a page of somebody who is signed in; others are sent to sign in, and nothing typed is lost."""

    async def handle(call: Call) -> Response:
        visit = await _visit(call, takes_file=takes_file)
        is_change = call.request.method in _CHANGING
        if visit.session is None:
            return _ask(visit) if is_change else visit.go(f"/sign-in?next={quote(_address(call), safe='')}")
        if is_change and not visit.has_token():
            return resume(visit, call.request.url.path, visit.form, status=403)
        return await page(visit)

    return handle


async def _visit(call: Call, *, takes_file: bool = False, reads_form: bool = True) -> Visit:
    has_form = reads_form and call.request.method in _CHANGING
    sent = await _sent(call, takes_file=takes_file) if has_form else parts.Sent({}, {})
    form = sent.fields
    token = _cookie(call, "session")
    session = await call.node.db.read(signing_in.session, token) if token else None
    if session is not None:
        call.session = session
        await signing_in.note_use(call.node.door, call.node.db, session.user_id)
        if session.is_stale:
            await call.node.db.write(signing_in.touch_session, token)
        unread = await call.node.db.read(remembering.unread, session.account_id)
        return Visit(call, session, token, is_new_visitor=False, form=form, unread=unread, files=sent.files)
    visitor = _cookie(call, "visitor")
    return Visit(call, None, visitor or secrets.token_urlsafe(24), is_new_visitor=not visitor, form=form)


def _cookie(call: Call, kind: cookies.Kind) -> str:
    value = call.request.cookies.get(cookies.name_of(call.node.site, kind), "")
    return value if len(value) <= cookies.MAX_VALUE_CHARS else ""


async def _sent(call: Call, *, takes_file: bool) -> parts.Sent:
    """Return what a form holds, the first of each name. Raises: 403 for a form of another place, 400, 415."""
    headers = call.request.headers
    if headers.get("origin", call.node.site.base_url) != call.node.site.base_url:
        raise forbidden("This form was sent from another place. Nothing was changed.")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise forbidden("This form was sent from another place. Nothing was changed.")
    kind = headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if takes_file and kind == parts.MULTIPART:
        return await parts.read(call.request)
    if kind != FORM:
        raise Problem(415, "wrong-content-type", "Send this form as it is on the page.")
    try:
        text = (await call.request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
        if "%00" in text:
            raise ValueError("no text holds a NUL character")
    except ValueError:
        raise Problem(400, "malformed", "The form cannot be read. Nothing was changed.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value.replace("\r\n", "\n"))
    return parts.Sent(fields, {})


def _address(call: Call) -> str:
    query = call.request.url.query
    return f"{call.request.url.path}?{query}" if query else call.request.url.path


def _ask(visit: Visit) -> Response:
    """Return the sign-in page that keeps what was typed."""
    typed = urlencode({name: value for name, value in visit.form.items() if name != "csrf" and value})
    kept = typed if len(typed) <= MAX_KEPT_CHARS else ""
    page = SignIn(form=Form(), next=visit.call.request.url.path, kept=kept, reason=SIGNED_OUT)
    return visit.page("sign-in", page, status=403)


def resume(visit: Visit, action: str, fields: Mapping[str, str], *, status: int = 200) -> Response:
    """Return the page that shows what was typed and sends it when the person says so."""
    kept = tuple(Kept(name, value) for name, value in fields.items() if name != "csrf")
    return visit.page("resume", Resume(action=action, kept=kept), status=status)


def local_path(text: str, default: str = "/today") -> str:
    """Return an address if it is a path of ours, else the default; nobody is sent elsewhere."""
    if not text.startswith("/") or text[1:2] in ("/", "\\") or not text.isprintable() or len(text) > 4000:
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc or "\\" in text else text


def refused(
    visit: Visit, problem: Problem, fields: Mapping[str, str] | None = None, *, lead: str = "Not saved"
) -> Form:
    """Return the form as it was typed with what is wrong; `fields` maps the service's names to those of the form.

    Raises: the problem itself when signing in again is the answer.
    """
    if problem.status == 401:
        raise problem
    name = (fields or {}).get(problem.field or "", problem.field or "")
    return Form(visit.form, (Mistake(name if name in visit.form else "", problem.text),), lead)
