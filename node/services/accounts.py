"""Accounts of ours: people, the institution's actor and the server's actor, and what a person changes about the own one.

Keys and password hashes are made before the transaction and handed in, because both are slow.
"""

import re
from typing import Final, NamedTuple

from msgspec import Struct

from node.entities.account import (
    DEFAULT_AVATAR,
    MAX_DISPLAY_NAME_CHARS,
    Preferences,
    credential_json,
)
from node.errors import invalid, not_found
from node.services import keyring
from node.social.site import INSTANCE_ACTOR_NAME, Site
from node.store import accounts, follows, users
from node.store.accounts import Account
from node.store.unit import Snapshot, Unit
from node.store.users import User

ROLES: Final = ("staff", "moderator", "admin")
USERNAME: Final = re.compile(r"[a-z0-9_]{1,30}")
MAX_USERNAME_CHARS: Final = 30
_RESERVED_TEXT: Final = """
admin administrator root system staff support help helpdesk security abuse moderator postmaster webmaster hostmaster
everyone
"""
RESERVED: Final = frozenset(_RESERVED_TEXT.split())
EMAIL: Final = re.compile(r"[^@\s\x00]{1,64}@[^@\s\x00]{1,255}")


class KeyPair(NamedTuple):
    """An RSA pair as `federation.signatures.keys.generate_rsa` gives it."""

    private_pem: str
    public_pem: str


class NewUser(Struct, frozen=True):
    """A person who will sign in here."""

    username: str
    email: str
    password_hash: str
    keys: KeyPair
    display_name: str = ""
    role: str = "staff"
    locale: str = "en"
    is_confirmed: bool = True  # the e-mail address; who was made by the institution is welcome at once
    is_approved: bool = True
    reason: str = ""
    app_id: int | None = None


def create_user(unit: Unit, new: NewUser) -> Account:
    """Make a user with an account and a key. Raises: 422 naming what is wrong or taken."""
    typed = new.username.strip()  # letters of other scripts stay as they are: some are ours in lower case
    username, email = typed.lower() if typed.isascii() else typed, new.email.strip().casefold()
    _check_user(unit.site, new, username, email)
    account = _make(unit, username, unit.site.actor_uri(username), "person", new.display_name.strip(), new.keys)
    if account is None:
        raise invalid("Validation failed: username is taken", field="username", code="taken")
    user = User(
        id=unit.new_id(),
        account_id=account.id,
        email=email,
        password_hash=new.password_hash,
        role=new.role,
        locale=new.locale,
        preferences={},
        disabled_at=None,
        created_at=unit.now,
        confirmed_at=unit.now if new.is_confirmed else None,
        approved_at=unit.now if new.is_approved else None,
        sign_up_reason=new.reason,
        app_id=new.app_id,
    )
    if not users.insert(unit, user):
        raise invalid("Validation failed: email is taken", field="email", code="taken")
    account = accounts.change(unit, account)  # its part names the role
    unit.audit(actor="system", act="account.create", object=account.uri, role=new.role)
    return account


