"""One measure at several sites, each from its own day 0: what may be compared, what each site's series says, in words.

Sites are never put in an order by what they achieved. Everything is computed from what is shown, so that nothing that
was withheld can be worked out. Knows neither records nor places.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from node.learning.findings import leading_signal
from node.learning.measures import MeasureDefinition, PeriodPoint, number_text, period_noun, unit_text
from node.learning.spc import Analysis, Signal

Word = Literal["Trying", "Kept", "Adapted", "Stopped", "Withdrawn"]
MAX_REASON: Final = 160
_NUMBERS: Final = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)
_COUNTED: Final = {"people": "patients", "events": "events", "items": "items"}
_RATIOS: Final = ("proportion", "rate", "continuous")
_SPEAKS_AT: Final[Mapping[tuple[str, str], int]] = {
    ("perla-2011", "shift"): 6,
    ("perla-2011", "trend"): 5,
    ("nhs-mdc", "shift"): 7,
    ("nhs-mdc", "trend"): 7,
    ("nhs-mdc", "outside"): 1,
}


class Choice(Struct, frozen=True):
    """A measure that sites have in common: its name in an address, its definition at the first of them, how many share it."""

    ident: str
    definition: MeasureDefinition
    n_sites: int


class Reading(Struct, frozen=True, kw_only=True):
    """What the series of one site says. `shift` is after less before; `seen_in` counts periods from day 0, the first is 1.

    `total` is how many were counted in all that is shown, `least` and `most` in one period; None where nothing says so.
    """

    has_signal: bool
    side: Literal["better", "worse", "other"] | None
    is_too_early: bool
    needs: int
    n_points: int
    n_after: int
    n_withheld: int
    shift: float | None
    seen_in: int | None
    total: int | None
    least: int | None
    most: int | None


class Stand(Struct, frozen=True):
    """Where a site stands with the idea, and why."""

    word: Word
    reason: str = ""


# ------------------------------------------------------------------ which measure


def is_same(one: MeasureDefinition, other: MeasureDefinition) -> bool:
    """Tell whether two series may stand on one axis: the same key or label, counted in the same form, unit and period."""
    if _shape(one) != _shape(other):
        return False
    return one.key == other.key or one.label.strip().casefold() == other.label.strip().casefold()


def choices(sites: Sequence[Sequence[MeasureDefinition]]) -> tuple[Choice, ...]:
    """Return the measures that sites have, those most of them share first, then in order of the sites.

    A measure is what its first site says it is: nobody who comes later can join two that are different.
    """
    first: dict[str, MeasureDefinition] = {}
    shared: dict[str, set[int]] = {}
    for number, measures in enumerate(sites):
        for measure in measures:
            ident = next((name for name, founder in first.items() if is_same(founder, measure)), None)
            if ident is None:
                ident = _ident(measure, first)
                first[ident] = measure
            shared.setdefault(ident, set()).add(number)
    ordered = sorted(first, key=lambda ident: (-len(shared[ident]), first[ident].kind != "outcome"))
    return tuple(Choice(ident, first[ident], len(shared[ident])) for ident in ordered)


def _shape(measure: MeasureDefinition) -> tuple[object, ...]:
    unit = (measure.unit or "").strip().casefold() if measure.form not in ("proportion", "yes-no", "count") else ""
    return (measure.form, measure.every, measure.per if measure.form == "rate" else 1, unit)


def _ident(measure: MeasureDefinition, taken: Mapping[str, object]) -> str:
    number, stem = 1, f"{measure.key}.{measure.form}.{measure.every}"
    ident = stem
    while ident in taken:
        number += 1
        ident = f"{stem}.{number}"
    return ident


# ------------------------------------------------------------------ one site


def read(measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis) -> Reading:
    """Return what a series says about the time since its day 0."""
    signal = _signal(analysis)
    sizes = [size for point in points if point.state == "shown" and (size := _size(measure, point)) is not None]
    before, after = analysis.before, analysis.after
    return Reading(
        has_signal=signal is not None,
        side=_side(measure, analysis) if signal is not None else None,
        is_too_early=analysis.is_too_early,
        needs=analysis.needs,
        n_points=analysis.n_points,
        n_after=analysis.n_after,
        n_withheld=sum(point.state == "suppressed" for point in points),
        shift=None if before is None or after is None else after - before,
        seen_in=_seen_in(analysis),
        total=sum(sizes) if sizes else None,
        least=min(sizes, default=None),
        most=max(sizes, default=None),
    )


def _signal(analysis: Analysis) -> Signal | None:
    found = None if analysis.is_too_early else leading_signal(analysis)
    return found if found is not None and found.to_period >= 0 else None


def _side(measure: MeasureDefinition, analysis: Analysis) -> Literal["better", "worse", "other"]:
    if measure.better == "neutral":
        return "other"
    sides: dict[str, Literal["better", "worse"]] = {"improved": "better", "worse": "worse"}
    return sides.get(analysis.verdict, "other")


def _seen_in(analysis: Analysis) -> int | None:
    """Return after how many periods from day 0 the first signal could be seen."""
    if analysis.is_too_early:
        return None
    ends = [end for signal in analysis.signals if (end := _end(analysis, signal)) >= 0]
    return min(ends) + 1 if ends else None


def _end(analysis: Analysis, signal: Signal) -> int:
    """Return the period in which a rule first had all that it needs; a run that goes on says the same thing for longer."""
    enough = _SPEAKS_AT.get((analysis.rules, signal.rule), len(signal.periods))
    if 0 < enough <= len(signal.periods):
        return signal.periods[enough - 1]
    return signal.to_period


def _size(measure: MeasureDefinition, point: PeriodPoint) -> int | None:
    return point.denominator if measure.form in _RATIOS else None


# ------------------------------------------------------------------ in words


def finding(measure: MeasureDefinition, reading: Reading) -> str:
    """Return what a site's series says in one or two short sentences: "Signal in week 6. Median +29 points."."""
    if not reading.n_points:
        return "No numbers that can be shown."
    if reading.is_too_early:
        count = reading.n_after if reading.n_points >= reading.needs else reading.n_points
        return f"Too early: {count} {period_noun(measure, count)}, needs {reading.needs}."
    parts = [_signal_words(measure, reading)]
    if reading.shift is not None:
        parts.append(f"Median {change_text(measure, reading.shift)}.")
    return " ".join(parts)


