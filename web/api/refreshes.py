"""What is fetched from elsewhere while an app has an answer already: it is told of it, and may ask how far it is."""

from typing import Any, Final

from starlette.responses import Response

from node.services import backfilling
from node.services.backfilling import Refresh
from web import answers
from web.api import auth
from web.routing import Call, Route

RETRY_S: Final = 5


def header(refresh: Refresh | None) -> dict[str, str]:
    """Return the header that tells an app that more is coming."""
    if refresh is None:
        return {}
    return {"mastodon-async-refresh": f'id="{refresh.id}", retry={RETRY_S}, result_count={refresh.found}'}


async def show(call: Call) -> Response:
    """Return how far it is."""
    found = await call.node.db.read(backfilling.refresh, call.account_id, call.params["id"])
    return answers.json({"async_refresh": _entity(found)})


def _entity(refresh: Refresh) -> dict[str, Any]:
    status = "running" if refresh.is_running else "finished"
    return {"id": refresh.id, "status": status, "result_count": refresh.found}


routes = [Route("GET", "/api/v1_alpha/async_refreshes/{id}", show, auth.user("read"))]
