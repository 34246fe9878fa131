"""The OAuth endpoints that apps call themselves. The consent page is `web.pages`'; both use `services.authorising`."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import unquote_plus

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem, forbidden, unauthorised
from node.services import accounts, authorising, scopes, signing_in
from node.services.authorising import Credentials, Issued
from web import answers
from web.api import auth, params
from web.routing import Call, Route

_UNKEPT: Final = {"cache-control": "no-store", "pragma": "no-cache"}


class _TokenRequest(Struct):
    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str | None = None
    scope: str = ""
    token: str = ""
    username: str = ""
    password: str = ""


async def token(call: Call) -> Response:
    """Give a token for a code, or to an app alone."""
    asked = await params.decode(call, _TokenRequest)
    credentials = _credentials(call, asked)
    if asked.grant_type == "authorization_code":
        issued = await call.node.db.write(
            authorising.exchange, credentials, asked.code, redirect_uri=asked.redirect_uri, verifier=asked.code_verifier
        )
    elif asked.grant_type == "client_credentials":
        issued = await call.node.db.write(authorising.for_app, credentials, asked.scope)
    elif asked.grant_type == "password" and call.node.is_testing:
        issued = await _by_password(call, credentials, asked)
    else:
        raise Problem(400, "unsupported_grant_type", "The grant type must be authorization_code or client_credentials")
    if isinstance(issued, Problem):
        raise issued
    return answers.json(token_entity(issued), headers=_UNKEPT)


async def _by_password(call: Call, credentials: Credentials, asked: _TokenRequest) -> Issued:
    node = call.node
    try:
        login = await signing_in.check_password(
            node.door, node.db, asked.username, asked.password, address=call.address
        )
    except Problem as problem:
        raise Problem(400, "invalid_grant", problem.text) from None
    return await node.db.write(authorising.for_password, credentials, login.user_id, asked.scope)


def token_entity(issued: Issued) -> dict[str, Any]:
    """Return the Token entity."""
    return {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "scope": " ".join(issued.scopes),
        "created_at": int(issued.created_at.timestamp()),
    }


async def revoke(call: Call) -> Response:
    """End a token of the calling app."""
    asked = await params.decode(call, _TokenRequest)
    await call.node.db.write(authorising.revoke, _credentials(call, asked), asked.token)
    return answers.empty()


def _credentials(call: Call, asked: _TokenRequest) -> Credentials:
    header = call.request.headers.get("authorization", "")
    if header[:6].lower() != "basic ":
        return Credentials(asked.client_id, asked.client_secret)
    try:
        name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Problem(401, "invalid_client", "The Authorization header cannot be read") from None
    return Credentials(unquote_plus(name).replace("\0", ""), unquote_plus(secret))


async def introspect(call: Call) -> Response:
    """Say whether a token of the calling app is good, and for what (RFC 7662)."""
    asked = await params.decode(call, _TokenRequest)
    app_id = await _introspector(call, asked)
    found = await call.node.db.read(authorising.introspect, app_id, asked.token)
    if found is None:
        return answers.json({"active": False}, headers=_UNKEPT)
    body = {
        "active": True,
        "scope": " ".join(found.scopes),
        "client_id": found.client_id,
        "token_type": "Bearer",
        "exp": 0,
        "iat": int(found.created_at.timestamp()),
    }
    return answers.json(body, headers=_UNKEPT)


async def _introspector(call: Call, asked: _TokenRequest) -> int:
    """Return the app that asks: it proves itself by its secret, or by another token than the one it asks about."""
    if call.request.headers.get("authorization", "")[:7].lower() == "bearer ":
        own = auth.bearer(call) or ""
        viewer = await call.node.db.read(authorising.viewer, own)
        if viewer.is_revoked or own == asked.token:
            raise unauthorised()
        return viewer.app_id
    return (await call.node.db.read(authorising.client, _credentials(call, asked))).id


async def token_info(call: Call) -> Response:
    """Say what the token of the request is good for."""
    assert call.viewer is not None
    found = await call.node.db.read(authorising.introspect, call.viewer.app_id, auth.bearer(call) or "")
    if found is None:
        raise unauthorised()
    body = {
        "resource_owner_id": found.user_id,
        "scope": list(found.scopes),
        "expires_in": None,
        "application": {"uid": found.client_id},
        "created_at": int(found.created_at.timestamp()),
    }
    return answers.json(body)


async def userinfo(call: Call) -> Response:
    """Return who the token's user is, in OpenID Connect's words."""
    return answers.json(await call.node.db.read(accounts.userinfo, call.account_id))


async def not_here(_call: Call) -> Response:
    """Refuse: apps register over the API, and nobody manages them on a page. Raises: 403."""
    raise forbidden()


async def metadata(call: Call) -> Response:
    """Return where everything is (RFC 8414)."""
    base = call.node.site.base_url
    document = {
        "issuer": f"{base}/",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "introspection_endpoint": f"{base}/oauth/introspect",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "app_registration_endpoint": f"{base}/api/v1/apps",
        "service_documentation": "https://docs.joinmastodon.org/",
        "scopes_supported": list(scopes.SUPPORTED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code",
            "client_credentials",
            *(["password"] if call.node.is_testing else []),
        ],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }
    return answers.json(document, headers={"cache-control": "public, max-age=300"})


routes = [
    Route("POST", "/oauth/token", token),
    Route("POST", "/oauth/revoke", revoke),
    Route("POST", "/oauth/introspect", introspect),
    Route("GET", "/oauth/token/info", token_info, auth.app()),
    Route("GET", "/oauth/applications", not_here),
    Route("GET", "/oauth/applications/{rest:rest}", not_here),
    Route("GET", "/oauth/userinfo", userinfo, auth.user("profile")),
    Route("POST", "/oauth/userinfo", userinfo, auth.user("profile")),
    Route("GET", "/.well-known/oauth-authorization-server", metadata),
]
