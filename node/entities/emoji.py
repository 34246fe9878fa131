"""The Mastodon CustomEmoji, of the pictures that a post or a profile names. They are drawn by apps; our pages leave the text."""

from collections.abc import Iterable, Mapping
from typing import Any

from federation import uris
from node.social.site import Owner, Site


def custom_emojis(named: Iterable[Mapping[str, str]], *, within: str | None = None) -> list[dict[str, Any]]:
    """Return the CustomEmoji entities of pictures; `within` leaves out those that a text does not use."""
    return [
        {"shortcode": one["shortcode"], "url": one["url"], "static_url": one["url"], "visible_in_picker": False}
        for one in named
        if within is None or is_used(one["shortcode"], within)
    ]


def copied(named: Iterable[Mapping[str, str]], site: Site, owner: Owner, owner_id: int) -> list[Mapping[str, str]]:
    """Return the pictures that an account or a post names, from our copies of them."""
    return [{**one, "url": site.copy_url(owner, owner_id, "emoji", one["url"])} for one in named]


def is_used(shortcode: str, text: str) -> bool:
    """Tell whether a text has an emoji between colons."""
    return f":{shortcode}:" in text


def reaction(
    name: str, url: str | None, count: int, *, is_mine: bool | None, shown_url: str | None = None
) -> dict[str, Any]:
    """Return an emoji under a post as forks of Mastodon do; `is_mine` is None for a reader who is not signed in.

    `url` says whose emoji it is, `shown_url` where our copy of it lies.
    """
    mine = {} if is_mine is None else {"me": is_mine}
    picture = {} if url is None else {"url": shown_url or url, "static_url": shown_url or url}
    return {"name": shown_name(name, url), "count": count, **mine, **picture}


def shown_name(name: str, url: str | None) -> str:
    """Return how apps call a reaction: a custom one by its shortcode and the host of its picture."""
    return name if url is None else f"{name}@{uris.host_of(url)}"
