"""What goes out: it reads as the specification orders, and whatever we compose we would accept."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from federation.records import Verified, verify
from federation.records.compose import content_html, hashtag_of, hashtags, prepared, shown_number, summary_of, to_wire
from federation.records.context import context
from federation.records.fields import (
    Baseline,
    ClinicalCase,
    LearnedFrom,
    Learning,
    LearningAction,
    LearningShare,
    Measure,
    Point,
    Record,
    Signal,
)
from federation.records.shape import parse
from tests.federation.records.documents import SCHEMA, VALID, load
from tests.federation.records.strategies import AUTHOR, NOTE_ID, PARENT, records

OUTGOING = Draft202012Validator({"$ref": f"{SCHEMA['$id']}#outgoing", "$defs": {"record": SCHEMA}})


def tag_url(name: str) -> str:
    """Address of a hashtag at an invented host."""
    return f"https://riverside.example/tags/{name}"


def note_of(record: Record, **options: Any) -> dict[str, Any]:
    """Put a record on the Note that a sender would make for it."""
    note: dict[str, Any] = {
        "id": NOTE_ID,
        "type": "Note",
        "attributedTo": AUTHOR,
        "to": [getattr(record, "circle", AUTHOR)],
        "content": content_html(record, tag_url=tag_url, **options),
        "summary": summary_of(record),
        "sensitive": isinstance(record, ClinicalCase),
        "learningRecord": to_wire(record),
    }
    if isinstance(record, LearningAction):
        note["inReplyTo"] = record.based_on
    if isinstance(record, LearningShare):
        note |= {"inReplyTo": record.reports_on, "quote": record.based_on}
    return note


def action(*measures: Measure, **fields: Any) -> LearningAction:
    """Make a small Action with these measures."""
    return LearningAction(**{"title": "T", "based_on": PARENT, "due": "2026-03-01", "measures": measures} | fields)


def measure(**fields: Any) -> Measure:
    """Make a weekly proportion."""
    base = {"key": "k", "label": "L", "kind": "process", "form": "proportion", "better": "up", "every": "week"}
    return msgspec.convert(base | fields, Measure)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(record=records(), quote=st.sampled_from([None, "https://lakeside.example/@noor/2?a=1&b=<2>"]))
def test_whatever_is_composed_is_accepted_without_warning(record: Record, quote: str | None) -> None:
    """Markup, quotes, emoji and numbers in any text: our own verifier agrees with our own composer."""
    note = note_of(record, quote_url=quote)

    verdict = verify(note, activity={"actor": AUTHOR}, signer=AUTHOR)

    assert verdict == Verified(prepared(record), ())
    assert OUTGOING.is_valid(note["learningRecord"])


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_valid_example_goes_out_as_it_came_in(path: Any) -> None:
    """Reading and writing lose nothing but defaults, unknown fields and the order of keys."""
    wire = load(path)["object"]["learningRecord"]
    record = parse(wire)

    again = to_wire(record)

    assert parse(again) == prepared(record)
    assert again.items() >= {key: wire[key] for key in ("title", "type", "schemaVersion")}.items()


def test_content_of_a_learning_follows_the_order_of_the_specification() -> None:
    """Title, text, facts, hashtags."""
    record = Learning(
        title="Two bags",
        text="They look the same.\nWe caught it.",
        question="What differs?",
        answer="The print.",
        learned_from=LearnedFrom(kind="article", doi="10.1234/x", label="A study"),
        setting="Surgical ward",
        harm_level="near-miss",
        topics=("medicines safety",),
    )

    assert content_html(record, tag_url=tag_url) == (
        "<p><strong>Learning: Two bags</strong></p><p>They look the same.<br>We caught it.</p>"
        '<p>Question: What differs? Source: <a href="https://doi.org/10.1234/x" rel="nofollow noopener">A study</a>. '
        "Setting: Surgical ward. Harm: near-miss.</p>"
        '<p><a href="https://riverside.example/tags/learning" class="mention hashtag" rel="tag">#<span>Learning</span></a> '
        '<a href="https://riverside.example/tags/medicinessafety" class="mention hashtag" rel="tag">'
        "#<span>MedicinesSafety</span></a></p>"
    )


def test_content_of_a_share_says_decision_then_numbers() -> None:
    """A withdrawal comes first, then the quote; measures without numbers give their kind."""
    share = LearningShare(
        title="It fell",
        sentence="Half as many.",
        based_on=PARENT,
        reports_on=f"{AUTHOR}/statuses/0",
        decision="adapt",
        decision_reason="Too early",
        day_zero="2026-03-02",
        measures=(measure(label="Checks", unit="%", before=30.25, after=10, verdict="improved"), measure(key="m")),
        learned="Ask twice",
        modifications="No shelf",
    )

    content = content_html(share, tag_url=tag_url, quote_url="https://lakeside.example/@noor/2")

    assert content.startswith(
        '<p class="quote-inline">RE: <a href="https://lakeside.example/@noor/2">https://lakeside.example/@noor/2</a></p>'
        "<p><strong>Share: It fell</strong></p><p>Half as many.</p>"
        "<p>Decision: adapt. Too early. Checks (%): 30.25 before, 10 after, improved. L (process). "
        "Changed here: No shelf. Learned: Ask twice.</p>"
    )


def test_german_labels_keep_the_keywords() -> None:
    """Labels follow the language; decision, due and digits do not."""
    content = content_html(action(measure(before=2.5, after=3), language="de-AT"), tag_url=tag_url)

    assert "<strong>Versuch: T</strong>" in content
    assert "L: 2,5 vorher, 3 nachher. Bis: 2026-03-01." in content


@pytest.mark.parametrize(
    "record",
    [
        action(measure(points=[{"period": 0, "numerator": 3, "denominator": 40}]), day_zero="2026-03-02"),
        action(measure(points=[{"period": 0, "numerator": 37, "denominator": 40}]), day_zero="2026-03-02"),
        action(measure(points=[{"period": 0, "numerator": 0, "denominator": 4}]), day_zero="2026-03-02"),
        action(measure(form="count", before=4.5, after=9)),
        action(measure(form="time-between", every="event"), day_zero="2026-03-02"),
        action(measure(), measure()),
        action(measure(), prediction="Less", predicted_on="2026-03-03", day_zero="2026-03-02"),
        action(day_zero="2026-02-31"),
        action(due="2026-02-30"),
        action(title="two\nlines"),
        action(title="x" * 121),
        action(status="closed"),
        action(based_on="http://127.0.0.1:8001/1"),
    ],
)
def test_record_that_must_not_leave_does_not(record: LearningAction) -> None:
    """The last line of defence before a document is stored for delivery."""
    with pytest.raises(ValueError, match=r"\w"):
        to_wire(record)


def test_items_may_be_counted_below_five() -> None:
    """Nobody can be inferred from two bags."""
    shown = measure(form="count", counted="items", points=[{"period": 0, "numerator": 2}], before=4, after=1)

    wire: Any = to_wire(action(shown, day_zero="2026-03-02"))

    assert wire["measures"][0]["points"] == [{"period": 0, "numerator": 2}]


def test_loopback_addresses_leave_only_a_node_that_allows_them() -> None:
    """The demo's three nodes speak plain http to each other."""
    record = action(based_on="http://127.0.0.1:8001/1")

    assert to_wire(record, loopback_http=True)["basedOn"] == "http://127.0.0.1:8001/1"


