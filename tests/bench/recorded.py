"""Learnings, what was tried because of them, and what came of it, of this hospital and of others, for the data set.

Of a hundred records about sixty are learnings, twenty-five actions and fifteen shares; a third of what is tried builds on
what another hospital shared, so that paths run through one to four places. Ours have numbers, week by week.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, Table

from federation.records.compose import as_document
from federation.records.fields import (
    ActionStatus,
    Decision,
    LearnedFrom,
    Learning,
    LearningAction,
    LearningShare,
    Measure,
    Point,
    Record,
)
from node.learning import terms
from node.learning.lineage import edges_of
from node.social.site import Site
from node.store import tables
from node.store.accounts import Account
from node.store.ids import IdMaker
from tests.bench import words

SPAN: Final = timedelta(days=1000)
WEEKS: Final = 12
RECENT: Final = 400  # records that the next may build on
BLOCK: Final = 2000
_DECISIONS: Final[tuple[Decision, ...]] = ("adopt", "adapt", "abandon")
Put = Callable[[Connection, Table, Sequence[dict[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class Written:
    """The newest learnings, and how many posts each account has more."""

    learning_ids: tuple[int, ...]
    posted: Counter[int]


@dataclass(slots=True)
class _Kept:
    """A record that later ones may build on."""

    uri: str
    status_id: int
    account: Account
    at: datetime
    action_id: int = 0


@dataclass(slots=True)
class _Book:
    """Rows on their way into the tables, and what the next records build on."""

    conn: Connection
    put: Put
    ids: IdMaker
    site: Site
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    learned: deque[_Kept] = field(default_factory=lambda: deque(maxlen=RECENT))
    begun: deque[_Kept] = field(default_factory=lambda: deque(maxlen=RECENT))
    told: deque[_Kept] = field(default_factory=lambda: deque(maxlen=RECENT))
    posted: Counter[int] = field(default_factory=Counter)

    def add(self, table: Table, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def write(self) -> None:
        for table in (tables.statuses, tables.records, tables.edges, tables.record_terms, tables.learnings,
                      tables.actions, tables.measures, tables.points, tables.shares):  # fmt: skip
            self.put(self.conn, table, self.rows.get(table, ()))
        self.rows.clear()


def write(
    conn: Connection,
    put: Put,
    site: Site,
    people: Sequence[Account],
    ids: IdMaker,
    now: datetime,
    count: int,
    seed: int,
) -> Written:
    """Write so many records by these people over almost three years."""
    chance, book = Random(seed), _Book(conn, put, ids, site)
    for number in range(count):
        at = now - SPAN + SPAN * (number + 1) / (count + 1)
        kind = chance.choices(("learning", "action", "share"), (60, 25, 15))[0]
        author = chance.choice(people)
        if kind == "share" and book.begun:
            _share(book, chance, at)
        elif kind == "action" and book.learned:
            _action(book, chance, author, at)
        else:
            _learning(book, chance, author, at)
        if number % BLOCK == BLOCK - 1:
            book.write()
    book.write()
    return Written(tuple(one.status_id for one in book.learned), book.posted)


def _learning(book: _Book, chance: Random, author: Account, at: datetime) -> None:
    source = None
    if chance.random() < 0.3:
        source = LearnedFrom(
            kind="article", doi=f"10.1000/{chance.randrange(20_000)}", label=words.compounds(chance, 6)
        )
    record = Learning(
        title=_line(chance), text=_text(chance), question=f"What about {words.compounds(chance, 3)}?",
        answer=_text(chance, 2), learned_from=source, topics=tuple(chance.sample(words.TAGS, 2)), setting="Ward",
    )  # fmt: skip
    kept = _keep(book, author, record, at, "open")
    book.learned.append(kept)
    if author.is_local:
        book.add(tables.learnings, id=book.ids.at(at), account_id=author.id, status_id=kept.status_id,
                 title=record.title, text=record.text, state="open", created_at=at)  # fmt: skip


def _action(book: _Book, chance: Random, author: Account, at: datetime) -> None:
    source = chance.choice(book.told if book.told and chance.random() < 0.35 else book.learned)
    if chance.random() < 0.4:
        author = source.account
    due = at.date() + timedelta(days=60)
    state: ActionStatus = "doing" if chance.random() < 0.4 else "closed"
    record = LearningAction(
        title=_line(chance), based_on=source.uri, due=due.isoformat(), relation="adopts", change=_text(chance, 3),
        plan=_text(chance, 2), measures=(_measure(chance, with_points=False),), status=state,
        decision=chance.choice(_DECISIONS) if state == "closed" else None,
    )  # fmt: skip
    kept = _keep(book, author, record, at, state)
    kept.action_id = book.ids.at(at)
    book.begun.append(kept)
    if author.is_local:
        book.add(tables.actions, id=kept.action_id, account_id=author.id, status_id=kept.status_id,
                 based_on_uri=source.uri, relation="adopts", title=record.title, change=record.change, due_on=due,
                 state=state, decision=record.decision, created_at=at)  # fmt: skip
        _count(book, chance, kept)


def _count(book: _Book, chance: Random, action: _Kept) -> None:
    measure_id = book.ids.at(action.at)
    book.add(tables.measures, id=measure_id, action_id=action.action_id, key="done", label="Rounds done",
             kind="process", form="proportion", better="up", every="week", created_at=action.at)  # fmt: skip
    for week in range(WEEKS):
        day = action.at.date() + timedelta(days=7 * week - action.at.weekday())
        book.add(tables.points, id=book.ids.at(action.at), measure_id=measure_id, starts_on=day,
                 numerator=chance.randint(10, 40), denominator=50,
                 entered_at=action.at + timedelta(weeks=week + 1))  # fmt: skip


def _share(book: _Book, chance: Random, at: datetime) -> None:
    action = chance.choice(book.begun)
    decision = chance.choice(_DECISIONS)
    record = LearningShare(
        title=_line(chance), based_on=action.uri, reports_on=action.uri, decision=decision, sentence=_text(chance, 2),
        learned=_text(chance, 3), measures=(_measure(chance, with_points=True),), outcome="improved",
    )  # fmt: skip
    kept = _keep(book, action.account, record, at, "published")
    book.told.append(kept)
    if action.account.is_local:
        book.add(tables.shares, id=book.ids.at(at), account_id=action.account.id, status_id=kept.status_id,
                 action_id=action.action_id, title=record.title, sentence=record.sentence, state="published",
                 decision=decision, created_at=at)  # fmt: skip


def _measure(chance: Random, *, with_points: bool) -> Measure:
    points = tuple(_points(chance)) if with_points else ()
    return Measure(
        key="done", label="Rounds done", kind="process", form="proportion", better="up", every="week", points=points
    )


def _points(chance: Random) -> Iterator[Point]:
    for period in range(-WEEKS // 2, WEEKS // 2):
        yield Point(period=period, numerator=chance.randint(10, 40), denominator=50)


def _keep(book: _Book, author: Account, record: Record, at: datetime, state: str) -> _Kept:
    """Write the status, the record, its edges and its terms."""
    status_id = book.ids.at(at)
    uri = f"{author.uri}/statuses/{status_id}"
    institution = f"{book.site.base_url if author.is_local else author.uri.rsplit('/users/', 1)[0]}/users/institution"
    book.add(tables.statuses, id=status_id, uri=uri, url=uri, account_id=author.id, is_local=author.is_local,
             visibility="public", context_uri=uri, text="", content_html=f"<p>{record.title}</p>", spoiler_text="",
             created_at=at, received_at=at, part="{}")  # fmt: skip
    book.posted[author.id] += 1
    document = as_document(record)
    book.add(tables.records, status_id=status_id, uri=uri, type=type(record).__name__, revision=1, state=state,
             title=record.title, origin=uri.split("/")[2], institution_uri=institution, record=document,
             digest="0" * 64, published_at=at, received_at=at)  # fmt: skip
    for edge in edges_of(uri, record):
        book.add(tables.edges, child_uri=edge.child, parent_uri=edge.parent, kind=edge.kind, status_id=status_id)
    for term in sorted(terms.of_record(record)):
        book.add(tables.record_terms, term=term, status_id=status_id)
    return _Kept(uri, status_id, author, at)


def _line(chance: Random) -> str:
    return words.compounds(chance, 6)[:110]


def _text(chance: Random, sentences: int = 4) -> str:
    return " ".join(f"{words.compounds(chance, 8)}." for _ in range(sentences))[:480]
