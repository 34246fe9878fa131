"""Posts that wait for their time: seen, moved and given up by their author, and by nobody else."""

from msgspec import Struct
from starlette.responses import Response

from node.services import scheduling
from web import answers
from web.api import auth, drafts, paging, params
from web.routing import Call, Route


class _Time(Struct):
    scheduled_at: str | None = None


async def shown_all(call: Call) -> Response:
    """Return a page of the posts that wait, the newest first."""
    page = paging.page(call)
    found = await call.node.db.read(scheduling.page, call.account_id, page)
    ends = (found[-1][0], found[0][0]) if found else (None, None)
    headers = paging.link(call, next_id=ends[0], prev_id=ends[1])
    return answers.json([entity for _, entity in found], headers=headers)


async def show(call: Call) -> Response:
    """Return one of them."""
    return answers.json(await call.node.db.read(scheduling.show, call.account_id, call.id()))


async def move(call: Call) -> Response:
    """Let one of them wait for another time."""
    due_at = drafts.instant((await params.decode(call, _Time)).scheduled_at, field="scheduled_at")
    return answers.json(await call.node.db.write(scheduling.move, call.account_id, call.id(), due_at))


async def cancel(call: Call) -> Response:
    """Give one of them up."""
    await call.node.db.write(scheduling.cancel, call.account_id, call.id())
    return answers.empty()


_see = auth.user("read:statuses")
_write = auth.user("write:statuses")

routes = [
    Route("GET", "/api/v1/scheduled_statuses", shown_all, _see),
    Route("GET", "/api/v1/scheduled_statuses/{id}", show, _see),
    Route("PUT", "/api/v1/scheduled_statuses/{id}", move, _write),
    Route("PATCH", "/api/v1/scheduled_statuses/{id}", move, _write),
    Route("DELETE", "/api/v1/scheduled_statuses/{id}", cancel, _write),
]
