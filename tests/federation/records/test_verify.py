"""Every rule of the extension, on the published examples and on documents made to break one rule each."""

import copy
from typing import Any

import pytest

from federation.reasons import PeerError, Reason
from federation.records import IgnoredRecord, RefusedRecord, Verdict, Verified, verify
from federation.records.fields import LearningShare
from tests.federation.records.documents import index, load, note

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
INVALID = [row for row in index("invalid") if row["rule"] != "A3"]


def judge(document: dict[str, Any], **options: bool) -> Verdict:
    """Verify a Note as fetched from its author."""
    return verify(document, activity=None, signer=document["attributedTo"], **options)


def changed(name: str, *, fields: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """Take a valid example, change fields of its record and properties of its Note."""
    document = copy.deepcopy(note(name))
    document["learningRecord"].update(fields or {})
    document.update(properties)
    return document


def measure(**fields: Any) -> dict[str, Any]:
    """Make a proportion with one harmless point, and change it."""
    point = {"period": 0, "numerator": 20, "denominator": 40}
    base = {"key": "k", "label": "L", "kind": "process", "form": "proportion", "better": "up", "every": "week"}
    return base | {"points": [point]} | fields


def with_measures(*measures: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Give the smallest Share with these measures and with their numbers in its text."""
    numbers = " ".join(f"{one[name]}" for one in measures for name in ("before", "after") if name in one)
    document = changed("19", fields={"measures": list(measures), "dayZero": "2026-03-02", **fields})
    document["content"] += f"<p>{numbers}</p>"
    return document


@pytest.mark.parametrize("row", index("valid"), ids=lambda row: row["file"])
def test_valid_example_is_verified_without_warning(row: dict[str, str]) -> None:
    """Each published valid document counts as it is."""
    activity = load(f"examples/valid/{row['file']}")

    verdict = verify(activity["object"], activity=activity, signer=activity["actor"])

    assert isinstance(verdict, Verified), verdict
    assert verdict.warnings == ()
    assert type(verdict.record).__name__ == row["record"].split()[0]


@pytest.mark.parametrize("row", INVALID, ids=lambda row: row["file"])
def test_invalid_example_gets_the_verdict_of_its_index(row: dict[str, str]) -> None:
    """Each published invalid document breaks exactly the rule that its index names."""
    activity = load(f"examples/invalid/{row['file']}")

    verdict = verify(activity["object"], activity=activity, signer=activity["actor"])

    if isinstance(verdict, Verified):
        assert ("accept-with-warning", (row["rule"],)) == (row["verdict"], verdict.warnings)
    else:
        kind = "refuse-activity" if isinstance(verdict, RefusedRecord) else "ignore-record"
        assert (kind, verdict.rule) == (row["verdict"], row["rule"])


def test_key_named_twice_is_refused_while_decoding() -> None:
    """Rule A3 needs no verifier: such a document never becomes one."""
    with pytest.raises(PeerError) as caught:
        load("examples/invalid/30-duplicate-keys.json")

    assert caught.value.reason is Reason.DUPLICATE_KEY


def test_activity_of_another_actor_is_refused() -> None:
    """Rule A1: the signer speaks for itself only."""
    document = note("10")

    verdict = verify(document, activity={"actor": "https://other.example/u"}, signer=document["attributedTo"])

    assert verdict == RefusedRecord("A1", Reason.NOT_OWNER)


@pytest.mark.parametrize("name", ["to", "cc", "bto", "bcc", "audience"])
@pytest.mark.parametrize("extra", [PUBLIC, "as:Public", "https://lakeside.example/users/noor/followers"])
def test_case_addressed_beyond_its_circle_is_refused(name: str, extra: str) -> None:
    """Rule C1 looks at every address of the Note and of the activity."""
    document = note("24")
    activity = {"actor": document["attributedTo"], "to": document["to"], name: [*document["to"], extra]}

    verdict = verify(document, activity=activity, signer=document["attributedTo"])

    assert verdict == RefusedRecord("C1", Reason.CASE_AUDIENCE)


def test_case_not_addressed_to_its_circle_is_refused() -> None:
    """Rule C1: a case names the circle it is for."""
    assert judge(changed("24", to=["https://riverside.example/users/mira"])) == RefusedRecord(
        "C1", Reason.CASE_AUDIENCE
    )


@pytest.mark.parametrize("kind", ["Article", ["Note"], ["Note", "x:Learning"], "as:Note", None])
def test_record_on_anything_but_a_plain_note_is_ignored(kind: object) -> None:
    """Rule A2: the type is the plain string Note."""
    assert judge(changed("10", type=kind)) == IgnoredRecord("A2")


def test_note_without_a_record_has_none_to_believe() -> None:
    """An ordinary post is ignored as a record, never an error."""
    document = note("10")
    del document["learningRecord"]

    assert judge(document) == IgnoredRecord("A2")


def test_record_of_two_authors_is_ignored() -> None:
    """Rule A4: one Note, one record, one author."""
    document = note("10")
    author = document["attributedTo"]
    document["attributedTo"] = [author, "https://hillcrest.example/users/ines"]

    assert verify(document, activity=None, signer=author) == IgnoredRecord("A4")


@pytest.mark.parametrize("change", [{"schemaVersion": True}, {"schemaVersion": "1"}, {"type": ["Learning"]}])
def test_unknown_version_or_type_makes_an_ordinary_post(change: dict[str, Any]) -> None:
    """Rule F4: what this version does not know is not judged further."""
    assert judge(changed("10", fields=change)) == IgnoredRecord("F4")


@pytest.mark.parametrize(("size", "is_ignored"), [(16_000, False), (16_384, True)])
def test_record_is_measured_in_bytes_before_its_form(size: int, is_ignored: bool) -> None:
    """Rule F2 counts bytes of UTF-8 without white space."""
    verdict = judge(changed("10", fields={"futureField": "é" * (size // 2)}))

    assert (verdict == IgnoredRecord("F2")) == is_ignored


@pytest.mark.parametrize(("levels", "is_ignored"), [(7, False), (8, True), (25, True)])
def test_record_nests_eight_deep_at_most(levels: int, is_ignored: bool) -> None:
    """Rule F3: the record itself is the first level."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]

    assert (judge(changed("10", fields={"futureField": value})) == IgnoredRecord("F3")) == is_ignored


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("A5", {"institution": "https://lakeside.example/institution"}),
        ("L7", {"report": "https://lakeside.example/reports/1"}),
        ("L1", {"lineage": [{"ref": note("04")["id"], "relation": "inspired-by"}]}),
        ("L1", {"reportsOn": note("04")["id"]}),
        ("L2", {"reportsOn": "https://lakeside.example/users/noor/statuses/201"}),
        ("T1", {"sentence": "It never happened."}),
        ("T1", {"decisionReason": "We liked it."}),
    ],
)
def test_share_that_breaks_one_rule_is_ignored_by_it(rule: str, fields: dict[str, Any]) -> None:
    """Origins, links and tied words."""
    assert judge(changed("04", fields=fields)) == IgnoredRecord(rule)