def _signal_words(measure: MeasureDefinition, reading: Reading) -> str:
    if not reading.has_signal:
        return "No signal."
    where = f" in {period_noun(measure, 1)} {reading.seen_in}" if reading.seen_in else ""
    words = {"better": "Signal", "worse": "Signal for the worse"}.get(
        reading.side or "", "Signal, neither better nor worse"
    )
    return f"{words}{where}."


def change_text(measure: MeasureDefinition, shift: float) -> str:
    """Return a change with its sign and unit: "+29 points"."""
    text = number_text(round(shift, 2))
    sign = "+" if shift > 0 and text != "0" else ""
    if measure.form == "proportion":
        return f"{sign}{text} {'point' if text in ('1', '−1') else 'points'}"
    unit = unit_text(measure)
    return f"{sign}{text} {unit}".rstrip()


def denominators(measure: MeasureDefinition, reading: Reading) -> str:
    """Return how many stand behind a series: "18 to 25 patients a week, 412 in all"."""
    noun = period_noun(measure, 1)
    if reading.total is None:
        return f"{reading.n_points} {period_noun(measure, reading.n_points)} with numbers"
    span = str(reading.least) if reading.least == reading.most else f"{reading.least} to {reading.most}"
    return f"{span} {_counted(measure)} a {noun}, {reading.total} in all"


def withheld(measure: MeasureDefinition, reading: Reading) -> str:
    """Return that small numbers were withheld, or nothing."""
    count = reading.n_withheld
    if not count:
        return ""
    return f"{count} {period_noun(measure, count)} of 1 to 4 {_counted(measure)} withheld"


def _counted(measure: MeasureDefinition) -> str:
    if measure.form == "rate" and measure.unit:
        return "units of exposure"
    return _COUNTED[measure.counted]


def verdict(stands: Sequence[Stand]) -> str:
    """Return who did what with an idea, in a sentence; the withdrawn are said and not counted."""
    tried = [stand for stand in stands if stand.word != "Withdrawn"]
    withdrawn = len(stands) - len(tried)
    after = f" {_cardinal(withdrawn)} took back what {'it' if withdrawn == 1 else 'they'} said." if withdrawn else ""
    if not tried:
        return f"Nobody has tried it yet.{after}"
    if len(tried) == 1:
        return f"One hospital tried it and {_part(tried[0].word, tried).partition(' ')[2]}.{after}"
    parts = [part for word in ("Kept", "Adapted", "Stopped", "Trying") if (part := _part(word, tried))]
    return f"{_cardinal(len(tried))} hospitals tried it: {_listed(parts)}.{after}"


def signals(readings: Sequence[Reading]) -> str:
    """Return how many of the sites that count see a signal, in a sentence; nothing where none counts."""
    told = [one for one in readings if one.n_points]
    early = sum(one.is_too_early for one in told)
    rest = [one for one in told if not one.is_too_early]
    better, worse = (sum(one.side == side for one in rest) for side in ("better", "worse"))
    none = sum(not one.has_signal for one in rest)
    parts = [
        f"{_cardinal(count).lower()} {words[count != 1]}"
        for count, words in (
            (better, ("sees a signal for the better", "see a signal for the better")),
            (worse, ("sees a signal for the worse", "see a signal for the worse")),
            (len(rest) - better - worse - none, ("sees a signal that is neither", "see signals that are neither")),
            (none, ("sees no signal", "see no signal")),
        )
        if count
    ]
    parts += [f"for {_cardinal(early).lower()} it is too early"] if early else []
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _part(word: str, tried: Sequence[Stand]) -> str:
    said = [stand for stand in tried if stand.word == word]
    if not said:
        return ""
    count = _cardinal(len(said)).lower()
    if word == "Trying":
        return f"{count} {'is' if len(said) == 1 else 'are'} still trying"
    words = {"Kept": "kept it", "Adapted": "adapted it", "Stopped": "stopped"}[word]
    reason = next((stand.reason for stand in said if stand.reason), "") if word == "Stopped" else ""
    because = f", because {_clause(reason)}" if reason else ""
    one_of = ", one of them" if because and len(said) > 1 else ""
    return f"{count} {words}{one_of}{because}"


def _clause(reason: str) -> str:
    """Return a reason as it can follow "because": cut at a word, without its full stop; a capital of a name stays."""
    text = " ".join(reason.split())
    text = text.removeprefix("Because ").removeprefix("because ").rstrip(".!? ")
    if len(text) > MAX_REASON:
        text = text[:MAX_REASON].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
    head = text.partition(" ")[0]
    return text[0].lower() + text[1:] if head in _STARTS else text


_STARTS: Final = frozenset(
    {"The", "A", "An", "It", "We", "There", "No", "Not", "Our", "This", "That", "They", "Too", "Nobody", "Nothing"}
)


def _listed(parts: Sequence[str]) -> str:
    glue = "; " if any("because" in part for part in parts[:-1]) else ", "
    return parts[0] if len(parts) == 1 else f"{glue.join(parts[:-1])}{glue.rstrip()} {parts[-1]}"


def _cardinal(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
