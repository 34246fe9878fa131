"""Text of posts: what somebody typed becomes HTML with its mentions, tags and links; what peers send becomes safe HTML.

One pass finds links, mentions and hashtags, in that order of precedence, so that an `@` inside an address stays what it is.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

import nh3
from msgspec import Struct

from federation.uris import Handle, parse_handle

MAX_MENTIONS: Final = 50
MAX_TAGS: Final = 60
CHARS_PER_URL: Final = 23
MAX_URL_CHARS: Final = 2048
MAX_MARKUP_CHARS: Final = 100_000
MAX_OPENINGS: Final = 1000
MAX_ANGLES: Final = 5000

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
    size = len(text)
    for match in _TOKEN.finditer(text):
        if (url := match["url"]) is not None and len(url) <= MAX_URL_CHARS:
            size += CHARS_PER_URL - len(url)
        elif (named := match["mention"]) is not None:
            size -= len(named) - len(named.partition("@")[0])
    return size


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

    return "".join(f"<p>{_marked(part, replaced)}</p>" for part in re.split(r"\n{2,}", _tidy(text)) if part.strip())


def _tidy(text: str) -> str:
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
    """Hide the scheme from view only: with it, the words of the post are still those that were typed."""
    scheme, shown = url.split("://", 1)
    return (
        f'<a href="{html.escape(url)}" rel="nofollow noopener noreferrer" target="_blank">'
        f'<span class="invisible">{scheme}://</span><span>{html.escape(shown, quote=False)}</span></a>'
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


# ------------------------------------------------------------------ what peers send

_TAGS: Final = set(
    [
        "p",
        "br",
        "span",
        "a",
        "abbr",
        "del",
        "s",
        "u",
        "sub",
        "sup",
        "b",
        "strong",
        "i",
        "em",
        "pre",
        "code",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "ruby",
        "rt",
        "rp",
        "hr",
    ]
)
_CLASS: Final = re.compile(r"(?:h|p|u|dt|e)-\S+|mention|hashtag|ellipsis|invisible|quote-inline|reference-link-inline")


def _attribute(_element: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if _CLASS.fullmatch(name)) or None
    if attribute == "cite":  # the cleaner looks at the schemes of links alone
        return value if value.startswith(("https://", "http://")) else None
    return value


_cleaner: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "svg", "math", "form", "object", "template"},
    attributes={
        "a": {"href", "class", "title", "translate"},
        "span": {"class", "translate"},
        "p": {"class"},
        "ol": {"start", "reversed"},
        "li": {"value"},
        "blockquote": {"cite"},
        "*": {"lang", "dir"},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",  # what is relative to another server would lead into ours
    link_rel="nofollow noopener noreferrer",
)


def sanitise(markup: str) -> str:
    """Return a peer's HTML with nothing in it that could run, load or mislead; what is too tangled keeps its words only."""
    if not _is_tangled(markup):
        clean = _cleaner.clean(markup)
        if len(clean) <= 2 * MAX_MARKUP_CHARS:  # a parser repeats what was left open, again and again
            return clean
    parts = re.split(r"\n{2,}", _tidy(plain(markup)))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>".replace("\n", "<br>") for part in parts if part.strip())


_BREAKS: Final = re.compile(r"<(?:br|/p|/li|/h\d|/blockquote)[^<>]*>", re.IGNORECASE)
_ELEMENT: Final = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_OPENING: Final = re.compile(r"<[a-zA-Z]")
_nothing: Final = nh3.Cleaner(tags=set())


def plain(markup: str) -> str:
    """Return the words of some HTML."""
    broken = _BREAKS.sub(lambda m: m[0] + "\n", markup)
    bare = _ELEMENT.sub("", broken) if _is_tangled(markup) else _nothing.clean(broken)
    return html.unescape(bare).strip()


def _is_tangled(markup: str) -> bool:
    """Tell whether a parser would take long: what it does for a tag grows with the tags left open before it."""
    if len(markup) > MAX_MARKUP_CHARS or markup.count("<") > MAX_ANGLES:
        return True
    return sum(1 for _ in _OPENING.finditer(markup)) > MAX_OPENINGS
