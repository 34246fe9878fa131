"""Answers that are right and empty: what apps ask for at the start and this node has none of."""

from typing import Any

import msgspec
from starlette.responses import Response

from node.errors import not_found
from web import answers
from web.api import auth
from web.routing import Call, Handler, Route


def _always(value: Any) -> Handler:
    body = msgspec.json.encode(value)

    async def answer(_call: Call) -> Response:
        return answers.rendered(body)

    return answer


async def _absent(_call: Call) -> Response:
    raise not_found()


_nothing = _always([])

_own = auth.user("read:accounts")

routes = [
    Route("GET", "/api/v1/trends", _nothing),
    Route("GET", "/api/v1/trends/tags", _nothing),
    Route("GET", "/api/v1/trends/statuses", _nothing, auth.anyone("read:statuses")),
    Route("GET", "/api/v1/trends/links", _nothing),
    Route("GET", "/api/v1/announcements", _nothing, auth.user()),
    Route("GET", "/api/v1/annual_reports", _always({"annual_reports": [], "accounts": [], "statuses": []}), _own),
    Route("GET", "/api/v1/annual_reports/{year}", _absent, _own),
    Route("GET", "/api/v1/annual_reports/{year}/state", _always({"state": "ineligible"}), _own),
    Route("POST", "/api/v1/annual_reports/{year}/generate", _always({}), auth.user("write:accounts")),
    Route("POST", "/api/v1/annual_reports/{year}/read", _absent, auth.user("write:accounts")),
    Route("POST", "/api/v1/accounts/{id}/email_subscriptions", _absent),
]
