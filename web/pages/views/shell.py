"""What surrounds every page: the hospital, who is signed in, where they are, and what just happened."""

from dataclasses import dataclass

from web.pages.views.people import Person


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the navigation."""

    key: str
    words: str
    url: str
    icon: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Flash:
    """What just happened, in one sentence; `tone` is good, warn or bad."""

    text: str
    tone: str = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame of a page. `csrf` is the token that every form of it carries."""

    institution: str
    version: str
    language: str = "en"
    viewer: Person | None = None
    csrf: str = ""
    current: str = ""
    unread: int = 0
    flash: Flash | None = None

    @property
    def side(self) -> tuple[NavItem, ...]:
        """The side bar of wide windows."""
        return (
            NavItem(key="today", words="Today", url="/today", icon="today"),
            NavItem(key="home", words="Home", url="/home", icon="home"),
            NavItem(key="loops", words="My loops", url="/loops", icon="loop"),
            NavItem(key="network", words="Network", url="/network", icon="net"),
            NavItem(key="notifications", words="Notifications", url="/notifications", icon="bell", count=self.unread),
            NavItem(key="search", words="Search", url="/search", icon="search"),
            NavItem(key="more", words="More", url="/more", icon="more"),
        )

    @property
    def bar(self) -> tuple[NavItem, ...]:
        """The five places of the bottom bar on phones."""
        return (
            NavItem(key="today", words="Today", url="/today", icon="today"),
            NavItem(key="home", words="Home", url="/home", icon="home"),
            NavItem(key="record", words="Record", url="/record", icon="pen"),
            NavItem(key="loops", words="Loops", url="/loops", icon="loop"),
            NavItem(key="more", words="More", url="/more", icon="more"),
        )
