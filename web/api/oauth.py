"""The OAuth endpoints that apps call themselves. The consent page is `web.pages`'; both use `services.authorising`."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem
from node.services import accounts, authorising, scopes
from node.services.authorising import Credentials, Issued
from web import answers
from web.api import auth, params
from web.routing import Call, Route


class _TokenRequest(Struct):
    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str | None = None
    scope: str = ""
    token: str = ""


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
    else:
        raise Problem(400, "unsupported_grant_type", "The grant type must be authorization_code or client_credentials")
    if isinstance(issued, Problem):
        raise issued
    return answers.json(_entity(issued), headers={"cache-control": "no-store", "pragma": "no-cache"})


def _entity(issued: Issued) -> dict[str, Any]:
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


async def userinfo(call: Call) -> Response:
    """Return who the token's user is, in OpenID Connect's words."""
    return answers.json(await call.node.db.read(accounts.userinfo, call.account_id))


async def metadata(call: Call) -> Response:
    """Return where everything is (RFC 8414)."""
    base = call.node.site.base_url
    document = {
        "issuer": f"{base}/",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "app_registration_endpoint": f"{base}/api/v1/apps",
        "service_documentation": "https://docs.joinmastodon.org/",
        "scopes_supported": list(scopes.SUPPORTED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }
    return answers.json(document, headers={"cache-control": "public, max-age=300"})


routes = [
    Route("POST", "/oauth/token", token),
    Route("POST", "/oauth/revoke", revoke),
    Route("GET", "/oauth/userinfo", userinfo, auth.user("profile")),
    Route("POST", "/oauth/userinfo", userinfo, auth.user("profile")),
    Route("GET", "/.well-known/oauth-authorization-server", metadata),
]
