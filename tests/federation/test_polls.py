"""Polls as peers write them: one shape comes of all, and none of them is too large."""

from datetime import UTC, datetime, timedelta

import pytest

from federation.vocab.poll import MAX_TITLES_BYTES, Option, Poll, choice_of, poll_of
from tests.federation.people import NOW, note


def read(**question: object) -> Poll | None:
    return poll_of({"type": "Question", **question}, NOW)


def option(title: str, votes: object = 0) -> dict[str, object]:
    return {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": votes}}


def test_one_of_is_single_and_any_of_is_multiple() -> None:
    """With their numbers, as far as they are numbers."""
    single = read(oneOf=[option("Tea", 3), option("Water", "many")], votersCount=3)
    several = read(anyOf=[option("Tea", 2), option("Water", 2)])

    assert single == Poll(options=(Option("Tea", 3), Option("Water", 0)), voters_count=3)
    assert several == Poll(options=(Option("Tea", 2), Option("Water", 2)), is_multiple=True)


def test_an_option_may_be_named_by_its_content() -> None:
    """Some servers write it there."""
    poll = read(oneOf=[{"type": "Note", "content": "Tea"}, "nonsense", None, {"name": ""}, option("Water")])

    assert poll is not None
    assert poll.titles == ("Tea", "Water")


@pytest.mark.parametrize("options", [{}, {"oneOf": []}, {"anyOf": "Tea"}, {"oneOf": [{"type": "Note"}]}])
def test_a_question_without_options_is_no_poll(options: dict[str, object]) -> None:
    """It is a post."""
    assert read(**options) is None


@pytest.mark.parametrize(
    ("said", "ends_at", "closed_at"),
    [
        ({}, None, None),
        ({"endTime": "2026-06-03T08:00:00Z"}, NOW + timedelta(days=1), None),
        ({"closed": True}, None, NOW),
        ({"closed": False}, None, None),
        ({"closed": "2026-06-01T08:00:00Z"}, NOW - timedelta(days=1), NOW - timedelta(days=1)),
        ({"closed": "2026-06-03T08:00:00Z"}, NOW + timedelta(days=1), None),
        ({"endTime": "9999-12-31T23:59:59Z"}, None, None),
        ({"endTime": "0001-01-01T00:00:00Z"}, datetime(1970, 1, 1, tzinfo=UTC), None),
        ({"endTime": "soon"}, None, None),
    ],
    ids=str,
)
def test_the_end_of_a_poll_is_read(
    said: dict[str, object], ends_at: datetime | None, closed_at: datetime | None
) -> None:
    """An end may lie ahead, be there, or never come."""
    poll = read(oneOf=[option("Tea")], **said)

    assert poll is not None
    assert (poll.ends_at, poll.closed_at) == (ends_at, closed_at)


def test_S145_ten_thousand_options_are_cut_at_the_cap() -> None:
    """Neither many nor long ones make an answer large."""
    many = read(oneOf=[option(f"Option {number}") for number in range(10_000)])
    long = read(oneOf=[option(f"{number}{'ä' * 1_000_000}") for number in range(200)])

    assert many is not None
    assert long is not None
    assert len(many.options) == 500
    assert sum(len(title.encode()) for title in long.titles) <= MAX_TITLES_BYTES
    assert max(map(len, long.titles)) == 500


def test_a_vote_is_a_name_in_reply_to_something() -> None:
    """Nothing else stands for an option."""
    vote = note(name=" Tea\n", inReplyTo="https://ward.example/1", content=None)

    assert choice_of(vote) == "Tea"
    assert choice_of(vote | {"inReplyTo": None}) is None
    assert choice_of(vote | {"type": "Article"}) is None
    assert choice_of(vote | {"name": ""}) is None
