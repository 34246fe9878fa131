"""The own profile: what a person changes about it, and about how they post; all of it as it was typed, to be edited."""

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from federation.vocab.prose import line
from node import events
from node.entities.account import (
    MAX_AVATAR_ALT_CHARS,
    MAX_DISPLAY_NAME_CHARS,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_NOTE_CHARS,
    profile_entity,
)
from node.errors import invalid
from node.services import emoting, presenting, tidying, verifying
from node.services.accounts import check_text, owner, preferences_of
from node.social import text as words
from node.social.site import Site
from node.store import accounts, users
from node.store.accounts import Account, Changes
from node.store.unit import Snapshot, Unit

MAX_ATTRIBUTION_DOMAINS: Final = 100
_DOMAIN: Final = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(:[0-9]{1,5})?", re.IGNORECASE
)
PRIVACIES: Final = ("public", "unlisted", "private", "direct")
QUOTE_POLICIES: Final = ("public", "followers", "nobody")
MEDIA: Final = ("default", "show_all", "hide_all")
_SWITCHES: Final = (
    "is_locked", "is_discoverable", "is_indexable", "hides_collections", "shows_media", "shows_media_replies",
    "shows_featured",
)  # fmt: skip


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
    header_alt: str | None = None
    hides_collections: bool | None = None
    shows_media: bool | None = None
    shows_media_replies: bool | None = None
    shows_featured: bool | None = None
    attribution_domains: tuple[str, ...] | None = None
    privacy: str | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


def edit_profile(unit: Unit, account_id: int, edit: ProfileEdit) -> Account:
    """Change the own profile and preferences. Raises: 422 naming what is wrong."""
    account, user = owner(unit, account_id)
    _check_edit(edit)
    preferences = _preferences(user.preferences, edit)
    if preferences != user.preferences:
        users.set_preferences(unit, user.id, preferences)
    changes = _changes(account, edit, unit.site)
    if not changes:
        return account
    changes["emojis"] = list(emoting.used(unit, *_said(account, changes)))
    changed = accounts.change(unit, account, **changes)
    tidying.let_go(unit, {account.avatar, account.header} - {changed.avatar, changed.header})
    if "fields" in changes:
        verifying.expect(unit, changed)
    unit.record(events.AccountEdited(account.id))
    return changed


def _said(account: Account, changes: Changes) -> list[str]:
    """Return what a profile says after a change."""
    fields = changes.get("fields", account.fields)
    texts = [changes.get(name, getattr(account, name)) for name in ("display_name", "note_text")]
    return [*texts, *(text for one in fields for text in (one["name"], one["value"]))]


def _check_edit(edit: ProfileEdit) -> None:
    check_text("display_name", edit.display_name, MAX_DISPLAY_NAME_CHARS)
    check_text("note", edit.note, MAX_NOTE_CHARS)
    check_text("avatar_description", edit.avatar_alt, MAX_AVATAR_ALT_CHARS)
    check_text("header_description", edit.header_alt, MAX_AVATAR_ALT_CHARS)
    _check_domains(edit.attribution_domains or ())
    if len(edit.fields or ()) > MAX_FIELDS:
        raise invalid(f"Validation failed: fields may have at most {MAX_FIELDS} entries", field="fields_attributes")
    for one in edit.fields or ():
        check_text("fields_attributes", one.name, MAX_FIELD_CHARS)
        check_text("fields_attributes", one.value, MAX_FIELD_CHARS)
    _check_word("source[privacy]", edit.privacy, PRIVACIES)
    _check_word("source[quote_policy]", edit.quote_policy, QUOTE_POLICIES)
    if edit.language and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", edit.language):
        raise invalid("Validation failed: source[language] is not a language code", field="source[language]")


def _check_domains(domains: tuple[str, ...]) -> None:
    field = "attribution_domains"
    if len(domains) > MAX_ATTRIBUTION_DOMAINS:
        words = f"Validation failed: {field} may have at most {MAX_ATTRIBUTION_DOMAINS} entries"
        raise invalid(words, field=field, code="too-long")
    if not all(_DOMAIN.fullmatch(one) for one in domains):
        raise invalid(f"Validation failed: {field} holds what is no host name", field=field)


def _check_word(field: str, word: str | None, known: tuple[str, ...]) -> None:
    if word and word not in known:
        raise invalid(f"Validation failed: {field} must be one of {', '.join(known)}", field=field)


def _changes(account: Account, edit: ProfileEdit, site: Site) -> Changes:
    changes: Changes = {}
    if edit.display_name is not None:
        changes["display_name"] = line(edit.display_name, MAX_DISPLAY_NAME_CHARS)
    if edit.note is not None:
        changes["note_text"], changes["note_html"] = edit.note.strip(), _html(edit.note, site)
    if edit.is_bot is not None and account.kind in ("person", "service"):
        changes["kind"] = "service" if edit.is_bot else "person"
    if edit.fields is not None:
        changes["fields"] = [_field(account, one, site) for one in _filled(edit.fields)]
    if edit.attribution_domains is not None:
        changes["attribution_domains"] = list(dict.fromkeys(edit.attribution_domains))
    return changes | _switches(edit) | _images(edit)


def _field(account: Account, typed: ProfileField, site: Site) -> dict[str, Any]:
    """Return a field as it is shown; one that says the same as before stays verified."""
    made: dict[str, Any] = {"name": line(typed.name, MAX_FIELD_CHARS), "value": _line(typed.value, site)}
    held = next((one for one in account.fields if one.get("value") == made["value"] and one.get("verified_at")), None)
    return made if held is None else made | {"verified_at": held["verified_at"]}


def _switches(edit: ProfileEdit) -> Changes:
    named: Changes = {}
    for name in _SWITCHES:
        if (value := getattr(edit, name)) is not None:
            named[name] = value
    return named


def _images(edit: ProfileEdit) -> Changes:
    changes: Changes = {}
    if edit.avatar is not None:
        changes["avatar"], changes["avatar_alt"] = edit.avatar or None, ""
    if edit.avatar_alt is not None:
        changes["avatar_alt"] = edit.avatar_alt.strip()
    if edit.header is not None:
        changes["header"], changes["header_alt"] = edit.header or None, ""
    if edit.header_alt is not None:
        changes["header_alt"] = edit.header_alt.strip()
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


def choose_reading(unit: Unit, account_id: int, *, media: str, opens_warnings: bool, plays_gifs: bool) -> None:
    """Keep how somebody reads, for apps that ask. Raises: 422 naming what is wrong."""
    user = owner(unit, account_id)[1]
    _check_word("media", media or "?", MEDIA)
    chosen = {"media": media, "opens_warnings": opens_warnings, "plays_gifs": plays_gifs}
    users.set_preferences(unit, user.id, {**user.preferences, **chosen})


def _html(text: str, site: Site) -> str:
    return words.to_html(text, people={}, tag_url=site.tag_url)


def _line(text: str, site: Site) -> str:
    return _html(" ".join(text.split()), site).removeprefix("<p>").removesuffix("</p>")


# ------------------------------------------------------------------ reading


def profile(snapshot: Snapshot, account_id: int) -> dict[str, Any]:
    """Return the Profile of a user of ours. Raises: 404 when the account has no user."""
    account, user = owner(snapshot, account_id)
    tags = presenting.featured_tags(snapshot, account_id)
    return profile_entity(account, preferences_of(user), snapshot.site, featured_tags=tags)
