"""One's own loops: those that somebody has a part in, where each stands, and what wants something from them now."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from federation.records.fields import Learning, LearningAction, LearningShare
from node.learning import loop
from node.learning.loop import ActionFact, Ring
from node.learning.periods import period_day, period_start
from node.services import families, recording
from node.services.families import KINDS, Part
from node.store import actions, loops, measures, records
from node.store.actions import Action
from node.store.loops import Seen
from node.store.measures import Measure
from node.store.unit import Snapshot

MAX_MINE: Final = 200
NEAR: Final = timedelta(days=7)
NEWS_DAYS: Final = 14
MAX_NEWS: Final = 5
MAX_UPON: Final = 500
MAX_GENERATIONS: Final = 4
DONE: Final = ("LearningAction", "LearningShare")


class Mine(Struct, frozen=True, kw_only=True):
    """One of the loops that somebody has a part in. `tried`: what others did upon it, of a loop without an own action."""

    id: int
    root: Part
    ring: Ring
    own: tuple[Part, ...]
    tried: tuple[Part, ...] = ()
    last_at: datetime
    is_open: bool
    due_on: date | None = None
    is_overdue: bool = False
    action_status_id: int | None = None


class News(Struct, frozen=True, kw_only=True):
    """What somebody else made of a record of one's own: `mine` is its title."""

    part: Part
    mine: str
    at: datetime


class NumberDue(Struct, frozen=True, kw_only=True):
    """A measure whose last whole period has no number yet."""

    measure: Measure
    starts_on: date


class Due(Struct, frozen=True, kw_only=True):
    """An undecided action that wants something: its day has come or is near, or a number is missing."""

    action: Action
    is_overdue: bool
    is_near: bool
    numbers: tuple[NumberDue, ...] = ()


def my_loops(snapshot: Snapshot, account_id: int) -> tuple[Mine, ...]:
    """Return the loops that an account has a part in: those with something open first, then by what happened last."""
    return _grouped(snapshot, account_id, loops.by_account(snapshot, account_id, limit=MAX_MINE))


def loops_of(snapshot: Snapshot, viewer_id: int, people: Collection[int]) -> tuple[Mine, ...]:
    """Return the loops that several people have a part in, as far as a reader may see them, in the same order."""
    return _grouped(snapshot, viewer_id, loops.by_accounts(snapshot, people, viewer_id, limit=MAX_MINE))


def _grouped(snapshot: Snapshot, viewer_id: int, found: Sequence[Seen]) -> tuple[Mine, ...]:
    own = [one for one in found if one.type in KINDS]
    roots = families.roots(snapshot, own, viewer_id)
    groups: dict[str, list[Seen]] = {}
    for one in own:
        groups.setdefault(roots[one.uri].uri, []).append(one)
    by_uri = {root.uri: root for root in roots.values()}
    parts = families.parts(snapshot, {one.uri: one for one in [*own, *by_uri.values()]})
    untried = [uri for uri, group in groups.items() if all(one.type != "LearningAction" for one in group)]
    tried = _tried(snapshot, viewer_id, untried)
    mine = [
        _mine(snapshot, parts[uri], [parts[one.uri] for one in group], tried.get(uri, ()))
        for uri, group in groups.items()
    ]
    return tuple(sorted(mine, key=lambda one: (not one.is_open, -one.last_at.timestamp())))


def _tried(snapshot: Snapshot, viewer_id: int, roots: Collection[str]) -> dict[str, list[Part]]:
    """Return for each root what was done upon it and what came of that, as far as a reader may see it."""
    upon = records.below(snapshot, roots, generations=MAX_GENERATIONS, limit=MAX_UPON)
    seen = {uri: one for uri, one in loops.seen(snapshot, upon, viewer_id).items() if one.type in DONE}
    found: dict[str, list[Part]] = {}
    for uri, part in families.parts(snapshot, seen).items():
        if part.state != "withdrawn":
            found.setdefault(upon[uri], []).append(part)
    return found