def test_looking_and_finding_nothing_is_said() -> None:
    """An empty list of signals is not the same as none."""
    looked = Measure(
        key="k",
        label="L",
        kind="outcome",
        form="continuous",
        better="up",
        every="week",
        chart="run",
        rules="perla-2011",
        baseline=Baseline(from_period=-1, to_period=0),
        points=(Point(period=0, value=1.5),),
        signals=(),
    )
    without_points = msgspec.structs.replace(
        looked, points=(), signals=(Signal(rule="shift", from_period=0, to_period=1),)
    )

    wire: Any = to_wire(action(looked, day_zero="2026-03-02"))
    empty: Any = to_wire(action(without_points))

    assert wire["measures"][0]["signals"] == []
    assert "signals" not in empty["measures"][0]


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("medicines safety", "MedicinesSafety"),
        ("Entlassung", "Entlassung"),
        ("NEWS2", "NEWS2"),
        ("hand-hygiene & gel", "HandHygieneGel"),
        ("हिन्दी", "हिन्दी"),
        ("2026", ""),
        ("<>", ""),
    ],
)
def test_topic_becomes_one_word(topic: str, name: str) -> None:
    """A hashtag needs a letter and has no spaces."""
    assert hashtag_of(topic) == name


def test_hashtags_begin_with_the_type_and_repeat_nothing() -> None:
    """The same word in another case is the same tag."""
    assert hashtags(Learning(title="T", topics=("falls", "Falls", "learning", "sleep"))) == (
        "Learning",
        "Falls",
        "Sleep",
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(5.0, "5"), (6.04, "6.04"), (1e-6, "0.000001"), (1e9, "1000000000"), (-0.0, "0")]
)
def test_number_is_written_plainly(value: float, shown: str) -> None:
    """No exponent, no trailing zeros."""
    assert shown_number(value) == shown


def test_context_holds_every_published_term() -> None:
    """The terms are facts: exactly those of the published context."""
    assert context() == load("context.json")["@context"]


def test_context_may_leave_out_what_a_record_does_not_use() -> None:
    """A small record travels with a small context."""
    terms = context({"type": "Learning", "schemaVersion": 1, "title": "T", "basedOn": PARENT})

    assert terms.keys() == {
        *("rounds", "sensitive", "Hashtag", "learningRecord", "Learning"),
        *("schemaVersion", "title", "basedOn"),
    }


def test_the_address_of_a_source_survives_the_signs_of_old_identifiers() -> None:
    """Old DOIs hold `#` and `<`, which an address would end at or not hold."""
    odd = LearnedFrom(kind="article", doi="10.1002/(SICI)1097<1::AID-X#1>3.0.CO;2-Y")

    assert odd.address == "https://doi.org/10.1002/(SICI)1097%3C1::AID-X%231%3E3.0.CO;2-Y"
