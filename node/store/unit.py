"""One transaction as its functions see it: a connection, the time, ids, and what the transaction has to say.

A unit touches nothing in memory and cannot await, so no network call can happen inside one.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Table, select

from node.events import Event
from node.social.site import Site
from node.store import tables
from node.store.ids import IdMaker, IdTaken

MAX_DEPTH: Final = 3
Queue = Literal["deliveries", "jobs", "inbox"]
Topic = Literal[
    "update", "status.update", "delete", "notification", "notifications_merged", "conversation", "filters_changed",
    "announcement", "announcement.reaction", "announcement.delete", "revoked",
]  # fmt: skip


class Wake(msgspec.Struct, frozen=True):
    """Best effort, after the commit: rows wait in this queue."""

    queue: Queue


class Publish(msgspec.Struct, frozen=True):
    """Best effort, after the commit: open streams, in every process, are told that something happened.

    It carries ids and no content, because it travels between processes; who gets it looks the rows up as its reader may
    see them. `to`: the accounts it is for, where its rows do not say so any more (none: whoever may see it).
    """

    topic: Topic
    id: int
    to: tuple[int, ...] = ()
    more: str = ""


After = Wake | Publish


class Snapshot:
    """A consistent view to read from, and the place and time it is read at.

    `shelf` holds what readers before left there and what holds as long as nobody writes; None where nobody can tell.
    """

    __slots__ = ("conn", "kept", "now", "shelf", "site")

    def __init__(self, conn: Connection, now: datetime, site: Site) -> None:
        self.kept: dict[Hashable, Any] | None = None
        self.shelf: dict[Hashable, Any] | None = None
        self.conn: Final = conn
        self.now: Final = now
        self.site: Final = site


@dataclass(slots=True)
class _Said:
    after: dict[After, None] = field(default_factory=dict)  # each once, in order
    depth: int = 0


class Unit(Snapshot):
    """One transaction that may write. Reactions run inside it, at once, at most three deep.

    `kept` holds rows that reactions read over and over; the store module that keeps one there empties it when it writes.
    """

    __slots__ = ("_ids", "_react", "_said")

    def __init__(
        self, conn: Connection, now: datetime, site: Site, *, ids: IdMaker, react: "Callable[[Unit, Event], None]"
    ) -> None:
        super().__init__(conn, now, site)
        self.kept = {}
        self._ids = ids
        self._react = react
        self._said = _Said()

    def new_id(self) -> int:
        """Return an id that sorts now."""
        return self._ids.new(self.now)

    def new_ids(self, size: int) -> int:
        """Return the first of `size` ids in a row that sort now."""
        return self._ids.block(self.now, size)

    def id_at(self, instant: datetime) -> int:
        """Return an id that sorts at `instant`."""
        return self._ids.at(instant)

    def leap(self) -> None:
        """Take the next ids from elsewhere, since another process makes the same."""
        self._ids.leap()

    def ensure_free(self, table: Table, identifier: int) -> None:
        """Tell an id that is taken from whatever else kept a row from being inserted.

        Raises: IdTaken, which has the unit tried again.
        """
        if self.conn.scalar(select(table.c.id).where(table.c.id == identifier)) is not None:
            raise IdTaken(table.name)

    def record(self, event: Event) -> None:
        """Say what happened; what follows from it is written in this same transaction.

        Raises: RuntimeError when reactions call each other more than three deep (a fault of ours).
        """
        if self._said.depth >= MAX_DEPTH:
            raise RuntimeError(f"reactions to {type(event).__name__} are nested too deep")
        self._said.depth += 1
        try:
            self._react(self, event)
        finally:
            self._said.depth -= 1

    def audit(self, *, actor: str, act: str, object: str, **detail: Any) -> None:
        """Write a row that says who did what to which thing; `detail` holds no content of posts or cases."""
        row = {"id": self.new_id(), "at": self.now, "actor": actor, "act": act, "object": object, "detail": detail}
        self.conn.execute(tables.audit.insert().values(row))

    def after_commit(self, after: After) -> None:
        """Ask for something best effort that runs once the transaction is durable."""
        self._said.after[after] = None

    @property
    def after(self) -> tuple[After, ...]:
        """What was asked for after the commit, each once, in the order it was asked for."""
        return tuple(self._said.after)
