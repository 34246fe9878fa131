"""The Mastodon CustomEmoji, of the pictures that a post or a profile names. They are drawn by apps; our pages leave the text."""

from collections.abc import Iterable, Mapping
from typing import Any

from federation import uris


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


def reaction(name: str, url: str | None, count: int, *, is_mine: bool | None) -> dict[str, Any]:
    """Return an emoji under a post as forks of Mastodon do; `is_mine` is None for a reader who is not signed in."""
    mine = {} if is_mine is None else {"me": is_mine}
    picture = {} if url is None else {"url": url, "static_url": url}
    return {"name": shown_name(name, url), "count": count, **mine, **picture}


def shown_name(name: str, url: str | None) -> str:
    """Return how apps call a reaction: a custom one by its shortcode and the host of its picture."""
    return name if url is None else f"{name}@{uris.host_of(url)}"
