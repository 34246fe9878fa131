"""The parts of the Mastodon entities that pages show, decoded from the text that every reader gets."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from node.social.site import Site
from web.pages.views.people import Person

MEDIA: Final = "/media/"
PROXY: Final = "/media_proxy/"


class Account(Struct, frozen=True):
    """Somebody. `acct` is the name, with the host for others."""

    id: str
    username: str
    acct: str
    url: str
    display_name: str = ""
    note: str = ""
    avatar: str = ""
    group: bool = False
    locked: bool = False
    created_at: datetime | None = None
    fields: list[dict[str, Any]] = []
    followers_count: int = 0
    following_count: int = 0
    statuses_count: int = 0


class Media(Struct, frozen=True):
    """An attachment."""

    type: str
    url: str | None = None
    preview_url: str | None = None
    remote_url: str | None = None
    description: str | None = None
    meta: dict[str, Any] | None = None


class Card(Struct, frozen=True):
    """What a linked page says of itself; `image` is a copy of ours."""

    url: str
    title: str = ""
    description: str = ""
    language: str | None = None
    provider_name: str = ""
    image: str | None = None
    image_description: str = ""
    width: int = 0
    height: int = 0


class Filter(Struct, frozen=True):
    """What somebody does not want to read: where, and what is to become of it."""

    title: str
    context: list[str]
    filter_action: str = "warn"


class Filtered(Struct, frozen=True):
    """A filter that a post matches."""

    filter: Filter


class Option(Struct, frozen=True):
    """One thing to choose; its number is hidden while the poll says so."""

    title: str
    votes_count: int | None = None


class Poll(Struct, frozen=True):
    """What a post asks."""

    options: list[Option]
    expired: bool = False
    expires_at: datetime | None = None
    multiple: bool = False
    votes_count: int = 0
    voters_count: int | None = None
    voted: bool = False
    own_votes: list[int] = []


class Status(Struct, frozen=True):
    """A post, or a boost of one."""

    id: str
    created_at: datetime
    account: Account
    visibility: str = "public"
    content: str = ""
    spoiler_text: str = ""
    language: str | None = None
    url: str | None = None
    uri: str = ""
    in_reply_to_id: str | None = None
    media_attachments: list[Media] = []
    replies_count: int = 0
    reblogs_count: int = 0
    favourites_count: int = 0
    reblogged: bool = False
    favourited: bool = False
    bookmarked: bool = False
    reblog: "Status | None" = None
    poll: Poll | None = None
    card: Card | None = None
    filtered: list[Filtered] = []
    quote: "Quote | None" = None
    learning_record: dict[str, Any] | None = None
    local_only: bool = False

    @property
    def audience(self) -> str:
        """Who may see it, by the node's own word."""
        return "house" if self.local_only else self.visibility


class Quote(Struct, frozen=True):
    """What a post quotes, as far as its reader may see it."""

    state: str
    quoted_status: Status | None = None


read_status = msgspec.json.Decoder(Status).decode
read_account = msgspec.json.Decoder(Account).decode


def page_of(account: Account) -> str:
    """Return the page of an account here, whether it is ours or not."""
    return f"/@{account.acct}"


def name_of(account: Account) -> str:
    """Return what an account is called: what it calls itself, or else its username."""
    return account.display_name.strip() or account.username


def person_of(account: Account, site: Site) -> Person:
    """Return who that is; pictures of other places come from our copies of them."""
    _, _, host = account.acct.partition("@")
    picture = account.avatar.removeprefix(site.base_url)
    return Person(
        name=name_of(account),
        handle=account.acct,
        url=page_of(account),
        place=host or site.institution_name,
        picture=picture if picture.startswith((MEDIA, PROXY)) else None,
        is_institution=account.username == site.institution_username and not host,
    )
