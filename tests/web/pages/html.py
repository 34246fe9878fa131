"""Reads a page the way a careful reader does: its elements in order, with attributes and text."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
FOREIGN = frozenset({"path", "circle", "line", "rect", "use"})


class Element:
    """One element with what is inside it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def get(self, name: str) -> str:
        """Return an attribute, empty when it is not there or has no value."""
        return self.attributes.get(name) or ""

    def all(self, *tags: str) -> "Iterator[Element]":
        """Yield every element inside with one of these tags (any without), in order."""
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    @property
    def text(self) -> str:
        """All text inside, white space collapsed."""
        parts = (child if isinstance(child, str) else f" {child.text} " for child in self.children)
        return " ".join("".join(parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document", {}, None)
        self.here = self.root
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, dict(attrs), self.here))

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag:
            self.unclosed.append(f"</{tag}> closes <{self.here.tag}>")
        self.here = self.here.parent or self.root

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(page: str | bytes) -> Element:
    """Return the document. Raises: AssertionError when tags do not nest."""
    reader = _Reader()
    reader.feed(page.decode() if isinstance(page, bytes) else page)
    assert reader.unclosed == [], reader.unclosed
    assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
    return reader.root


def complaints(document: Element) -> list[str]:
    """Return what every page must not have: inline style or script, lost labels, broken references, two h1."""
    return [*_policy(document), *_structure(document), *_references(document), *_labels(document)]


def _policy(document: Element) -> Iterator[str]:
    for element in document.all():
        if element.tag in ("script", "style", "iframe", "object", "embed", "base"):
            yield f"<{element.tag}> stands in the page"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"<{element.tag} {name}> is inline"
            # our policy stops it from running here; it is there to be dragged away
            is_dragged = name == "href" and element.get("class") == "bookmarklet"
            is_code = (value or "").lower().lstrip().startswith(("javascript:", "data:"))
            if name in ("href", "src", "action") and is_code and not is_dragged:
                yield f"<{element.tag} {name}={value}>"
            if name == "src" and not (value or "").startswith("/"):
                yield f"<{element.tag} src={value}> is loaded from elsewhere"


def _structure(document: Element) -> Iterator[str]:
    if (count := len(list(document.all("h1")))) != 1:
        yield f"{count} h1"
    if (count := len(list(document.all("main")))) != 1:
        yield f"{count} main"
    if not next(document.all("title")).text:
        yield "no title"
    if not next(document.all("html")).get("lang"):
        yield "no language"
    for image in document.all("img"):
        if "alt" not in image.attributes:
            yield "a picture without alt"
    for form in document.all("form"):
        names = {field.get("name") for field in form.all("input")}
        if form.get("method") == "post" and "csrf" not in names:
            yield f"the form to {form.get('action')} has no token"


def _references(document: Element) -> Iterator[str]:
    ids = [element.get("id") for element in document.all() if element.get("id")]
    yield from (f"id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1}))
    for element in document.all():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            yield from (f"{name}={one} leads nowhere" for one in element.get(name).split() if one not in ids)
        target = element.get("href")
        if target.startswith("#") and target[1:] not in ids:
            yield f"href={target} leads nowhere"


def _labels(document: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in document.all("label")}
    for field in document.all("input", "select", "textarea"):
        if field.get("type") not in ("hidden", "submit") and field.get("id") not in labelled:
            yield f"{field.get('name')} has no label"
    for button in document.all("button", "a"):
        if not button.text and not button.get("aria-label") and not list(button.all("img")):
            yield f"<{button.tag} {button.attributes}> says nothing"
