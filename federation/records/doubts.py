"""What is accepted with a warning (rules T4, L3, L4, L5, N3, N5, N6, C2), and the repairs a reader must see.

Knows one Note and its record. L6 (parents are earlier) and the rest of L5 need stored knowledge, N4 needs the charts:
all three are the node's.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from federation import loose, uris
from federation.records.fields import ClinicalCase, LearningAction, LearningShare, Measure, Point, Record
from federation.records.series import Misshapen, has_small_centre, has_small_number, is_small, measures_of
from federation.records.shape import CLASSES, URL_NAMES

_QUOTE_NAMES: Final = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
_CONTROLS: Final = re.compile(  # of category Cc except tab and line breaks, and all that turn the direction of text
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def warnings_of(record: Record, note: Mapping[str, object]) -> tuple[str, ...]:
    """Name the rules that this record breaks although it counts, in the order of the specification."""
    found = {
        "T4": stripped(record) != record,
        "L3": _supersedes_abroad(record, note),
        "L4": _answers_another(record, note),
        "L5": isinstance(record, LearningShare) and not _quotes(note, record.based_on),
        "N3": any(has_small_number(measure) for measure in measures_of(record)),
        "N5": tells_day_of_event(record),
        "N6": is_late_prediction(record),
        "C2": isinstance(record, ClinicalCase)
        and not (note.get("sensitive") is True and loose.text_of(note, "summary")),
    }
    return tuple(rule for rule, is_broken in found.items() if is_broken)


def repaired(record: Record) -> Record:
    """Give the record as it may be shown: controls stripped, small numbers suppressed, an event's day 0 kept as a month."""
    record = stripped(record)
    if not isinstance(record, LearningAction | LearningShare):
        return record
    if tells_day_of_event(record):
        record = msgspec.structs.replace(record, day_zero=(record.day_zero or "")[:7])
    return msgspec.structs.replace(record, measures=tuple(_suppressed(measure) for measure in record.measures))


def stripped(record: Record) -> Record:
    """Give the record without control and direction characters in its texts; addresses stay as they are.

    Raises: Misshapen when a text is longer than its limit after that, which cannot happen to a parsed record.
    """
    wire = msgspec.to_builtins(record)
    clean = _strip(wire)
    if clean == wire:
        return record
    try:
        return msgspec.convert(clean, CLASSES[wire["type"]])
    except msgspec.ValidationError as error:
        raise Misshapen(str(error)) from None


def without_controls(text: str) -> str:
    """Give a text without control and direction characters; line breaks and tabs stay."""
    return _CONTROLS.sub("", text)


def tells_day_of_event(record: Record) -> bool:
    """Tell whether day 0 is given to the day although a series by event would then tell days of events (rule N5)."""
    if not isinstance(record, LearningAction | LearningShare):
        return False
    is_by_event = any(measure.every == "event" for measure in record.measures)
    return is_by_event and record.day_zero is not None and len(record.day_zero) > len("2026-03")


def is_late_prediction(record: Record) -> bool:
    """Tell whether a prediction was written down after day 0 (rule N6)."""
    if not isinstance(record, LearningAction) or record.predicted_on is None or record.day_zero is None:
        return False
    return record.predicted_on[: len(record.day_zero)] > record.day_zero


def _supersedes_abroad(record: Record, note: Mapping[str, object]) -> bool:
    if isinstance(record, ClinicalCase):
        return False
    replaced = [edge.ref for edge in record.lineage if edge.relation == "supersedes"]
    if record.relation == "supersedes" and record.based_on is not None:
        replaced.append(record.based_on)
    note_id = loose.id_of(note)
    return not all(uris.is_same_origin(parent, note_id) for parent in replaced)


def _answers_another(record: Record, note: Mapping[str, object]) -> bool:
    if isinstance(record, LearningAction):
        return loose.id_of(note.get("inReplyTo")) != record.based_on
    return isinstance(record, LearningShare) and loose.id_of(note.get("inReplyTo")) != record.reports_on


def _quotes(note: Mapping[str, object], wanted: str) -> bool:
    quoted = {loose.id_of(note.get(name)) for name in _QUOTE_NAMES} - {None}
    return quoted == {wanted}


def _suppressed(measure: Measure) -> Measure:
    if not has_small_number(measure):
        return measure
    points = tuple(_hidden(point) if is_small(measure, point) else point for point in measure.points)
    if has_small_centre(measure):
        measure = msgspec.structs.replace(measure, before=None, after=None)
    return msgspec.structs.replace(measure, points=points)


def _hidden(point: Point) -> Point:
    return Point(period=point.period, state="suppressed", note=point.note)


def _strip(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _strip(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strip(item, name) for item in value]
    return _strip_text(value) if isinstance(value, str) and name not in URL_NAMES else value


def _strip_text(text: str) -> str:
    kept = without_controls(text)
    return kept if not text or kept.strip() else "\N{REPLACEMENT CHARACTER}"
