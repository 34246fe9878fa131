"""Reports as moderators handle them."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.services import handling
from node.services.handling import Change, Sought
from web import answers
from web.api import listing, params
from web.api.admin import access
from web.routing import Call, Handler, Route, id_of

MAX_RULES: Final = 50


class _Which(Struct):
    resolved: bool | None = None
    unresolved: bool | None = None
    account_id: str | None = None
    target_account_id: str | None = None


class _Change(Struct):
    category: str | None = None
    rule_ids: list[str] | None = None


async def index(call: Call) -> Response:
    """Return a page of reports, of the open ones unless something else is asked for."""
    sent, part = params.query(call, _Which), access.page(call)
    sought = Sought(
        is_resolved=None if sent.resolved and sent.unresolved else bool(sent.resolved),
        reporter_id=id_of(sent.account_id) if sent.account_id else None,
        target_id=id_of(sent.target_account_id) if sent.target_account_id else None,
    )
    found = await call.node.db.read(handling.page, access.acting(call), part, sought)
    return access.listed(call, found, part)


async def show(call: Call) -> Response:
    """Return one report."""
    return answers.json(await call.node.db.read(handling.one, access.acting(call), call.id()))


async def change(call: Call) -> Response:
    """Say what a report is about after all."""
    sent = await params.decode(call, _Change)
    rules = None if sent.rule_ids is None else listing.ids(sent.rule_ids, field="rule_ids", most=MAX_RULES)
    await call.node.db.write(handling.change, access.acting(call), call.id(), Change(sent.category, rules))
    return await show(call)


def _doing(act: Callable[..., None]) -> Handler:
    async def handler(call: Call) -> Response:
        await call.node.db.write(act, access.acting(call), call.id())
        return await show(call)

    return handler


_read = access.moderators("admin:read:reports")
_write = access.moderators("admin:write:reports")
_ONE: Final = "/api/v1/admin/reports/{id}"

routes = [
    Route("GET", "/api/v1/admin/reports", index, _read),
    Route("GET", _ONE, show, _read),
    Route("PUT", _ONE, change, _write),
    Route("PATCH", _ONE, change, _write),
    Route("POST", f"{_ONE}/assign_to_self", _doing(handling.assign), _write),
    Route("POST", f"{_ONE}/unassign", _doing(handling.unassign), _write),
    Route("POST", f"{_ONE}/resolve", _doing(handling.resolve), _write),
    Route("POST", f"{_ONE}/reopen", _doing(handling.reopen), _write),
]
