"""HTML that peers send becomes safe HTML with what it says, and HTML becomes words."""

import html
import re
from typing import Final

import nh3

from node.social.text import tidy

MAX_MARKUP_CHARS: Final = 100_000
MAX_OPENINGS: Final = 1000
MAX_ANGLES: Final = 5000

_TAGS: Final = {
    "p", "br", "span", "a", "abbr", "del", "s", "u", "sub", "sup", "b", "strong", "i", "em", "pre", "code",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "ruby", "rt", "rp", "hr",
}  # fmt: skip
_CLASS: Final = re.compile(r"(?:h|p|u|dt|e)-\S+|mention|hashtag|ellipsis|invisible|quote-inline|reference-link-inline")


def _attribute(_element: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if _CLASS.fullmatch(name)) or None
    if attribute == "cite":  # the cleaner looks at the schemes of links alone
        return value if value.startswith(("https://", "http://")) else None
    return value


_ATTRIBUTES: Final = {
    "a": {"href", "class", "title", "translate"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "blockquote": {"cite"},
    "*": {"lang", "dir"},
}


def _cleaner_of(tags: set[str], attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags={"script", "style", "iframe", "svg", "math", "form", "object", "template"},
        attributes=attributes,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",  # what is relative to another server would lead into ours
        link_rel="nofollow noopener noreferrer",
    )


_cleaner: Final = _cleaner_of(_TAGS, _ATTRIBUTES)
_rich_cleaner: Final = _cleaner_of(  # pictures and cells of tables last until they became words
    _TAGS | {"img", "table", "tbody", "tr", "td", "th"}, {**_ATTRIBUTES, "img": {"src", "alt"}}
)


def sanitise(markup: str) -> str:
    """Return a peer's HTML with nothing in it that could run, load or mislead; what is too tangled keeps its words only."""
    if not _is_tangled(markup):
        clean = _cleaned(markup)
        if len(clean) <= 2 * MAX_MARKUP_CHARS:  # a parser repeats what was left open, again and again
            return clean
    parts = re.split(r"\n{2,}", tidy(plain(markup)))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>".replace("\n", "<br>") for part in parts if part.strip())


_RICH: Final = re.compile(r"<(?:img|t[dhr]|math)\b", re.IGNORECASE)
_PIECE: Final = re.compile(r'<a\b[^<>]*>|</a>|<img(?P<said>(?: (?:src|alt)="[^"]*")*)>')
_SAID: Final = re.compile(r'(src|alt)="([^"]*)"')
_CELL: Final = re.compile(r"</t[dh]>")
_ROW: Final = re.compile(r"<tr(?: [^<>]*)?>")
_LEFT: Final = re.compile(r"</?(?:t[dhr]|table|tbody)(?: [^<>]*)?>")
_TEX: Final = re.compile(r"<annotation\b[^<>]*application/x-tex[^<>]*>([^<>]*)</annotation>", re.IGNORECASE)


def _cleaned(markup: str) -> str:
    """Clean; what cannot stay but says something becomes words: pictures their alt text, cells blanks, formulas TeX."""
    if _RICH.search(markup) is None:
        return _cleaner.clean(markup)
    clean = _rich_cleaner.clean(_with_tex(markup))
    return _LEFT.sub("", _ROW.sub("<br>", _CELL.sub(" ", _without_pictures(clean))))


def _with_tex(markup: str) -> str:
    """Put the TeX of a formula (FEP-dc88) in its place."""
    lowered, parts, place = markup.lower(), [], 0
    while (start := lowered.find("<math", place)) >= 0 and (end := lowered.find("</math>", start)) >= 0:
        tex = _TEX.search(markup[start:end])
        parts += [markup[place:start], f"<code>{tex[1]}</code>" if tex else ""]
        place = end + len("</math>")
    return "".join(parts) + markup[place:]


def _without_pictures(clean: str) -> str:
    """Replace each picture by a link with its alt text, inside a link by the text alone."""
    is_inside = False

    def shown(match: re.Match[str]) -> str:
        nonlocal is_inside
        if match["said"] is None:
            is_inside = match[0] != "</a>"
            return match[0]
        said = dict(_SAID.findall(match["said"]))
        url, alt = said.get("src", ""), html.escape(html.unescape(said.get("alt", "")).strip(), quote=False)
        if is_inside or not url:
            return alt
        return f'<a href="{url}" rel="nofollow noopener noreferrer">{alt or "picture"}</a>'

    return _PIECE.sub(shown, clean)


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
