"""OAuth 2 for apps: a person's consent, codes that become tokens, and what a token stands for.

Codes live ten minutes and work once; a second use ends the token of the first. PKCE is S256 only. A redirect address is
compared byte for byte with the registered ones, before anything else is looked at, so a wrong request never redirects.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from node.errors import Problem, not_found, unauthorised
from node.services import scopes as scoping
from node.services.registering import OUT_OF_BAND
from node.services.signing_in import digest, ended
from node.store import oauth, users
from node.store.oauth import App, Grant
from node.store.unit import Snapshot, Unit

CODE_LIFE: Final = timedelta(minutes=10)
MODERATING: Final = ("moderator", "admin")
MAX_TOKENS: Final = 50  # that one app holds of one person, or of itself
MAX_LISTED: Final = 1000
KEPT: Final = timedelta(days=30)  # an ended token, so that its app is told that it ended
UNUSED: Final = timedelta(days=7)  # an app without tokens
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_DUMMY: Final = digest("no such app")


class Viewer(Struct, frozen=True):
    """Who holds a token; without a user it is an app alone."""

    token_id: int
    app_id: int
    user_id: int | None
    account_id: int | None
    role: str
    scopes: tuple[str, ...]
    is_revoked: bool = False
    is_disabled: bool = False
    is_unconfirmed: bool = False  # the e-mail address
    is_unapproved: bool = False


def viewer(snapshot: Snapshot, token: str) -> Viewer:
    """Return who holds a token, revoked or disabled ones too. Raises: 401 when nobody does."""
    held = oauth.holder(snapshot, digest(token))
    if held is None:
        raise unauthorised()
    who = (held.token_id, held.app_id, held.user_id, held.account_id, held.role or "")
    states = (held.is_revoked, held.is_disabled, held.is_unconfirmed, held.is_unapproved)
    return Viewer(*who, tuple(held.scopes.split()), *states)


# ------------------------------------------------------------------ consent


class AuthorizationRequest(Struct, frozen=True):
    """What an app asks of a person, as it stands in the address of the consent page."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None


class Consent(Struct, frozen=True):
    """A request that is in order: what the consent page shows."""

    app_id: int
    app_name: str
    website: str | None
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    code_challenge: str | None

    @property
    def is_out_of_band(self) -> bool:
        """Whether the person copies the code by hand."""
        return self.redirect_uri == OUT_OF_BAND


class Approval(Struct, frozen=True):
    """Where the person goes next, or, out of band, the code to copy."""

    app_name: str
    code: str
    redirect_url: str | None


def consent(snapshot: Snapshot, request: AuthorizationRequest) -> Consent:
    """Check a request. Raises: 400 to be shown here, never redirected; `code` is the OAuth error."""
    app = oauth.app_by_client_id(snapshot, request.client_id) if "\0" not in request.client_id else None
    if app is None:
        raise Problem(400, "invalid_client", "This app is not known here. Start again in the app.")
    if request.redirect_uri not in app.redirect_uris:
        raise Problem(400, "invalid_request", "The app asks to return to an address that it did not register.")
    if request.response_type != "code":
        raise Problem(400, "unsupported_response_type", "The app asks in a way that is not supported.")
    wanted = _asked(app, request.scope)
    challenge = _challenge(request)
    return Consent(app.id, app.name, app.website, request.redirect_uri, wanted, request.state, challenge)


def _asked(app: App, scope: str) -> tuple[str, ...]:
    wanted = scoping.parse(scope) or ("read",)
    if scoping.unsupported(wanted) or not all(scoping.covers(app.scopes.split(), one) for one in wanted):
        raise Problem(400, "invalid_scope", "The app asks for more than it registered for.")
    return wanted


def _challenge(request: AuthorizationRequest) -> str | None:
    if not request.code_challenge and not request.code_challenge_method:
        return None
    if request.code_challenge_method != "S256" or not _CHALLENGE.fullmatch(request.code_challenge or ""):
        raise Problem(400, "invalid_request", "Only the PKCE method S256 is supported.")
    return request.code_challenge


def grantable(asked: tuple[str, ...], role: str) -> tuple[str, ...]:
    """Return what somebody of a role can give of scopes; what a token may then do, each route of moderators asks again."""
    return asked if role in MODERATING else scoping.without_admin(asked)


