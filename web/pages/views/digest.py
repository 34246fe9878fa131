"""The view-models of the digest, of how one wants to be reminded, and of the end of its mails."""

from dataclasses import dataclass

from web.pages.views.forms import Choice, Form


@dataclass(frozen=True, slots=True)
class Line:
    """One record and what it wants."""

    title: str
    url: str
    words: str
    number_url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DigestPage:
    """What is worth two minutes this week."""

    week: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """How one wants to be reminded; `feed` is the address of one's feed, empty before there is one."""

    form: Form
    days: tuple[Choice, ...]
    can_mail: bool
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of the digest by mail: asked for with a token, or done."""

    token: str = ""