def _check_username(site: Site, username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise invalid("Validation failed: username must be 1 to 30 of a-z, 0-9 and _", field="username")
    if is_reserved(site, username):
        raise invalid("Validation failed: username is reserved", field="username", code="taken")


def is_reserved(site: Site, username: str) -> bool:
    """Tell whether a name could pass for the node's own."""
    return username in (INSTANCE_ACTOR_NAME, site.institution_username.lower(), site.recall_username, *RESERVED)


def _check_user(site: Site, new: NewUser, username: str, email: str) -> None:
    _check_username(site, username)
    if not EMAIL.fullmatch(email):
        raise invalid("Validation failed: email is not an e-mail address", field="email")
    check_text("display_name", new.display_name, MAX_DISPLAY_NAME_CHARS)
    if new.role not in ROLES:
        raise invalid(f"Validation failed: role must be one of {', '.join(ROLES)}", field="role")


def check_text(field: str, text: str | None, maximum: int) -> None:
    """Refuse a text that is too long or holds what none may. Raises: 422."""
    if text is not None and len(text) > maximum:
        words = f"Validation failed: {field} may have at most {maximum} characters"
        raise invalid(words, field=field, code="too-long")
    if text is not None and "\0" in text:
        raise invalid(f"Validation failed: {field} holds a NUL character", field=field)


class ActorKeys(NamedTuple):
    """The keys of the actors that are no person."""

    institution: KeyPair
    server: KeyPair
    recall: KeyPair


def lacks_actors(snapshot: Snapshot) -> bool:
    """Tell whether `ensure_actors` has something to do."""
    site = snapshot.site
    wanted = (site.actor_uri(site.institution_username), site.server_actor_uri, site.recall_actor_uri)
    return len(accounts.by_uris(snapshot, wanted)) < len(wanted)


def ensure_actors(unit: Unit, made: ActorKeys) -> None:
    """Make the actors of the institution, of the server and of re-exposure where they are not there yet."""
    site = unit.site
    for username, uri, kind, name, pair in (
        (
            site.institution_username,
            site.actor_uri(site.institution_username),
            "organization",
            site.institution_name,
            made.institution,
        ),
        (site.handle_host, site.server_actor_uri, "application", site.institution_name, made.server),
        (site.recall_username, site.recall_actor_uri, "service", "Worth seeing again", made.recall),
    ):
        if accounts.by_uri(unit, uri) is None:
            _make(unit, username, uri, kind, name, pair)


def create_group(unit: Unit, username: str, title: str, pair: KeyPair) -> Account:
    """Make the actor of a group of ours. Raises: 422 naming what is wrong or taken."""
    username, title = username.strip().lower(), title.strip()
    _check_username(unit.site, username)
    check_text("title", title, MAX_DISPLAY_NAME_CHARS)
    account = _make(unit, username, unit.site.actor_uri(username), "group", title or username, pair)
    if account is None:
        raise invalid("Validation failed: username is taken", field="username", code="taken")
    return account


def _make(unit: Unit, username: str, uri: str, kind: str, name: str, pair: KeyPair) -> Account | None:
    site = unit.site
    is_server = uri == site.server_actor_uri
    account = accounts.insert(
        unit,
        Account(
            id=unit.new_id(),
            uri=uri,
            username=username,
            username_key=username.casefold(),
            kind=kind,
            display_name=name,
            url=uri if is_server else site.profile_url(username),
            inbox=site.shared_inbox if is_server else f"{uri}/inbox",
            shared_inbox=site.shared_inbox,
            outbox=f"{uri}/outbox",
            followers_uri=None if is_server else f"{uri}/followers",
            following_uri=None if is_server else f"{uri}/following",
            is_discoverable=kind in ("organization", "group"),
            created_at=unit.now,
        ),
    )
    if account is not None:
        keyring.equip(unit, account.id, uri, pair)
    return account


# ------------------------------------------------------------------ reading


def voice(snapshot: Snapshot) -> Account | None:
    """Return who answers commands and asks what is worth seeing again; the institution where a person has that name."""
    own = accounts.by_uri(snapshot, snapshot.site.recall_actor_uri)
    if own is not None and own.kind == "service":
        return own
    return accounts.by_uri(snapshot, snapshot.site.actor_uri(snapshot.site.institution_username))


def own(snapshot: Snapshot, account_id: int) -> str:
    """Return the CredentialAccount of a user of ours as JSON text. Raises: 404 when the account has no user."""
    account, user = owner(snapshot, account_id)
    waiting = follows.count_requests(snapshot, account_id)
    return credential_json(account, preferences_of(user), role=user.role, follow_requests=waiting)


def preferences(snapshot: Snapshot, account_id: int) -> Preferences:
    """Return how a user posts unless something else is said. Raises: 404 when the account has no user."""
    return preferences_of(owner(snapshot, account_id)[1])


def owner(snapshot: Snapshot, account_id: int) -> tuple[Account, User]:
    """Return an account of ours with its user. Raises: 404 when it has none."""
    account, user = accounts.by_id(snapshot, account_id), users.by_account(snapshot, account_id)
    if account is None or user is None:
        raise not_found()
    return account, user


def preferences_of(user: User) -> Preferences:
    """Return what is kept of a user's preferences, with what holds where nothing is kept."""
    kept = user.preferences
    return Preferences(
        privacy=kept.get("privacy", "public"),
        is_sensitive=kept.get("sensitive", False),
        language=kept.get("language", user.locale),
        quote_policy=kept.get("quote_policy", "public"),
        fields=tuple(kept.get("fields", ())),
        media=kept.get("media", "default"),
        opens_warnings=kept.get("opens_warnings", False),
        plays_gifs=kept.get("plays_gifs", False),
    )


def userinfo(snapshot: Snapshot, account_id: int) -> dict[str, str]:
    """Return who a user is, in OpenID Connect's words."""
    account, site = owner(snapshot, account_id)[0], snapshot.site
    return {
        "iss": f"{site.base_url}/",
        "sub": account.uri,
        "name": account.display_name,
        "preferred_username": account.username,
        "profile": account.url,
        "picture": f"{site.base_url}{DEFAULT_AVATAR}" if account.avatar is None else site.media_url(account.avatar),
    }
