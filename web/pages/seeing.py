"""What I see: hashtags and lists one follows, filters, people and servers kept away; and what one bookmarked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from node.errors import not_found
from node.services import bookmarking, filtering, following, reading, selecting, shunning, tagging
from node.services.reading import Listed, Page
from web.pages.entities import Account, name_of, page_of
from web.pages.timelines import part, timeline
from web.pages.views.dates import day_words
from web.pages.views.seeing import Kept, Section, Seeing
from web.pages.visits import Visit, signed_in
from web.routing import Route, id_of

MOST: Final = 80  # of a kind on the page
PATH: Final = "/settings/seen"
_PAGE: Final = Page(limit=MOST + 1)
_PLACES: Final = {
    "home": "home",
    "notifications": "notifications",
    "public": "timelines of many",
    "thread": "threads",
    "account": "profiles",
}
_ACTIONS: Final = {"hide": "Left out of", "warn": "Behind a warning in", "blur": "Pictures folded in"}


class _Muted(Account, frozen=True):
    mute_expires_at: datetime | None = None


_read_person: Final = msgspec.json.Decoder(_Muted).decode


async def show(visit: Visit) -> Response:
    """Show what decides what one sees."""
    db, me = visit.call.node.db, visit.account_id
    tags = await db.read(tagging.followed, me, _PAGE)
    lists = await db.read(selecting.own, me)
    filters = await db.read(filtering.every, me)
    muted, blocked = await db.read(reading.muted, me, _PAGE), await db.read(reading.blocked, me, _PAGE)
    hosts = await db.read(shunning.page, me, _PAGE)
    sections = (
        _section("tags", [_tag(one.tag.name) for one in tags]),
        _section("lists", [_list(one.id, one.title) for one in lists]),
        _section("filters", [_filter(visit, one) for one in filters]),
        _section("muted", [_person(visit, one, "mute", "Unmute") for one in muted]),
        _section("blocked", [_person(visit, one, "block", "Unblock") for one in blocked]),
        _section("servers", [_host(one) for one in hosts]),
    )
    return visit.page("seen", Seeing(sections), current="more")


_SECTIONS: Final = {
    "tags": ("Hashtags you follow", "Public posts with them are in your home.", "You follow no hashtag."),
    "lists": ("Your lists", "People you read together. They are made in an app.", "You have no list."),
    "filters": ("Filters", "What you do not want to read. They are made in an app.", "You have no filter."),
    "muted": ("People you mute", "You do not see their posts. They are not told.", "You mute nobody."),
    "blocked": ("People you block", "Neither of you sees the other.", "You block nobody."),
    "servers": ("Servers you block", "You see nobody of there.", "You block no server."),
}


def _section(key: str, items: Sequence[Kept]) -> Section:
    title, about, none = _SECTIONS[key]
    is_paged = key not in ("lists", "filters")  # of these there are few
    shown = items[:MOST] if is_paged else items
    return Section(key=key, title=title, about=about, none=none, items=tuple(shown), has_more=len(shown) < len(items))


def _tag(name: str) -> Kept:
    return Kept(what="tag", which=name, words=f"#{name}", verb="Unfollow", url=f"/tags/{name}")


def _list(list_id: str, title: str) -> Kept:
    return Kept(what="list", which=list_id, words=title, verb="Delete", url=f"/lists/{list_id}", is_final=True)


def _filter(visit: Visit, one: Mapping[str, Any]) -> Kept:
    places = ", ".join(_PLACES[name] for name in one["context"] if name in _PLACES)
    words = ", ".join(f"“{keyword['keyword']}”" for keyword in one["keywords"][:5])
    more = len(one["keywords"]) - 5
    said = [f"{_ACTIONS.get(one['filter_action'], 'Filtered in')} {places}"]
    said += [f"{words}{f' and {more} more' if more > 0 else ''}"] if words else []
    said += [f"{len(one['statuses'])} {'post' if len(one['statuses']) == 1 else 'posts'}"] if one["statuses"] else []
    ends = one["expires_at"]
    said += [_end(visit, datetime.fromisoformat(ends))] if ends else []
    return Kept(
        what="filter", which=one["id"], words=one["title"], verb="Delete", detail=f"{'. '.join(said)}.", is_final=True
    )


def _person(visit: Visit, listed: Listed, what: str, verb: str) -> Kept:
    one = _read_person(listed.json)
    detail = f"@{one.acct}" + (f". {_end(visit, one.mute_expires_at)}." if one.mute_expires_at else "")
    return Kept(
        what=what,
        which=one.id,
        words=name_of(one),
        verb=verb,
        url=page_of(one),
        detail=detail,
    )


def _host(listed: Listed) -> Kept:
    host = msgspec.json.decode(listed.json, type=str)
    return Kept(what="server", which=host, words=host, verb="Unblock")


def _end(visit: Visit, instant: datetime) -> str:
    now, zone = visit.call.node.db.now(), visit.site.zone
    day = day_words(instant.astimezone(zone).date(), now.astimezone(zone).date())
    return f"Until {day}" if instant > now else f"Ended on {day}"


# ------------------------------------------------------------------ ending


_ENDS: Final[Mapping[str, tuple[Callable[..., object], str]]] = {
    "tag": (tagging.unfollow, "ended-follow"),
    "list": (selecting.delete, "removed"),
    "filter": (filtering.remove, "removed"),
    "mute": (following.unmute, "shown-again"),
    "block": (following.unblock, "shown-again"),
    "server": (shunning.unblock, "shown-again"),
}
_BY_NAME: Final = ("tag", "server")


async def end(visit: Visit) -> Response:
    """End one of them. Raises: 404, 422 for what was never on the page."""
    what, which = visit.form.get("what", ""), visit.form.get("which", "")
    if what not in _ENDS:
        raise not_found()
    act, flash = _ENDS[what]
    await visit.call.node.db.write(act, visit.account_id, which if what in _BY_NAME else id_of(which))
    return visit.go(PATH, flash)


# ------------------------------------------------------------------ timelines of one's own


async def bookmarks(visit: Visit) -> Response:
    """Show what one bookmarked, the newest bookmark first."""
    found = await visit.call.node.db.read(bookmarking.page, visit.account_id, part(visit))
    page = await timeline(
        visit,
        "Bookmarks",
        found,
        "/bookmarks",
        context="home",
        empty_title="Nothing bookmarked.",
        empty_text="Keep a post with the ribbon below it.",
    )
    return visit.page("timeline", page, current="more")


async def one_list(visit: Visit) -> Response:
    """Show what those in a list wrote. Raises: 404."""
    db, list_id = visit.call.node.db, visit.call.id()
    kept = await db.read(selecting.show, visit.account_id, list_id)
    lines = await db.read(selecting.page, visit.account_id, list_id, part(visit))
    empty_text = "Those in this list have not written yet."
    page = await timeline(visit, kept.title, lines, f"/lists/{list_id}", context="home", empty_text=empty_text)
    return visit.page("timeline", page, current="more")


routes = (
    Route("GET", PATH, signed_in(show)),
    Route("POST", PATH, signed_in(end)),
    Route("GET", "/bookmarks", signed_in(bookmarks)),
    Route("GET", "/lists/{id}", signed_in(one_list)),
)
