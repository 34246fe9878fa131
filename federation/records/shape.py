"""Rule F1: whether a document has the form of a learningRecord. Knows neither the Note around it nor who sent it.

How it works: integral floats become whole numbers (JSON Schema sees no difference), then every object the version
defines is walked (no id of its own, no null, real days, https addresses), then msgspec converts, then the rules that
look at several fields follow. Its verdict is that of the published JSON Schema with `format` asserted; a test compares.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from federation import uris
from federation.records import fields
from federation.records.fields import Learning, LearningAction, Measure, Point, Record
from federation.records.series import Misshapen, check_form, measures_of

Object = dict[str, object]

CLASSES: Final[Mapping[str, type[Record]]] = {
    "Learning": fields.Learning,
    "LearningAction": fields.LearningAction,
    "LearningShare": fields.LearningShare,
    "ClinicalCase": fields.ClinicalCase,
}
URL_NAMES: Final = frozenset({"institution", "basedOn", "reportsOn", "report", "circle", "pointer", "link", "ref"})
_DAY_NAMES: Final = frozenset({"due", "by", "predictedOn", "expires", "attestedOn"})
_NO_IDENTITY: Final = frozenset({"id", "@id", "@type", "@context", "@graph"})
_URL: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/[^\s<>\"\\^`{|}]*")
_LOOPBACK: Final = re.compile(
    r"http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?/[^\s<>\"\\^`{|}]*", re.ASCII
)
NESTED: Final[Mapping[str, type[Struct]]] = {
    "withdrawal": fields.Withdrawal,
    "learnedFrom": fields.LearnedFrom,
    "aim": fields.Aim,
    "deidentification": fields.Deidentification,
    "lineage": fields.LineageEdge,
    "measures": Measure,
    "baseline": fields.Baseline,
    "phases": fields.Phase,
    "points": Point,
    "signals": fields.Signal,
}
_FORBIDDEN: Final[Mapping[str, frozenset[str]]] = {
    "Learning": frozenset({"reportsOn", "decision", "measures", "circle", "pointer"}),
    "LearningAction": frozenset({"reportsOn", "sentence", "circle", "pointer"}),
    "LearningShare": frozenset({"due", "circle", "pointer"}),
    "ClinicalCase": frozenset(
        {
            "basedOn",
            "relation",
            "lineage",
            "reportsOn",
            "text",
            "sentence",
            "change",
            "measures",
            "setting",
            "question",
            "answer",
            "learned",
            "sections",
            "section",
            "ageBand",
            "age",
            "sex",
            "pathway",
            "timeline",
            "images",
        }
    ),
}
_RELATIONS: Final[Mapping[str, frozenset[str]]] = {
    "Learning": frozenset({"inspired-by", "contradicts", "supersedes"}),
    "LearningAction": frozenset({"inspired-by", "adopts", "adapts", "replicates", "supersedes"}),
    "LearningShare": frozenset({"inspired-by", "replicates", "contradicts", "supersedes"}),
}
_RECORD_NEEDS: Final = {"relation": ("basedOn",), "answer": ("question",), "predictedOn": ("prediction",)}
_MEASURE_NEEDS: Final = {
    "points": ("every",),
    "signals": ("rules", "chart", "points"),
    "before": ("after",),
    "after": ("before",),
}


def parse(document: object, *, loopback_http: bool = False) -> Record:
    """Give the record of a document. `loopback_http` lets http addresses of loopback hosts pass, nothing else.

    Raises: Misshapen.
    """
    if not isinstance(document, dict):
        raise Misshapen("a record is one object")
    record: Object = {str(key): whole_numbers(value) for key, value in document.items()}
    kind = record.get("type")
    if not isinstance(kind, str) or kind not in CLASSES:
        raise Misshapen("the type is unknown")
    if record.get("schemaVersion") != fields.SCHEMA_VERSION or isinstance(record["schemaVersion"], bool):
        raise Misshapen("the schemaVersion is unknown")
    _check_names(record, kind)
    _check_objects(record, loopback_http=loopback_http)
    parsed = _convert(record, kind)
    _check_edges(parsed, kind)
    _check_states(parsed)
    for measure in measures_of(parsed):
        check_form(measure)
    return parsed


def whole_numbers(value: object) -> object:
    """Turn 5.0 into 5 at every depth, as JSON Schema and JCS see both as one number."""
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _wire_names(struct: type[Struct]) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(struct))


_OWN_NAMES: Final = {kind: _wire_names(struct) | {"type"} for kind, struct in CLASSES.items()}
_ALL_NAMES: Final = frozenset().union(*_OWN_NAMES.values())
_PART_NAMES: Final = {struct: _wire_names(struct) for struct in NESTED.values()}


def _loose_fields() -> Iterator[tuple[str, object, object]]:
    """Every field of every type once, optional: what a field of another type must still look like."""
    seen = {"status", "relation", "schema_version"}
    yield "status", str | UnsetType, UNSET
    yield "relation", fields.Relation | UnsetType, UNSET
    for struct in CLASSES.values():
        for field in msgspec.structs.fields(struct):
            if field.name not in seen:
                seen.add(field.name)
                yield field.name, field.type | UnsetType, UNSET


_AnyRecord: Final = msgspec.defstruct("_AnyRecord", list(_loose_fields()), rename="camel", frozen=True)


def _check_names(record: Object, kind: str) -> None:
    forbidden = _FORBIDDEN[kind] & record.keys()
    if forbidden:
        raise Misshapen(f"a {kind} has no {min(forbidden)}")
    _check_needs(record, _RECORD_NEEDS)


def _check_needs(part: Object, needs: Mapping[str, tuple[str, ...]]) -> None:
    for name, needed in needs.items():
        missing = [other for other in needed if other not in part] if name in part else []
        if missing:
            raise Misshapen(f"{name} needs {missing[0]}")


def _check_objects(record: Object, *, loopback_http: bool) -> None:
    for part, names in _objects(record, _ALL_NAMES):
        if not _NO_IDENTITY.isdisjoint(part):
            raise Misshapen("a record and its parts have no id, type or context of their own")
        for name in names & part.keys():
            _check_value(name, part[name], loopback_http=loopback_http)
        if names is _PART_NAMES[Measure]:
            _check_needs(part, _MEASURE_NEEDS)


def _objects(part: Object, names: frozenset[str]) -> Iterator[tuple[Object, frozenset[str]]]:
    yield part, names
    for name in names & part.keys() & NESTED.keys():
        value = part[name]
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _objects(item, _PART_NAMES[NESTED[name]])


def _check_value(name: str, value: object, *, loopback_http: bool) -> None:
    if value is None:
        raise Misshapen(f"{name} is null")
    if name in URL_NAMES and not _is_url(value, loopback_http=loopback_http):
        raise Misshapen(f"{name} is not an https address")
    if name in _DAY_NAMES and not is_day(value):
        raise Misshapen(f"{name} is not a day of the calendar")


def _is_url(value: object, *, loopback_http: bool) -> bool:
    if not isinstance(value, str) or len(value) > 1000:
        return False
    if _URL.fullmatch(value):
        return True
    return loopback_http and bool(_LOOPBACK.fullmatch(value)) and uris.is_usable(value, loopback_http=True)


def is_day(value: object) -> bool:
    """Tell whether a value is a day of the calendar in its long form."""
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _convert(record: Object, kind: str) -> Record:
    others = {name: record[name] for name in (_ALL_NAMES - _OWN_NAMES[kind]) & record.keys()}
    try:
        if others:
            msgspec.convert(others, _AnyRecord)
        return msgspec.convert(record, CLASSES[kind])
    except msgspec.ValidationError as error:
        raise Misshapen(str(error)) from None


def _check_edges(record: Record, kind: str) -> None:
    edges = () if isinstance(record, fields.ClinicalCase) else record.lineage
    if any(edge.relation not in _RELATIONS[kind] for edge in edges):
        raise Misshapen(f"a {kind} cannot have this relation")


def _check_states(record: Record) -> None:
    if (record.status == "withdrawn") != (record.withdrawal is not None):
        raise Misshapen("withdrawal and the status withdrawn go together")
    if isinstance(record, Learning | fields.ClinicalCase):
        return
    if record.day_zero is None and any(measure.points for measure in record.measures):
        raise Misshapen("points need dayZero")
    if isinstance(record, LearningAction):
        _check_decision(record)
    elif record.decision == "abandon" and record.decision_reason is None:
        raise Misshapen("abandon needs a reason")


def _check_decision(action: LearningAction) -> None:
    if action.status == "closed" and action.decision is None:
        raise Misshapen("closed needs a decision")
    if action.decision is not None and action.status not in ("closed", "withdrawn"):
        raise Misshapen("a decision closes the action")
