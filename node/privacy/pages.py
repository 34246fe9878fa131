"""What somebody's page says of itself, as plain text: nothing of its markup is kept. Pure; runs in the workshop.

How it works. No tree is built, because trees of hostile pages take very long. Of the page up to its body only the tags that
may tell something are taken out, in one pass, and those alone are parsed: Open Graph first, then Twitter's, then HTML's own.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from typing_extensions import override

MAX_TITLE: Final = 300
MAX_TEXT: Final = 1000
MAX_NAME: Final = 200
MAX_URL: Final = 2048
MAX_TAGS: Final = 300
MAX_TAG_CHARS: Final = 16_384
_HEAD_BYTES: Final = 4096
_CHARSETS: Final = re.compile(
    r"utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-12\d\d|cp12\d\d|koi8-[ru]|shift[_-]jis|sjis|euc-(jp|kr)"
    r"|iso-2022-jp|gb2312|gbk|gb18030|big5|macintosh"
)
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_END: Final = re.compile(r"</head|<body", re.IGNORECASE)
_TAG: Final = re.compile(
    r"""<(?:html|meta)\b(?:[^<>"']|"[^"]{0,8192}"|'[^']{0,8192}')*+>|<title\b[^<>]{0,200}>[^<]{0,4096}""", re.IGNORECASE
)
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
    told = _Told()
    told.feed("".join(_tags(_decoded(data, charset))))
    told.close()
    said = told.said
    author = _text(said, "author", "article:author", "twitter:creator", most=MAX_NAME)
    return PageFacts(
        title=_text(said, "og:title", "twitter:title", "<title>", most=MAX_TITLE),
        description=_text(said, "og:description", "twitter:description", "description", most=MAX_TEXT),
        language=_language(said.get("<html>") or said.get("og:locale", "")),
        author_name="" if _web_address(url, author) == author else author,
        author_url=_web_address(url, said.get("article:author", "")) if "://" in said.get("article:author", "") else "",
        provider_name=_text(said, "og:site_name", "application-name", most=MAX_NAME),
        image_url=_image(said, url),
        image_alt=_text(said, "og:image:alt", "twitter:image:alt", most=MAX_TEXT),
        published_at=_moment(said.get("article:published_time") or said.get("og:article:published_time") or ""),
    )


def _tags(text: str) -> Iterator[str]:
    """Give the tags before the body of a page that may tell something, comments left out."""
    end = _END.search(text)
    head = "".join(_seen(text[: end.start()] if end else text))
    for number, found in enumerate(_TAG.finditer(head)):
        if number >= MAX_TAGS:
            return
        tag = found[0][:MAX_TAG_CHARS]
        yield f"{tag}</title>" if tag[:6].lower() == "<title" else tag


def _seen(text: str) -> Iterator[str]:
    first, *rest = text.split("<!--")
    yield first
    for part in rest:
        yield part.partition("-->")[2]


class _Told(HTMLParser):
    """Collects what a few tags tell; the first of each counts."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self._is_title = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(reversed(attrs))
        self._is_title = tag == "title"
        if tag == "html":
            self.said.setdefault("<html>", given.get("lang") or "")
        name, content = given.get("property") or given.get("name"), given.get("content")
        if tag == "meta" and name and content:
            self.said.setdefault(name.strip().lower()[:MAX_NAME], content)

    @override
    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.said.setdefault("<title>", data)


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
