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


class Fact(Struct, frozen=True, kw_only=True):
    """A record that stands, with what became of it. `parents`: what it names, the nearest first."""

    uri: str
    kind: Kind
    on: date
    author_id: int
    place: str
    is_here: bool
    parents: tuple[str, ...] = ()
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
    records: Mapping[str, Fact]
    seen: Sequence[Seen] = ()

    @cached_property
    def below(self) -> Mapping[str, Sequence[Fact]]:
        """What names each record as a parent, the earliest first."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(self.records.values(), key=lambda one: (one.on, one.uri)):
            for uri in fact.parents:
                found[uri].append(fact)
        return found

    def actions_on(self, fact: Fact) -> list[Fact]:
        """Return the actions that begin from a record itself."""
        return [one for one in self.below.get(fact.uri, ()) if one.kind == "action" and one.on >= fact.on]

    def share_of(self, action: Fact) -> Fact | None:
        """Return the first share that tells what came of an action."""
        return next(
            (one for one in self.below.get(action.uri, ()) if one.kind == "share" and one.parents[0] == action.uri),
            None,
        )

    def path(self, fact: Fact) -> Iterator[Fact]:
        """Walk up to where a record comes from, by its nearest parent; never forward in time, never in a circle."""
        passed = {fact.uri}
        for _ in range(MAX_STEPS):
            above = self.records.get(fact.parents[0]) if fact.parents else None
            if above is None or above.uri in passed or above.on > fact.on:
                return
            passed.add(above.uri)
            yield above
            fact = above


class Scope(Struct, frozen=True, kw_only=True):
    """Which facts are looked at: of whom (None: of all here), or of everybody else. `is_guarded`: people could be singled out."""

    members: frozenset[int] | None = None
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
