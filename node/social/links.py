"""Links in markup that was cleaned: that they say where they lead, and which of them a post is about."""

import html
import re
from typing import Final

from federation import uris
from federation.reasons import PeerError

_OPENING: Final = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>')
_HREF: Final = re.compile(r' href="([^"]*)"')
_UNSEEN: Final = re.compile(r'<span class="[^"]*\binvisible\b[^"]*">[^<]*</span>')
_ELEMENT: Final = re.compile(r"<[^<>]*>")
_NAMING: Final = re.compile(r' (?:class="[^"]*\b(?:mention|hashtag|u-url)\b[^"]*"|rel="[^"]*\btag\b[^"]*")')
_WORD: Final = re.compile(r"[\w.-]+")


def true_links(markup: str, *, always: bool = False) -> str:
    """Return sanitised markup in which each link that shows another host than its own also shows its own.

    With `always`, so does a link that shows no host at all.
    """
    *parts, rest = markup.split("</a>")  # within what was cleaned no link holds another
    return "".join(f"{_true(part, always=always)}</a>" for part in parts) + rest


def _true(part: str, *, always: bool) -> str:
    """Complete the words of the link that ends a part."""
    link = _OPENING.match(part, max(part.rfind("<a "), 0))
    href = _HREF.search(link[1]) if link else None
    host = _host(html.unescape(href[1])) if href else None
    if link is None or host is None:
        return part
    shown = _shown_hosts(part[link.end() :])
    is_false = any(not _is_part(one, host) for one in shown) if shown else always
    return f"{part} ({html.escape(host)})" if is_false else part


def _host(address: str) -> str | None:
    if address.lower().startswith("mailto:"):
        return address.partition("?")[0].rpartition("@")[2] or None
    try:
        return uris.host_of(address)
    except PeerError:
        return address.partition("://")[2].partition("/")[0] or address


def _shown_hosts(content: str) -> list[str]:
    seen = html.unescape(_ELEMENT.sub("", _UNSEEN.sub("", content)))
    words = (word.strip(".-").lower() for word in _WORD.findall(seen))
    return [word for word in words if "." in word]


def _is_part(shown: str, host: str) -> bool:
    """Tell whether a shown host is the real one, or the domain it is in."""
    try:
        shown = uris.canonical_host(shown)
    except PeerError:
        return False
    bare = host.partition(":")[0]
    return bare == shown or (bare.endswith(f".{shown}") and "." in shown)


def pages_in(markup: str, *, most: int) -> list[str]:
    """Return the first addresses of the web that a post links to, mentions and hashtags left out, without fragments."""
    found: dict[str, None] = {}
    for link in _OPENING.finditer(markup):
        href = _HREF.search(link[1])
        if href is None or _NAMING.search(link[1]):
            continue
        address = html.unescape(href[1]).partition("#")[0]
        if address.startswith(("https://", "http://")):
            found[address] = None
        if len(found) >= most:
            break
    return list(found)
