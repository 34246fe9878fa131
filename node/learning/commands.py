"""Commands that people type into any app: `!try friday soft lids on all bins`. What they say, and how they are written.

Pure: knows no thread and no record. TABLE is the one place that says the syntax; `!help` and the page show it.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final, Literal, get_args

from msgspec import Struct

from node.errors import Problem, invalid
from node.learning import days
from node.learning.entries import parse_entry
from node.learning.typed import line, one_of

Verb = Literal["try", "data", "measure", "share", "undo", "help"]
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
KINDS: Final = ("outcome", "process", "balancing")
DECISIONS: Final = ("adopt", "adapt", "abandon")


class Line(Struct, frozen=True):
    """How a command is written, an example, and what it does."""

    verb: Verb
    syntax: str
    example: str
    says: str


TABLE: Final = (
    Line("try", "!try DATE what you will do", "!try next friday soft lids on all bins", "begins an action"),
    Line("data", "!data n/d [date]", "!data 7/20 last week", "saves so many of all"),
    Line("data", "!data value [date]", "!data 7.5 min 2026-11-20", "saves one number"),
    Line(
        "measure",
        "!measure name (outcome|process|balancing) better up|down",
        "!measure Patients who slept well outcome better up",
        "adds something to count; then: !data slept 7/20",
    ),
    Line(
        "share",
        "!share adopt|adapt|abandon sentence",
        "!share adopt It is quieter at night.",
        "decides, and tells all who follow",
    ),
    Line("undo", "!undo", "!undo", "takes the last command back"),
    Line("help", "!help", "!help", "shows this"),
)
DATES: Final = (
    "2027-01-15, 15.1.2027, 15 January, friday, next friday (the first one after today), in 2 weeks, end of month"
)


class Word(Struct, frozen=True):
    """The command that a post begins with. `is_exact` False: it looks like one with a slip in it, which `typed` shows."""

    verb: Verb
    typed: str
    is_exact: bool = True


class Try(Struct, frozen=True):
    """Begin an action: what, by when."""

    due_on: date
    change: str
    topics: tuple[str, ...] = ()


class Data(Struct, frozen=True, kw_only=True):
    """Save a number. `number`, `name` and `unit` are as typed; `left_out` is why it does not count."""

    number: str
    is_fraction: bool
    name: str = ""
    unit: str = ""
    day: date | None = None
    left_out: str | None = None
    note: str | None = None


class Define(Struct, frozen=True):
    """Count something more. `unit`: it is one number and no share of all."""

    label: str
    kind: str
    better: str
    unit: str = ""


class Tell(Struct, frozen=True):
    """Decide and share."""

    decision: str
    sentence: str
    reason: str | None = None


class Undo(Struct, frozen=True):
    """Take back."""


class Help(Struct, frozen=True):
    """Show how commands are written."""


Command = Try | Data | Define | Tell | Undo | Help

_JOINERS: Final = "\u200c\u200d"  # they belong to letters and signs of their own
_BLANK: Final = r"[\s\u200c\u200d]*+"
_NAMES: Final = rf"(?>{_BLANK}@[\w.+\-@:\[\]]++[,;]?)*+"  # possessive: no text is gone over twice
_BEGINNING: Final = re.compile(rf"{_NAMES}{_BLANK}!(?P<gap>[ \t]?)(?P<word>[^\W\d_]++)")
_SIGNS: Final = str.maketrans("❗❕¡ǃ", "!!!!")  # NFKC knows the other exclamation marks
_CLUTTERED: Final = re.compile(r"(?>[@#][\w.+\-@:\[\]]++|[^\w!])*+(?>!\s*+)++(?P<word>[^\W\d_]++)")
_TAGS: Final = re.compile(r"\s*+(?>[#＃][\w·]++\s*+)*+")
_LAST_TAGS: Final = re.compile(r"(?>\s++[#＃][\w·]++)++$")
_LEFT_OUT: Final = re.compile(r"\b(?:left out|leave out|excluded|nicht gezählt)\s*(?::|because|weil)\s*", re.IGNORECASE)
_NOTE: Final = re.compile(r"\b(?:note|notiz)\s*:\s*", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"(?<![\w.,/-])(?P<number>[+\-\u2212]?[0-9]+(?:[.,][0-9]+)?(?:\s*(?:/|\bof\b|\bvon\b)\s*[+\-\u2212]?[0-9]+(?:[.,][0-9]+)?)?"
    r"|yes|no|ja|nein)(?![0-9])",
    re.IGNORECASE,
)
_MEASURE: Final = re.compile(
    r"(?P<label>.+?)[\s,;:(\[]+(?P<kind>outcome|process|balancing)[\s,;:)\]]+better[\s:]+(?P<better>up|down)"
    r"(?:\s+(?:in|measured in)\s+(?P<unit>\S.{0,39}))?",
    re.IGNORECASE | re.DOTALL,
)
_BECAUSE: Final = re.compile(r"\b(?:because|weil)\b[\s:,]+", re.IGNORECASE)
_DECIDED: Final = {"keep": "adopt", "kept": "adopt", "stop": "abandon", "stopped": "abandon", "change": "adapt"} | {
    "adopted": "adopt",
    "adapted": "adapt",
    "abandoned": "abandon",
}
_MAX_NUMBERS: Final = 8
_MAX_SAID: Final = 500
_MAX_BEFORE: Final = 5000


def word_of(text: str) -> Word | None:
    """Return the command that a post begins with, behind the people it names; None for an ordinary post.

    A word with one slip in it, a space behind the exclamation mark, or signs, tags and other letters' forms around it
    make a command that is not exact: whether it was meant as one depends on what the post answers.
    """
    found = _BEGINNING.match(_plain(text))
    if found is None:
        return _cluttered(text)
    typed = found["word"].casefold()
    for verb in VERBS:
        if typed == verb:
            return Word(verb, found["gap"] + found["word"], is_exact=not found["gap"])
    near = _near(typed)
    return Word(near, found["gap"] + found["word"][:20], is_exact=False) if near else _cluttered(text)


def read(text: str, today: date) -> Command:
    """Return what a post commands.

    Raises: Problem 422 in words for its author.
    """
    word = word_of(text)
    if word is None:
        raise invalid("This is no command any more.", code="command-unknown")
    if not word.is_exact:
        raise invalid(
            f"“!{word.typed}” is no command. Did you mean !{word.verb}? Nothing was saved, and nobody else sees your post.",
            code="command-unknown",
        )
    said, topics = _body(text)
    readers: dict[str, Callable[[str, tuple[str, ...], date], Command]] = {
        "try": _try,
        "data": _data,
        "measure": _measure,
        "share": _share,
    }
    if word.verb in readers:
        return readers[word.verb](said, topics, today)
    return Undo() if word.verb == "undo" else Help()


def help_posts(more_url: str) -> tuple[str, str]:
    """Return how commands are written, as two posts of at most 500 characters."""
    first = [f"{one.syntax}" for one in TABLE]
    head = "Write these as a reply to a learning, to an action, or to what I answer:"
    dates = f"DATE is like {DATES}."
    tail = f"Nobody but you sees a command, and a number stays in this hospital. All of it: {more_url}"
    shown = [line.example for line in TABLE if line.verb in ("try", "data", "share")]
    return "\n".join([head, *first]), "\n\n".join([f"For example:\n{chr(10).join(shown)}", dates, tail])


# ------------------------------------------------------------------ what stands around a command


def _plain(text: str) -> str:
    """Return a text in which nothing invisible and no wide sign hides where a command begins."""
    seen = "".join(letter for letter in text if letter in _JOINERS or unicodedata.category(letter) != "Cf")
    return seen.replace("！", "!").replace("＠", "@")


def _body(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what stands behind the verb, and the hashtags of a last line that holds nothing else."""
    plain = _plain(text)
    found = _BEGINNING.match(plain)
    assert found is not None
    said = plain[found.end() :].strip().removeprefix(":").strip()
    lines, topics = said.split("\n"), list[str]()
    while lines and _TAGS.fullmatch(lines[-1]):
        topics += reversed(re.findall(r"[\w·]+", lines.pop()))
    return "\n".join(lines).rstrip(), tuple(dict.fromkeys(reversed(topics)))


