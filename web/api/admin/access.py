"""Who may call the administrators' area: by scope, then by role. And what its handlers have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from typing_extensions import override

from node.errors import forbidden
from node.services.moderating import Moderator
from node.services.reading import Page
from web import answers
from web.api import paging
from web.api.auth import Token, Who
from web.routing import Call

_ROLES: Final = {"moderator": frozenset({"moderator", "admin"}), "admin": frozenset({"admin"})}


@dataclass(frozen=True, slots=True)
class Staff(Token):
    """Access by token for who has a role. `role` is the least one."""

    who: Who = "user"
    role: str = "moderator"

    @override
    async def admit(self, call: Call) -> None:
        """Set `call.viewer`. Raises: as `Token`; 403 for a role that is not enough."""
        await Token.admit(self, call)
        if call.viewer is None or call.viewer.role not in _ROLES[self.role]:
            raise forbidden()


def is_moderator(call: Call) -> bool:
    """Tell whether who calls may moderate."""
    return call.viewer is not None and call.viewer.role in _ROLES["moderator"]


def moderators(*scopes: str) -> Staff:
    """Return access for moderators and administrators whose token has one of these scopes."""
    return Staff("user", scopes, role="moderator")


def administrators(*scopes: str) -> Staff:
    """Return access for administrators whose token has one of these scopes."""
    return Staff("user", scopes, role="admin")


def acting(call: Call) -> Moderator:
    """Return who calls, as services name them."""
    assert call.viewer is not None
    return Moderator(call.account_id, call.viewer.role)


def page(call: Call) -> Page:
    """Return the wanted part of a list: 100, at most 200."""
    return paging.page(call, default=100, most=200)


def listed(call: Call, found: Sequence[tuple[int, Any]], part: Page) -> Response:
    """Return a page of entities with its links; only a full page has a next one."""
    is_full = len(found) >= part.limit
    headers = paging.link(
        call, next_id=found[-1][0] if found and is_full else None, prev_id=found[0][0] if found else None
    )
    return answers.json([entity for _, entity in found], headers=headers)
