"""Records as a careful sender could make them, with the texts a careless one would."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from hypothesis import strategies as st

from federation.records import fields

ORIGIN = "https://riverside.example"
AUTHOR = f"{ORIGIN}/users/mira"
NOTE_ID = f"{AUTHOR}/statuses/1"
PARENT = "https://lakeside.example/users/noor/statuses/2"
_PIECES = st.one_of(
    st.sampled_from(
        ["<", ">", "&", "&amp;", '"', "'", "</strong>", "<b>", "<!--", "😀", "e\u0301", "ß", "ﬁ", "²", " 5,0 "]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


def lines(limit: int) -> st.SearchStrategy[str]:
    """One line with at least one sign, well under its limit."""
    joined = st.lists(_PIECES, max_size=5).map("".join)
    return joined.map(lambda text: f"x{text.translate({10: ' ', 13: ' '})}"[: limit // 4])


def texts(limit: int) -> st.SearchStrategy[str]:
    """Text over several lines."""
    return st.lists(lines(limit), min_size=1, max_size=3).map("\n".join)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nothing, or something of it."""
    return st.none() | strategy


DAYS = st.dates(min_value=date(2020, 1, 1)).filter(lambda day: day.year < 2100).map(str)
CENTRES = st.floats(-1e9, 1e9) | st.integers(-1000, 1000).map(float)
TOPICS = st.lists(lines(60), max_size=4).map(tuple)
OUTCOMES = maybe(st.sampled_from(["improved", "unchanged", "worse", "unclear"]))
WITHDRAWALS = st.builds(fields.Withdrawal, reason=st.just("mistaken"), explanation=lines(300))
EDGES = st.builds(fields.LineageEdge, ref=st.just(PARENT), relation=st.just("inspired-by"))
SOURCES = st.builds(
    fields.LearnedFrom,
    kind=st.sampled_from(["article", "incident", "peer-post"]),
    doi=maybe(st.just('10.1234/a"<b>&c')),
    pmid=maybe(st.just("123")),
    link=maybe(st.just("https://journal.example/a?b=c&d=e")),
    label=maybe(lines(200)),
)
AIMS = st.builds(fields.Aim, what=lines(200), whom=maybe(lines(200)), how_much=maybe(lines(100)), by=maybe(DAYS))


@st.composite
def measures(draw: st.DrawFn) -> fields.Measure:
    """A measure of one of three forms with numbers that may leave the institution."""
    forms: list[Literal["proportion", "continuous", "count"]] = ["proportion", "continuous", "count"]
    form = draw(st.sampled_from(forms))
    numbers: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "proportion": st.just({"numerator": 20, "denominator": 40}),
        "continuous": CENTRES.map(lambda value: {"value": value}),
        "count": st.integers(5, 99).map(lambda number: {"numerator": number}),
    }
    periods = draw(st.lists(st.integers(-20, 20), unique=True, max_size=4))
    centres = draw(st.none() | st.tuples(CENTRES, CENTRES)) or (None, None)
    if form == "count":
        centres = (5.0, 0.0)
    return fields.Measure(
        key=draw(st.text("abc-", min_size=1, max_size=9).map(lambda key: f"k{key}")),
        label=draw(lines(80)),
        kind=draw(st.sampled_from(["outcome", "process", "balancing"])),
        form=form,
        better="up",
        unit=draw(maybe(lines(40))),
        definition=draw(maybe(texts(500))),
        every="week",
        points=tuple(fields.Point(period=period, **draw(numbers[form])) for period in periods),
        before=centres[0],
        after=centres[1],
        verdict=draw(OUTCOMES),
    )


MEASURES = st.lists(measures(), max_size=3, unique_by=lambda measure: measure.key).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> fields.Record:
    """A record of any type, withdrawn or not."""
    kinds: list[Callable[[], st.SearchStrategy[Any]]] = [learnings, actions, shares, cases]
    record: fields.Record = draw(draw(st.sampled_from(kinds))())
    return record


def _common(draw: st.DrawFn) -> dict[str, Any]:
    withdrawal = draw(maybe(WITHDRAWALS))
    return {
        "title": draw(lines(120)),
        "institution": f"{ORIGIN}/institution",
        "specialty": draw(maybe(lines(60))),
        "topics": draw(TOPICS),
        "language": draw(st.sampled_from([None, "en", "de", "de-CH", "fr"])),
        "revision": draw(st.integers(1, 9999)),
        "withdrawal": withdrawal,
        "status": "withdrawn" if withdrawal else None,
    }


@st.composite
def learnings(draw: st.DrawFn) -> fields.Learning:
    """A Learning."""
    question = draw(maybe(lines(200)))
    return fields.Learning(
        **_common(draw),
        text=draw(maybe(texts(500))),
        learned_from=draw(maybe(SOURCES)),
        question=question,
        answer=draw(maybe(texts(500))) if question else None,
        harm_level=draw(maybe(st.sampled_from(["none", "near-miss"]))),
        setting=draw(maybe(lines(200))),
        lineage=tuple(draw(st.lists(EDGES, max_size=2))),
    )


@st.composite
def actions(draw: st.DrawFn) -> fields.LearningAction:
    """A LearningAction."""
    common = _common(draw)
    decision = draw(maybe(st.sampled_from(["adopt", "adapt", "abandon"])))
    if decision and not common["withdrawal"]:
        common["status"] = "closed"
    return fields.LearningAction(
        **common,
        based_on=PARENT,
        relation=draw(maybe(st.sampled_from(["adopts", "adapts"]))),
        due=draw(DAYS),
        change=draw(maybe(texts(500))),
        cycle=draw(maybe(st.integers(1, 99))),
        aim=draw(maybe(AIMS)),
        prediction=draw(maybe(texts(300))),
        plan=draw(maybe(texts(300))),
        steps=draw(st.lists(lines(200), max_size=2).map(tuple)),
        day_zero="2026-03-02",
        measures=draw(MEASURES),
        decision=decision,
        decision_reason=draw(maybe(texts(500))),
    )


@st.composite
def shares(draw: st.DrawFn) -> fields.LearningShare:
    """A LearningShare."""
    return fields.LearningShare(
        **_common(draw),
        based_on=PARENT,
        reports_on=f"{AUTHOR}/statuses/0",
        decision=draw(st.sampled_from(["adopt", "adapt", "abandon"])),
        decision_reason=draw(texts(500)),
        sentence=draw(texts(300)),
        day_zero="2026-03",
        measures=draw(MEASURES),
        outcome=draw(OUTCOMES),
        learned=draw(maybe(texts(500))),
        modifications=draw(maybe(texts(500))),
        setting=draw(maybe(lines(200))),
    )


@st.composite
def cases(draw: st.DrawFn) -> fields.ClinicalCase:
    """A ClinicalCase."""
    return fields.ClinicalCase(
        **_common(draw),
        circle="https://lakeside.example/circles/acute",
        pointer=f"{ORIGIN}/cases/7f",
        deidentification=fields.Deidentification(method="expert-determination", attested_on=draw(DAYS), people=2),
    )