def _cluttered(text: str) -> Word | None:
    """Return the command that begins behind signs and tags, or is written in other forms of its letters."""
    plain = "".join(letter for letter in _plain(text).translate(_SIGNS) if letter not in _JOINERS)
    found = _CLUTTERED.match(unicodedata.normalize("NFKC", plain[:_MAX_BEFORE]))
    near = _near(found["word"].casefold()) if found is not None else None
    return Word(near, found["word"][:20], is_exact=False) if found is not None and near else None


def _near(typed: str) -> Verb | None:
    return next((verb for verb in VERBS if typed == verb or _is_one_slip(typed, verb)), None)


def _is_one_slip(typed: str, verb: str) -> bool:
    """Tell whether one letter is missing, too many, another one, or two stand the wrong way round."""
    if abs(len(typed) - len(verb)) > 1 or typed == verb:
        return False
    start = next((at for at, pair in enumerate(zip(typed, verb, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    one, other = typed[start:], verb[start:]
    return (
        one[1:] == other
        or one == other[1:]
        or one[1:] == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


# ------------------------------------------------------------------ each command


def _try(said: str, topics: tuple[str, ...], today: date) -> Try:
    found = days.leading(said, today, field="due_on")
    if found is None:
        begun = (
            f"“{line(said, 5000, field='due_on')[:40]}” does not begin with a day." if said else "The day is missing."
        )
        raise invalid(
            f"{begun} Write !try DATE what you will do, such as: {TABLE[0].example}",
            field="due_on",
            code="day-unreadable",
        )
    day, change = found
    if not change.strip():
        raise invalid(
            f"What you will do is missing. Write it behind the day, such as: {TABLE[0].example}",
            field="change",
            code="text-missing",
        )
    return Try(day, change.strip(), topics)


def _data(said: str, _topics: tuple[str, ...], today: date) -> Data:
    _check_length(said)
    rest = " ".join(_LAST_TAGS.sub("", said).split())
    rest, left_out = _split_off(rest, _LEFT_OUT)
    rest, note = _split_off(rest, _NOTE)
    if not rest:
        raise invalid("The number is missing. Write !data 7/20, or !data 7.5.", field="value", code="entry-unreadable")
    first: Problem | None = None
    for found in list(_NUMBER.finditer(rest))[:_MAX_NUMBERS]:
        name = rest[: found.start()].strip(" :;,=-")
        if name and not any(letter.isalpha() for letter in name):
            break
        try:
            unit, day = _unit_and_day(rest[found.end() :], today)
            return Data(
                number=found["number"],
                is_fraction=parse_entry(found["number"]).is_fraction,
                name=name,
                unit=unit,
                day=day,
                left_out=left_out,
                note=note,
            )
        except Problem as problem:
            first = first or problem
    if first is not None:
        raise first
    parse_entry(rest)
    raise invalid(f"“{rest[:40]}” is not a number. Write !data 7/20.", field="value", code="entry-unreadable")


def _unit_and_day(rest: str, today: date) -> tuple[str, date | None]:
    """Return the unit behind a number and the day behind that. Raises: 422 for anything else."""
    rest = rest.strip(" ,;")
    if not rest.strip(". "):
        return "", None
    unit, day = days.trailing(rest, today)
    unit = unit.strip(" .,;")
    is_unit = (
        len(unit) <= 30 and len(unit.split()) <= 3 and not re.search(r"[0-9]", unit.replace("m2", "").replace("m3", ""))
    )
    if unit and not is_unit:
        raise invalid(
            f"“{rest[:40]}” behind the number is not a day. Write !data 7/20 2026-11-20.",
            field="day",
            code="day-unreadable",
        )
    return unit, day


def _check_length(said: str) -> None:
    if len(said) > _MAX_SAID:
        text = f"{len(said)} characters are more than a number or a name takes. Shorten it to {_MAX_SAID}."
        raise invalid(text, field="status", code="too-long")


def _split_off(text: str, mark: re.Pattern[str]) -> tuple[str, str | None]:
    found = mark.search(text)
    if found is None:
        return text, None
    return text[: found.start()].rstrip(" ,;"), text[found.end() :].strip()


def _measure(said: str, _topics: tuple[str, ...], _today: date) -> Define:
    _check_length(said)
    text = " ".join(_LAST_TAGS.sub("", said).split()).rstrip(".")
    found = _MEASURE.fullmatch(text)
    if found is None:
        raise invalid(_what_is_missing(text), field="label", code="measure-unreadable")
    unit = (found["unit"] or "").strip()
    return Define(found["label"].strip(" ,;:"), found["kind"].lower(), found["better"].lower(), unit)


def _what_is_missing(text: str) -> str:
    small = text.casefold()
    if not text:
        missing = "The name of what you count is missing."
    elif not re.search(r"\b(outcome|process|balancing)\b", small):
        missing = "The kind is missing: outcome (what patients get), process (what we do) or balancing (what might get worse)."
    elif not re.search(r"\bbetter\b.*\b(up|down)\b", small):
        missing = "Which way is better is missing: better up, or better down."
    else:
        missing = "This cannot be read."
    return f"{missing} Write {TABLE[3].syntax}, such as: {TABLE[3].example}"


def _share(said: str, _topics: tuple[str, ...], _today: date) -> Tell:
    typed, _, rest = said.partition(" ") if " " in said.partition("\n")[0] else said.partition("\n")
    typed = typed.strip(" :,.;").casefold()
    if not typed:
        raise invalid(
            "Say what you decided and what came of it: !share adopt, adapt or abandon, then one sentence.",
            field="decision",
            code="decision-missing",
        )
    decision = one_of(
        _DECIDED.get(typed, typed), DECISIONS, field="decision", code="decision-unknown", thing="decision"
    )
    sentence = rest.strip().lstrip(":,;- ").strip()
    if not sentence:
        raise invalid(
            f"The sentence is missing. Say what came of it: !share {decision} It is quieter at night.",
            field="sentence",
            code="sentence-missing",
        )
    because = _BECAUSE.search(sentence)
    reason = sentence[because.end() :].strip() if because else ""
    return Tell(decision, sentence, (reason or sentence) if decision == "abandon" else None)
