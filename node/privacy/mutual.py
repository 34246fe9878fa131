"""Whether somebody's page names a profile back with `rel="me"`. Pure; runs in the workshop.

As in `pages`, no tree is built: only the tags that can link are taken out, in one pass, and a bounded number of them read.
"""

import re
from collections.abc import Collection
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

MAX_TAGS: Final = 2000
_TAG: Final = re.compile(
    r"""<(?:a|link)\b(?:[^<>"']|"[^"]{0,8192}"|'[^']{0,8192}')*+>""",
    re.IGNORECASE,
)


def names_back(data: bytes, urls: Collection[str]) -> bool:
    """Tell whether a page links to one of these addresses, and says that it is the same person."""
    found = _TAG.finditer(data.decode("utf-8", "replace"))
    tags = [match[0] for _, match in zip(range(MAX_TAGS), found, strict=False)]
    linked = _Linked()
    linked.feed("".join(tags))
    linked.close()
    wanted = {url.rstrip("/") for url in urls}
    return not wanted.isdisjoint(linked.same)


class _Linked(HTMLParser):
    """Collects what links with `rel="me"` lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.same: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if "me" in (said.get("rel") or "").casefold().split():
            self.same.add((said.get("href") or "").strip().rstrip("/"))
