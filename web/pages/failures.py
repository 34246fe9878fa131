"""Why there is nothing to see, in words: one text for what is not there and what is not for you, on purpose."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from node.errors import Problem
from node.social.site import Site
from web.pages.rendering import MEDIA_TYPE, render
from web.pages.views.pages import Failure
from web.pages.views.shell import Shell

_TITLES: Final = {
    400: "This cannot be read",
    403: "Not for you",
    405: "This does not work that way",
    409: "Somebody was faster",
    413: "Too large",
    415: "This cannot be read",
    421: "Another place",
    422: "This does not work",
    429: "Too many tries",
    503: "Not just now",
}
_INTERNAL: Final = "Something broke here, not with you. Nothing was saved."


def error_page(site: Site) -> Callable[[Request, Problem, str], Response]:
    """Return what turns a refusal into a page, or, where signing in helps, into the way there."""

    def answer(request: Request, problem: Problem, request_id: str) -> Response:
        if problem.status == 401 and request.method in ("GET", "HEAD"):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/sign-in?next={quote(request.url.path + query, safe='')}", 303)
        shell = Shell(institution=site.institution_name, version=site.version)
        page = failure(problem, request_id)
        return Response(render("failure", shell, page), problem.status, None, MEDIA_TYPE)

    return answer


def failure(problem: Problem, request_id: str) -> Failure:
    """Return what the page says about a refusal."""
    if problem.status == 404:
        return Failure(404, "Nothing here", "Nothing here, or not for you.")
    if problem.status >= 500 and problem.status != 503:
        return Failure(problem.status, "Something broke", _INTERNAL, request_id)
    title = _TITLES.get(problem.status, "This did not work")
    return Failure(problem.status, title, problem.text, request_id if problem.status == 503 else "")
