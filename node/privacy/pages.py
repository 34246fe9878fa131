"""What somebody's page says of itself, as plain text: nothing of its markup is kept. Pure; runs in the workshop.

Reads the Open Graph words, else Twitter's, else those of HTML itself. Fetches nothing.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_TITLE: Final = 300
MAX_TEXT: Final = 1000
MAX_NAME: Final = 200
MAX_URL: Final = 2048
MAX_METAS: Final = 500
_HEAD_BYTES: Final = 4096
_CHARSETS: Final = re.compile(
    r"utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-12\d\d|cp12\d\d|koi8-[ru]|shift[_-]jis|sjis|euc-(jp|kr)"
    r"|iso-2022-jp|gb2312|gbk|gb18030|big5|macintosh"
)
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})([_-]([A-Za-z]{2}))?")


class PageFacts(Struct, frozen=True, kw_only=True):
    """What a page says of itself; empty where it says nothing."""

    title: str = ""
    description: str = ""
    language: str | None = None
    author_name: str = ""
    author_url: str = ""
    provider_name: str = ""
    image_url: str | None = None
    image_alt: str = ""
    published_at: datetime | None = None


def read(data: bytes, charset: str, url: str) -> PageFacts:
    """Return what a page at `url` says of itself; `charset` is what came with it, if anything did."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decoded(data, charset))
    said = dict(reversed(list(_metas(tree))))  # the first of each counts
    title = tree.css_first("title")
    root = tree.css_first("html")
    author = _text(said, "author", "article:author", "twitter:creator", most=MAX_NAME)
    return PageFacts(
        title=_text(said, "og:title", "twitter:title", most=MAX_TITLE)
        or _clean(title.text() if title else "", MAX_TITLE),
        description=_text(said, "og:description", "twitter:description", "description", most=MAX_TEXT),
        language=_language((root.attributes.get("lang") if root else None) or said.get("og:locale", "")),
        author_name="" if _web_address(url, author) == author else author,
        author_url=_web_address(url, said.get("article:author", "")) if "://" in said.get("article:author", "") else "",
        provider_name=_text(said, "og:site_name", "application-name", most=MAX_NAME),
        image_url=_image(said, url),
        image_alt=_text(said, "og:image:alt", "twitter:image:alt", most=MAX_TEXT),
        published_at=_moment(said.get("article:published_time") or said.get("og:article:published_time") or ""),
    )


def _metas(tree: "LexborHTMLParser") -> Iterator[tuple[str, str]]:
    for node in tree.css("meta")[:MAX_METAS]:
        name = node.attributes.get("property") or node.attributes.get("name")
        content = node.attributes.get("content")
        if name and content:
            yield name.strip().lower()[:MAX_NAME], content[: 2 * MAX_URL]


def _decoded(data: bytes, charset: str) -> str:
    declared = _DECLARED.search(data[:_HEAD_BYTES])
    for name in (_of_mark(data), charset, declared[1].decode() if declared else "", "utf-8"):
        if _CHARSETS.fullmatch(name.lower()):
            try:
                return data.decode(codecs.lookup(name).name, "strict" if name == "utf-8" else "replace")
            except (LookupError, UnicodeDecodeError):
                continue
    return data.decode("windows-1252", "replace")


def _of_mark(data: bytes) -> str:
    return "utf-8" if data.startswith(codecs.BOM_UTF8) else ""


def _text(said: dict[str, str], *names: str, most: int) -> str:
    return next((text for name in names if (text := _clean(said.get(name, ""), most))), "")


def _clean(text: str, most: int) -> str:
    words = " ".join(_UNSEEN.sub("", text[: 8 * most]).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _language(text: str) -> str | None:
    found = _LANGUAGE.match(text.strip())
    return found[1].lower() if found else None


def _image(said: dict[str, str], url: str) -> str | None:
    names = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    return next((found for name in names if (found := _web_address(url, said.get(name, "")))), None)


def _web_address(base: str, address: str) -> str:
    """Return an address of the web as a page means it, empty for any other."""
    try:
        found = urljoin(base, address.strip()) if address.strip() else ""
        parts = urlsplit(found)
    except ValueError:
        return ""
    is_usable = parts.scheme in ("http", "https") and parts.hostname and not parts.username and len(found) <= MAX_URL
    return found if is_usable else ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        return None
    at = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return at.astimezone(UTC) if 1970 < at.year < 2100 else None
