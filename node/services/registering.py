"""Registering apps that want to act for people: who they are, and where they may send somebody back to.

A redirect address is kept as it was registered, and later compared with it byte for byte.
"""

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from federation.vocab.prose import line
from node.errors import invalid, unauthorised
from node.services import scopes as scoping
from node.services.signing_in import digest
from node.store import oauth
from node.store.oauth import App
from node.store.unit import Snapshot, Unit

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
MAX_NAME_CHARS: Final = 60
MAX_URI_CHARS: Final = 2000
MAX_URIS: Final = 20
_DANGEROUS: Final = frozenset({"javascript", "data", "vbscript", "file", "filesystem", "blob", "about", "view-source"})
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class Registration(Struct, frozen=True):
    """What an app says about itself."""

    name: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...] = ("read",)
    website: str | None = None


class Registered(Struct, frozen=True):
    """An app with the secret that only it will know."""

    app: App
    secret: str


def register(unit: Unit, wanted: Registration) -> Registered:
    """Keep a new app. Raises: 422 naming what is wrong."""
    secret = secrets.token_urlsafe(32)
    return Registered(keep(unit, wanted, client_id=secrets.token_urlsafe(24), secret=secret), secret)


def keep(unit: Unit, wanted: Registration, *, client_id: str, secret: str) -> App:
    """Keep a new app by a name and a secret that were chosen for it. Raises: 422 naming what is wrong."""
    _check(wanted)
    app = App(
        id=unit.new_id(),
        client_id=client_id,
        secret_hash=digest(secret),
        name=wanted.name.strip(),
        website=wanted.website or None,
        redirect_uris=list(wanted.redirect_uris),
        scopes=" ".join(wanted.scopes),
        created_at=unit.now,
    )
    oauth.insert_app(unit, app)
    return app


def _check(wanted: Registration) -> None:
    if not 1 <= len(wanted.name.strip()) <= MAX_NAME_CHARS or line(wanted.name, MAX_NAME_CHARS) != wanted.name.strip():
        raise invalid(
            f"Validation failed: client_name must have 1 to {MAX_NAME_CHARS} visible characters", field="client_name"
        )
    if not wanted.redirect_uris or len(wanted.redirect_uris) > MAX_URIS:
        raise invalid("Validation failed: redirect_uris must name 1 to 20 addresses", field="redirect_uris")
    if sum(map(len, wanted.redirect_uris)) > MAX_URI_CHARS or not all(map(_may_redirect, wanted.redirect_uris)):
        raise invalid("Validation failed: redirect_uris holds an address that is not allowed", field="redirect_uris")
    if wanted.website and not _is_website(wanted.website):
        raise invalid("Validation failed: website must be an http or https address", field="website")
    if unknown := scoping.unsupported(wanted.scopes):
        raise invalid(f"Validation failed: scopes holds unknown ones: {' '.join(unknown)[:200]}", field="scopes")


def _may_redirect(uri: str) -> bool:
    """Allow https, http on this machine only (a desktop app listens there), an app's own scheme, and out of band."""
    if uri == OUT_OF_BAND:
        return True
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not uri.isprintable() or " " in uri or "#" in uri or parts.scheme in _DANGEROUS or "@" in parts.netloc:
        return False
    if parts.scheme in ("http", "https") and not _AUTHORITY.fullmatch(parts.netloc):
        return False  # it stands in a policy and before people's eyes, where no other sign may end the host
    if parts.scheme == "http":
        return host in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "https":
        return bool(host)
    return re.fullmatch(r"[a-z][a-z0-9+.-]+", parts.scheme) is not None and len(uri) > len(parts.scheme) + 1


def _is_website(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= MAX_URI_CHARS and text.isprintable()
    )


def app_of(snapshot: Snapshot, app_id: int) -> App:
    """Return the app of a token. Raises: 401 when it is gone."""
    app = oauth.app_by_id(snapshot, app_id)
    if app is None:
        raise unauthorised()
    return app
