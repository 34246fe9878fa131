"""Numbers for administrators. They are asked for by POST although they change nothing, as apps expect."""

from typing import Final, Literal

from msgspec import Struct
from starlette.responses import Response

from node.services import counting
from node.services.counting import Span
from web import answers
from web.api import params
from web.api.admin import access
from web.routing import Call, Route


class _Tag(Struct):
    id: str = ""


class _Host(Struct):
    domain: str = ""


class _Asked(Struct):
    keys: list[str] | None = None
    start_at: str | None = None
    end_at: str | None = None
    limit: int | None = None
    frequency: Literal["day", "month"] = "day"
    tag_accounts: _Tag | None = None
    tag_uses: _Tag | None = None
    tag_servers: _Tag | None = None
    tag_languages: _Tag | None = None
    instance_accounts: _Host | None = None
    instance_media_attachments: _Host | None = None
    instance_reports: _Host | None = None
    instance_statuses: _Host | None = None
    instance_follows: _Host | None = None
    instance_followers: _Host | None = None
    instance_languages: _Host | None = None


_ROWS: Final = 10


def _about(sent: _Asked) -> dict[str, str]:
    found = {name: getattr(sent, name) for name in sent.__struct_fields__}
    by_tag = {name: one.id for name, one in found.items() if isinstance(one, _Tag)}
    return by_tag | {name: one.domain for name, one in found.items() if isinstance(one, _Host)}


def _span(call: Call, sent: _Asked) -> Span:
    return counting.span(sent.start_at, sent.end_at, call.node.db.now().date())


async def measures(call: Call) -> Response:
    """Return how often something happened, day by day."""
    sent = await params.decode(call, _Asked)
    asked = (sent.keys or [], _about(sent), _span(call, sent))
    return answers.json(await call.node.db.read(counting.measures, *asked))


async def dimensions(call: Call) -> Response:
    """Return what it mostly was."""
    sent = await params.decode(call, _Asked)
    asked = (sent.keys or [], _about(sent), _span(call, sent))
    return answers.json(await call.node.db.read(counting.dimensions, *asked, limit=sent.limit or _ROWS))


async def retention(call: Call) -> Response:
    """Return how many of those who came came again."""
    sent = await params.decode(call, _Asked)
    return answers.json(await call.node.db.read(counting.cohorts, _span(call, sent), sent.frequency))


_read = access.moderators("admin:read")

routes = [
    Route("POST", "/api/v1/admin/measures", measures, _read),
    Route("POST", "/api/v1/admin/dimensions", dimensions, _read),
    Route("POST", "/api/v1/admin/retention", retention, _read),
]
