"""The weekly digest: what is worth two minutes, in the app, as a feed and by mail. Nothing due, no mail.

How it works. The hourly tick asks one statement whose day of the week has come and notes it in the same transaction with
a job each; what a mail says is looked up when it is sent, so that what was deleted or done meanwhile is not in it. What
leaves by mail or feed are titles of public records and links, never what a post says (`Item.outward`).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from federation.audience import OPEN
from federation.records.fields import LearningAction, LearningShare
from node.errors import not_found
from node.learning.phrases import day_words
from node.services import looping, recording, reexposing, reminding, tending
from node.services.families import Part
from node.services.tending import Due
from node.store import digests, jobs
from node.store.digests import Habits
from node.store.unit import Snapshot, Unit

BATCH: Final = 500
BEGINS: Final = time(7)
MAX_CARDS: Final = 5
MAX_ACTIONS: Final = 10
LATEST: Final = timedelta(days=2)  # after its day began; a node that was away for longer waits for the next week
_NEWS_DAYS: Final = 7
_MAX_NEWS: Final = 100
_WEEK: Final = timedelta(days=7)
HIDDEN: Final = "A record that is not for everybody"
Kind = Literal["card", "action", "result", "adopted"]


class Item(Struct, frozen=True, kw_only=True):
    """One line: a record and what it wants. `number_url` leads to the box for a number that is missing."""

    kind: Kind
    status_id: int
    title: str
    words: str
    url: str
    number_url: str = ""
    is_open: bool = False  # the record is for everybody

    @property
    def outward(self) -> str:
        """The title as it may leave this node; a title may hold what its author meant for few."""
        return self.title if self.is_open else HIDDEN

    @property
    def outward_number_url(self) -> str:
        """The box as its address may leave this node; that of a record for few names no measure."""
        return self.number_url if self.is_open else self.number_url.partition("?")[0]


class Digest(Struct, frozen=True, kw_only=True):
    """What somebody should see once a week, for the week that began with `on`."""

    on: date
    begun_at: datetime
    cards: tuple[Item, ...] = ()
    actions: tuple[Item, ...] = ()
    result: Item | None = None
    adopted: Item | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """All of it in order."""
        return (*self.cards, *self.actions, *(one for one in (self.result, self.adopted) if one is not None))


def digest(snapshot: Snapshot, account_id: int) -> Digest:
    """Return somebody's digest as it is now. Raises: 404 when the account has no user."""
    habits = digests.of_account(snapshot, account_id)
    if habits is None:
        raise not_found()
    return digest_of(snapshot, habits)


def digest_of(snapshot: Snapshot, habits: Habits) -> Digest:
    """Return the digest of a user as it is now."""
    account_id, begun_at = habits.account_id, _begins(snapshot)[habits.digest_day]
    result, adopted = _news(snapshot, account_id)
    return Digest(
        on=begun_at.astimezone(snapshot.site.zone).date(),
        begun_at=begun_at,
        cards=_cards(snapshot, account_id),
        actions=_actions(snapshot, account_id),
        result=result,
        adopted=adopted,
    )


def _cards(snapshot: Snapshot, account_id: int) -> tuple[Item, ...]:
    due = reexposing.due(snapshot, account_id, limit=MAX_CARDS)
    return tuple(_item(snapshot, "card", card.part, "Worth seeing again") for card in due[:MAX_CARDS])


def _actions(snapshot: Snapshot, account_id: int) -> tuple[Item, ...]:
    due = tending.what_is_due(snapshot, account_id)[:MAX_ACTIONS]
    is_open = digests.open_among(snapshot, [one.action.status_id for one in due])
    today = recording.today(snapshot)
    return tuple(_action(snapshot, one, today, is_open=one.action.status_id in is_open) for one in due)


def _action(snapshot: Snapshot, due: Due, today: date, *, is_open: bool) -> Item:
    action, said = due.action, []
    number = due.numbers[0] if due.numbers else None
    if number is not None:
        said.append(f"The number {reminding.for_period(number, today)} is missing")
    if due.is_overdue or due.is_near:
        said.append(f"{'It was due' if due.is_overdue else 'It is due'} on {day_words(action.due_on, today)}")
    return Item(
        kind="action",
        status_id=action.status_id,
        title=action.title,
        words=". ".join(said),
        url=snapshot.site.loop_url(action.status_id),
        number_url="" if number is None else reminding.number_url(snapshot, action, number),
        is_open=is_open,
    )


def _news(snapshot: Snapshot, account_id: int) -> tuple[Item | None, Item | None]:
    """Return the newest result of a site that somebody follows on what they recorded, and who adopted something of theirs."""
    told = [one.part for one in tending.news(snapshot, account_id, days=_NEWS_DAYS, limit=_MAX_NEWS)]
    wanted = digests.wanted(snapshot, account_id, [part.author.id for part in told])
    told = [part for part in told if part.author.id in wanted and part.withdrawal is None]
    followed = digests.followed(snapshot, account_id, [uri for part in told for uri in _site_of(part)])
    results = (p for p in told if isinstance(p.record, LearningShare) and followed.intersection(_site_of(p)))
    adopted = (p for p in told if isinstance(p.record, LearningAction))
    result, adoption = next(results, None), next(adopted, None)
    return (
        None if result is None else _item(snapshot, "result", result, f"{result.place}: {_outcome(result)}"),
        None if adoption is None else _item(snapshot, "adopted", adoption, f"{adoption.place} tries it"),
    )


def _outcome(result: Part) -> str:
    """Return what became of it, good or not, in the same words as everywhere."""
    return looping.WORDS[result.record.decision].lower() if isinstance(result.record, LearningShare) else ""


def _site_of(part: Part) -> Sequence[str]:
    """Return the actors that speak for where a record is from: its author and their institution."""
    institution = part.record.institution
    return (part.author.uri,) if institution is None else (part.author.uri, institution)


def _item(snapshot: Snapshot, kind: Kind, part: Part, said: str) -> Item:
    return Item(
        kind=kind,
        status_id=part.status_id,
        title=part.title,
        words=said,
        url=snapshot.site.loop_url(part.status_id),
        is_open=part.visibility in OPEN,
    )


# ------------------------------------------------------------------ when


def queue(unit: Unit) -> int:
    """Ask for a mail to everybody whose day of the week has come, once a week; return to how many."""
    if not unit.site.has_mail:
        return 0
    begins = {day: begun for day, begun in enumerate(_begins(unit)) if unit.now < begun + LATEST}
    user_ids = digests.claim(unit, begins, limit=BATCH)
    payloads = {f"digest:{user_id}:{unit.now:%Y-%m-%d}": {"user_id": user_id} for user_id in user_ids}
    jobs.add_all(unit, "mail", payloads)
    return len(user_ids)


def _begins(snapshot: Snapshot) -> list[datetime]:
    """Return for each day of the week, Monday first, when it last began: at seven by the clocks of the hospital."""
    now, zone = snapshot.now, snapshot.site.zone
    today = now.astimezone(zone).date()
    return [_began(now, today - timedelta(days=(today.weekday() - weekday) % 7), zone) for weekday in range(7)]


def _began(now: datetime, day: date, zone: ZoneInfo) -> datetime:
    begun = datetime.combine(day, BEGINS, zone)
    return begun if begun <= now else datetime.combine(day - _WEEK, BEGINS, zone)
