"""Does the loop connect? Twelve measures of the network itself, by month, as run charts.

How it works. `happenings` says what counts; here each measure has its name and its words, and what happened is folded
into whole months. A month is shown once everything in it had its time. No result names a person or counts what one person
did: what fewer than five people stand behind is hidden, and so is what would give away fewer than five others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from node.learning import happenings
from node.learning.facts import Facts, Scope
from node.learning.findings import finding, leading_signal
from node.learning.happenings import LOOP, SOON, Happening, Look
from node.learning.measures import MeasureDefinition, PeriodPoint, number_text, value_of, value_text
from node.learning.periods import period_day, relative_period
from node.learning.spc import Analysis, analyse

MONTHS: Final = 24
FEWEST: Final = 5  # people behind a number that is shown
Reason = Literal["", "few", "unknown"]


class Metric(Struct, frozen=True, kw_only=True):
    """One of the twelve. `above` and `below` say in words what a signal means; `wait`: how long a month needs to ripen."""

    number: int
    definition: MeasureDefinition
    numerator: str
    denominator: str
    above: str
    below: str
    look: Look
    wait: timedelta = timedelta(0)
    is_private: bool = False  # nobody but the hospital itself can know

    @property
    def key(self) -> str:
        """Its short name."""
        return self.definition.key


class Appraised(Struct, frozen=True, kw_only=True):
    """A measure of the network as it stands. `hidden` says why there are no points."""

    number: int
    definition: MeasureDefinition
    numerator: str
    denominator: str
    first: date
    points: tuple[PeriodPoint, ...] = ()
    hidden: Reason = ""
    words: str = ""  # what changed and goes on, in a sentence without its full stop

    @property
    def labels(self) -> tuple[date, ...]:
        """The months of the points."""
        return tuple(period_day(point.period, self.first, "month") for point in self.points)

    @property
    def analysis(self) -> Analysis:
        """What the run chart says."""
        return analyse(self.definition, self.points)

    @property
    def finding(self) -> str:
        """The same in a sentence, or why there is nothing to say."""
        return _HIDDEN[self.hidden] if self.hidden else finding(self.analysis, self.definition)

    @property
    def last(self) -> tuple[date, PeriodPoint] | None:
        """The newest month with a number."""
        shown = [(day, point) for day, point in zip(self.labels, self.points, strict=True) if point.state == "shown"]
        return shown[-1] if shown else None

    @property
    def now(self) -> str:
        """The newest number in words: `42% (5 of 12)`."""
        if self.last is None:
            return ""
        point = self.last[1]
        value = value_of(self.definition, point)
        words = "" if value is None else value_text(self.definition, value)
        if self.definition.form == "proportion":
            return f"{words} ({point.numerator} of {point.denominator})"
        if self.definition.form == "continuous":
            return f"{words} days ({point.note}; {point.denominator} in all)" if point.note else f"{words} days"
        return words


_HIDDEN: Final[Mapping[str, str]] = {
    "few": f"Hidden: fewer than {FEWEST} people stand behind these numbers, or behind what they leave over.",
    "unknown": "Not known: this never leaves the hospital where it is.",
}


# ------------------------------------------------------------------ the table


def _share(key: str, label: str, better: Literal["up", "down", "neutral"] = "up") -> MeasureDefinition:
    return MeasureDefinition(
        key=key, label=label, kind="process", form="proportion", counted="items", unit="%", better=better, every="month"
    )


def _days(key: str, label: str) -> MeasureDefinition:
    return MeasureDefinition(
        key=key,
        label=label,
        kind="process",
        form="continuous",
        counted="items",
        unit="days",
        better="down",
        every="month",
    )


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        number=1,
        definition=_share("acted", "Learnings that became an action within 30 days"),
        numerator="of these, those from which an action began within 30 days, whoever began it",
        denominator="learnings recorded in the month",
        above="Learnings become actions more often",
        below="Learnings become actions less often",
        look=happenings.acted,
        wait=SOON,
    ),
    Metric(
        number=2,
        definition=_days("days-to-action", "Days from learning to action"),
        numerator="median of the days since the learning",
        denominator="learnings whose first action began in the month",
        above="It takes longer from learning to action",
        below="Learnings become actions sooner",
        look=happenings.days_to_action,
    ),
    Metric(
        number=3,
        definition=_days("days-to-number", "Days from action to the first number"),
        numerator="median of the days since the action began",
        denominator="actions whose first number was entered in the month",
        above="First numbers come later",
        below="First numbers come sooner",
        look=happenings.days_to_number,
        is_private=True,
    ),
    Metric(
        number=4,
        definition=_share("closed", "Actions decided by 30 days after their day"),
        numerator="of these, those decided by 30 days after that day",
        denominator="actions whose day fell in the month",
        above="More actions come to a decision",
        below="Fewer actions come to a decision",
        look=happenings.closed,
        wait=SOON,
    ),
    Metric(
        number=5,
        definition=_days("days-to-share", "Days from action to share"),
        numerator="median of the days since the action began",
        denominator="actions whose first share was published in the month",
        above="Closing loops got slower",
        below="Closing loops got faster",
        look=happenings.days_to_share,
    ),
    Metric(
        number=6,
        definition=_share("full-loops", "Learnings that became a whole loop within 180 days"),
        numerator="of these, those with an action that had a number, a decision and a share within 180 days",
        denominator="learnings recorded in the month",
        above="More learnings become a whole loop",
        below="Fewer learnings become a whole loop",
        look=happenings.full_loops,
        wait=LOOP,
    ),
    Metric(
        number=7,
        definition=_share("reach", "People who answered what was worth seeing again"),
        numerator="of these, those who answered at least one in the month",
        denominator="people who had a card by the end of the month",
        above="More people see again what was learned",
        below="Fewer people see again what was learned",
        look=happenings.reached,
        is_private=True,
    ),
    Metric(
        number=8,
        definition=MeasureDefinition(
            key="adoptions",
            label="Tried at another place",
            kind="process",
            form="count",
            counted="items",
            every="month",
        ),
        numerator="actions begun in the month at another place than the idea comes from",
        denominator="",
        above="Ideas are tried elsewhere more often",
        below="Ideas are tried elsewhere less often",
        look=happenings.adoptions,
    ),
    Metric(
        number=9,
        definition=MeasureDefinition(
            key="spread", label="How far ideas travel", kind="process", form="rate", counted="items", every="month"
        ),
        numerator="sum over these of the places passed on the way and the places that tried the idea by then",
        denominator="actions begun in the month at another place than the idea comes from",
        above="Ideas travel further",
        below="Ideas travel less far",
        look=happenings.spread,
    ),
    Metric(
        number=10,
        definition=_share("kept", "Kept where they were tried"),
        numerator="of these, those decided as adopt",
        denominator="actions at another place than the idea comes from, decided in the month",
        above="More of what is tried elsewhere is kept",
        below="Less of what is tried elsewhere is kept",
        look=happenings.kept,
    ),
    Metric(
        number=11,
        definition=_share("reported-back", "Whoever had the idea heard what came of it"),
        numerator="of these, those with a share by 30 days after that day",
        denominator="actions from somebody else's idea whose day fell in the month",
        above="Whoever had the idea hears more often what came of it",
        below="Whoever had the idea hears less often what came of it",
        look=happenings.reported_back,
        wait=SOON,
    ),
    Metric(
        number=12,
        definition=_share("stopped", "Shares that say: tried, stopped, because", "neutral"),
        numerator="of these, those that abandon what was tried",
        denominator="shares published in the month",
        above="More of what is shared was stopped",
        below="Less of what is shared was stopped",
        look=happenings.stopped,
    ),
)


# ------------------------------------------------------------------ by month


def appraise(facts: Facts, scope: Scope) -> tuple[Appraised, ...]:
    """Return the twelve measures of a scope, each by whole months, 24 at most."""
    return tuple(_appraised(metric, facts, scope) for metric in METRICS)


def headline(rows: Sequence[Appraised]) -> str:
    """Return what changed and goes on, in at most three sentences; or that nothing did, or that nothing can be said."""
    said = [row.words for row in rows if row.words]
    if said:
        return " ".join(f"{words}." for words in said[:3])
    shown = [row.analysis for row in rows if row.points]
    if any(not one.is_too_early for one in shown):
        return "Nothing changed beyond chance in the last two years."
    return "Too early to say: each measure needs ten months." if shown else "Too few people to say anything of them."


def _appraised(metric: Metric, facts: Facts, scope: Scope) -> Appraised:
    last = _last_month(facts.today - metric.wait)
    first = period_day(1 - MONTHS, last, "month")
    row = Appraised(
        number=metric.number,
        definition=metric.definition,
        numerator=metric.numerator,
        denominator=metric.denominator,
        first=first,
    )
    if metric.is_private and scope.is_elsewhere:
        return replace(row, hidden="unknown")
    end = period_day(1, last, "month")
    happened = [one for one in metric.look(facts, scope) if first <= one.on < end]
    if not happened:
        return row
    if scope.is_guarded and _singles_out(metric, facts, scope, happened, (first, end)):
        return replace(row, hidden="few")
    points = _months(metric.definition, happened, first)
    row = replace(row, points=points)
    return replace(row, words=_words(metric, row))


def _last_month(day: date) -> date:
    """Return the last month that was over by a day."""
    return period_day(-1, day + timedelta(days=1), "month")


def _singles_out(
    metric: Metric, facts: Facts, scope: Scope, happened: Sequence[Happening], within: tuple[date, date]
) -> bool:
    """Tell whether fewer than five people stand behind the numbers, or behind what they and other units leave over."""
    people = {one.author_id for one in happened}
    if len(people) < FEWEST:
        return True
    if scope.members is None:
        return False
    everybody = frozenset(one.author_id for one in metric.look(facts, Scope()) if within[0] <= one.on < within[1])
    groups = {everybody & members for members in (*scope.units, scope.members)}
    return everybody & scope.members not in _told(everybody, groups)


def _told(everybody: frozenset[int], groups: Iterable[frozenset[int]]) -> set[frozenset[int]]:
    """Return the groups whose numbers can be shown side by side, with those of the whole and of one another.

    Groups lie within one another or apart. What a group's shown parts leave over is nobody, or five people and more; where
    it would be fewer, the smallest part is hidden, so that nothing can be taken from each other.
    """
    shown = {group for group in groups if len(group) >= FEWEST}
    while True:
        wholes = sorted({everybody, *shown}, key=_in_order)
        extra = next(filter(None, (_to_hide(whole, shown) for whole in wholes)), None)
        if extra is None:
            return shown
        shown.remove(extra)


def _in_order(group: frozenset[int]) -> tuple[int, list[int]]:
    return len(group), sorted(group)


def _to_hide(whole: frozenset[int], shown: set[frozenset[int]]) -> frozenset[int] | None:
    inside = [group for group in shown if group < whole]
    parts = [group for group in inside if not any(group < other for other in inside)]
    is_left_over = 0 < len(whole.difference(*parts)) < FEWEST
    return min(parts, key=_in_order) if parts and is_left_over else None


def _months(definition: MeasureDefinition, happened: Sequence[Happening], first: date) -> tuple[PeriodPoint, ...]:
    """Fold what happened into months, from the first one with anything to the last."""
    groups: dict[int, list[Happening]] = defaultdict(list)
    for one in happened:
        groups[relative_period(one.on, first, "month")].append(one)
    return tuple(_point(definition, period, groups.get(period, ())) for period in range(min(groups), MONTHS))


def _point(definition: MeasureDefinition, period: int, group: Sequence[Happening]) -> PeriodPoint:
    count = len(group)
    if definition.form == "count":
        return PeriodPoint(period=period, numerator=count)
    if not group:
        return PeriodPoint(period=period, state="missing")
    if definition.form == "proportion":
        return PeriodPoint(period=period, numerator=sum(one.is_hit for one in group), denominator=count)
    values = [one.value for one in group]
    if definition.form == "rate":
        return PeriodPoint(period=period, numerator=round(sum(values)), denominator=count)
    return PeriodPoint(period=period, value=round(median(values), 1), denominator=count, note=_spread_of(values))


def _spread_of(values: Sequence[float]) -> str | None:
    """Return the middle half of the values in words."""
    if len(values) < 2:
        return None
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"middle half {number_text(round(low, 1))} to {number_text(round(high, 1))}"


def _words(metric: Metric, row: Appraised) -> str:
    """Return what a signal that still goes on means, and since when; nothing without one."""
    analysis = row.analysis
    signal = None if analysis.is_too_early else leading_signal(analysis)
    if signal is None or signal.side is None or signal.to_period != analysis.last_period:
        return ""
    since = period_day(signal.from_period, row.first, "month")
    return f"{metric.above if signal.side == 'up' else metric.below} since {since:%B %Y}"
