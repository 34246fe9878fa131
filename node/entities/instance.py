"""What a node says about itself to apps: the Instance entity in both versions. NodeInfo is `federation.discovery`'s."""

from typing import Any, Final

import msgspec

from node.entities.account import (
    MAX_AVATAR_ALT_CHARS,
    MAX_DISPLAY_NAME_CHARS,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_NOTE_CHARS,
)
from node.privacy import images
from node.social.site import Site
from node.social.text import CHARS_PER_URL

MASTODON_VERSION: Final = "4.3.0"  # whose behaviour apps may expect
MASTODON_API: Final = 2  # of 4.3.0
SOURCE_URL: Final = "https://w3id.org/rounds/v1"
MAX_STATUS_CHARS: Final = 5000
MAX_MEDIA: Final = 4
MAX_PINNED: Final = 5
MAX_DESCRIPTION_CHARS: Final = 1500
MAX_OPTIONS: Final = 4
MAX_OPTION_CHARS: Final = 50
MIN_POLL_S: Final = 300
MAX_POLL_S: Final = 2_629_746  # a month
RULES: Final = (
    ("1", "No patient can be recognised in anything that leaves this node.", "Describe what was learned, not who."),
    ("2", "Speak of what happened, not of who is to blame.", "Learning needs safety."),
)


def version(site: Site) -> str:
    """Return a version that apps can parse and people can read."""
    return f"{MASTODON_VERSION} (compatible; Rounds {site.version})"


def description(site: Site) -> str:
    """Return what the node is for, in one sentence."""
    return f"{site.institution_name}: what we learned, what we did about it, and what came of it."


def _streaming(site: Site) -> str:
    return site.base_url.replace("http", "ws", 1)


def rules() -> list[dict[str, Any]]:
    """Return the rules of the node."""
    return [{"id": number, "text": text, "hint": hint, "translations": {}} for number, text, hint in RULES]


def _limits(site: Site) -> dict[str, Any]:
    return {
        "statuses": {
            "max_characters": MAX_STATUS_CHARS,
            "max_media_attachments": MAX_MEDIA,
            "characters_reserved_per_url": CHARS_PER_URL,
        },
        "media_attachments": {
            "supported_mime_types": list(images.TYPES),
            "description_limit": MAX_DESCRIPTION_CHARS,
            "image_size_limit": site.max_upload_bytes,
            "image_matrix_limit": images.MAX_DECODED_PIXELS,  # of every format; a JPEG may have more
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "reactions": {"max_reactions": 1},
        "polls": {
            "max_options": MAX_OPTIONS,
            "max_characters_per_option": MAX_OPTION_CHARS,
            "min_expiration": MIN_POLL_S,
            "max_expiration": MAX_POLL_S,
        },
    }


def instance_v2(site: Site, *, active_month: int, contact: str | None) -> dict[str, Any]:
    """Return the Instance entity; `contact` is an Account as JSON text."""
    return {
        "domain": site.handle_host,
        "title": site.institution_name,
        "version": version(site),
        "source_url": SOURCE_URL,
        "description": description(site),
        "wrapstodon": None,
        "usage": {"users": {"active_month": active_month}},
        "thumbnail": {"url": f"{site.base_url}/static/header.png", "description": None},
        "icon": [{"src": f"{site.base_url}/static/avatar.png", "size": "400x400"}],
        "languages": [site.language],
        "configuration": _configuration(site),
        "registrations": {
            "enabled": False,
            "approval_required": False,
            "message": "<p>Accounts are made by the institution.</p>",
            "min_age": None,
            "reason_required": None,
            "url": None,
        },
        "api_versions": {"mastodon": MASTODON_API},
        "contact": {"email": site.contact_email, "account": _raw(contact)},
        "rules": rules(),
    }


def _configuration(site: Site) -> dict[str, Any]:
    everybody = {"local": "public", "remote": "public"}
    return {
        "urls": {
            "streaming": _streaming(site),
            "status": None,
            "about": f"{site.base_url}/about",
            "privacy_policy": None,
            "terms_of_service": None,
        },
        "vapid": {"public_key": ""},
        "accounts": {
            "max_display_name_length": MAX_DISPLAY_NAME_CHARS,
            "max_note_length": MAX_NOTE_CHARS,
            "max_avatar_description_length": MAX_AVATAR_ALT_CHARS,
            "max_header_description_length": 0,
            "max_featured_tags": 0,
            "max_pinned_statuses": MAX_PINNED,
            "max_profile_fields": MAX_FIELDS,
            "profile_field_name_limit": MAX_FIELD_CHARS,
            "profile_field_value_limit": MAX_FIELD_CHARS,
        },
        **_limits(site),
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": everybody,
            "hashtag_feeds": everybody,
            "trending_link_feeds": everybody,
        },
        "limited_federation": False,
    }


def instance_v1(site: Site, *, users: int, statuses: int, hosts: int, contact: str | None) -> dict[str, Any]:
    """Return the older Instance entity, which many apps still ask for."""
    return {
        "uri": site.handle_host,
        "title": site.institution_name,
        "short_description": description(site),
        "description": description(site),
        "email": site.contact_email,
        "version": version(site),
        "urls": {"streaming_api": _streaming(site)},
        "stats": {"user_count": users, "status_count": statuses, "domain_count": hosts},
        "thumbnail": f"{site.base_url}/static/header.png",
        "languages": [site.language],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": {"accounts": {"max_featured_tags": 0}, **_limits(site)},
        "contact_account": _raw(contact),
        "rules": rules(),
    }


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())
