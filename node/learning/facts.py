"""What is known of the records of a network, one by one: what the measures of the network are counted from.

Pure: it knows no clock and no table. A scope says which of the facts are looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

MAX_STEPS: Final = 64
Kind = Literal["learning", "action", "share"]
Key = int | str


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """A record that stands, with what became of it. `key`: how others name it; `parents`: what it names, the nearest first."""

    key: Key
    kind: Kind
    on: date
    author_id: int
    place: str
    is_here: bool
    parents: tuple[Key, ...] = ()
    due_on: date | None = None
    decision: str | None = None
    decided_on: date | None = None
    counted_on: date | None = None  # the first number was entered


class Seen(Struct, frozen=True):
    """That somebody answered a card, or (`is_first`) got the first one."""

    account_id: int
    on: date
    is_first: bool = False


class Facts(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that is known, and the day it is."""

    today: date
    records: Mapping[Key, Fact]
    seen: Sequence[Seen] = ()

    @cached_property
    def kinds(self) -> Mapping[Kind, Sequence[Fact]]:
        """The records of each kind, the earliest first."""
        found: dict[Kind, list[Fact]] = {"learning": [], "action": [], "share": []}
        for fact in sorted(self.records.values(), key=lambda one: one.on):
            found[fact.kind].append(fact)
        return found

    @cached_property
    def below(self) -> Mapping[tuple[Key, Kind], Sequence[Fact]]:
        """What of a kind names each record as a parent, the earliest first."""
        found: dict[tuple[Key, Kind], list[Fact]] = defaultdict(list)
        for kind, facts in self.kinds.items():
            for fact in facts:
                for parent in fact.parents:
                    found[parent, kind].append(fact)
        return found

    @cached_property
    def travels(self) -> Sequence[tuple[Fact, Sequence[Fact]]]:
        """Each action with the path that it came, of those that came from another place; walked once, the earliest first."""
        walked = ((action, tuple(self.path(action))) for action in self.kinds["action"])
        return [(action, path) for action, path in walked if any(one.place != action.place for one in path)]

    def of(self, kind: Kind, scope: "Scope") -> Sequence[Fact]:
        """Return the records of a kind that belong to a scope."""
        found = self._held.get((kind, scope))
        if found is None:
            found = self._held[kind, scope] = [fact for fact in self.kinds[kind] if scope.has(fact)]
        return found

    @cached_property
    def _held(self) -> dict[tuple[Kind, "Scope"], list[Fact]]:
        return {}

    def actions_on(self, fact: Fact) -> list[Fact]:
        """Return the actions that begin from a record itself."""
        return [one for one in self.below.get((fact.key, "action"), ()) if one.on >= fact.on]

    def share_of(self, action: Fact) -> Fact | None:
        """Return the first share that tells what came of an action."""
        return next((one for one in self.below.get((action.key, "share"), ()) if one.parents[0] == action.key), None)

    def path(self, fact: Fact) -> Iterator[Fact]:
        """Walk up to where a record comes from, by its nearest parent; never forward in time, never in a circle."""
        passed = {fact.key}
        for _ in range(MAX_STEPS):
            above = self.records.get(fact.parents[0]) if fact.parents else None
            if above is None or above.key in passed or above.on > fact.on:
                return
            passed.add(above.key)
            yield above
            fact = above


class Scope(Struct, frozen=True, kw_only=True):
    """Which facts are looked at: of whom (None: of all here), or of everybody else. `is_guarded`: people could be singled out.

    `units` are the people of each unit of the house, which others may look at beside it.
    """

    members: frozenset[int] | None = None
    units: tuple[frozenset[int], ...] = ()
    is_elsewhere: bool = False

    @property
    def is_guarded(self) -> bool:
        """Whether it counts what only people of this node may see."""
        return not self.is_elsewhere

    def has(self, fact: Fact) -> bool:
        """Return whether a record belongs to it."""
        if self.is_elsewhere:
            return not fact.is_here
        return fact.is_here and self.has_person(fact.author_id)

    def has_person(self, account_id: int) -> bool:
        """Return whether somebody of this node belongs to it."""
        return self.members is None or account_id in self.members
