"""Timelines that are the same for many readers, one account's posts, and threads."""

from functools import cache, partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, exists, func, literal_column, or_, select

from node.social import hashtags
from node.store.bodies import author, s
from node.store.lines import Line, Page, Pair, as_seen_by, me, of, ordered, within
from node.store.tables import cards, media, status_cards, status_tags, tags, trends
from node.store.unit import Snapshot
from node.store.visible import not_limited, visible_to, wanted_by


class Feed(Struct, frozen=True):
    """Which part of a timeline that is the same for many readers."""

    is_local: bool = False
    is_remote: bool = False
    only_media: bool = False
    languages: tuple[str, ...] = ()  # none: all


class Tagged(Struct, frozen=True):
    """Posts with a hashtag or any of the others, with every further one and with none of these; all normalised."""

    name: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def keys(self) -> "Tagged":
        """The same by the keys under which hashtags are found."""
        any, all, none = (tuple(hashtags.key(name) for name in names) for names in (self.any, self.all, self.none))
        return Tagged(hashtags.key(self.name), any, all, none)


def public(snapshot: Snapshot, viewer_id: int | None, page: Page, feed: Feed) -> list[Line]:
    """Return a page of public posts without boosts and without replies to others."""
    if feed.languages:
        posts = _open_posts(feed, viewer_id).where(is_no_reply())
        return of(snapshot, ordered(posts, s.c.id, is_upward=page.min_id is not None), viewer_id, **page.binds)
    return _public(feed, is_signed_in=viewer_id is not None).read(snapshot, page, **_reader(viewer_id))


def of_house(snapshot: Snapshot, viewer_id: int, page: Page) -> list[Line]:
    """Return a page of posts for the house alone, without boosts and without replies to others."""
    return _of_house().read(snapshot, page, me=viewer_id)


def tagged(snapshot: Snapshot, viewer_id: int | None, page: Page, which: Tagged, feed: Feed) -> list[Line]:
    """Return a page of public posts with hashtags, however their names are written."""
    which = which.keys
    if which == Tagged(which.name) and not feed.languages:
        pair = _tagged(feed, is_signed_in=viewer_id is not None)
        return pair.read(snapshot, page, tag=which.name, **_reader(viewer_id))
    posts = _open_posts(feed, viewer_id).where(_carries(*which.any, which.name))
    posts = posts.where(*(_carries(name) for name in which.all))
    if which.none:
        posts = posts.where(~_carries(*which.none))
    selection = ordered(posts, s.c.id, is_upward=page.min_id is not None)
    return of(snapshot, selection, viewer_id, **page.binds)


def _reader(viewer_id: int | None) -> dict[str, int]:
    return {} if viewer_id is None else {"me": viewer_id}


def _open_posts(feed: Feed, viewer: Any | None) -> Select[Any]:
    statement = select(s.c.id).join(author, author.c.id == s.c.account_id).where(*within(s.c.id), *is_open_to(viewer))
    return statement.where(*belongs_in(feed))


def is_open_to(viewer: Any | None) -> tuple[ColumnElement[bool], ...]:
    """Return the predicates over `s` and `author` of what the timelines of many show to a viewer."""
    return (
        s.c.visibility == literal_column("'public'"),
        s.c.boost_of_id.is_(None),
        visible_to(viewer, s, author),
        wanted_by(viewer, s.c.account_id),
        not_limited(viewer, author),
    )


def belongs_in(feed: Feed) -> tuple[ColumnElement[bool], ...]:
    """Return the predicates over `s` that are the same for every reader of a feed."""
    wanted: list[ColumnElement[bool]] = []
    if feed.is_local:
        wanted.append(s.c.is_local)
    if feed.is_remote:
        wanted.append(~s.c.is_local)
    if feed.only_media:
        wanted.append(_has_media())
    if feed.languages:
        wanted.append(or_(s.c.language.is_(None), s.c.language.in_(feed.languages)))
    return tuple(wanted)


def _has_media() -> ColumnElement[bool]:
    return exists(select(1).where(media.c.status_id == s.c.id))


def is_no_reply() -> ColumnElement[bool]:
    """Return whether `s` begins a thread, or goes on with its author's own."""
    to_nobody = s.c.reply_to_account_id.is_(None) & s.c.reply_to_uri.is_(None)
    return or_(to_nobody, s.c.reply_to_account_id == s.c.account_id)