def is_given(snapshot: Snapshot, user_id: int, role: str, asked: Consent) -> bool:
    """Tell whether the user gave this app exactly these scopes before and did not take them back."""
    wanted = set(grantable(asked.scopes, role))
    return any(set(kept.split()) == wanted for kept in oauth.scopes_given(snapshot, asked.app_id, user_id))


def approve(unit: Unit, user_id: int, role: str, request: AuthorizationRequest) -> Approval:
    """Give the app a code. Who is no moderator gives no admin scopes. Raises: 400 as `consent`."""
    asked = consent(unit, request)
    granted = grantable(asked.scopes, role)
    if not granted:
        raise Problem(400, "invalid_scope", "Only a moderator can give what the app asks for.")
    oauth.delete_old_grants(unit, before=unit.now - timedelta(days=1))
    code = secrets.token_urlsafe(32)
    oauth.insert_grant(
        unit,
        Grant(
            code_hash=digest(code),
            app_id=asked.app_id,
            user_id=user_id,
            redirect_uri=asked.redirect_uri,
            scopes=" ".join(granted),
            code_challenge=asked.code_challenge,
            expires_at=unit.now + CODE_LIFE,
            used_at=None,
            token_id=None,
        ),
    )
    url = None if asked.is_out_of_band else _with(asked, code=code)
    return Approval(asked.app_name, code, url)


def deny(snapshot: Snapshot, request: AuthorizationRequest) -> str | None:
    """Return where the person goes after refusing, None out of band. Raises: 400 as `consent`."""
    asked = consent(snapshot, request)
    return None if asked.is_out_of_band else _with(asked, error="access_denied")


def _with(asked: Consent, **values: str) -> str:
    query = urlencode(values | ({"state": asked.state} if asked.state is not None else {}))
    return f"{asked.redirect_uri}{'&' if '?' in asked.redirect_uri else '?'}{query}"


# ------------------------------------------------------------------ tokens


class Credentials(Struct, frozen=True):
    """How an app proves who it is."""

    client_id: str
    client_secret: str


class Issued(Struct, frozen=True):
    """A new token, shown once."""

    access_token: str
    scopes: tuple[str, ...]
    created_at: datetime


def client(snapshot: Snapshot, credentials: Credentials) -> App:
    """Return the app that proves who it is. Raises: 401 invalid_client."""
    app = oauth.app_by_client_id(snapshot, credentials.client_id)
    kept = app.secret_hash if app else _DUMMY
    if not hmac.compare_digest(kept, digest(credentials.client_secret)) or app is None:
        raise Problem(401, "invalid_client", "The client is unknown or its secret is wrong.")
    return app


def exchange(
    unit: Unit, credentials: Credentials, code: str, *, redirect_uri: str, verifier: str | None
) -> Issued | Problem:
    """Turn a code into a token. A refusal comes back as a value, so that what it ends stays ended.

    Raises: 401 invalid_client.
    """
    app = client(unit, credentials)
    grant = oauth.take_grant(unit, digest(code))
    if grant is not None and grant.used_at is not None and grant.token_id is not None:
        ended(unit, oauth.revoke(unit, grant.token_id))
    if grant is None or not _is_good(grant, app, unit.now, redirect_uri) or not _proves(grant.code_challenge, verifier):
        return Problem(
            400, "invalid_grant", "The code is wrong, used, expired, or was given to another app or address."
        )
    issued = _issue(unit, app.id, grant.user_id, grant.scopes.split())
    oauth.tie_grant(unit, grant.code_hash, issued[1])
    return issued[0]


def _is_good(grant: Grant, app: App, now: datetime, redirect_uri: str) -> bool:
    is_fresh = grant.used_at is None and now < grant.expires_at
    return is_fresh and grant.app_id == app.id and grant.redirect_uri == redirect_uri


