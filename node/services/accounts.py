"""Accounts of ours: people, the institution's actor and the server's actor, and what a person changes about the own one.

Keys and password hashes are made before the transaction and handed in, because both are slow.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct

from federation.vocab.prose import line
from node import events
from node.entities.account import (
    DEFAULT_AVATAR,
    MAX_AVATAR_ALT_CHARS,
    MAX_DISPLAY_NAME_CHARS,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_NOTE_CHARS,
    Preferences,
    credential_json,
)
from node.errors import invalid, not_found
from node.services import keyring, tidying
from node.social import text as words
from node.social.site import INSTANCE_ACTOR_NAME, Site
from node.store import accounts, follows, users
from node.store.accounts import Account, Changes
from node.store.unit import Snapshot, Unit
from node.store.users import User

ROLES: Final = ("staff", "moderator", "admin")
USERNAME: Final = re.compile(r"[a-z0-9_]{1,30}")
_RESERVED_TEXT: Final = """
admin administrator root system staff support help helpdesk security abuse moderator postmaster webmaster hostmaster
everyone
"""
RESERVED: Final = frozenset(_RESERVED_TEXT.split())
_EMAIL: Final = re.compile(r"[^@\s\x00]{1,64}@[^@\s\x00]{1,255}")
PRIVACIES: Final = ("public", "unlisted", "private", "direct")
QUOTE_POLICIES: Final = ("public", "followers", "nobody")


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
    if username in (INSTANCE_ACTOR_NAME, site.institution_username.lower(), *RESERVED):
        raise invalid("Validation failed: username is reserved", field="username", code="taken")


def _check_user(site: Site, new: NewUser, username: str, email: str) -> None:
    _check_username(site, username)
    if not _EMAIL.fullmatch(email):
        raise invalid("Validation failed: email is not an e-mail address", field="email")
    _check_text("display_name", new.display_name, MAX_DISPLAY_NAME_CHARS)
    if new.role not in ROLES:
        raise invalid(f"Validation failed: role must be one of {', '.join(ROLES)}", field="role")


class ActorKeys(NamedTuple):
    """The keys of the two actors that are no person."""

    institution: KeyPair
    server: KeyPair


def lacks_actors(snapshot: Snapshot) -> bool:
    """Tell whether `ensure_actors` has something to do."""
    site = snapshot.site
    wanted = (site.actor_uri(site.institution_username), site.server_actor_uri)
    return len(accounts.by_uris(snapshot, wanted)) < len(wanted)


def ensure_actors(unit: Unit, made: ActorKeys) -> None:
    """Make the institution's actor and the server's actor where they are not there yet."""
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
    ):
        if accounts.by_uri(unit, uri) is None:
            _make(unit, username, uri, kind, name, pair)


def create_group(unit: Unit, username: str, title: str, pair: KeyPair) -> Account:
    """Make the actor of a group of ours. Raises: 422 naming what is wrong or taken."""
    username, title = username.strip().lower(), title.strip()
    _check_username(unit.site, username)
    _check_text("title", title, MAX_DISPLAY_NAME_CHARS)
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


# ------------------------------------------------------------------ one's own profile


class ProfileField(Struct, frozen=True):
    """A row of a profile, as typed."""

    name: str = ""
    value: str = ""


class ProfileEdit(Struct, frozen=True, kw_only=True):
    """What a person changes; None leaves things as they are."""

    display_name: str | None = None
    note: str | None = None
    is_locked: bool | None = None
    is_bot: bool | None = None
    is_discoverable: bool | None = None
    is_indexable: bool | None = None
    fields: tuple[ProfileField, ...] | None = None
    avatar: str | None = None  # a blob's key; empty: none any more
    avatar_alt: str | None = None  # of a new avatar none, unless it says so
    header: str | None = None
    privacy: str | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


def edit_profile(unit: Unit, account_id: int, edit: ProfileEdit) -> Account:
    """Change the own profile and preferences. Raises: 422 naming what is wrong."""
    account, user = _own(unit, account_id)
    _check_edit(edit)
    preferences = _preferences(user.preferences, edit)
    if preferences != user.preferences:
        users.set_preferences(unit, user.id, preferences)
    changes = _changes(account, edit, unit.site)
    if not changes:
        return account
    changed = accounts.change(unit, account, **changes)
    tidying.let_go(unit, {account.avatar, account.header} - {changed.avatar, changed.header})
    unit.record(events.AccountEdited(account.id))
    return changed


def _check_edit(edit: ProfileEdit) -> None:
    _check_text("display_name", edit.display_name, MAX_DISPLAY_NAME_CHARS)
    _check_text("note", edit.note, MAX_NOTE_CHARS)
    _check_text("avatar_description", edit.avatar_alt, MAX_AVATAR_ALT_CHARS)
    if len(edit.fields or ()) > MAX_FIELDS:
        raise invalid(f"Validation failed: fields may have at most {MAX_FIELDS} entries", field="fields_attributes")
    for one in edit.fields or ():
        _check_text("fields_attributes", one.name, MAX_FIELD_CHARS)
        _check_text("fields_attributes", one.value, MAX_FIELD_CHARS)
    _check_word("source[privacy]", edit.privacy, PRIVACIES)
    _check_word("source[quote_policy]", edit.quote_policy, QUOTE_POLICIES)
    if edit.language and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", edit.language):
        raise invalid("Validation failed: source[language] is not a language code", field="source[language]")


def _check_text(field: str, text: str | None, maximum: int) -> None:
    if text is not None and len(text) > maximum:
        raise invalid(f"Validation failed: {field} may have at most {maximum} characters", field=field)
    if text is not None and "\0" in text:
        raise invalid(f"Validation failed: {field} holds a NUL character", field=field)


def _check_word(field: str, word: str | None, known: tuple[str, ...]) -> None:
    if word and word not in known:
        raise invalid(f"Validation failed: {field} must be one of {', '.join(known)}", field=field)


def _changes(account: Account, edit: ProfileEdit, site: Site) -> Changes:
    changes: Changes = {}
    if edit.display_name is not None:
        changes["display_name"] = line(edit.display_name, MAX_DISPLAY_NAME_CHARS)
    if edit.note is not None:
        changes["note_text"], changes["note_html"] = edit.note.strip(), _html(edit.note, site)
    if edit.is_locked is not None:
        changes["is_locked"] = edit.is_locked
    if edit.is_bot is not None and account.kind in ("person", "service"):
        changes["kind"] = "service" if edit.is_bot else "person"
    if edit.is_discoverable is not None:
        changes["is_discoverable"] = edit.is_discoverable
    if edit.is_indexable is not None:
        changes["is_indexable"] = edit.is_indexable
    if edit.fields is not None:
        changes["fields"] = [
            {"name": line(one.name, MAX_FIELD_CHARS), "value": _line(one.value, site)} for one in _filled(edit.fields)
        ]
    return changes | _images(edit)


def _images(edit: ProfileEdit) -> Changes:
    changes: Changes = {}
    if edit.avatar is not None:
        changes["avatar"], changes["avatar_alt"] = edit.avatar or None, ""
    if edit.avatar_alt is not None:
        changes["avatar_alt"] = edit.avatar_alt.strip()
    if edit.header is not None:
        changes["header"] = edit.header or None
    return changes


def _filled(fields: tuple[ProfileField, ...]) -> list[ProfileField]:
    return [one for one in fields if one.name.strip() or one.value.strip()]


def _preferences(kept: Mapping[str, Any], edit: ProfileEdit) -> dict[str, Any]:
    preferences = dict(kept)
    named = {"privacy": edit.privacy, "sensitive": edit.is_sensitive, "language": edit.language}
    named["quote_policy"] = edit.quote_policy
    preferences |= {name: value for name, value in named.items() if value not in (None, "")}
    if edit.fields is not None:
        preferences["fields"] = [{"name": one.name, "value": one.value} for one in _filled(edit.fields)]
    return preferences


def _html(text: str, site: Site) -> str:
    return words.to_html(text, people={}, tag_url=site.tag_url)


def _line(text: str, site: Site) -> str:
    return _html(" ".join(text.split()), site).removeprefix("<p>").removesuffix("</p>")


# ------------------------------------------------------------------ reading


def own(snapshot: Snapshot, account_id: int) -> str:
    """Return the CredentialAccount of a user of ours as JSON text. Raises: 404 when the account has no user."""
    account, user = _own(snapshot, account_id)
    waiting = follows.count_requests(snapshot, account_id)
    return credential_json(account, preferences_of(user), role=user.role, follow_requests=waiting)


def preferences(snapshot: Snapshot, account_id: int) -> Preferences:
    """Return how a user posts unless something else is said. Raises: 404 when the account has no user."""
    return preferences_of(_own(snapshot, account_id)[1])


def _own(snapshot: Snapshot, account_id: int) -> tuple[Account, User]:
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
    )


def userinfo(snapshot: Snapshot, account_id: int) -> dict[str, str]:
    """Return who a user is, in OpenID Connect's words."""
    account, site = _own(snapshot, account_id)[0], snapshot.site
    return {
        "iss": f"{site.base_url}/",
        "sub": account.uri,
        "name": account.display_name,
        "preferred_username": account.username,
        "profile": account.url,
        "picture": f"{site.base_url}{DEFAULT_AVATAR}" if account.avatar is None else site.media_url(account.avatar),
    }