def what_is_due(snapshot: Snapshot, account_id: int) -> tuple[Due, ...]:
    """Return an account's undecided actions that want something now, the one due first first."""
    today = recording.today(snapshot)
    undecided = actions.open_of(snapshot, account_id)
    missing = numbers_due(snapshot, undecided, today)
    found = []
    for action in undecided:
        numbers = missing[action.id]
        is_near = today <= action.due_on <= today + NEAR
        is_overdue = loop.is_overdue(action.state, action.due_on, today)
        if numbers or is_near or is_overdue:
            found.append(Due(action=action, is_overdue=is_overdue, is_near=is_near, numbers=numbers))
    return tuple(found)


def news(snapshot: Snapshot, account_id: int, *, days: int = NEWS_DAYS, limit: int = MAX_NEWS) -> tuple[News, ...]:
    """Return what others did upon an account's records in the last days, newest first: tries and results, good or not.

    A try that came to a result is told by its result alone.
    """
    own = {one.uri: one.title for one in loops.by_account(snapshot, account_id, limit=MAX_MINE) if one.type in KINDS}
    upon = records.below(snapshot, own, generations=MAX_GENERATIONS, limit=MAX_UPON)
    since = snapshot.now - timedelta(days=days)
    seen = {
        uri: one
        for uri, one in loops.seen(snapshot, upon, account_id).items()
        if one.type in KINDS and one.account_id != account_id and one.received_at >= since
    }
    parts = families.parts(snapshot, seen)
    decided = {part.record.reports_on for part in parts.values() if isinstance(part.record, LearningShare)}
    told = [
        News(part=part, mine=own[upon[uri]], at=seen[uri].received_at)
        for uri, part in parts.items()
        if uri not in decided
    ]
    return tuple(sorted(told, key=lambda one: one.at, reverse=True)[:limit])


def _mine(snapshot: Snapshot, root: Part, own: Sequence[Part], tried: Sequence[Part]) -> Mine:
    """Return one loop in which somebody has these parts, newest first."""
    acted = [(_fact(part, own), part) for part in own if isinstance(part.record, LearningAction)]
    others = [_fact(part, tried) for part in tried if isinstance(part.record, LearningAction)]
    facts = [fact for fact, _ in acted] or others
    undecided = [(fact, part) for fact, part in acted if loop.is_open(fact.state)]
    first = min(undecided, key=lambda pair: pair[0].due_on, default=None)
    is_untried = not facts and isinstance(root.record, Learning) and root.state == "open"
    today = recording.today(snapshot)
    return Mine(
        id=root.status_id,
        root=root,
        ring=loop.ring_of(facts, has_share=any(isinstance(part.record, LearningShare) for part in (*own, *tried))),
        own=tuple(own),
        tried=tuple(tried),
        last_at=max(part.edited_at or part.published_at for part in own),
        is_open=is_untried or any(loop.is_open(fact.state) for fact in facts),
        due_on=first[0].due_on if first else None,
        is_overdue=first is not None and loop.is_overdue(first[0].state, first[0].due_on, today),
        action_status_id=first[1].status_id if first else None,
    )


def _fact(part: Part, among: Sequence[Part]) -> ActionFact:
    assert isinstance(part.record, LearningAction)
    reported = {one.record.reports_on for one in among if isinstance(one.record, LearningShare)}
    return ActionFact(
        state=part.state,  # type: ignore[arg-type] # a state of an Action
        due_on=date.fromisoformat(part.record.due),
        is_shared=part.uri in reported,
    )


def numbers_due(snapshot: Snapshot, begun: Sequence[Action], today: date) -> dict[int, tuple[NumberDue, ...]]:
    """Return for each action the measures whose last whole period since it was begun has no number yet."""
    zone, defined = snapshot.site.zone, measures.of_actions(snapshot, [action.id for action in begun])
    wanted = {
        action.id: tuple(_wanted(defined[action.id], action.created_at.astimezone(zone).date(), today))
        for action in begun
    }
    entered = measures.entered(snapshot, [(one.measure.id, one.starts_on) for some in wanted.values() for one in some])
    return {
        action_id: tuple(one for one in some if (one.measure.id, one.starts_on) not in entered)
        for action_id, some in wanted.items()
    }


def _wanted(defined: Sequence[Measure], begun_on: date, today: date) -> Iterable[NumberDue]:
    for measure in defined:
        if measure.every != "event":
            last = period_start(period_start(today, measure.every) - timedelta(days=1), measure.every)
            if period_day(1, last, measure.every) > begun_on:
                yield NumberDue(measure=measure, starts_on=last)