def _carries(*names: Any) -> ColumnElement[bool]:
    link = status_tags.alias()
    named = tags.alias()
    return exists(select(1).where(link.c.status_id == s.c.id, named.c.id == link.c.tag_id, named.c.name.in_(names)))


@cache
def _public(feed: Feed, *, is_signed_in: bool) -> Pair:
    posts = _open_posts(feed, me if is_signed_in else None).where(is_no_reply())
    return Pair(partial(ordered, posts, s.c.id), is_signed_in=is_signed_in)


@cache
def _of_house() -> Pair:
    """Walk the posts of the house and no others; written so that SQLite cannot walk all that are no boosts instead."""
    is_of_house = s.c.visibility == literal_column("'house'")
    is_no_boost = func.coalesce(s.c.boost_of_id, 0) == 0
    posts = (
        select(s.c.id)
        .join(author, author.c.id == s.c.account_id)
        .where(is_of_house, is_no_boost, is_no_reply(), *within(s.c.id))
        .where(visible_to(me, s, author), wanted_by(me, s.c.account_id), not_limited(me, author))
    )
    return Pair(partial(ordered, posts, s.c.id), is_signed_in=True)


@cache
def _tagged(feed: Feed, *, is_signed_in: bool) -> Pair:
    """Walk the posts with the tag and no others, so that a rare tag costs no more than a common one."""
    tag_id = select(tags.c.id).where(tags.c.name == bindparam("tag", required=False)).scalar_subquery()
    tagged_id = status_tags.c.status_id
    posts = (
        _open_posts(feed, me if is_signed_in else None)
        .join(status_tags, tagged_id == s.c.id)
        .where(status_tags.c.tag_id == tag_id, *within(tagged_id))
    )
    return Pair(partial(ordered, posts, tagged_id), is_signed_in=is_signed_in)


def trending_card(snapshot: Snapshot, url: str) -> int | None:
    """Return the preview of a link that is spoken of much, and that no moderator took out."""
    is_trend = exists(select(1).where(trends.c.kind == "link", trends.c.item_id == cards.c.id))
    found = select(cards.c.id).where(cards.c.url == url, is_trend, cards.c.is_trendable.is_not(False))
    card_id: int | None = snapshot.conn.scalar(found)
    return card_id


def linked(snapshot: Snapshot, viewer_id: int | None, page: Page, card_id: int) -> list[Line]:
    """Return a page of public posts about a link."""
    return _linked(is_signed_in=viewer_id is not None).read(snapshot, page, card=card_id, **_reader(viewer_id))


@cache
def _linked(*, is_signed_in: bool) -> Pair:
    posts = _open_posts(Feed(), me if is_signed_in else None)
    card_id = bindparam("card", type_=BigInteger, required=False)
    posts = posts.join(status_cards, status_cards.c.status_id == s.c.id).where(status_cards.c.card_id == card_id)
    return Pair(partial(ordered, posts, s.c.id), is_signed_in=is_signed_in)


class OfAccount(Struct, frozen=True):
    """Which posts of an account."""

    account_id: int
    has_replies: bool = True
    has_boosts: bool = True
    only_media: bool = False
    has_direct: bool = True
    tag: str | None = None


def of_account(snapshot: Snapshot, viewer_id: int | None, page: Page, which: OfAccount) -> list[Line]:
    """Return a page of one account's posts that the viewer may see."""
    shape = replace(which, account_id=0, tag=None if which.tag is None else "")
    binds = {"of": which.account_id, "key": hashtags.key(which.tag or ""), **_reader(viewer_id)}
    return _of_account(shape, is_signed_in=viewer_id is not None).read(snapshot, page, **binds)


@cache
def _of_account(which: OfAccount, *, is_signed_in: bool) -> Pair:
    of = bindparam("of", type_=BigInteger, required=False)
    posts = (
        select(s.c.id)
        .join(author, author.c.id == s.c.account_id)
        .where(s.c.account_id == of, as_seen_by(me if is_signed_in else None), *within(s.c.id))
    )
    if not which.has_replies:
        posts = posts.where(is_no_reply())
    if not which.has_boosts:
        posts = posts.where(s.c.boost_of_id.is_(None))
    if which.only_media:
        posts = posts.where(_has_media())
    if not which.has_direct:
        posts = posts.where(s.c.visibility.not_in(("direct", "circle")))
    if which.tag is not None:
        posts = posts.where(_carries(bindparam("key", required=False)))
    return Pair(partial(ordered, posts, s.c.id), is_signed_in=is_signed_in)
