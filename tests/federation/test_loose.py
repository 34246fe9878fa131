"""JSON-LD's many shapes: what is refused at the door, and what one value is made of them."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import loose
from federation.reasons import PeerError, Reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": 1, "a": 2}', Reason.DUPLICATE_KEY),
        (b'{"o": {"a": 1, "a": 1}}', Reason.DUPLICATE_KEY),
        (b'{"a": ' * 33 + b"1" + b"}" * 33, Reason.TOO_DEEP),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", Reason.TOO_DEEP),
        (b'{"a": "' + b"x" * loose.MAX_BYTES + b'"}', Reason.TOO_LARGE),
        (b'{"o": [{"@graph": []}]}', Reason.FORBIDDEN_KEYWORD),
        (b'{"@included": {}}', Reason.FORBIDDEN_KEYWORD),
        (b'{"@reverse": {}}', Reason.FORBIDDEN_KEYWORD),
        (b'[{"id": "https://a.example/1"}]', Reason.MALFORMED),
        (b'"text"', Reason.MALFORMED),
        (b'{"a": NaN}', Reason.MALFORMED),
        (b'{"a": -Infinity}', Reason.MALFORMED),
        (b'{"a": 1e999}', Reason.MALFORMED),
        (b'{"a": ' + b"9" * 5000 + b"}", Reason.MALFORMED),
        (b'{"a": "\\ud800"}', Reason.MALFORMED),
        (b'{"\\udfff": 1}', Reason.MALFORMED),
        (b'{"a": "\xff"}', Reason.MALFORMED),
        (b'{"a": 1', Reason.MALFORMED),
        (b"", Reason.MALFORMED),
    ],
    ids=range(19),
)
def test_decode_refuses_a_hostile_document_with_its_reason(body: bytes, expected: Reason) -> None:
    """Every bound at the door has a reason of its own."""
    with pytest.raises(PeerError) as refusal:
        loose.decode(body)

    assert refusal.value.reason == expected


def test_decode_accepts_the_deepest_allowed_document_and_escaped_pairs() -> None:
    """32 levels and a whole escaped character are fine."""
    assert loose.decode(b'{"a": ' * 32 + b"1" + b"}" * 32)
    assert loose.decode(b'{"a": "\\ud83c\\udf75"}') == {"a": "🍵"}


@given(st.binary(max_size=200))
def test_decode_never_fails_in_another_way(body: bytes) -> None:
    """Any bytes give an object or a PeerError."""
    with suppress(PeerError):
        assert isinstance(loose.decode(body), dict)


def test_plain_renames_prefixed_keys_at_every_depth_and_keeps_the_context() -> None:
    """`as:cc`, `toot:featured` and expanded keys mean their short ones; a short key wins over its twin."""
    context = {"as:sensitive": "x"}
    document = {
        "@context": context,
        "@id": "https://a.example/1",
        "as:sensitive": True,
        "sensitive": False,
        "object": [{"https://www.w3.org/ns/activitystreams#cc": "as:Public", "toot:featured": "f"}],
    }

    assert loose.plain(document) == {
        "@context": context,
        "id": "https://a.example/1",
        "sensitive": False,
        "object": [{"cc": "as:Public", "featured": "f"}],
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("https://a.example/1", "https://a.example/1"),
        ({"id": "https://a.example/1"}, "https://a.example/1"),
        ([None, {"id": "https://a.example/1"}, "https://a.example/2"], "https://a.example/1"),
        ({"type": "Link", "href": "https://a.example/1"}, "https://a.example/1"),
        ({"id": 7}, None),
        ({}, None),
        ([], None),
        (7, None),
        ("", None),
    ],
)
def test_id_of_reads_an_id_from_every_shape(value: object, expected: str | None) -> None:
    """An id may come bare, embedded, linked or in a list."""
    assert loose.id_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"@id": "https://a.example/1"}, "https://a.example/1"),
        ([{"id": "https://a.example/1"}], "https://a.example/1"),
        ({"id": "https://a.example/1", "type": "Note"}, {"id": "https://a.example/1", "type": "Note"}),
        ({"id": 7}, None),
        ({}, None),
        (None, None),
    ],
)
def test_an_object_that_is_nothing_but_its_id_is_that_id(value: object, expected: object) -> None:
    """Two ways to write one reference."""
    assert loose.referred(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (1, True),
        ("True", True),
        ({"@value": True}, True),
        ([True], True),
        (False, False),
        (None, False),
        ("no", False),
        (2, False),
        ({}, False),
    ],
)
def test_yes_is_yes_however_it_is_written(value: object, expected: bool) -> None:
    """A typed value, a number and a text say it too."""
    assert loose.is_true(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("640", 640), ("-1", None), ("1e3", None), ("٣", None), ("9" * 13, None), (3.0, 3)]
)
def test_digits_are_a_number(value: object, expected: int | None) -> None:
    """Others write numbers as texts."""
    assert loose.whole_number(value) == expected


def test_text_of_takes_the_plain_text_else_the_first_of_the_map_without_nul() -> None:
    """The content comes first, then its language map."""
    assert loose.text_of({"content": "a\x00b", "contentMap": {"en": "c"}}) == "ab"
    assert loose.text_of({"content": None, "contentMap": {"nl": "c", "en": "d"}}) == "c"
    assert loose.text_of({"content": {"@value": "e"}}) == "e"
    assert loose.text_of({"content": ["f"]}) == "f"
    assert loose.language_of({"content": [{"@value": "e", "@language": "fr"}]}) == "fr"
    assert loose.language_of({"contentMap": {"und": "x"}, "nameMap": {"pt-BR": "y"}}) == "pt-BR"
    assert loose.language_of({"contentMap": {"en_US": "x"}}) == "en-US"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-11T07:31:00Z", datetime(2026, 2, 11, 7, 31, tzinfo=UTC)),
        ("2026-02-11T07:31:00+0000", datetime(2026, 2, 11, 7, 31, tzinfo=UTC)),
        ("2026-02-11T13:16:00+05:45", datetime(2026, 2, 11, 7, 31, tzinfo=UTC)),
        ("2026-02-11T07:31:00.123456789Z", datetime(2026, 2, 11, 7, 31, 0, 123456, tzinfo=UTC)),
        ("2026-02-11t07:31:00z", datetime(2026, 2, 11, 7, 31, tzinfo=UTC)),
        ("2026-02-11T07:31:00", datetime(2026, 2, 11, 7, 31, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (None, None),
        (1770795060, None),
    ],
)
def test_timestamp_reads_the_dates_that_peers_send(value: object, expected: datetime | None) -> None:
    """Tolerant about offsets and fractions, silent about nonsense."""
    assert loose.timestamp(value) == expected


def test_page_url_picks_the_html_page_before_apps_and_players() -> None:
    """Of several links people get the html one; unknown schemes never."""
    links = [
        "app://post/1",
        {"type": "Link", "mimeType": "audio/ogg", "href": "https://a.example/1.ogg"},
        {"type": "Link", "mediaType": "text/html; charset=utf-8", "href": "https://a.example/1"},
    ]

    assert loose.page_url(links) == "https://a.example/1"
    assert loose.page_url("javascript:alert(1)") is None


@pytest.mark.parametrize("name", ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"])
def test_is_public_knows_the_three_names_of_everyone(name: str) -> None:
    """Peers write the public collection in three ways."""
    assert loose.is_public(name)
    assert not loose.is_public(name.lower())
