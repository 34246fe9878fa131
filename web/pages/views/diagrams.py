"""The view-models of driver diagrams: the list, one diagram with its forms, and the question before something is removed."""

from dataclasses import dataclass

from markupsafe import Markup

from web.pages.views.forms import Choice, Form
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One diagram in the list."""

    title: str
    url: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagrams:
    """The diagrams of the house and the form for a new one."""

    form: Form
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """An action that tries an idea."""

    title: str
    url: str
    place: str
    words: str
    unlink: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A driver or idea with what hangs on it. `action` is where its forms go."""

    id: str
    text: str
    what: str
    detail: str
    action: str
    is_idea: bool
    tries: tuple[Try, ...] = ()
    below: tuple["Driver", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """One diagram: drawn, as a list, and what may be changed about it."""

    form: Form
    title: str
    by: str
    url: str
    drawing: Markup
    drivers: tuple[Driver, ...]
    kinds: tuple[Choice, ...]
    parents: tuple[Choice, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Removing:
    """The question before something is removed for good."""

    title: str
    text: str
    action: str
    back: Link
    verb: str