def test_pointer_to_another_origin_is_ignored() -> None:
    """Rule L7: a case is served by its author's node."""
    assert judge(changed("24", fields={"pointer": "https://northgate.example/c/1"})) == IgnoredRecord("L7")


def test_measures_with_one_key_or_points_with_one_period_are_ignored() -> None:
    """Rule N2: which of the two would count?"""
    twice = measure(points=[{"period": 1, "numerator": 20, "denominator": 40}] * 2)

    assert judge(with_measures(measure(), measure())) == IgnoredRecord("N2")
    assert judge(with_measures(twice)) == IgnoredRecord("N2")


def test_withdrawal_must_open_the_text() -> None:
    """Rule T3: who reads only the first line learns that it was withdrawn."""
    document = note("22")
    first, rest = document["content"].split("</p>", 1)
    document["content"] = rest + first + "</p>"

    assert judge(document) == IgnoredRecord("T3")


@pytest.mark.parametrize("shown", ["6,04", "6.040", "\N{FULLWIDTH DIGIT SIX}.04"])
def test_number_is_found_in_any_of_its_spellings(shown: str) -> None:
    """Rule T2: comma or point, trailing zeros and widths do not matter."""
    document = with_measures(measure(before=30, after=6.04))
    document["content"] = document["content"].replace("6.04", shown)

    assert isinstance(judge(document), Verified)


@pytest.mark.parametrize("shown", ["26.04", "6.041", "-6.04", "6"])
def test_number_is_not_found_within_another(shown: str) -> None:
    """Rule T2 compares whole numbers, not letters."""
    document = with_measures(measure(before=30, after=6.04))
    document["content"] = document["content"].replace("6.04", shown)

    assert judge(document) == IgnoredRecord("T2")


def test_negative_numbers_may_be_written_with_a_minus_sign() -> None:
    """Rule T2: hyphen and minus sign are one."""
    document = with_measures(measure(form="continuous", points=[], before=-3.5, after=2))
    document["content"] = document["content"].replace("-3.5", "\N{MINUS SIGN}3.5")

    assert isinstance(judge(document), Verified)


def test_direction_characters_warn_and_are_stripped() -> None:
    """Rule T4: what is shown cannot turn the text around it."""
    title = "safe\N{RIGHT-TO-LEFT OVERRIDE}txt.exe"
    verdict = judge(changed("10", fields={"title": title}, content=f"<p>Learning: {title}</p>"))

    assert isinstance(verdict, Verified)
    assert (verdict.warnings, verdict.record.title) == (("T4",), "safetxt.exe")


def test_reply_and_quote_that_do_not_match_warn() -> None:
    """Rules L4 and L5: the record counts, its thread is somewhere else."""
    verdict = judge(changed("04", inReplyTo="https://elsewhere.example/1", quote="https://elsewhere.example/2"))

    assert isinstance(verdict, Verified)
    assert verdict.warnings == ("L4", "L5")


