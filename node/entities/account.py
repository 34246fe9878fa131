"""The Mastodon Account, in two steps like the Status: a part that no reader changes, and counts put in when it is read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from node.entities import splice
from node.entities.emoji import copied, custom_emojis
from node.entities.instants import iso
from node.social.site import Look, Site

_encode = msgspec.json.Encoder().encode

DEFAULT_AVATAR: Final = "/static/avatar.png"
DEFAULT_HEADER: Final = "/static/header.png"
MAX_DISPLAY_NAME_CHARS: Final = 100
MAX_NOTE_CHARS: Final = 500
MAX_FIELDS: Final = 4
MAX_FIELD_CHARS: Final = 255
MAX_AVATAR_ALT_CHARS: Final = 150
MAX_FOLLOW_REQUESTS_SHOWN: Final = 40
MAX_COLLECTIONS: Final = 10
LIMITED: Final = ',"limited":true'  # the last word of a part

ROLES: Final = {
    # name, bits of Mastodon's permissions: view dashboard 8, manage reports 16, manage users 1024; administrator 1
    "staff": {"id": "0", "name": "", "permissions": "0", "highlighted": False},
    "moderator": {"id": "1", "name": "Moderator", "permissions": "1048", "highlighted": True},
    "admin": {"id": "2", "name": "Administrator", "permissions": "1", "highlighted": True},
}


class AccountRow(Protocol):
    """What of an account's row the entity shows."""

    @property
    def id(self) -> int: ...
    @property
    def uri(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def note_html(self) -> str: ...
    @property
    def note_text(self) -> str: ...
    @property
    def fields(self) -> Sequence[dict[str, Any]]: ...
    @property
    def emojis(self) -> Sequence[dict[str, str]]: ...
    @property
    def url(self) -> str: ...
    @property
    def avatar(self) -> str | None: ...
    @property
    def avatar_alt(self) -> str: ...
    @property
    def header(self) -> str | None: ...
    @property
    def header_alt(self) -> str: ...
    @property
    def hides_collections(self) -> bool: ...
    @property
    def shows_media(self) -> bool: ...
    @property
    def shows_media_replies(self) -> bool: ...
    @property
    def shows_featured(self) -> bool: ...
    @property
    def attribution_domains(self) -> Sequence[str]: ...
    @property
    def is_locked(self) -> bool: ...
    @property
    def is_discoverable(self) -> bool: ...
    @property
    def is_indexable(self) -> bool: ...
    @property
    def is_suspended(self) -> bool: ...
    @property
    def is_limited(self) -> bool: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def statuses_count(self) -> int: ...
    @property
    def followers_count(self) -> int: ...
    @property
    def following_count(self) -> int: ...
    @property
    def last_status_at(self) -> datetime | None: ...
    @property
    def part(self) -> str: ...


def render_part(account: AccountRow, site: Site, *, moved: AccountRow | None = None, role: str = "staff") -> str:
    """Return the reader-independent JSON text of an account, without its counts; `moved` is where it went."""
    is_shown = not account.is_suspended
    avatar, header = (_image(account, look, site) for look in _LOOKS)
    emojis = copied(account.emojis, site, "accounts", account.id)
    part: dict[str, Any] = {
        "id": str(account.id),
        "username": account.username,
        "acct": f"{account.username}@{account.host}" if account.host else account.username,
        "url": account.url,
        "uri": account.uri,
        "display_name": account.display_name if is_shown else "",
        "note": account.note_html if is_shown else "",
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": account.avatar_alt if is_shown else "",
        "header": header,
        "header_static": header,
        "header_description": account.header_alt if is_shown else "",
        "locked": account.is_locked,
        "fields": [_field(field) for field in account.fields] if is_shown else [],
        "emojis": custom_emojis(emojis, within=_words(account)) if is_shown else [],
        "bot": account.kind in ("service", "application"),
        "group": account.kind == "group",
        "discoverable": account.is_discoverable,
        "indexable": account.is_indexable,
        "created_at": f"{account.created_at:%Y-%m-%d}T00:00:00.000Z",
        "hide_collections": account.hides_collections,
        "show_media": account.shows_media,
        "show_media_replies": account.shows_media_replies,
        "show_featured": account.shows_featured,
        "feature_approval": _feature_approval(account),
    }
    if not account.host:
        part |= {"noindex": not account.is_indexable, "roles": _roles(role)}
    if account.is_suspended:
        part["suspended"] = True
    if moved is not None:
        part["moved"] = msgspec.Raw(account_json(moved).encode())
    text = _encode(part).decode()
    return f"{text[:-1]}{LIMITED}}}" if account.is_limited else text


def _feature_approval(account: AccountRow) -> dict[str, Any]:
    """Return who may put the account into a collection: anybody, if one of ours wants to be found; else nobody."""
    if account.host or not account.is_discoverable or account.is_suspended:
        return {"automatic": [], "manual": [], "current_user": "denied"}
    return {"automatic": ["public"], "manual": [], "current_user": "automatic"}


def _roles(name: str) -> list[dict[str, Any]]:
    role = ROLES.get(name, ROLES["staff"])
    return [{"id": role["id"], "name": role["name"], "color": ""}] if role["highlighted"] else []


def _words(account: AccountRow) -> str:
    fields = (text for field in account.fields for text in (str(field.get("name")), str(field.get("value"))))
    return "\n".join((account.display_name, account.note_html, *fields))


_LOOKS: Final[dict[Look, str]] = {"avatar": DEFAULT_AVATAR, "header": DEFAULT_HEADER}


def _image(account: AccountRow, look: Look, site: Site) -> str:
    image = account.avatar if look == "avatar" else account.header
    if image is None or account.is_suspended:
        return f"{site.base_url}{_LOOKS[look]}"
    return site.copy_url("accounts", account.id, look, image) if account.host else site.media_url(image)


def _field(field: dict[str, Any]) -> dict[str, Any]:
    return {"name": field.get("name", ""), "value": field.get("value", ""), "verified_at": field.get("verified_at")}


def muted_account(account: str, ends_at: datetime | None) -> str:
    """Return an Account that is JSON text already as a MutedAccount."""
    ends = "null" if ends_at is None else f'"{iso(ends_at)}"'
    return f'{account[:-1]},"mute_expires_at":{ends}}}'


def _typed(account: AccountRow, preferences: "Preferences") -> list[dict[str, Any]]:
    """Return the fields as they were typed, with when their links were verified."""
    shown = [field.get("verified_at") for field in account.fields]
    verified = [*shown, *[None] * len(preferences.fields)]
    pairs = zip(preferences.fields, verified, strict=False)
    return [_field(field) | {"verified_at": verified_at} for field, verified_at in pairs]


def account_json(account: AccountRow) -> str:
    """Return the whole Account as JSON text."""
    last = account.last_status_at
    return splice.account(
        account.part,
        followers=account.followers_count,
        following=account.following_count,
        statuses=account.statuses_count,
        last_status_on=None if last is None else f"{last:%Y-%m-%d}",
    )


class Preferences(Struct, frozen=True):
    """How a user posts and reads unless something else is said. `fields` are as typed."""

    privacy: str = "public"
    is_sensitive: bool = False
    language: str = "en"
    quote_policy: str = "public"
    fields: tuple[dict[str, Any], ...] = ()
    media: str = "default"  # how files are shown: as the author says, all, or none until asked for
    opens_warnings: bool = False
    plays_gifs: bool = False


def role_entity(name: str) -> dict[str, Any]:
    """Return the Role, as its holder and administrators see it."""
    return {**ROLES.get(name, ROLES["staff"]), "color": "", "collection_limit": MAX_COLLECTIONS}


def credential_json(account: AccountRow, preferences: Preferences, *, role: str, follow_requests: int = 0) -> str:
    """Return the CredentialAccount as JSON text: the account with what its owner may edit."""
    source = {
        "note": account.note_text,
        "fields": _typed(account, preferences),
        "privacy": preferences.privacy,
        "sensitive": preferences.is_sensitive,
        "language": preferences.language,
        "follow_requests_count": min(follow_requests, MAX_FOLLOW_REQUESTS_SHOWN),
        "hide_collections": account.hides_collections,
        "discoverable": account.is_discoverable,
        "indexable": account.is_indexable,
        "attribution_domains": account.attribution_domains,
        "quote_policy": preferences.quote_policy,
    }
    own = _encode({"source": source, "role": role_entity(role)})
    return f"{account_json(account)[:-1]},{own.decode()[1:]}"


def profile_entity(
    account: AccountRow, preferences: Preferences, site: Site, *, featured_tags: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return the Profile: what its owner typed, and no picture where the account shows the usual one."""
    avatar, header = (None if one is None else site.media_url(one) for one in (account.avatar, account.header))
    return {
        "id": str(account.id),
        "display_name": account.display_name,
        "note": account.note_text,
        "formatted_note": account.note_html,
        "fields": _typed(account, preferences),
        "formatted_fields": [_field(field) for field in account.fields],
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": account.avatar_alt,
        "header": header,
        "header_static": header,
        "header_description": account.header_alt,
        "locked": account.is_locked,
        "bot": account.kind in ("service", "application"),
        "hide_collections": account.hides_collections,
        "discoverable": account.is_discoverable,
        "indexable": account.is_indexable,
        "show_media": account.shows_media,
        "show_media_replies": account.shows_media_replies,
        "show_featured": account.shows_featured,
        "attribution_domains": list(account.attribution_domains),
        "featured_tags": list(featured_tags),
    }
