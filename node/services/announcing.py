"""What the node announces to everybody here: published by administrators, read and reacted to by people."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, structs

from federation.uris import Handle
from federation.vocab.emoji import is_emoji
from node.entities.emoji import custom_emojis
from node.entities.instants import iso
from node.errors import invalid, not_found
from node.events import AnnouncementChanged, AnnouncementReacted
from node.services import emoting
from node.social import text
from node.social.text import Link
from node.store import accounts, announcements
from node.store.accounts import Account
from node.store.announcements import Announcement, Tally
from node.store.unit import Snapshot, Unit

MAX_CHARS: Final = 5000
MAX_KINDS: Final = 8
_SHORTCODE: Final = re.compile(r":?([A-Za-z0-9_]{2,50}):?")


class Words(Struct, frozen=True, kw_only=True):
    """What an announcement says, and when what it is about begins and ends; after the end it is not shown any more."""

    text: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_all_day: bool = False


# ------------------------------------------------------------------ for administrators


def publish(unit: Unit, words: Words, *, by: str) -> int:
    """Announce something and return its id. Raises: 422 naming what is wrong."""
    _check(words)
    one = Announcement(
        id=unit.new_id(),
        text=words.text,
        content_html=_html(unit, words.text),
        starts_at=words.starts_at,
        ends_at=words.ends_at,
        is_all_day=words.is_all_day,
        published_at=unit.now,
        updated_at=unit.now,
    )
    announcements.insert(unit, one)
    unit.audit(actor=by, act="announcement.published", object=f"announcement:{one.id}")
    unit.record(AnnouncementChanged(one.id))
    return one.id


def edit(unit: Unit, announcement_id: int, words: Words, *, by: str) -> None:
    """Say an announcement otherwise; who read it has read it. Raises: 404; 422 naming what is wrong."""
    _check(words)
    html, fields = _html(unit, words.text), structs.asdict(words)
    changed = structs.replace(held(unit, announcement_id), **fields, content_html=html, updated_at=unit.now)
    announcements.change(unit, changed)
    unit.audit(actor=by, act="announcement.edited", object=f"announcement:{announcement_id}")
    unit.record(AnnouncementChanged(announcement_id))


def remove(unit: Unit, announcement_id: int, *, by: str) -> None:
    """Take an announcement back. Raises: 404."""
    if not announcements.remove(unit, announcement_id):
        raise not_found()
    unit.audit(actor=by, act="announcement.removed", object=f"announcement:{announcement_id}")
    unit.record(AnnouncementChanged(announcement_id, is_gone=True))


def held(snapshot: Snapshot, announcement_id: int) -> Announcement:
    """Return an announcement, an ended one too. Raises: 404."""
    found = announcements.by_id(snapshot, announcement_id)
    if found is None:
        raise not_found()
    return found


def every(snapshot: Snapshot) -> list[Announcement]:
    """Return all of them, for administrators."""
    return announcements.every(snapshot)


def _check(words: Words) -> None:
    if not words.text.strip():
        raise invalid("Validation failed: Text can't be blank", field="text")
    if len(words.text) > MAX_CHARS:
        raise invalid(f"Validation failed: Text is too long (maximum is {MAX_CHARS} characters)", field="text")
    if words.starts_at is not None and words.ends_at is not None and words.ends_at < words.starts_at:
        raise invalid("Validation failed: It cannot end before it begins", field="ends_at")


def _html(snapshot: Snapshot, words: str) -> str:
    people = {handle: Link(one.url, one.username) for handle, one in _named(snapshot, words).items()}
    return text.to_html(words, people=people, tag_url=snapshot.site.tag_url)


def _named(snapshot: Snapshot, words: str) -> Mapping[Handle, Account]:
    found = {handle: accounts.of_handle(snapshot, handle) for handle in text.find(words).handles}
    return {handle: one for handle, one in found.items() if one is not None and not one.is_suspended}


# ------------------------------------------------------------------ for people


def shown(snapshot: Snapshot, account_id: int) -> list[dict[str, Any]]:
    """Return the Announcements that stand, as somebody sees them."""
    found = announcements.standing(snapshot)
    ids = [one.id for one in found]
    is_read, tallies = (
        announcements.read_by(snapshot, account_id, ids),
        announcements.tallies(snapshot, ids, account_id),
    )
    return [
        _entity(snapshot, one, tallies.get(one.id, ()), has_reader=True) | {"read": one.id in is_read} for one in found
    ]


def told(snapshot: Snapshot, announcement_id: int) -> dict[str, Any] | None:
    """Return an Announcement as everybody is told of it at once; None when it does not stand any more."""
    one = announcements.by_id(snapshot, announcement_id)
    if one is None or not _stands(one, snapshot.now):
        return None
    tallies = announcements.tallies(snapshot, [one.id], None).get(one.id, ())
    return _entity(snapshot, one, tallies, has_reader=False)


def told_reaction(snapshot: Snapshot, announcement_id: int, name: str) -> dict[str, Any]:
    """Return how often an emoji is under an announcement now, as everybody is told at once."""
    found = announcements.tallies(snapshot, [announcement_id], None).get(announcement_id, ())
    tally = next((one for one in found if one.name == name), Tally(name, 0, is_mine=False))
    entity = _reactions(snapshot, [tally], has_reader=False)[0]
    return entity | {"announcement_id": str(announcement_id)}


def _stands(one: Announcement, now: datetime) -> bool:
    return one.ends_at is None or one.ends_at > now


def _standing(snapshot: Snapshot, announcement_id: int) -> Announcement:
    one = held(snapshot, announcement_id)
    if not _stands(one, snapshot.now):
        raise not_found()
    return one


def dismiss(unit: Unit, account_id: int, announcement_id: int) -> None:
    """Remember that somebody read an announcement. Raises: 404."""
    announcements.mark_read(unit, _standing(unit, announcement_id).id, account_id)


def react(unit: Unit, account_id: int, announcement_id: int, name: str) -> None:
    """Put an emoji under an announcement; twice is once. Raises: 404; 422 for no emoji, and for a ninth kind."""
    one, meant = _standing(unit, announcement_id), _meant(unit, name)
    announcements.hold(unit, one.id)
    there = announcements.tallies(unit, [one.id], account_id).get(one.id, ())
    if len(there) >= MAX_KINDS and all(tally.name != meant for tally in there):
        raise invalid("Validation failed: Limit of different reactions reached", field="name")
    if announcements.react(unit, one.id, account_id, meant):
        unit.record(AnnouncementReacted(one.id, meant))


def unreact(unit: Unit, account_id: int, announcement_id: int, name: str) -> None:
    """Take an emoji away. Raises: 404 when it is not there."""
    one, match = _standing(unit, announcement_id), _SHORTCODE.fullmatch(name)
    meant = match[1] if match else name
    if "\0" in name or not announcements.unreact(unit, one.id, account_id, meant):
        raise not_found()
    unit.record(AnnouncementReacted(one.id, meant))


def _meant(snapshot: Snapshot, name: str) -> str:
    if is_emoji(name):
        return name
    match = _SHORTCODE.fullmatch(name)
    if match is None or not _pictures(snapshot, [match[1]]):
        raise invalid("Validation failed: Name is not a recognized emoji", field="name")
    return match[1]


def _pictures(snapshot: Snapshot, shortcodes: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    found = emoting.used(snapshot, *(f":{one}:" for one in shortcodes))
    return {one["shortcode"]: one for one in found}


def _entity(snapshot: Snapshot, one: Announcement, tallies: Sequence[Tally], *, has_reader: bool) -> dict[str, Any]:
    named = {account.id: account for account in _named(snapshot, one.text).values()}
    return {
        "id": str(one.id),
        "content": one.content_html,
        "starts_at": None if one.starts_at is None else iso(one.starts_at),
        "ends_at": None if one.ends_at is None else iso(one.ends_at),
        "all_day": one.is_all_day,
        "published_at": iso(one.published_at),
        "updated_at": iso(one.updated_at),
        "mentions": [_mention(account) for account in named.values()],
        "statuses": [],
        "tags": [{"name": name, "url": snapshot.site.tag_url(name)} for name in text.find(one.text).tags],
        "emojis": custom_emojis(emoting.used(snapshot, one.text)),
        "reactions": _reactions(snapshot, tallies, has_reader=has_reader),
    }


def _mention(account: Account) -> dict[str, str]:
    return {"id": str(account.id), "username": account.username, "url": account.url, "acct": account.acct}


def _reactions(snapshot: Snapshot, tallies: Sequence[Tally], *, has_reader: bool) -> list[dict[str, Any]]:
    pictures = _pictures(snapshot, [one.name for one in tallies if one.name.isascii()])
    return [
        {"name": one.name, "count": one.count}
        | ({"me": one.is_mine} if has_reader else {})
        | ({"url": pictures[one.name]["url"], "static_url": pictures[one.name]["url"]} if one.name in pictures else {})
        for one in tallies
    ]
