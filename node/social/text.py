"""Text of posts: what somebody typed becomes HTML with its mentions, tags and links.

One pass finds links, mentions and hashtags, in that order of precedence, so that an `@` inside an address stays what it is.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from federation.uris import Handle, parse_handle

MAX_MENTIONS: Final = 50
MAX_TAGS: Final = 60
SHOWN_URL_CHARS: Final = 30
CHARS_PER_URL: Final = 23
MAX_URL_CHARS: Final = 2048

_TOKEN: Final = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}])"
    r"|(?<![\w/@.])@(?P<mention>[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
    r"(?:@[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff.-]*[A-Za-z0-9\u00a1-\uffff])?(?::\d{1,5})?)?)"
    r"|(?<![\w&/#])[#＃](?P<tag>\w*[^\W\d_]\w*)"
)


class Found(Struct, frozen=True):
    """The people and hashtags that a text names, each once, in order."""

    handles: tuple[Handle, ...]
    tags: tuple[str, ...]


class Link(Struct, frozen=True):
    """Where a mention leads."""

    url: str
    username: str


def find(text: str) -> Found:
    """Return whom and what a text names; at most 50 people and 60 tags. `host` of a handle is None for ours."""
    handles: dict[Handle, None] = {}
    tags: dict[str, None] = {}
    for match in _TOKEN.finditer(text):
        if (named := match["mention"]) is not None and (handle := handle_of(named)) is not None:
            handles[handle] = None
        elif match["tag"] is not None:
            tags[fold_tag(match["tag"])] = None
    return Found(tuple(handles)[:MAX_MENTIONS], tuple(tags)[:MAX_TAGS])


def length(text: str) -> int:
    """Return how many characters count, as apps count them: an address 23 (a monstrous one whole), of a handle the name."""
    size = count(text)
    for match in _TOKEN.finditer(text):
        if (url := match["url"]) is not None and len(url) <= MAX_URL_CHARS:
            size += CHARS_PER_URL - count(url)
        elif (named := match["mention"]) is not None:
            size -= count(named) - count(named.partition("@")[0])
    return size


_GLUED: Final = re.compile(
    r"\r\n"
    r"|[\U0001f1e6-\U0001f1ff]{2}"  # two letters that are a flag
    r"|[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11ff\ud7b0-\ud7fb]*"  # letters that are one Korean syllable
    r"|[\uac00-\ud7a3][\u1160-\u11ff\ud7b0-\ud7fb]+"
)
_JOINER: Final = "\u200d"
MOST_JOINED: Final = 10  # code points of one character, on average: there are monstrous ones


def count(text: str) -> int:
    """Return how many characters people see: what joins, colours or accents the one before it is not one (UAX 29)."""
    if text.isascii() and "\r" not in text:
        return len(text)
    size, before = 0, ""
    for one in _GLUED.sub("x", text):
        is_joined = before == _JOINER and unicodedata.category(one) == "So"
        size += not (is_joined or (before and _extends(one)))
        before = one
    return max(size, len(text) // MOST_JOINED)


def _extends(one: str) -> bool:
    return (
        unicodedata.combining(one) != 0
        or unicodedata.category(one) in ("Mn", "Me", "Mc")
        or one in ("\u200c", _JOINER)
        or "\U0001f3fb" <= one <= "\U0001f3ff"  # colours of skin
        or "\U000e0020" <= one <= "\U000e007f"  # letters of the flags of regions
    )


def handle_of(named: str) -> Handle | None:
    """Return the handle of `name` or `name@host[:port]`; None when it is neither."""
    if "@" in named:
        return parse_handle(named)
    return Handle(named)


def fold_tag(name: str) -> str:
    """Return a hashtag as it is compared (FEP-eb48): NFKC, lower case, no `#`."""
    return unicodedata.normalize("NFKC", name).lstrip("#＃").casefold()


def to_html(text: str, *, people: Mapping[Handle, Link], tag_url: Callable[[str], str]) -> str:
    """Return typed text as HTML: paragraphs, line breaks, links; mentions of unknown people stay text."""

    def replaced(match: re.Match[str]) -> str:
        if (url := match["url"]) is not None:
            return _link(url)
        if (named := match["mention"]) is not None:
            handle = handle_of(named)
            link = people.get(handle) if handle is not None else None
            return _mention(link) if link is not None else html.escape(match[0], quote=False)
        return _tag(match["tag"], tag_url)

    return "".join(f"<p>{_marked(part, replaced)}</p>" for part in re.split(r"\n{2,}", tidy(text)) if part.strip())


def tidy(text: str) -> str:
    """Return a text with one kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _marked(part: str, replaced: Callable[[re.Match[str]], str]) -> str:
    pieces: list[str] = []
    end = 0
    for match in _TOKEN.finditer(part):
        pieces += [html.escape(part[end : match.start()], quote=False), replaced(match)]
        end = match.end()
    pieces.append(html.escape(part[end:], quote=False))
    return "".join(pieces).replace("\n", "<br>")


def _link(url: str) -> str:
    """Hide scheme and the end of a long one from view only: with them, the words are still those that were typed."""
    scheme, rest = url.split("://", 1)
    shown, hidden = html.escape(rest[:SHOWN_URL_CHARS], quote=False), html.escape(rest[SHOWN_URL_CHARS:], quote=False)
    end = f'<span class="ellipsis">{shown}</span><span class="invisible">{hidden}</span>'
    return (
        f'<a href="{html.escape(url)}" rel="nofollow noopener noreferrer" target="_blank">'
        f'<span class="invisible">{scheme}://</span>{end if hidden else f"<span>{shown}</span>"}</a>'
    )


def _mention(link: Link) -> str:
    name = html.escape(link.username, quote=False)
    return (
        f'<span class="h-card"><a href="{html.escape(link.url)}" class="u-url mention">@<span>{name}</span></a></span>'
    )


def _tag(name: str, tag_url: Callable[[str], str]) -> str:
    shown = html.escape(name, quote=False)
    return (
        f'<a href="{html.escape(tag_url(fold_tag(name)))}" class="mention hashtag" rel="tag">#<span>{shown}</span></a>'
    )
