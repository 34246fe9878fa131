"""A post as a card: who, what, who can see it, where its loop stands, and what one can do with it."""

from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from web.pages.views.charts import Chart
from web.pages.views.dates import When
from web.pages.views.people import Person
from web.pages.views.shell import Link

State = Literal["done", "now", "todo"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can see a thing: words, an icon, and whether it leaves the house."""

    words: str
    icon: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three arcs: learned, did, came to."""

    state: State
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stages:
    """Where a loop stands."""

    learn: Stage
    do: Stage
    share: Stage

    @property
    def label(self) -> str:
        """The ring in words."""
        words = [_SAID[key][stage.state] for key, stage in (("l", self.learn), ("d", self.do), ("s", self.share))]
        return ", ".join(words).capitalize()


_SAID: Final = {
    "l": {"done": "learned", "now": "learning", "todo": "not yet learned"},
    "d": {"done": "done", "now": "doing", "todo": "nothing tried yet"},
    "s": {"done": "shared", "now": "sharing", "todo": "not yet shared"},
}


@dataclass(frozen=True, slots=True)
class Verb:
    """The chip before the text: Learned, Doing or Did, Reports; `lead` is a decision in bold."""

    arc: Literal["learn", "do", "share"]
    words: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment; one of which nothing is here is a link, since pages load nothing from outside.

    `shown` is what stands for it: itself, or the picture of a film. `kind`: image, or what a browser plays: film, loop
    (without sound), sound.
    """

    alt: str
    url: str
    is_ours: bool
    shown: str = ""
    width: int | None = None
    height: int | None = None
    kind: str = "image"

    @property
    def is_played(self) -> bool:
        """Whether it is a film or a sound that lies here."""
        return self.kind != "image" and self.url.startswith("/")

    @property
    def words(self) -> str:
        """What it is called where nothing describes it."""
        return self.alt or _NAMELESS.get(self.kind, "File without a description")


_NAMELESS: Final = {
    "image": "Picture without a description",
    "film": "Film without a description",
    "loop": "Moving picture without a description",
    "sound": "Sound without a description",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a post links to: a title, a few words, who publishes it, and perhaps a picture of ours."""

    url: str
    title: str
    words: str = ""
    place: str = ""
    language: str = ""
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; `share` is in percent, None while nobody may know."""

    title: str
    share: int | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Poll:
    """What a post asks, and how it stands in words."""

    choices: tuple[Choice, ...]
    standing: str
    is_multiple: bool = False
    may_vote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One card of a timeline, a thread or a profile. `entry` is the id of its place in the list: that of a boost.

    `filtered` names the reader's filters behind which it stands, `blurred` those that fold its pictures alone.
    """

    id: str
    entry: str = ""
    url: str
    author: Person
    when: When
    audience: Audience
    body: Markup
    language: str = ""
    warning: str = ""
    verb: Verb | None = None
    boosted_by: Person | None = None
    source: Link | None = None
    pictures: tuple[Picture, ...] = ()
    preview: Preview | None = None
    poll: Poll | None = None
    chart: Chart | None = None
    stages: Stages | None = None
    loop_url: str = ""
    replies: int = 0
    boosts: int = 0
    favourites: int = 0
    is_boosted: bool = False
    is_favourite: bool = False
    is_bookmarked: bool = False
    filtered: str = ""
    blurred: str = ""
    may_boost: bool = True
    may_try: bool = False
    is_focus: bool = False

    @property
    def anchor(self) -> str:
        """The id of its text in the page: the same post may stand there twice, once boosted."""
        return f"p{self.entry or self.id}"


AUDIENCES: Final = {
    "public": Audience("Anyone", "globe", is_out=True),
    "unlisted": Audience("Anyone with the link", "link", is_out=True),
    "private": Audience("Followers", "people", is_out=True),
    "direct": Audience("Only the people named", "at", is_out=True),
    "circle": Audience("Circle", "circle", is_out=True),
}


def audience_of(visibility: str, institution: str) -> Audience:
    """Return the chip of a visibility."""
    return AUDIENCES.get(visibility) or Audience(f"Staff of {institution}", "house", is_out=False)
