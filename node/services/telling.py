"""What an event is for those who listen: who of them gets it, decided when it is told, and its payload as REST shows it.

Knows nothing of connections. A status is rendered once for all who see the same of it, and once for each who has a view of
their own (marks, votes, filters).
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from msgspec import Struct
from msgspec.json import encode

from node.entities.notification import notification
from node.errors import Problem
from node.services import announcing, conversing, reading
from node.services.channels import DIRECT, HASHTAGS, LIST, NOTIFICATIONS, PUBLIC, TOLD, USER
from node.store import lines, streams
from node.store.database import Database
from node.store.streams import Facts
from node.store.unit import Publish, Snapshot

AT_ONCE: Final = 200  # readers that one read decides about, so that it stays short
RENDERED_AT_ONCE: Final = 20
Key = tuple[str, str]  # a channel's name and what it is about
_USER: Final = (USER, "")
_DIRECT: Final = (DIRECT, "")
_TOLD: Final = (TOLD, "")
EVERYBODY: Final = "everybody"  # of a deletion: whoever of ours listens
EVERYWHERE: Final = "everywhere"  # the same, and on the channels of many
PUBLICLY: Final = "publicly"  # those named, and on the channels of many


class Listening(Protocol):
    """Who listens to what."""

    def heard(self) -> Iterable[Key]:
        """Return every channel that somebody listens to."""
        ...

    def listeners(self, key: Key) -> Collection[int]:
        """Return whose streams listen to a channel."""
        ...


class Told(Struct, frozen=True):
    """An event with its payload, for the streams of these accounts on these channels; with a `scope` only where it is held."""

    event: str
    payload: str | None
    to: Sequence[tuple[Key, int]]
    scope: str | None = None


async def tell(db: Database, one: Publish, listening: Listening) -> list[Told]:
    """Return what those who listen hear of something that happened."""
    teller = _TELLERS.get(one.topic)
    return [] if teller is None else await teller(db, one, listening)


# ------------------------------------------------------------------ statuses


async def _status(db: Database, one: Publish, listening: Listening) -> list[Told]:
    facts = await db.read(streams.facts, one.id)
    if facts is None:
        return []
    to = await _at_home(db, one.id, listening)
    to += await _in_lists(db, one.id, listening)
    to += await _in_public(db, one.id, _public_keys(facts, listening), listening)
    readers = {account_id for _, account_id in to}
    shown = await _rendered(db, one.id, readers, is_varied=facts.is_varied)
    return [
        Told(one.topic, json, [(key, account_id) for key, account_id in to if account_id in group])
        for json, group in shown
    ]


async def _at_home(db: Database, status_id: int, listening: Listening) -> list[tuple[Key, int]]:
    found = await _in_parts(db, streams.at_home, status_id, listening.listeners(_USER))
    return [(_USER, account_id) for account_id in found]


async def _in_lists(db: Database, status_id: int, listening: Listening) -> list[tuple[Key, int]]:
    keys = {int(key[1]): key for key in listening.heard() if key[0] == LIST}
    found = await _in_parts(db, streams.in_lists, status_id, keys)
    return [(keys[list_id], whose) for list_id in found for whose in listening.listeners(keys[list_id])]


def _public_keys(facts: Facts, listening: Listening) -> list[Key]:
    if facts.visibility != "public" or facts.is_boost:
        return []
    return [key for key in listening.heard() if _is_about(key, facts)]


def _is_about(key: Key, facts: Facts) -> bool:
    name, about = key
    if name in PUBLIC:
        return PUBLIC[name] in facts.feeds
    return name in HASHTAGS and about in facts.tags and (facts.is_local or not HASHTAGS[name])


async def _in_public(db: Database, status_id: int, keys: Sequence[Key], listening: Listening) -> list[tuple[Key, int]]:
    if not keys:
        return []
    readers = {account_id for key in keys for account_id in listening.listeners(key)}
    found = await _in_parts(db, streams.in_public, status_id, readers)
    found = await _in_parts(db, streams.in_their_languages, status_id, found)
    return [(key, account_id) for key in keys for account_id in listening.listeners(key) if account_id in found]


_Ask = Callable[[Snapshot, int, Iterable[int]], set[int]]


async def _in_parts(db: Database, ask: _Ask, status_id: int, readers: Iterable[int]) -> set[int]:
    found: set[int] = set()
    rest = iter(list(readers))
    while some := list(islice(rest, AT_ONCE)):
        found |= await db.read(ask, status_id, some)
    return found


async def _rendered(
    db: Database, status_id: int, readers: set[int], *, is_varied: bool
) -> list[tuple[str, Collection[int]]]:
    """Return the Status as JSON text with those who see it so."""
    own = readers if is_varied else await _in_parts(db, streams.with_own_view, status_id, readers)
    same = readers - own
    views = await db.read(_views, status_id, [min(same)]) if same else {}
    shown: list[tuple[str, Collection[int]]] = [(json, same) for json in views.values()]
    rest = iter(sorted(own))
    while some := list(islice(rest, RENDERED_AT_ONCE)):
        shown += [(json, {account_id}) for account_id, json in (await db.read(_views, status_id, some)).items()]
    return shown


def _views(snapshot: Snapshot, status_id: int, readers: Sequence[int]) -> dict[int, str]:
    found = {account_id: lines.by_ids(snapshot, account_id, [status_id]) for account_id in readers}
    return {account_id: seen[0].json for account_id, seen in found.items() if seen}


async def _deletion(_db: Database, one: Publish, listening: Listening) -> list[Told]:
    """Take it away from those who could have seen it; the row is gone, so its reaction has said who they are."""
    is_for_all, is_public = one.more in (EVERYBODY, EVERYWHERE), one.more in (EVERYWHERE, PUBLICLY)
    named = set(one.to)
    to: list[tuple[Key, int]] = []
    for key in listening.heard():
        readers = listening.listeners(key)
        if key[0] in (USER, LIST):
            to += [(key, account_id) for account_id in readers if is_for_all or account_id in named]
        elif is_public and (key[0] in PUBLIC or key[0] in HASHTAGS):
            to += [(key, account_id) for account_id in readers]
    return [Told("delete", str(one.id), to)] if to else []


# ------------------------------------------------------------------ what people are told


async def _notification(db: Database, one: Publish, listening: Listening) -> list[Told]:
    to = _of(one, listening, _USER, _TOLD)
    told = []
    for account_id in {account_id for _, account_id in to}:
        json = await db.read(_unless_gone, _notified, account_id, one.id)
        if json is not None:
            mine = [(key, whose) for key, whose in to if whose == account_id]
            told.append(Told("notification", json, mine, NOTIFICATIONS))
    return told


def _notified(snapshot: Snapshot, account_id: int, notification_id: int) -> str:
    return notification(reading.notification(snapshot, account_id, notification_id))


async def _conversation(db: Database, one: Publish, listening: Listening) -> list[Told]:
    told = []
    for key, account_id in _of(one, listening, _DIRECT):
        json = await db.read(_unless_gone, conversing.show, account_id, one.id)
        if json is not None:
            told.append(Told("conversation", json, [(key, account_id)]))
    return told


def _unless_gone(
    snapshot: Snapshot, show: Callable[[Snapshot, int, int], str], account_id: int, what: int
) -> str | None:
    """Return what is shown; None when it is dismissed, or comes from somebody who is blocked by now."""
    try:
        return show(snapshot, account_id, what)
    except Problem as problem:
        if problem.status == 404:
            return None
        raise


async def _merged(_db: Database, one: Publish, listening: Listening) -> list[Told]:
    return [Told("notifications_merged", "1", _of(one, listening, _USER, _TOLD), NOTIFICATIONS)]


async def _filters(_db: Database, one: Publish, listening: Listening) -> list[Told]:
    return [Told("filters_changed", None, _of(one, listening, _USER))]


def _of(one: Publish, listening: Listening, *keys: Key) -> list[tuple[Key, int]]:
    """Return the streams of those something is for."""
    return [(key, account_id) for key in keys for account_id in one.to if account_id in listening.listeners(key)]


# ------------------------------------------------------------------ what the node announces


async def _announcement(db: Database, one: Publish, listening: Listening) -> list[Told]:
    entity = await db.read(announcing.told, one.id)
    return [] if entity is None else _to_everybody(one, encode(entity).decode(), listening)


async def _announcement_reaction(db: Database, one: Publish, listening: Listening) -> list[Told]:
    entity = await db.read(announcing.told_reaction, one.id, one.more)
    return _to_everybody(one, encode(entity).decode(), listening)


async def _announcement_gone(_db: Database, one: Publish, listening: Listening) -> list[Told]:
    return _to_everybody(one, str(one.id), listening)


def _to_everybody(one: Publish, payload: str, listening: Listening) -> list[Told]:
    to = [(_USER, account_id) for account_id in listening.listeners(_USER)]
    return [Told(one.topic, payload, to)]


_Tell = Callable[[Database, Publish, Listening], Awaitable[list[Told]]]
_TELLERS: Final[Mapping[str, _Tell]] = {
    "update": _status,
    "status.update": _status,
    "delete": _deletion,
    "notification": _notification,
    "notifications_merged": _merged,
    "filters_changed": _filters,
    "conversation": _conversation,
    "announcement": _announcement,
    "announcement.reaction": _announcement_reaction,
    "announcement.delete": _announcement_gone,
}
