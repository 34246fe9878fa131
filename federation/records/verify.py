"""Whether the learningRecord on a Note is to be believed: the rules of the specification's section 9, in its order.

How it works: each step names the rule it found broken; the first one decides. A3 (a key twice) is decided while
decoding. Left to the node, because they need what it has stored: L6 (parents are earlier), that every further recipient
of a case is a member of its circle (the rest of C1), whether the Action reported on is one (the rest of L5), and N4
(whether centres and signals follow from the points).
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from federation import loose, uris
from federation.reasons import Reason
from federation.records.doubts import repaired, warnings_of
from federation.records.fields import SCHEMA_VERSION, TYPES, ClinicalCase, LearningShare, Record
from federation.records.series import Misshapen, has_excess, has_twins, measures_of
from federation.records.shape import parse
from federation.records.visible import folded, number, numbers_in, text_of_markup

PROPERTY: Final = "learningRecord"
MAX_RECORD_BYTES: Final = 16_384
MAX_RECORD_DEPTH: Final = 8
_MAX_WORDS_BEFORE_WITHDRAWAL: Final = 40  # code points: a label in any language
_AUDIENCE: Final = ("to", "cc", "bto", "bcc", "audience")
_TIED: Final = ("title", "text", "change", "sentence", "decision", "decision_reason", "due")

Document = Mapping[str, object]


class Verified(Struct, frozen=True):
    """The record counts. `record` has the repairs already made that `warnings` (names of rules) ask for."""

    record: Record
    warnings: tuple[str, ...] = ()


class IgnoredRecord(Struct, frozen=True):
    """The Note is an ordinary post; its record is as if it were not there."""

    rule: str
    detail: str = ""


class RefusedRecord(Struct, frozen=True):
    """The whole activity is refused and nothing of it kept."""

    rule: str
    reason: Reason


Verdict = Verified | IgnoredRecord | RefusedRecord


def verify(note: Document, *, activity: Document | None, signer: str, loopback_http: bool = False) -> Verdict:
    """Judge the record on a Note that arrived in `activity`, or was fetched from its origin (`activity` is None).

    `signer` is the actor whose signature or proof was verified; for a fetched Note, its author.
    `loopback_http` lets http addresses of loopback hosts pass where https is asked for, and nothing else.
    """
    refusal = _refusal(note, activity, signer)
    if refusal is not None:
        return refusal
    ignored = _unread(note)
    if ignored is not None:
        return ignored
    try:
        record = parse(note[PROPERTY], loopback_http=loopback_http)
    except Misshapen as error:
        return IgnoredRecord("F1", str(error))
    broken = next(_broken(record, note, signer), None)
    if broken is not None:
        return IgnoredRecord(broken)
    return Verified(repaired(record), warnings_of(record, note))


def has_record(note: Document) -> bool:
    """Tell whether a document carries the property at all."""
    return note.get(PROPERTY) is not None


def is_case(note: Document) -> bool:
    """Tell whether a document says that it carries a clinical case, believed or not."""
    record = note.get(PROPERTY)
    return isinstance(record, Mapping) and record.get("type") == "ClinicalCase"


def _refusal(note: Document, activity: Document | None, signer: str) -> RefusedRecord | None:
    authors = loose.ids_of(note.get("attributedTo"))
    if activity is not None and loose.id_of(activity.get("actor")) != signer:
        return RefusedRecord("A1", Reason.NOT_OWNER)
    if signer not in authors:
        return RefusedRecord("A1", Reason.NOT_OWNER)
    if not uris.is_same_origin(loose.id_of(note), signer):
        return RefusedRecord("A1", Reason.FOREIGN_ORIGIN)
    if is_case(note) and not _keeps_to_circle(note, activity or {}, authors):
        return RefusedRecord("C1", Reason.CASE_AUDIENCE)
    return None


def _keeps_to_circle(note: Document, activity: Document, authors: tuple[str, ...]) -> bool:
    record = note[PROPERTY]
    circle = record.get("circle") if isinstance(record, Mapping) else None
    own = _recipients(note)
    everybody = own | _recipients(activity)
    has_followers = any(uri.startswith(tuple(f"{author}/" for author in authors)) for uri in everybody)
    return (
        isinstance(circle, str)
        and circle in own
        and not has_followers
        and not any(loose.is_public(uri) for uri in everybody)
    )


def _recipients(document: Document) -> frozenset[str]:
    return frozenset(uri for name in _AUDIENCE for uri in loose.ids_of(document.get(name)))


def _unread(note: Document) -> IgnoredRecord | None:
    """A2, A4, F4, F2, F3: what is decided before the form is looked at."""
    record = note.get(PROPERTY)
    if note.get("type") != "Note" or record is None:
        return IgnoredRecord("A2")
    if len(loose.as_list(note.get("attributedTo"))) != 1:
        return IgnoredRecord("A4")
    if isinstance(record, Mapping) and not _is_known(record):
        return IgnoredRecord("F4")
    if not _is_small_enough(record):
        return IgnoredRecord("F2")
    return IgnoredRecord("F3") if _is_deeper(record, MAX_RECORD_DEPTH) else None


def _is_known(record: Document) -> bool:
    version, kind = record.get("schemaVersion"), record.get("type")
    return version == SCHEMA_VERSION and not isinstance(version, bool) and isinstance(kind, str) and kind in TYPES


def _is_small_enough(record: object) -> bool:
    try:
        return len(msgspec.json.encode(record)) <= MAX_RECORD_BYTES
    except (UnicodeEncodeError, RecursionError, OverflowError):
        return False


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _broken(record: Record, note: Document, signer: str) -> Iterator[str]:
    """The rules after the form that make a record be ignored, in their order."""
    note_id = loose.id_of(note)
    if not _shares_origin(record.institution, signer):
        yield "A5"
    own = record.pointer if isinstance(record, ClinicalCase) else getattr(record, "report", None)
    if not _shares_origin(own, signer):
        yield "L7"
    if note_id in _named(record):
        yield "L1"
    if isinstance(record, LearningShare) and not uris.is_same_origin(record.reports_on, signer):
        yield "L2"
    if has_twins(record):
        yield "N2"
    if has_excess(record):
        yield "N1"
    yield from _untied(record, text_of_markup(loose.text_of(note) or ""))


def _shares_origin(uri: str | None, signer: str) -> bool:
    return uri is None or uris.is_same_origin(uri, signer)


def _named(record: Record) -> frozenset[str | None]:
    if isinstance(record, ClinicalCase):
        return frozenset()
    reported = record.reports_on if isinstance(record, LearningShare) else None
    return frozenset({record.based_on, reported, *(edge.ref for edge in record.lineage)})


def _untied(record: Record, text: str) -> Iterator[str]:
    """T3, T1, T2: where the record says something that the text does not."""
    if record.withdrawal is not None:
        start = text.find(folded(record.withdrawal.explanation))
        if not 0 <= start <= _MAX_WORDS_BEFORE_WITHDRAWAL:
            yield "T3"
    tied = [getattr(record, name, None) for name in _TIED]
    if any(folded(words) not in text for words in tied if words is not None):
        yield "T1"
    centres = [centre for measure in measures_of(record) for centre in (measure.before, measure.after)]
    if not {number(centre) for centre in centres if centre is not None} <= numbers_in(text):
        yield "T2"
