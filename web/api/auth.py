"""Who calls: the bearer token in the Authorization header becomes a Viewer, and a row of the table says what it needs.

A token in a query or a cookie is not looked at: queries end up in logs, and cookies come along with forged requests.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from node.errors import Problem, forbidden, unauthorised
from node.services import authorising, scopes, signing_in
from node.services.authorising import Viewer
from node.services.signing_in import digest
from web.routing import Call

MAX_TOKEN_CHARS: Final = 256
Who = Literal["anyone", "app", "user"]


@dataclass(frozen=True, slots=True)
class Token:
    """Access by token. `scopes` are alternatives; none means that any token will do."""

    who: Who
    scopes: tuple[str, ...] = ()
    lets_wait: bool = False  # whoever is not let in yet may call it, too
    _enough: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find out once which granted scopes are enough."""
        unknown = scopes.unsupported(self.scopes)
        if unknown:
            raise ValueError(f"unknown scopes: {unknown}")
        object.__setattr__(self, "_enough", frozenset().union(*(scopes.covering(scope) for scope in self.scopes)))

    async def admit(self, call: Call) -> None:
        """Set `call.viewer`.

        Raises: 401 no or invalid token, 403 a scope that is not enough, or a user who is disabled or not let in yet, 422 an app without a user.
        """
        token = bearer(call)
        if token is None:
            if self.who == "anyone":
                return
            raise unauthorised()
        key = ("viewer", digest(token))
        viewer = await call.node.db.remembered(key, lambda snapshot: authorising.viewer(snapshot, token))
        if viewer.is_revoked:
            raise unauthorised("The access token was revoked")
        if self.who != "app" or self.scopes:
            self._check_user(viewer)
        if self.scopes and self._enough.isdisjoint(viewer.scopes):
            raise forbidden("This action is outside the authorized scopes")
        if self.who == "user" and viewer.account_id is None:
            raise Problem(422, "user-required", "This method requires an authenticated user")
        call.viewer = viewer
        if viewer.user_id is not None:
            await signing_in.note_use(call.node.door, call.node.db, viewer.user_id)

    def _check_user(self, viewer: Viewer) -> None:
        if viewer.is_disabled:
            raise forbidden("Your login is currently disabled")
        if viewer.is_unconfirmed and not self.lets_wait:
            raise forbidden("Your login is missing a confirmed e-mail address")
        if viewer.is_unapproved and not self.lets_wait:
            raise forbidden("Your login is currently pending approval")


def bearer(call: Call) -> str | None:
    """Return the token of the request, None when it brings no Authorization. Raises: 401 for another kind of it."""
    sent: list[tuple[bytes, bytes]] = call.request.scope["headers"]
    header = next((value for name, value in sent if name == b"authorization"), None)
    if header is None:
        return None
    scheme, _, token = header.decode("latin-1").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN_CHARS:
        raise unauthorised()
    return token


def user(*wanted: str) -> Token:
    """Return access for a signed-in user whose token has one of these scopes."""
    return Token("user", wanted)


def newcomer(*wanted: str) -> Token:
    """Return access as `user`, also for somebody whose address or sign-up is not confirmed yet."""
    return Token("user", wanted, lets_wait=True)


def app(*wanted: str) -> Token:
    """Return access for any valid token, of an app alone or of a user."""
    return Token("app", wanted)


def anyone(*wanted: str) -> Token:
    """Return access for everybody; a token that is sent must be valid and have one of these scopes."""
    return Token("anyone", wanted)
