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


async def _no_content(_call: Call) -> Response:
    return Response(status_code=204)


routes = [
    Route("GET", "/api/v1/donation_campaigns", _no_content, auth.user()),
    Route("GET", "/api/v1/annual_reports", _always({"annual_reports": [], "accounts": [], "statuses": []}), _own),
    Route("GET", "/api/v1/annual_reports/{year}", _absent, _own),
    Route("GET", "/api/v1/annual_reports/{year}/state", _always({"state": "ineligible"}), _own),
    Route("POST", "/api/v1/annual_reports/{year}/generate", _always({}), auth.user("write:accounts")),
    Route("POST", "/api/v1/annual_reports/{year}/read", _absent, auth.user("write:accounts")),
    Route("POST", "/api/v1/accounts/{id}/email_subscriptions", _absent),
]
