"""The page about one's own data: taken along, brought in, moved."""

from dataclasses import dataclass, field

from web.pages.views.dates import When
from web.pages.views.forms import Choice, Form
from web.pages.views.shell import Link

KINDS = (
    Choice("follows", "Accounts you follow"),
    Choice("lists", "Lists"),
    Choice("blocks", "Accounts you block"),
    Choice("mutes", "Accounts you mute"),
    Choice("domains", "Servers you block"),
    Choice("bookmarks", "Bookmarks"),
)
MODES = (
    Choice("merge", "Add to what is here"),
    Choice("overwrite", "Replace what is here"),
)


@dataclass(frozen=True, slots=True)
class Brought:
    """One list that was brought in; `state` says how far it got."""

    title: str
    state: str
    when: When
    url: str


@dataclass(frozen=True, slots=True)
class Data:
    """Files to take, a form to bring some, and the way from and to other servers."""

    files: tuple[Link, ...]
    brought: tuple[Brought, ...] = ()
    aliases: tuple[str, ...] = ()
    moved_to: str = ""
    form: Form = field(default_factory=Form)
    kinds: tuple[Choice, ...] = KINDS
    modes: tuple[Choice, ...] = MODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What is in a file that was brought, before and after it is carried out."""

    action: str
    title: str
    total: int
    replaces: bool
    faults: tuple[tuple[int, str], ...] = ()
    is_begun: bool = False
    is_done: bool = False
    done: int = 0
    failed: int = 0
