"""People and tokens that are the same each time, for those who run their own tests against a node. Safe to repeat.

Nothing calls this but `rounds serve --testing`, which refuses to listen to anybody but this machine.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from node.errors import invalid
from node.services import accounts, following, registering
from node.services import scopes as scoping
from node.services.accounts import KeyPair, NewUser
from node.services.registering import Registration
from node.services.signing_in import digest
from node.store import accounts as stored
from node.store import oauth, users
from node.store.unit import Unit

MAX_ACCOUNTS: Final = 1000
MAX_CLIENT_ID_CHARS: Final = 64
MIN_TOKEN_CHARS: Final = 8
MAX_TOKEN_CHARS: Final = 256
EVERYTHING: Final = "profile read write follow push admin:read admin:write"


class SeedToken(Struct, frozen=True, forbid_unknown_fields=True):
    """A token and what it is good for."""

    token: str
    scopes: str = EVERYTHING


class SeedAccount(Struct, frozen=True, forbid_unknown_fields=True):
    """A person who signs in."""

    username: str
    password: str
    email: str = ""
    display_name: str = ""
    role: Literal["staff", "moderator", "admin"] = "staff"
    locale: str = "en"
    locked: bool = False
    approved: bool = True
    tokens: tuple[SeedToken, ...] = ()
    follows: tuple[str, ...] = ()


class SeedApp(Struct, frozen=True, forbid_unknown_fields=True):
    """The app that the tokens belong to; `tokens` are its own, without a user."""

    client_id: str = "testing-client"
    client_secret: str = "testing-secret"  # noqa: S105 # of a node that anybody on this machine may use
    name: str = "Testing"
    redirect_uris: tuple[str, ...] = (registering.OUT_OF_BAND,)
    scopes: str = EVERYTHING
    tokens: tuple[SeedToken, ...] = ()


class Seed(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of fixed accounts says."""

    app: SeedApp = SeedApp()
    accounts: tuple[SeedAccount, ...] = ()


class Prepared(Struct, frozen=True):
    """What takes long and is done before: by username the hash of the password, and a key pair."""

    hashes: Mapping[str, str]
    keys: Mapping[str, KeyPair]


def seed(unit: Unit, wanted: Seed, prepared: Prepared) -> None:
    """Make what is not there yet and set passwords and roles as the file says. Raises: 422 naming what is wrong."""
    if len(wanted.accounts) > MAX_ACCOUNTS:
        raise invalid(f"accounts: there may be at most {MAX_ACCOUNTS}")
    app_id = _app(unit, wanted.app)
    for one in wanted.app.tokens:
        _token(unit, one, app_id, None)
    for person in wanted.accounts:
        _account(unit, person, prepared)
    for person in wanted.accounts:
        account, user = _known(unit, person.username)
        for one in person.tokens:
            _token(unit, one, app_id, user)
        for name in person.follows:
            following.follow(unit, account, _known(unit, name)[0])


def _app(unit: Unit, wanted: SeedApp) -> int:
    if len(wanted.client_id) > MAX_CLIENT_ID_CHARS:
        raise invalid(f"app: client_id may have at most {MAX_CLIENT_ID_CHARS} characters")
    known = oauth.app_by_client_id(unit, wanted.client_id)
    if known is not None:
        return known.id
    asked = Registration(wanted.name, wanted.redirect_uris, scoping.parse(wanted.scopes))
    return registering.keep(unit, asked, client_id=wanted.client_id, secret=wanted.client_secret).id


def _account(unit: Unit, wanted: SeedAccount, prepared: Prepared) -> None:
    account = stored.local_by_username(unit, wanted.username)
    user = users.by_account(unit, account.id) if account is not None else None
    hashed = prepared.hashes[wanted.username]
    if user is not None:
        users.set_password(unit, user.id, hashed)
        users.set_role(unit, user.id, wanted.role)
        return
    new = NewUser(
        username=wanted.username,
        email=wanted.email or f"{wanted.username}@testing.example",
        password_hash=hashed,
        keys=prepared.keys[wanted.username],
        display_name=wanted.display_name,
        role=wanted.role,
        locale=wanted.locale,
        is_approved=wanted.approved,
    )
    made = accounts.create_user(unit, new)
    if wanted.locked:
        stored.change(unit, made, is_locked=True)


def _known(unit: Unit, username: str) -> tuple[int, int]:
    account = stored.local_by_username(unit, username)
    user = users.by_account(unit, account.id) if account is not None else None
    if account is None or user is None:
        raise invalid(f"accounts: there is no {username}")
    return account.id, user.id


def _token(unit: Unit, wanted: SeedToken, app_id: int, user_id: int | None) -> None:
    if not (MIN_TOKEN_CHARS <= len(wanted.token) <= MAX_TOKEN_CHARS and wanted.token.isascii()):
        raise invalid(f"tokens: a token has {MIN_TOKEN_CHARS} to {MAX_TOKEN_CHARS} characters without accents")
    scopes = scoping.parse(wanted.scopes)
    if unknown := scoping.unsupported(scopes):
        raise invalid(f"tokens: {unknown[0]} is no scope")
    hashed = digest(wanted.token)
    held = oauth.holder(unit, hashed)
    if held is not None and held.is_revoked:
        oauth.forget(unit, held.token_id)
    if held is None or held.is_revoked:
        oauth.insert_token(unit, hashed, app_id=app_id, user_id=user_id, scopes=" ".join(scopes))
