"""The view-model of Today: what one should do in two minutes."""

from dataclasses import dataclass

from web.pages.views.dates import When
from web.pages.views.forms import Form
from web.pages.views.loops import LoopItem
from web.pages.views.pages import Announcement
from web.pages.views.posts import Audience, Stages
from web.pages.views.recalling import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBox:
    """A number that is due: one field, or two of which one is filled in."""

    title: str
    url: str
    action: str
    measure: str
    key: str
    day: str
    period: str
    is_fraction: bool
    top_label: str
    denominator: str
    last: str
    stages: Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """What somebody made of what one recorded."""

    words: str
    tone: str
    icon: str
    when: When
    title: str
    url: str
    text: str
    idea_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The capture box, what is due, what is new, and the loops that are open."""

    form: Form
    day: str
    summary: str
    audience: Audience
    numbers: tuple[NumberBox, ...]
    more_numbers: int
    cards: tuple[Card, ...]
    news: tuple[NewsItem, ...]
    loops: tuple[LoopItem, ...]
    count: int
    told: tuple[Announcement, ...] = ()
    waiting: int = 0
