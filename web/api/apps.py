"""Apps make themselves known and learn what we know of them."""

from typing import Any, Protocol

from msgspec import Struct
from starlette.responses import Response

from node.services import registering, scopes, vapid
from web import answers
from web.api import auth, params
from web.routing import Call, Route


class _Wanted(Struct):
    client_name: str = ""
    redirect_uris: list[str] = []
    scopes: str = ""
    website: str | None = None


class _App(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def website(self) -> str | None: ...
    @property
    def redirect_uris(self) -> list[str]: ...
    @property
    def scopes(self) -> str: ...


async def register(call: Call) -> Response:
    """Make an app known. Anybody may; what it asks for is decided by people later."""
    wanted = await params.decode(call, _Wanted)
    uris = tuple(uri for text in wanted.redirect_uris for uri in text.split())
    registration = registering.Registration(
        name=wanted.client_name,
        redirect_uris=tuple(dict.fromkeys(uris)),
        scopes=scopes.parse(wanted.scopes) or ("read",),
        website=wanted.website,
    )
    made = await call.node.db.write(registering.register, registration)
    secrets = {"client_id": made.app.client_id, "client_secret": made.secret, "client_secret_expires_at": 0}
    return answers.json(_entity(made.app, await call.node.db.read(vapid.published)) | secrets)


async def show(call: Call) -> Response:
    """Return the app whose token this is, without its secrets."""
    assert call.viewer is not None
    app = await call.node.db.read(registering.app_of, call.viewer.app_id)
    return answers.json(_entity(app, await call.node.db.read(vapid.published)))


def _entity(app: _App, push_key: str) -> dict[str, Any]:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uris": app.redirect_uris,
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": push_key,
    }


routes = [
    Route("POST", "/api/v1/apps", register),
    Route("GET", "/api/v1/apps/verify_credentials", show, auth.app()),
]
