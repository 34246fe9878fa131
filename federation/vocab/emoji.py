"""Custom emojis: the little pictures that a document names among its tags, and which texts are an emoji by themselves."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from federation import loose, uris
from federation.vocab import prose

MAX_REACTION_CHARS: Final = 100
_MAX_EMOJIS: Final = 100
_MAX_SHORTCODE: Final = 100
_MAX_BYTES: Final = 20_000  # of all names and addresses of one document
_SELECTORS: Final = {ord("\ufe0e"): None, ord("\ufe0f"): None}
_JOINER: Final = "\u200d"
_MOST_JOINED: Final = 10
_KEYCAP: Final = "\u20e3"
_KEYS: Final = frozenset("0123456789#*")
_ODD: Final = frozenset("‼⁉〰〽ℹ")  # emojis that Unicode keeps among other signs
_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_PICTURES: Final = range(0x1F000, 0x1FC00)  # some of them newer than the tables of this Python
_TAGS: Final = range(0xE0020, 0xE0080)
_BLACK_FLAG: Final = "\U0001f3f4"


class Emoji(Struct, frozen=True):
    """A custom emoji: `shortcode` without colons, and its picture."""

    shortcode: str
    url: str


def emojis_of(tags: object, *, loopback_http: bool = False) -> tuple[Emoji, ...]:
    """Give the custom emojis among tags, one per shortcode, as many as fit into a bounded number of bytes."""
    found: dict[str, Emoji] = {}
    left = _MAX_BYTES
    for tag in loose.as_list(tags):
        emoji = _emoji(tag, loopback_http=loopback_http) if len(found) < _MAX_EMOJIS else None
        if emoji is None or emoji.shortcode in found:
            continue
        left -= len(f"{emoji.shortcode}{emoji.url}".encode())
        if left < 0:
            break
        found[emoji.shortcode] = emoji
    return tuple(found.values())


def _emoji(tag: object, *, loopback_http: bool) -> Emoji | None:
    if not isinstance(tag, Mapping) or "Emoji" not in loose.types_of(tag):
        return None
    shortcode = shortcode_of(loose.text_of(tag, "name"))
    links = [url for icon in loose.as_list(tag.get("icon")) for url, _ in loose.links_of(icon)[:1]]
    url = next((url for url in links if uris.is_usable(url, loopback_http=loopback_http)), None)
    return Emoji(shortcode, url) if shortcode and url else None


def shortcode_of(name: str | None) -> str:
    """Give the shortcode in a name that may stand between colons; empty when there is none."""
    shortcode = prose.line(name, _MAX_SHORTCODE + 2).strip(":")
    return "" if len(shortcode) > _MAX_SHORTCODE or any(sign in shortcode for sign in " :") else shortcode


class Reaction(Struct, frozen=True):
    """An emoji put under a post: one of Unicode, or the shortcode of a custom one with its picture."""

    name: str
    url: str | None = None


def reaction_of(document: Mapping[str, object], *, loopback_http: bool = False) -> Reaction | None:
    """Read what somebody reacts with out of a Like or an EmojiReact; None when nothing that can be shown is there.

    A shortcode of a third host is `name@host`, in the text, in the tag or in both; Misskey writes its own as `name@.`.
    """
    said = loose.text_of(document, "_misskey_reaction") or loose.text_of(document, "content")
    text = prose.line(said, MAX_REACTION_CHARS + 1)
    if is_emoji(text):
        return Reaction(text)
    shortcode = shortcode_of(text)
    found = emojis_of(document.get("tag"), loopback_http=loopback_http) if shortcode else ()
    pictures = {emoji.shortcode.partition("@")[0]: emoji.url for emoji in reversed(found)}
    pictures |= {emoji.shortcode: emoji.url for emoji in found}
    name = shortcode.partition("@")[0]
    url = pictures.get(shortcode) or pictures.get(name)
    return Reaction(name, url) if url and name else None


def name_of(document: Mapping[str, object]) -> str | None:
    """Give the name of what a reaction that is taken back was called, whether or not its picture is there."""
    said = loose.text_of(document, "_misskey_reaction") or loose.text_of(document, "content")
    text = prose.line(said, MAX_REACTION_CHARS + 1)
    return text if is_emoji(text) else shortcode_of(text).partition("@")[0] or None


def is_emoji(text: str) -> bool:
    """Tell whether a text is one emoji of Unicode: a picture, a flag, a keycap, or a few pictures joined into one."""
    parts = text.translate(_SELECTORS).split(_JOINER) if text else []
    return (
        0 < len(text) <= MAX_REACTION_CHARS and len(parts) <= _MOST_JOINED and all(_is_picture(part) for part in parts)
    )


def _is_picture(part: str) -> bool:
    if part[:1] in _KEYS:
        return part[1:] == _KEYCAP
    if len(part) == 2 and all(ord(sign) in _FLAG_LETTERS for sign in part):
        return True
    if part[:1] == _BLACK_FLAG:
        part = part[:1] + "".join(sign for sign in part[1:] if ord(sign) not in _TAGS)
    if len(part) == 2 and ord(part[1]) in _TONES:
        part = part[0]
    return len(part) == 1 and (part in _ODD or ord(part) in _PICTURES or unicodedata.category(part) in ("So", "Sm"))
