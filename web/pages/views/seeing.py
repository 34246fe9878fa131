"""The page "What I see": what one follows, filters and keeps away, each with the way to end it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line; `verb` ends it. `is_final`: it could not be brought back, so the button stands folded."""

    what: str
    which: str
    words: str
    verb: str
    url: str = ""
    detail: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """All of a kind; `has_more`: there are more than are shown."""

    key: str
    title: str
    about: str
    none: str
    items: tuple[Kept, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Seeing:
    """Everything that decides what one sees."""

    sections: tuple[Section, ...]
