"""What a node says about itself to apps: the Instance entity in both versions. NodeInfo is `federation.discovery`'s."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from node.entities.account import (
    MAX_AVATAR_ALT_CHARS,
    MAX_DISPLAY_NAME_CHARS,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_NOTE_CHARS,
)
from node.privacy import films, images
from node.social.site import Site
from node.social.text import CHARS_PER_URL

MASTODON_VERSION: Final = "4.6.0"  # whose behaviour apps may expect
MASTODON_API: Final = 11  # what of it is whole: with collections
SOURCE_URL: Final = "https://w3id.org/rounds/v1"
MAX_STATUS_CHARS: Final = 5000
MAX_MEDIA: Final = 4
MAX_PINNED: Final = 5
MAX_FEATURED_TAGS: Final = 10
MAX_DESCRIPTION_CHARS: Final = 1500
MAX_OPTIONS: Final = 4
MAX_OPTION_CHARS: Final = 50
MIN_POLL_S: Final = 300
MAX_POLL_S: Final = 2_629_746  # a month
RULES: Final = (
    (1, "No patient can be recognised in anything that leaves this node.", "Describe what was learned, not who."),
    (2, "Speak of what happened, not of who is to blame.", "Learning needs safety."),
)


def version(site: Site) -> str:
    """Return a version that apps can parse and people can read."""
    return f"{MASTODON_VERSION} (compatible; Rounds {site.version})"


def description(site: Site) -> str:
    """Return what the node is for, in one sentence."""
    return f"{site.institution_name}: what we learned, what we did about it, and what came of it."


def _streaming(site: Site) -> str:
    return site.base_url.replace("http", "ws", 1)


class _Rule(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def translations(self) -> dict[str, dict[str, str]]: ...


def rules(found: Iterable[_Rule]) -> list[dict[str, Any]]:
    """Return the Rule entities."""
    return [{"id": str(one.id), "text": one.text, "hint": one.hint, "translations": one.translations} for one in found]


def domain_block(host: str, severity: str, comment: str) -> dict[str, Any]:
    """Return the DomainBlock entity."""
    digest = hashlib.sha256(host.encode()).hexdigest()
    return {"domain": host, "digest": digest, "severity": severity, "comment": comment or None}


WRITTEN_ON: Final = date(2026, 11, 25)  # the texts below


def first_text(site: Site, kind: str) -> str | None:
    """Return what a document says until an administrator writes it; the terms nobody else can write."""
    return {"about": _ABOUT, "privacy": _PRIVACY}[kind].format(name=site.institution_name) if kind != "terms" else None


_ABOUT: Final = """People of {name} write here what they learned, what they did about it, and what came of it.

Each learning can be taken up elsewhere: whoever tries it says what they expect, counts, and tells whether it worked. What \
belongs together is one loop, and the page of a loop shows the whole way.
"""
_PRIVACY: Final = """## What is kept

- Of everybody who signs in: the name and the mail address of the account, a hash of the password, what they post, whom \
they follow and what they choose in their settings.
- Of everybody who is signed in with an app or a browser: that they are, since when, and the day of the last use.
- Posts of people on other servers that people here follow or are named by.

Addresses of computers are counted in memory for some hours against misuse, and not written down.

## Who sees it

A post goes to whom its author chose. What is public can be read by anybody, and other servers keep their own copy of it. A \
post for {name} alone leaves this server never. Moderators see what is reported to them, and direct posts only if they are.

## Patients

No post, picture or number may let a patient be recognised.

## How long