def _proves(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        return not verifier
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def for_app(unit: Unit, credentials: Credentials, scope: str) -> Issued:
    """Give an app a token of its own, without a user. Raises: 401 invalid_client, 400 invalid_scope."""
    app = client(unit, credentials)
    return _issue(unit, app.id, None, _asked(app, scope))[0]


def for_password(unit: Unit, credentials: Credentials, user_id: int, scope: str) -> Issued:
    """Give an app a token of somebody whose password it knows. Raises: 401 invalid_client, 400 invalid_scope.

    Only a node that is there to be tested does this.
    """
    app, user = client(unit, credentials), users.by_id(unit, user_id)
    if user is None:
        raise Problem(400, "invalid_grant", "The person is not here any more.")
    return _issue(unit, app.id, user.id, grantable(_asked(app, scope), user.role))[0]


def issue_for_app(unit: Unit, app_id: int, user_id: int) -> Issued:
    """Give an app a token of somebody whom it signed up: for all that it registered for but moderation."""
    app = oauth.app_by_id(unit, app_id)
    granted = scoping.without_admin(app.scopes.split()) if app is not None else ()
    return _issue(unit, app_id, user_id, granted)[0]


def issue(unit: Unit, app_id: int, user_id: int | None, wanted: Sequence[str]) -> Issued:
    """Give a token without asking, as tests need it."""
    return _issue(unit, app_id, user_id, wanted)[0]


def _issue(unit: Unit, app_id: int, user_id: int | None, wanted: Sequence[str]) -> tuple[Issued, int]:
    """Give a new token: those given before stay good, because only their hashes are kept, but not more than a few dozen."""
    token = secrets.token_urlsafe(32)
    token_id = oauth.insert_token(unit, digest(token), app_id=app_id, user_id=user_id, scopes=" ".join(wanted))
    ended(unit, oauth.keep_newest(unit, app_id, user_id, most=MAX_TOKENS))
    return Issued(token, tuple(wanted), unit.now), token_id


def revoke(unit: Unit, credentials: Credentials, token: str) -> None:
    """End a token; an unknown one is fine. Raises: 403 unauthorized_client for another app's."""
    try:
        app = client(unit, credentials)
    except Problem:
        raise Problem(403, "unauthorized_client", "You are not authorized to revoke this token") from None
    held = oauth.holder(unit, digest(token))
    if held is None:
        return
    if held.app_id != app.id:
        raise Problem(403, "unauthorized_client", "You are not authorized to revoke this token")
    ended(unit, oauth.revoke(unit, held.token_id))


def sweep(unit: Unit) -> int:
    """Remove tokens that ended long ago and apps that nobody uses; call again while it is `MAX_LISTED`."""
    return oauth.sweep(unit, revoked_before=unit.now - KEPT, unused_before=unit.now - UNUSED, limit=MAX_LISTED)


# ------------------------------------------------------------------ what apps and people may know of tokens


class Introspection(Struct, frozen=True):
    """What an app may know of a token of its own."""

    scopes: tuple[str, ...]
    client_id: str
    created_at: datetime
    user_id: int | None


def introspect(snapshot: Snapshot, app_id: int, token: str) -> Introspection | None:
    """Return what a token is good for, None when it is for nothing or is another app's."""
    held = oauth.holder(snapshot, digest(token))
    app = oauth.app_by_id(snapshot, app_id)
    if held is None or app is None or held.is_revoked or held.app_id != app_id:
        return None
    made_at = oauth.made_at(snapshot, held.token_id)
    return Introspection(tuple(held.scopes.split()), app.client_id, made_at, held.user_id)


class Allowed(Struct, frozen=True):
    """An app that acts for a person: what it may do, and since when."""

    app_id: int
    name: str
    website: str | None
    scopes: tuple[str, ...]
    since: datetime


def allowed(snapshot: Snapshot, user_id: int) -> list[Allowed]:
    """Return the apps that act for a user, the newest first."""
    apps: dict[int, Allowed] = {}
    for one in oauth.granted(snapshot, user_id, limit=MAX_LISTED):
        known = apps.get(one.app_id)
        scopes = tuple(dict.fromkeys((*(known.scopes if known else ()), *one.scopes.split())))
        apps[one.app_id] = Allowed(one.app_id, one.name, one.website, scopes, one.created_at)
    return list(apps.values())


def disallow(unit: Unit, user_id: int, app_id: int) -> None:
    """End everything that an app may do for a user. Raises: 404 when it may nothing."""
    token_ids = oauth.revoke_of_app(unit, app_id, user_id)
    if not token_ids:
        raise not_found()
    ended(unit, token_ids)
