"""The Mastodon CustomEmoji, of the pictures that a post or a profile names. They are drawn by apps; our pages leave the text."""

from collections.abc import Iterable, Mapping
from typing import Any


def custom_emojis(named: Iterable[Mapping[str, str]], *, within: str | None = None) -> list[dict[str, Any]]:
    """Return the CustomEmoji entities of pictures; `within` leaves out those that a text does not use."""
    return [
        {"shortcode": one["shortcode"], "url": one["url"], "static_url": one["url"], "visible_in_picker": False}
        for one in named
        if within is None or is_used(one["shortcode"], within)
    ]


def is_used(shortcode: str, text: str) -> bool:
    """Tell whether a text has an emoji between colons."""
    return f":{shortcode}:" in text
