"""Accounts as moderators see them, and what they do about them."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.entities import admin as entities
from node.errors import Problem, invalid
from node.services import moderating
from node.services.moderating import Action, Sought
from web import answers
from web.api import params
from web.api.admin import access
from web.routing import Call, Handler, Route, id_of

_STATES: Final = ("active", "pending", "disabled", "silenced", "suspended", "sensitized")


class _Older(Struct):
    local: bool | None = None
    remote: bool | None = None
    active: bool | None = None
    pending: bool | None = None
    disabled: bool | None = None
    silenced: bool | None = None
    suspended: bool | None = None
    sensitized: bool | None = None
    staff: bool | None = None
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None


class _Newer(Struct):
    origin: str | None = None
    status: str | None = None
    permissions: str | None = None
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None


class _Action(Struct):
    type: str | None = None
    text: str | None = None
    report_id: str | None = None


async def index(call: Call) -> Response:
    """Return a page of accounts (the older API: a switch for each state)."""
    sent = params.query(call, _Older)
    is_local = True if sent.local else False if sent.remote else None
    state = next((name for name in _STATES if getattr(sent, name)), None)
    return await _page(call, _sought(sent, is_local=is_local, status=state, is_staff=bool(sent.staff)))


async def index_2(call: Call) -> Response:
    """Return a page of accounts."""
    sent = params.query(call, _Newer)
    is_local = {"local": True, "remote": False}.get(sent.origin or "")
    return await _page(
        call, _sought(sent, is_local=is_local, status=sent.status or None, is_staff=sent.permissions == "staff")
    )


def _sought(sent: _Older | _Newer, *, is_local: bool | None, status: str | None, is_staff: bool) -> Sought:
    return Sought(
        is_local=is_local,
        status=status,
        is_staff=is_staff or None,
        username=sent.username or "",
        display_name=sent.display_name or "",
        host=sent.by_domain or "",
        email=sent.email or "",
    )


async def _page(call: Call, sought: Sought) -> Response:
    part = access.page(call)
    found = await call.node.db.read(moderating.page, part, sought)
    return access.listed(call, [(one.id, entities.account(one)) for one in found], part)


async def show(call: Call) -> Response:
    """Return one account."""
    return answers.json(entities.account(await call.node.db.read(moderating.one, call.id())))


async def act(call: Call) -> Response:
    """Do something about an account."""
    sent = await params.decode(call, _Action)
    if not sent.type:
        raise invalid("Validation failed: type is missing", field="type")
    action = Action(
        kind=sent.type,
        text=(sent.text or "").strip(),
        report_id=id_of(sent.report_id) if sent.report_id else None,
    )
    await _tried(call, moderating.act, action)
    return answers.empty()


async def delete(call: Call) -> Response:
    """Have a suspended account emptied for good."""
    await _tried(call, moderating.remove)
    return answers.empty()


async def reject(call: Call) -> Response:
    """Turn somebody away who signed up."""
    await _tried(call, moderating.reject)
    return answers.empty()


def _undoing(undo: Callable[..., None]) -> Handler:
    async def handler(call: Call) -> Response:
        await _tried(call, undo)
        return await show(call)

    return handler


async def _tried(call: Call, function: Callable[..., None], *more: Any) -> None:
    """Do it; a try against who is out of reach is kept in the audit."""
    by, account_id = access.acting(call), call.id()
    try:
        await call.node.db.write(function, by, account_id, *more)
    except Problem as problem:
        if problem.status == 403:
            await call.node.db.write(moderating.keep_refusal, by, account_id)
        raise


_read = access.moderators("admin:read:accounts")
_write = access.moderators("admin:write:accounts")
_START: Final = "/api/v1/admin/accounts"

routes = [
    Route("GET", _START, index, _read),
    Route("GET", "/api/v2/admin/accounts", index_2, _read),
    Route("GET", f"{_START}/{{id}}", show, _read),
    Route("DELETE", f"{_START}/{{id}}", delete, _write),
    Route("POST", f"{_START}/{{id}}/action", act, _write),
    Route("POST", f"{_START}/{{id}}/approve", _undoing(moderating.approve), _write),
    Route("POST", f"{_START}/{{id}}/reject", reject, _write),
    Route("POST", f"{_START}/{{id}}/enable", _undoing(moderating.enable), _write),
    Route("POST", f"{_START}/{{id}}/unsensitive", _undoing(moderating.unsensitive), _write),
    Route("POST", f"{_START}/{{id}}/unsilence", _undoing(moderating.unsilence), _write),
    Route("POST", f"{_START}/{{id}}/unsuspend", _undoing(moderating.unsuspend), _write),
]
