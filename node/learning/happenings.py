"""What happens in a network, measure by measure: when, whose, and whether it came to something or how long it took.

Each function reads facts and yields happenings; `metrics` says what they are called and folds them into months.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from node.learning.facts import Fact, Facts, Key, Scope
from node.learning.periods import period_day, period_start, relative_period

SOON: Final = timedelta(days=30)
LOOP: Final = timedelta(days=180)


class Happening(Struct, frozen=True, gc=False):
    """Something that a month counts: whose it is, whether it came to what is asked, or how much it is."""

    on: date
    author_id: int
    is_hit: bool = False
    value: float = 0.0


Look = Callable[[Facts, Scope], Iterable[Happening]]


def acted(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each learning: whether an action began from it soon."""
    for fact in facts.of("learning", scope):
        yield Happening(fact.on, fact.author_id, any(one.on <= fact.on + SOON for one in facts.actions_on(fact)))


def days_to_action(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each learning with an action: how long that took."""
    for fact in facts.of("learning", scope):
        for first in facts.actions_on(fact)[:1]:
            yield Happening(first.on, fact.author_id, value=(first.on - fact.on).days)


def days_to_number(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each action with a number: how long that took."""
    for fact in facts.of("action", scope):
        if fact.counted_on is not None:
            yield Happening(fact.counted_on, fact.author_id, value=max(0, (fact.counted_on - fact.on).days))


def closed(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each action: whether it was decided soon after its day."""
    for fact in facts.of("action", scope):
        if fact.due_on is not None:
            yield Happening(fact.due_on, fact.author_id, _by(fact.decided_on, fact.due_on + SOON))


def days_to_share(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each action with a share: how long that took."""
    for fact in facts.of("action", scope):
        told = facts.share_of(fact)
        if told is not None:
            yield Happening(told.on, fact.author_id, value=max(0, (told.on - fact.on).days))


def full_loops(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each learning: whether an action, a number, a decision and a share followed."""
    for fact in facts.of("learning", scope):
        is_whole = any(_is_whole(facts, action, fact.on + LOOP) for action in facts.actions_on(fact))
        yield Happening(fact.on, fact.author_id, is_whole)


def _is_whole(facts: Facts, action: Fact, day: date) -> bool:
    told = facts.share_of(action)
    return _by(action.counted_on, day) and _by(action.decided_on, day) and _by(told.on if told else None, day)


def reached(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each person with a card, each month: whether they answered one."""
    months: dict[int, set[date]] = defaultdict(set)
    since: dict[int, date] = {}
    for one in facts.seen:
        month = period_start(one.on, "month")
        if not scope.has_person(one.account_id):
            continue
        if one.is_first:
            since[one.account_id] = min(month, since.get(one.account_id, month))
        else:
            months[one.account_id].add(month)
    last = period_start(facts.today, "month")
    for account_id, first in since.items():
        for number in range(relative_period(last, first, "month") + 1):
            month = period_day(number, first, "month")
            yield Happening(month, account_id, month in months[account_id])


class _Adoption(Struct, frozen=True):
    """That another place tries an idea: the idea, the action there, and how many places stand between."""

    idea: Fact
    action: Fact
    depth: int


def _adopted(facts: Facts, scope: Scope) -> Iterator[_Adoption]:
    """Find what was tried at another place than where it comes from, the earliest first."""
    for action, path in facts.travels:
        place, depth, found = action.place, 0, None
        for above in path:
            depth += above.place != place
            place = above.place
            if scope.has(above) and above.place != action.place:
                found = _Adoption(above, action, depth)
        if found is not None:
            yield found


def adoptions(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Each action at another place than the idea comes from."""
    for one in _adopted(facts, scope):
        yield Happening(one.action.on, one.idea.author_id, is_hit=True)


def spread(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each adoption: the places passed on the way, and those that tried the idea by then."""
    places: dict[Key, set[str]] = defaultdict(set)
    for one in _adopted(facts, scope):
        places[one.idea.key].add(one.action.place)
        yield Happening(one.action.on, one.idea.author_id, value=one.depth + len(places[one.idea.key]))


def kept(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each adoption that was decided: whether it was kept."""
    for one in _adopted(facts, scope):
        if one.action.decided_on is not None:
            yield Happening(one.action.decided_on, one.idea.author_id, one.action.decision == "adopt")


def reported_back(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each action from somebody else's idea: whether a share told them."""
    for fact in facts.of("action", scope):
        source = next(facts.path(fact), None)
        if source is not None and source.author_id != fact.author_id and fact.due_on is not None:
            told = facts.share_of(fact)
            yield Happening(fact.due_on, fact.author_id, _by(told.on if told else None, fact.due_on + SOON))


def stopped(facts: Facts, scope: Scope) -> Iterator[Happening]:
    """Of each share: whether it says that something was stopped."""
    for fact in facts.of("share", scope):
        yield Happening(fact.on, fact.author_id, fact.decision == "abandon")


def _by(day: date | None, last: date) -> bool:
    return day is not None and day <= last
