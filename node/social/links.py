"""Links that say where they lead: the words of a link in a profile must not name another host than its address."""

import html
import re
from typing import Final

from federation import uris
from federation.reasons import PeerError

_LINK: Final = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_HREF: Final = re.compile(r' href="([^"]*)"')
_UNSEEN: Final = re.compile(r'<span class="[^"]*\binvisible\b[^"]*">[^<]*</span>')
_ELEMENT: Final = re.compile(r"<[^<>]*>")
_WORD: Final = re.compile(r"[\w.-]+")


def true_links(markup: str, *, always: bool = False) -> str:
    """Return sanitised markup in which each link that shows another host than its own also shows its own.

    With `always`, so does a link that shows no host at all.
    """
    return _LINK.sub(lambda link: _true(link, always=always), markup)


def _true(link: re.Match[str], *, always: bool) -> str:
    href = _HREF.search(link[1])
    host = _host(html.unescape(href[1])) if href else None
    if host is None:
        return link[0]
    shown = _shown_hosts(link[2])
    is_false = any(not _is_part(one, host) for one in shown) if shown else always
    return f"<a{link[1]}>{link[2]} ({html.escape(host)})</a>" if is_false else link[0]


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
