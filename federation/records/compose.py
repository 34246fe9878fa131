"""Our record -> what goes out: the `learningRecord` property, and the content, hashtags and context of its Note.

Promises that what it composes is accepted by `verify` without a warning. Knows nothing of audiences, ids or delivery.
Texts go through `prepared` on both ways, so property and content cannot disagree.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import escape
from typing import Final

import msgspec

from federation.records.doubts import is_late_prediction, stripped, tells_day_of_event
from federation.records.fields import (
    SCHEMA_VERSION,
    ClinicalCase,
    LearnedFrom,
    Learning,
    LearningAction,
    LearningShare,
    Measure,
    Record,
)
from federation.records.series import Misshapen, has_excess, has_small_number, has_twins, measures_of
from federation.records.shape import CLASSES, is_day, parse, whole_numbers
from federation.records.verify import MAX_RECORD_BYTES
from federation.records.wording import Wording, wording

_CENTRE_DIGITS: Final = 6
_HASHTAGS: Final[Mapping[str, str]] = {
    "Learning": "Learning",
    "LearningAction": "Action",
    "LearningShare": "Share",
    "ClinicalCase": "ClinicalCase",
}


def to_wire(record: Record, *, loopback_http: bool = False) -> dict[str, object]:
    """Give the value of `learningRecord`, without anything that is not set.

    Raises: ValueError when a small number would leave, when two measures or periods are the same, when day 0 would tell
    the day of an event or a prediction is later than it, or when a field is outside its limits.
    """
    record = prepared(record)
    _refuse_unsafe(record)
    wire = as_document(record)
    if parse(wire, loopback_http=loopback_http) != record:
        raise Misshapen("the record does not survive the way out and in")
    if len(msgspec.json.encode(wire)) > MAX_RECORD_BYTES:
        raise Misshapen(f"a record may have {MAX_RECORD_BYTES} bytes")
    return wire


def as_document(record: Record) -> dict[str, object]:
    """Give a record in its wire names, unchecked: for keeping it, not for sending it."""
    wire = whole_numbers(msgspec.to_builtins(record))
    assert isinstance(wire, dict)
    return {"schemaVersion": SCHEMA_VERSION, **wire}


def prepared(record: Record) -> Record:
    """Give the record as it is sent: NFC, no control characters, rounded centres, no signals without points."""
    wire = as_document(stripped(record))
    try:
        clean = msgspec.convert(_nfc(wire), CLASSES[type(record).__name__])
    except msgspec.ValidationError as error:
        raise Misshapen(str(error)) from None
    if not isinstance(clean, LearningAction | LearningShare):
        return clean
    return msgspec.structs.replace(clean, measures=tuple(_tidy(measure) for measure in clean.measures))


def content_html(
    record: Record,
    *,
    tag_url: Callable[[str], str],
    language: str | None = None,
    quote_url: str | None = None,
    circle_name: str | None = None,
    licence: str | None = None,
) -> str:
    """Compose the content of the Note that carries the record, so that a server without the extension shows it all.

    `tag_url` gives the address of a hashtag (lower case, no `#`); `quote_url` is the page of what the Note quotes;
    `language` (else the record's own) chooses the labels; `circle_name` is named on a case;
    `licence` ends the facts: it is told as text and is no field of the record.
    """
    record = prepared(record)
    words = wording(language or record.language)
    paragraphs = [
        *_opening(record, words, quote_url),
        *(f"<p>{_lines(text)}</p>" for text in _bodies(record)),
        *_closing(record, words, circle_name, licence),
        f"<p>{' '.join(_hashtag_link(name, tag_url) for name in hashtags(record))}</p>",
    ]
    return "".join(paragraphs)


def hashtags(record: Record) -> tuple[str, ...]:
    """Give the hashtags of the record without `#`: its type, then its topics, each once whatever its case."""
    names = [_HASHTAGS[type(record).__name__], *(hashtag_of(topic) for topic in record.topics)]
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    return tuple(name for name in first.values() if name)


def hashtag_of(topic: str) -> str:
    """Turn a topic into one word (`medicines safety` -> `MedicinesSafety`); empty when it holds no letter."""
    letters = "".join(letter if _is_in_word(letter) else " " for letter in unicodedata.normalize("NFC", topic))
    words = letters.split()
    name = words[0] if len(words) == 1 else ""
    name = name[:1].upper() + name[1:] if name else "".join(word[:1].upper() + word[1:] for word in words)
    return name if any(letter.isalpha() for letter in name) else ""


def summary_of(record: Record, *, language: str | None = None) -> str | None:
    """Give the content warning of the Note: every case has one, nothing else does."""
    if not isinstance(record, ClinicalCase):
        return None
    label = wording(language or record.language).case_summary
    return f"{label}: {record.specialty}" if record.specialty else label


def shown_number(value: float, *, decimal: str = ".") -> str:
    """Write a number without an exponent or trailing zeros."""
    shown = f"{Decimal(repr(value)).normalize() + 0:f}"
    return shown.replace(".", decimal)


def _refuse_unsafe(record: Record) -> None:
    if any(has_small_number(measure) for measure in measures_of(record)):
        raise ValueError("a number of 1 to 4 would leave the institution")
    if has_twins(record) or has_excess(record):
        raise ValueError("the points of a measure contradict each other")
    if tells_day_of_event(record):
        raise ValueError("day 0 of a series by event is given as a month")
    if is_late_prediction(record):
        raise ValueError("a prediction is not later than day 0")
    day_zero = None if isinstance(record, Learning | ClinicalCase) else record.day_zero
    if day_zero is not None and not is_day(f"{day_zero}-01"[:10]):
        raise Misshapen("dayZero is not a day of the calendar")


def _nfc(value: object) -> object:
    if isinstance(value, dict):
        return {key: _nfc(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_nfc(item) for item in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _tidy(measure: Measure) -> Measure:
    before, after = (None if centre is None else round(centre, _CENTRE_DIGITS) for centre in _centres(measure))
    signals = measure.signals if measure.points else None
    return msgspec.structs.replace(measure, before=before, after=after, signals=signals)


def _centres(measure: Measure) -> tuple[float | None, float | None]:
    return measure.before, measure.after


def _opening(record: Record, words: Wording, quote_url: str | None) -> Iterator[str]:
    if record.withdrawal is not None:
        yield f"<p><strong>{words.withdrawn}: {escape(record.withdrawal.explanation)}</strong></p>"
    if quote_url is not None:
        link = escape(quote_url)
        yield f'<p class="quote-inline">RE: <a href="{link}">{link}</a></p>'
    yield f"<p><strong>{words.types[type(record).__name__]}: {escape(record.title)}</strong></p>"


def _bodies(record: Record) -> Iterator[str]:
    for name in ("text", "change", "sentence"):
        text = getattr(record, name, None)
        if text is not None:
            yield text


def _closing(record: Record, words: Wording, circle_name: str | None, licence: str | None) -> Iterator[str]:
    if isinstance(record, ClinicalCase):
        members = words.for_members if circle_name is None else words.members_of.format(name=escape(circle_name))
        link = f'<a href="{escape(record.pointer)}" rel="nofollow noopener">{words.read_here}</a>'
        yield f"<p>{members} {link}</p>"
        return
    told = f"{words.licence}: {escape(licence)}" if licence else ""
    facts = " ".join(filter(None, (*_facts(record, words), told)))
    if facts:
        yield f"<p>{facts}</p>"


def _facts(record: Learning | LearningAction | LearningShare, words: Wording) -> Iterator[str]:
    """Every fact as escaped HTML that ends like a sentence, in the order of the specification."""
    if not isinstance(record, Learning):
        yield from _results(record, words)
    for label, value in _labelled(record, words):
        if value is not None:
            yield f"{label}: {_sentence(value)}"
    if isinstance(record, Learning) and record.learned_from is not None:
        yield f"{words.source}: {_source(record.learned_from)}"
    if record.setting is not None:
        yield f"{words.setting}: {_sentence(record.setting)}"
    if isinstance(record, Learning) and record.harm_level is not None:
        yield f"{words.harm}: {record.harm_level}."


def _results(record: LearningAction | LearningShare, words: Wording) -> Iterator[str]:
    if record.decision is not None:
        yield f"{words.decision}: {record.decision}."
    if record.decision_reason is not None:
        yield _sentence(record.decision_reason)
    for measure in record.measures:
        yield measure_line(measure, words)


def measure_line(measure: Measure, words: Wording) -> str:
    """Say a measure in one line of HTML: before and after and the verdict, or its kind while there are no numbers."""
    label = escape(measure.label)
    if measure.before is None or measure.after is None:
        return f"{label} ({measure.kind})."
    unit = "" if measure.unit is None else f" ({escape(measure.unit)})"
    before, after = (shown_number(centre, decimal=words.decimal) for centre in (measure.before, measure.after))
    verdict = "" if measure.verdict is None else f", {measure.verdict}"
    return f"{label}{unit}: {before} {words.before}, {after} {words.after}{verdict}."


def _labelled(record: Record, words: Wording) -> list[tuple[str, str | None]]:
    if isinstance(record, LearningShare):
        return [(words.changed, record.modifications), (words.learned, record.learned)]
    if isinstance(record, LearningAction):
        return [
            (words.due, record.due),
            (words.cycle, None if record.cycle is None else str(record.cycle)),
            (words.aim, _aim(record)),
            (words.prediction, record.prediction),
            (words.plan, record.plan),
        ]
    return [(words.question, record.question)] if isinstance(record, Learning) else []


def _aim(action: LearningAction) -> str | None:
    if action.aim is None:
        return None
    parts = (action.aim.what, action.aim.whom, action.aim.how_much, action.aim.by)
    return "; ".join(part for part in parts if part is not None)


def _source(source: LearnedFrom) -> str:
    label = source.label or source.kind
    target = source.address
    return (
        _sentence(label)
        if target is None
        else f'<a href="{escape(target)}" rel="nofollow noopener">{escape(label)}</a>.'
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return _lines(text if text.endswith((".", "!", "?", "…", "。")) else f"{text}.")


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _hashtag_link(name: str, tag_url: Callable[[str], str]) -> str:
    link = escape(tag_url(name.lower()))
    return f'<a href="{link}" class="mention hashtag" rel="tag">#<span>{escape(name)}</span></a>'


def _is_in_word(letter: str) -> bool:
    return letter == "_" or letter.isalnum() or unicodedata.category(letter).startswith("M")
