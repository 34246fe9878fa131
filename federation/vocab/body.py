"""What a post says as one text: its words, and for what is no Note its title, its details and its address around them."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from federation import loose
from federation.vocab import event, prose
from federation.vocab.attachment import cards_of

MAX_NAME: Final = 2048
_MAX_CARDS: Final = 4
_BARE: Final = frozenset({"Note", "ChatMessage"})
_TITLED: Final = frozenset({"Article", "Page", "Event", "Video", "Audio", "Image", "Document"})
_TAG: Final = re.compile(r"<[^<>]*>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")


def body_of(document: Mapping[str, object], kind: str) -> str:
    """Give the words of a post as HTML that is not sanitised yet.

    Of a Note its `name` is shown where it is a title: in no reply, and when its content does not say it.
    """
    if kind == "Question":
        content, title = prose.markup_of(document, "content"), title_of(document)
        return _headed(title, content) if content else prose.paragraphs(title)
    if kind in _BARE:
        content = prose.markup_of(document, "content")
        title = "" if kind == "ChatMessage" or document.get("inReplyTo") else title_of(document)
        shown = _headed(title, content) if content else content
        return shown + "".join(prose.linked(url) for url in _new(cards_of(document), content))
    return _converted(document, kind)


def title_of(document: Mapping[str, object]) -> str:
    """Give the title: plain text, in which the entities of those who send HTML are what they stand for."""
    return _plain(loose.text_of(document, "name") or "")


def _converted(document: Mapping[str, object], kind: str) -> str:
    title, content = title_of(document), prose.markup_of(document, "content")
    if not title and content and kind not in _TITLED:  # ForgeFed
        title = _plain(_TAG.sub("", loose.text_of(document, "summary") or ""))
    words = content or next(filter(None, _instead(document)), "")
    details = event.details_of(document) if kind == "Event" else ""
    own = loose.page_url(document.get("url")) or loose.id_of(document) or ""
    cards = list(_new(cards_of(document), details + words))
    links = cards if cards and kind == "Page" else [*cards, *_new([own], details + words)]
    return prose.heading(title) + details + words + "".join(prose.linked(url) for url in links)


def _instead(document: Mapping[str, object]) -> Iterator[str]:
    """Give what stands for the words of a post that has none: a teaser, a preview, a description."""
    yield prose.markup_of(document, "summary")
    for key in ("preview", "description"):
        said = loose.first(document.get(key))
        if isinstance(said, Mapping):
            yield prose.markup_of(said, "content")
        else:
            text = loose.text_of(document, key) or ""
            yield text if prose.looks_like_html(text) else prose.paragraphs(text)


def _headed(title: str, content: str) -> str:
    """Put a title above a text that does not say it itself."""
    words = " ".join(html.unescape(_TAG.sub(" ", content)).split())
    return content if " ".join(title.split()) in words else prose.heading(title) + content


def _new(links: list[str], content: str) -> list[str]:
    fresh = [url for url in links if html.escape(url) not in content and url not in content]
    return list(dict.fromkeys(fresh))[:_MAX_CARDS]


def _plain(text: str) -> str:
    return prose.line(_ENTITY.sub(lambda found: html.unescape(found.group()), text), MAX_NAME)