@pytest.mark.parametrize(
    ("fields", "is_small"),
    [
        ({"points": [{"period": 0, "numerator": 4, "denominator": 40}]}, True),
        ({"points": [{"period": 0, "numerator": 38, "denominator": 40}]}, True),
        ({"points": [{"period": 0, "numerator": 0, "denominator": 4}]}, True),
        ({"points": [{"period": 0, "numerator": 0, "denominator": 40}]}, False),
        ({"points": [{"period": 0, "numerator": 40, "denominator": 40}]}, False),
        ({"counted": "items", "points": [{"period": 0, "numerator": 1, "denominator": 2}]}, False),
        ({"form": "count", "points": [], "before": 4.5, "after": 9}, True),
        ({"form": "count", "points": [], "before": 0, "after": 5}, False),
    ],
)
def test_small_numbers_warn_and_are_suppressed(fields: dict[str, Any], is_small: bool) -> None:
    """Rule N3: cells, complements, denominators and centres; a zero and a full house are shown."""
    verdict = judge(with_measures(measure(**fields)))

    assert isinstance(verdict, Verified)
    assert isinstance(verdict.record, LearningShare)
    shown = verdict.record.measures[0]
    assert (verdict.warnings == ("N3",)) == is_small
    assert ([point.state for point in shown.points] == ["suppressed"]) == (is_small and bool(shown.points))
    assert (shown.before is None) or not is_small


def test_day_zero_of_a_series_by_event_is_kept_as_a_month() -> None:
    """Rule N5: dates of events could be added up from a day."""
    by_event = measure(form="time-between", every="event", points=[{"period": 0, "value": 3}])
    verdict = judge(with_measures(by_event))

    assert isinstance(verdict, Verified)
    assert isinstance(verdict.record, LearningShare)
    assert (verdict.warnings, verdict.record.day_zero) == (("N5",), "2026-03")


@pytest.mark.parametrize(
    ("zero", "warnings"), [("2026-05-20", ()), ("2026-05-19", ("N6",)), ("2026-05", ()), ("2026-04", ("N6",))]
)
def test_prediction_after_day_zero_warns(zero: str, warnings: tuple[str, ...]) -> None:
    """Rule N6: 20 May is no prediction for a change of 19 May."""
    verdict = judge(changed("05", fields={"dayZero": zero}))

    assert isinstance(verdict, Verified)
    assert verdict.warnings == warnings


@pytest.mark.parametrize("change", [{"sensitive": False}, {"summary": None}, {"summary": ""}])
def test_case_without_a_content_warning_warns(change: dict[str, Any]) -> None:
    """Rule C2: the node sets both."""
    verdict = judge(changed("24", **change))

    assert isinstance(verdict, Verified)
    assert verdict.warnings == ("C2",)


@pytest.mark.parametrize(
    ("uri", "is_accepted"),
    [
        ("http://127.0.0.1:8001/users/a/statuses/1", True),
        ("http://localhost:8001/users/a/statuses/1", True),
        ("http://[::1]:8001/users/a/statuses/1", True),
        ("http://127.0.0.1.evil.example/1", False),
        ("http://127.999.0.1/1", False),
        ("http://riverside.example/1", False),
        ("http://10.0.0.1/1", False),
    ],
)
def test_plain_http_is_for_loopback_hosts_of_a_node_that_allows_it(uri: str, is_accepted: bool) -> None:
    """The setting relaxes the rule for this machine and for nothing else."""
    document = changed("10", fields={"basedOn": uri})

    assert isinstance(judge(document, loopback_http=True), Verified) == is_accepted
    assert judge(document) == IgnoredRecord("F1", "basedOn is not an https address")


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- > {} -->",
        "<script>{}</script>",
        "<style>{}</style>",
        "<a title='> {}'>x</a>",
        '<a title="> {}">x</a>',
        "<a {}",
        "<template>{}</template>",
    ],
)
def test_words_that_no_reader_sees_do_not_tie(hidden: str) -> None:
    """Rule T1 asks what the text says, not what its markup holds."""
    document = note("10")
    title = document["learningRecord"]["title"]
    document["content"] = f"<p>Something else</p>{hidden.format(title)}"

    assert judge(document) == IgnoredRecord("T1")


def test_text_is_compared_whatever_its_markup_case_and_spaces() -> None:
    """Rule T1: entities, breaks, widths and case do not separate what a reader sees as one."""
    document = changed(
        "10", fields={"title": "Ｆ & <b> ß"}, content="<p>Learning: f&nbsp;&amp;<br>&lt;<b>B</b>> SS</p>"
    )

    assert isinstance(judge(document), Verified)


def test_hostile_markup_is_read_in_one_pass() -> None:
    """A quarter of a million unclosed tags, quotes or comments cost no more than one reading."""
    for piece in ("<", "<a", "<a '", "<!--", "<a x=\"'", "</script", "<script>", "&#x"):
        document = changed("10", content=(piece * 200_000)[:200_000])

        assert judge(document) == IgnoredRecord("T1")
