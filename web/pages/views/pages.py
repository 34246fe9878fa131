"""The view-models of the pages that are not about a loop: one frozen class per template."""

from dataclasses import dataclass

from markupsafe import Markup

from web.pages.views.dates import When
from web.pages.views.forms import Choice, Form
from web.pages.views.people import Person
from web.pages.views.posts import Post
from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How to share with us from elsewhere; `bookmarklet` is what a bookmark has in place of an address."""

    bookmarklet: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`next` is where to go afterwards; `kept` says that a form waits to be sent again."""

    form: Form
    next: str = ""
    kept: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One typed text that waits."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """What was typed before the session ended, ready to be sent again."""

    action: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """What an app asks for, in words."""

    words: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """An app asks to act for the viewer; `hidden` are the parameters that come back with the answer."""

    app: str
    website: str | None
    rights: tuple[Right, ...]
    hidden: tuple[tuple[str, str], ...]
    goes_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedApp:
    """An app that acts for the viewer."""

    id: int
    name: str
    website: str | None
    rights: tuple[Right, ...]
    since: When


@dataclass(frozen=True, slots=True)
class AllowedApps:
    """Every app that acts for the viewer."""

    apps: tuple[AllowedApp, ...]


@dataclass(frozen=True, slots=True)
class CodePage:
    """The code that a person copies into an app that cannot be called back."""

    app: str
    code: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab above a timeline."""

    words: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Announcement:
    """What everybody here is told, until they say that they read it."""

    id: str
    body: Markup
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Posts, newest first, with the ways to newer and older ones; above them what everybody is told.

    `waiting` is how many signed up and wait for a word, said to those who may give it.
    """

    title: str
    posts: tuple[Post, ...]
    tabs: tuple[Tab, ...] = ()
    told: tuple[Announcement, ...] = ()
    waiting: int = 0
    newer: str = ""
    older: str = ""
    empty_title: str = "Quiet here."
    empty_text: str = "Follow a ward or a hospital near you."
    empty_link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person or a hospital with its posts. `relation`: self, none, following, requested, guest."""

    person: Person
    address: str
    note: Markup
    fields: tuple[tuple[str, Markup], ...]
    posts_count: int
    followers_count: int
    following_count: int
    relation: str
    follows_you: bool
    posts: tuple[Post, ...]
    since: When
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """One post in its thread, and the box to answer it."""

    title: str
    before: tuple[Post, ...]
    post: Post
    after: tuple[Post, ...]
    form: Form
    answer_to: str = ""
    embed_url: str = ""  # how other sites show it, if they may


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification as a sentence; `quote` is its post in one line, `answer` where yes and no to a request go."""

    icon: str
    person: Person
    words: str
    when: When
    url: str
    quote: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Two groups: what needs an answer, and what is good to know."""

    answer: tuple[Notice, ...]
    know: tuple[Notice, ...]
    older: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`looking` is said while another place is still being asked."""

    query: str
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    tags: tuple[Link, ...] = ()
    looking: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What this place is, for someone who is not signed in."""

    people: int
    posts: int
    contact: str
    institution_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the places under a heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class More:
    """All the places, and the way out."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is nothing to see, and what to do."""

    status: int
    title: str
    text: str
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """People whom `owner` recommends together."""

    name: str
    description: str
    language: str
    owner: Person
    people: tuple[Person, ...]
    tag: str = ""
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Preferring:
    """How somebody wants apps to show things."""

    form: Form
    media: tuple[Choice, ...]
