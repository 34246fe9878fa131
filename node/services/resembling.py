"""Who else saw this? Learnings, actions and results that are alike, with the reason in words; offline, from `record_terms` alone.

How it works. A record's terms are its source, topics and words. Whoever names the same source comes first; then those that
share topics and words, rare ones counting for more, and words that thousands of records have for nothing. Everything is
bounded: so many terms, so many rows of each. What a reader may not see is left out in SQL before anything is said of it.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

from federation.records.fields import Learning, Record
from federation.records.shape import CLASSES
from node.learning import sources, terms
from node.services import families
from node.services.families import Part
from node.store import loops, records
from node.store import terms as kept_terms
from node.store.loops import Seen
from node.store.unit import Snapshot, Unit

LIMIT: Final = 8
MAX_LOOKED_AT: Final = 200  # of the most alike, some at a time until enough may be seen
AT_A_TIME: Final = 40
MAX_TERMS: Final = 12  # the rarest of a record
MAX_ROWS: Final = 3000  # of all of them together
MAX_OF_SOURCE: Final = 500  # records that name the same source, the newest
MIN_SHARED: Final = 2  # words; one alone says nothing
MAX_SAID: Final = 4
BATCH: Final = 200
_SOURCE_WEIGHT: Final = 1000.0
_TOPIC_WEIGHT: Final = 1.5
_CALLED: Final = {
    "article": "article",
    "guideline": "guideline",
    "talk": "talk",
    "case": "case",
    "incident": "report",
    "excellence": "report",
    "peer-post": "post",
}


class Alike(Struct, frozen=True, kw_only=True):
    """A record that is like another, and why, in words, the best reason first."""

    part: Part
    reasons: tuple[str, ...]
    is_same_source: bool = False


class _Asked(Struct, frozen=True, kw_only=True):
    """What is compared: terms, how words are written in it, what its source is called, and what is left out."""

    terms: frozenset[str]
    spoken: Mapping[str, str]
    source: str = ""
    contexts: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()


# ------------------------------------------------------------------ keeping the terms


def keep(unit: Unit, status_id: int) -> None:
    """Keep by what a record is found alike, in the place of what was kept of it before."""
    kept = records.of_status(unit, status_id)
    if kept is not None:
        kept_terms.put(unit, status_id, _terms(kept.type, kept.record))


def keep_some(unit: Unit, after_id: int) -> int | None:
    """Keep the terms of the next records; return the last id, None when there are no more."""
    last = None
    for kept in kept_terms.next_records(unit, after_id=after_id, limit=BATCH):
        kept_terms.put(unit, kept.status_id, _terms(kept.type, kept.record))
        last = kept.status_id
    return last


def _terms(kind: str, record: Mapping[str, object]) -> frozenset[str]:
    return terms.of_record(_typed(kind, record))


def _typed(kind: str, record: Mapping[str, object]) -> Record:
    return msgspec.convert(record, CLASSES[kind])


# ------------------------------------------------------------------ finding what is alike


def alike(snapshot: Snapshot, viewer_id: int | None, status_id: int, limit: int = LIMIT) -> tuple[Alike, ...]:
    """Return what is like a record and does not belong to its loop, the most alike first; nothing for one that a reader
    may not see.
    """
    start = loops.of_status(snapshot, status_id, viewer_id)
    if start is None or start.type not in families.KINDS:
        return ()
    record = _typed(start.type, start.record)
    asked = _Asked(
        terms=terms.of_record(record),
        spoken=terms.spoken(terms.said(record)) | {terms.fold(topic.strip(" #")): topic for topic in record.topics},
        source=_called(record),
        contexts=frozenset((start.context_uri,)),
        family=frozenset(records.connected(snapshot, start.uri)),
    )
    return _found(snapshot, viewer_id, asked, limit)


def alike_text(snapshot: Snapshot, viewer_id: int | None, text: str, limit: int = LIMIT) -> tuple[Alike, ...]:
    """Return what is like a text that is being typed, its source included, the most alike first."""
    found = sources.find(text[: terms.MAX_CHARS])
    key = sources.key_of(found.source) if found else None
    asked = _Asked(
        terms=frozenset((*terms.of_text(text), *((key,) if key else ()))),
        spoken=terms.spoken(text),
    )
    return _found(snapshot, viewer_id, asked, limit)


def _found(snapshot: Snapshot, viewer_id: int | None, asked: _Asked, limit: int) -> tuple[Alike, ...]:
    scores, shared = _candidates(snapshot, asked)
    likely = (one for one, found in shared.items() if len(found) > 1 or terms.is_source(found[0]))
    ranked = heapq.nlargest(MAX_LOOKED_AT, likely, key=lambda one: (scores[one], one))
    enough = [one for one in ranked if _is_enough(shared[one])]
    chosen = list(islice(_chosen(_seen(snapshot, viewer_id, enough), asked), limit))
    parts = families.parts(snapshot, {one.uri: one for one in chosen})
    return tuple(
        Alike(
            part=parts[one.uri],
            reasons=tuple(_reasons(asked, parts[one.uri].record, shared[one.status_id])),
            is_same_source=any(map(terms.is_source, shared[one.status_id])),
        )
        for one in chosen
        if one.uri in parts
    )


def _seen(snapshot: Snapshot, viewer_id: int | None, ranked: Sequence[int]) -> Iterator[Seen]:
    """Give the records that a reader may see, in their order; the rest is asked for only when it is wanted."""
    for start in range(0, len(ranked), AT_A_TIME):
        some = ranked[start : start + AT_A_TIME]
        seen = kept_terms.seen(snapshot, some, viewer_id)
        yield from (seen[one] for one in some if one in seen)


def _candidates(snapshot: Snapshot, asked: _Asked) -> tuple[dict[int, float], dict[int, list[str]]]:
    """Return who shares what with the text, and how much that counts."""
    scores: dict[int, float] = {}
    shared: dict[int, list[str]] = {}
    for term, weight in _weighed(snapshot, asked.terms):
        most = MAX_OF_SOURCE if terms.is_source(term) else kept_terms.MOST_COUNTED
        for status_id in kept_terms.holders(snapshot, term, limit=most):
            scores[status_id] = scores.get(status_id, 0.0) + weight
            shared.setdefault(status_id, []).append(term)
    return scores, shared


def _weighed(snapshot: Snapshot, wanted: Iterable[str]) -> list[tuple[str, float]]:
    """Return the terms that are looked for: sources always, then the rarest words, as far as the rows allow."""
    counted = sorted((kept_terms.count(snapshot, term), term) for term in wanted if not terms.is_source(term))
    found = [(term, _SOURCE_WEIGHT) for term in sorted(wanted) if terms.is_source(term)]
    rows = 0
    for count, term in counted:
        rows += count
        if count > kept_terms.MOST_COUNTED or rows > MAX_ROWS or len(found) > MAX_TERMS:
            break
        if count:
            weight = math.log(20 * kept_terms.MOST_COUNTED / count)
            found.append((term, weight * (_TOPIC_WEIGHT if term.startswith("topic:") else 1.0)))
    return found


def _is_enough(shared: Sequence[str]) -> bool:
    """Tell whether what is shared says something: a source, a topic, or more than one word."""
    words = {term.partition(":")[2] for term in shared}
    return any(terms.is_source(term) for term in shared) or len(words) >= MIN_SHARED


def _chosen(seen: Iterable[Seen], asked: _Asked) -> Iterator[Seen]:
    """Give the records that are no part of the same loop and not taken back, one of each other loop."""
    contexts = set(asked.contexts)
    for one in seen:
        is_one = one.type in families.KINDS and one.state != "withdrawn" and one.uri not in asked.family
        if is_one and one.context_uri not in contexts:
            contexts.add(one.context_uri)
            yield one


# ------------------------------------------------------------------ saying why


def _reasons(asked: _Asked, record: Record, shared: Sequence[str]) -> Iterable[str]:
    if any(terms.is_source(term) for term in shared):
        kind = _CALLED.get(_kind(record), "source")
        called = _called(record) or asked.source
        yield f"The same {kind}: {called}" if called else f"The same {kind}"
    names = dict.fromkeys(term.partition(":")[2] for term in shared if not terms.is_source(term))
    words = [asked.spoken.get(name, name) for name in names][:MAX_SAID]
    if words:
        yield f"Both speak of {', '.join(words)}"


def _kind(record: Record) -> str:
    came_from = record.learned_from if isinstance(record, Learning) else None
    return came_from.kind if came_from is not None else ""


def _called(record: Record) -> str:
    """Return what the source of a record is called."""
    came_from = record.learned_from if isinstance(record, Learning) else None
    if came_from is None:
        return ""
    return came_from.label or came_from.doi or (f"PMID {came_from.pmid}" if came_from.pmid else came_from.link or "")
