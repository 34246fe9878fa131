"""Answers: JSON out, refusals in the shape of their area, and what the Accept header asks for."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from node.errors import Faults, Problem
from web.areas import Area

JSON: Final = "application/json"
_encode = msgspec.json.Encoder().encode

# Gives the page that tells a person what went wrong.
ErrorPage = Callable[[Request, Problem, str], Response]


def encoded(value: Any) -> bytes:
    """Return a value as the bytes of its JSON."""
    return _encode(value)


def json(
    value: Any, status: int = 200, *, headers: Mapping[str, str] | None = None, media_type: str = "application/json"
) -> Response:
    """Return a value (struct, dict, list, `msgspec.Raw`) as JSON."""
    return Response(_encode(value), status, headers, media_type)


def rendered(
    text: str | bytes, *, headers: Mapping[str, str] | None = None, media_type: str = "application/json"
) -> Response:
    """Return JSON that is text already."""
    return Response(text, 200, headers, media_type)


def activity(value: Any, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an ActivityPub document."""
    return Response(_encode(value), 200, headers, "application/activity+json; charset=utf-8")


def empty() -> Response:
    """Return what Mastodon answers when there is nothing to say."""
    return Response(b"{}", 200, None, JSON)


def refusal(area: Area, problem: Problem, request: Request, request_id: str, page: ErrorPage | None) -> Response:
    """Return a Problem in the shape its area speaks."""
    if _wants_page(area, request):
        response = (page or _plain_page)(request, problem, request_id)
    elif area.errors == "oauth":
        response = json(_oauth_error(problem), problem.status)
    else:
        response = json(_api_error(problem), problem.status)
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    if problem.status == 401 and (wanted := _challenge(area, problem, request)):
        response.headers["WWW-Authenticate"] = wanted
    if problem.status in (408, 413):
        response.headers["Connection"] = "close"
    return response


def _challenge(area: Area, problem: Problem, request: Request) -> str | None:
    """Return what a 401 asks for: a token of apps, a signature of servers, nothing of people, whom a page leads on."""
    if area.errors in ("api", "oauth"):
        scheme = "Basic" if problem.code == "invalid_client" else "Bearer"
        return f'{scheme} realm="Rounds"'
    return None if _wants_page(area, request) else signature_challenge(request.method)


def signature_challenge(method: str) -> str:
    """Return how a server has to sign. Source: draft-cavage-http-signatures-12, section 3.1; RFC 9110, section 15.5.2."""
    digest = " digest" if method == "POST" else ""
    return f'Signature realm="Rounds",headers="(request-target) host date{digest}"'


def _api_error(problem: Problem) -> dict[str, Any]:
    body: dict[str, Any] = {"error": problem.text, "code": problem.code}
    if isinstance(problem, Faults):
        body["details"] = {
            field: [{"error": code, "description": text} for code, text in found]
            for field, found in problem.faults.items()
        }
    elif problem.field is not None:
        error = _DETAILS.get(problem.code, "ERR_INVALID")
        body["details"] = {problem.field: [{"error": error, "description": problem.text}]}
    return body


_DETAILS: Final = {
    "taken": "ERR_TAKEN",
    "too-long": "ERR_TOO_LONG",
    "too-many": "ERR_TOO_MANY",
    "text-missing": "ERR_BLANK",
    "parameter-missing": "ERR_BLANK",
}


_OAUTH_CODES: Final = {400: "invalid_request", 401: "invalid_token", 403: "insufficient_scope"}


def _oauth_error(problem: Problem) -> dict[str, str]:
    code = problem.code if "_" in problem.code else _OAUTH_CODES.get(problem.status, "invalid_request")
    return {"error": code, "error_description": problem.text}


def _plain_page(_request: Request, problem: Problem, request_id: str) -> Response:
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{problem.status}</title>"
        f"<h1>{problem.status}</h1><p>{escape(problem.text)}</p><p>{escape(request_id)}</p></html>"
    )
    return Response(text, problem.status, None, "text/html")


def _wants_page(area: Area, request: Request) -> bool:
    accept = request.headers.get("accept", "*/*")
    if area.errors == "page":
        return not wants_activity(accept) and ("text/html" in accept or "*/*" in accept)
    return area.errors == "peer" and "text/html" in accept and not wants_activity(accept)


@lru_cache(maxsize=512)
def wants_activity(accept: str) -> bool:
    """Tell whether an Accept header prefers an ActivityPub document to a page; `*/*` alone does not."""
    best = {"activity": 0.0, "html": 0.0}
    for choice in accept[:1000].lower().split(","):
        name, _, rest = choice.strip().partition(";")
        kind = _KINDS.get(name.strip())
        if kind is not None:
            best[kind] = max(best[kind], _quality(rest))
    return best["activity"] > 0 and best["activity"] >= best["html"]


_KINDS: Final = {
    "application/activity+json": "activity",
    "application/ld+json": "activity",
    "application/json": "activity",
    "text/html": "html",
    "application/xhtml+xml": "html",
}


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