Until its author deletes it. Other servers are told to delete their copies; whether they do is up to them.
"""


def _limits(site: Site) -> dict[str, Any]:
    return {
        "statuses": {
            "max_characters": MAX_STATUS_CHARS,
            "max_media_attachments": MAX_MEDIA,
            "characters_reserved_per_url": CHARS_PER_URL,
        },
        "media_attachments": {
            "supported_mime_types": [*images.TYPES, *films.TYPES],
            "description_limit": MAX_DESCRIPTION_CHARS,
            "image_size_limit": site.max_upload_bytes,
            "image_matrix_limit": images.MAX_DECODED_PIXELS,  # of every format; a JPEG may have more
            "video_size_limit": site.max_film_bytes,
            "video_frame_rate_limit": films.MAX_FRAME_RATE,
            "video_matrix_limit": films.MAX_FILM_PIXELS,
        },
        "reactions": {"max_reactions": 1},
        "polls": {
            "max_options": MAX_OPTIONS,
            "max_characters_per_option": MAX_OPTION_CHARS,
            "min_expiration": MIN_POLL_S,
            "max_expiration": MAX_POLL_S,
        },
    }


class About(Struct, frozen=True, kw_only=True):
    """What the documents say that is no setting; `contact` is an Account as JSON text."""

    users: int
    active_month: int
    statuses: int
    hosts: int
    contact: str | None
    rules: list[dict[str, Any]]
    has_terms: bool = False
    push_key: str = ""


def instance_v2(site: Site, about: About) -> dict[str, Any]:
    """Return the Instance entity."""
    return {
        "domain": site.handle_host,
        "title": site.institution_name,
        "version": version(site),
        "source_url": SOURCE_URL,
        "description": description(site),
        "wrapstodon": None,
        "usage": {"users": {"active_month": about.active_month}},
        "thumbnail": {"url": f"{site.base_url}/static/header.png", "description": None},
        "icon": [{"src": f"{site.base_url}/static/avatar.png", "size": "400x400"}],
        "languages": [site.language],
        "configuration": _configuration(site, about),
        "registrations": _registrations(site),
        "api_versions": {"mastodon": MASTODON_API},
        "contact": {"email": site.contact_email, "account": _raw(about.contact)},
        "rules": about.rules,
    }


def _registrations(site: Site) -> dict[str, Any]:
    is_open, asks = site.registrations != "closed", site.registrations == "approval"
    return {
        "enabled": is_open,
        "approval_required": asks,
        "message": None if is_open else "<p>Accounts are made by the institution.</p>",
        "min_age": site.min_age or None,
        "reason_required": asks if is_open else None,
        "url": None,
    }


def _configuration(site: Site, about: About) -> dict[str, Any]:
    return {
        "urls": {
            "streaming": _streaming(site),
            "status": None,
            "about": f"{site.base_url}/about",
            "privacy_policy": f"{site.base_url}/privacy-policy",
            "terms_of_service": f"{site.base_url}/terms-of-service" if about.has_terms else None,
        },
        "vapid": {"public_key": about.push_key},
        "accounts": {
            "max_display_name_length": MAX_DISPLAY_NAME_CHARS,
            "max_note_length": MAX_NOTE_CHARS,
            "max_avatar_description_length": MAX_AVATAR_ALT_CHARS,
            "max_header_description_length": MAX_AVATAR_ALT_CHARS,
            "max_featured_tags": MAX_FEATURED_TAGS,
            "max_pinned_statuses": MAX_PINNED,
            "max_profile_fields": MAX_FIELDS,
            "profile_field_name_limit": MAX_FIELD_CHARS,
            "profile_field_value_limit": MAX_FIELD_CHARS,
        },
        **_limits(site),
        "translation": {"enabled": False},
        "timelines_access": _timelines_access(site),
        "limited_federation": False,  # that apps may read nothing without a user, whomever the node speaks with
    }


def _timelines_access(site: Site) -> dict[str, dict[str, str]]:
    live, others = site.timelines_access, "public" if site.timelines_access == "public" else "authenticated"
    feeds = {"live_feeds": live, "hashtag_feeds": others, "trending_link_feeds": others}
    return {name: {"local": word, "remote": word} for name, word in feeds.items()}


def instance_v1(site: Site, about: About) -> dict[str, Any]:
    """Return the older Instance entity, which many apps still ask for."""
    return {
        "uri": site.handle_host,
        "title": site.institution_name,
        "short_description": description(site),
        "description": description(site),
        "email": site.contact_email,
        "version": version(site),
        "urls": {"streaming_api": _streaming(site)},
        "stats": {"user_count": about.users, "status_count": about.statuses, "domain_count": about.hosts},
        "thumbnail": f"{site.base_url}/static/header.png",
        "languages": [site.language],
        "registrations": site.registrations != "closed",
        "approval_required": site.registrations == "approval",
        "invites_enabled": False,
        "configuration": {"accounts": {"max_featured_tags": MAX_FEATURED_TAGS}, **_limits(site)},
        "contact_account": _raw(about.contact),
        "rules": about.rules,
    }


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())
