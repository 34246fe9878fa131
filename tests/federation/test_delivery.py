"""What follows from each answer to a delivery, and when a host is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from federation.delivery import (
    FAILURES_TO_OPEN,
    MAX_ATTEMPTS,
    Breaker,
    Done,
    Drop,
    Retry,
    is_host_failure,
    next_step,
)
from federation.reasons import Reason

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def step(attempt=1, status=503, retry_after=None, error=None, jitter=0.0):
    """Give the next step with plain values."""
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return next_step(attempt, status, headers, error, now=NOW, jitter=jitter)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_is_done(status):
    """Whatever the body says, a 2xx is taken."""
    assert step(status=status) == Done()


@pytest.mark.parametrize(
    ("attempt", "delay"),
    [
        (1, MINUTE),
        (2, 5 * MINUTE),
        (3, 15 * MINUTE),
        (4, HOUR),
        (5, 3 * HOUR),
        (6, 6 * HOUR),
        (7, 12 * HOUR),
        (8, DAY),
        (11, DAY),
    ],
)
def test_wait_grows_with_every_attempt(attempt, delay):
    """The schedule starts at a minute and ends at a day."""
    assert step(attempt) == Retry(NOW + delay)


def test_attempts_end_within_five_days():
    """A peer that never answers is given up, but not before four days have passed."""
    at, attempt = timedelta(), 1
    while isinstance(found := step(attempt), Retry):
        at, attempt = at + (found.at - NOW), attempt + 1

    assert found == Drop(Reason.UNREACHABLE)
    assert attempt == MAX_ATTEMPTS
    assert 4 * DAY < at <= 5 * DAY


@pytest.mark.parametrize(("jitter", "minutes"), [(-1.0, 45), (1.0, 75), (9.0, 75)])
def test_jitter_spreads_by_a_quarter(jitter, minutes):
    """Deliveries that failed together do not come back together."""
    assert step(4, jitter=jitter) == Retry(NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7200", 2 * HOUR),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 3 * HOUR),
        ("2000000", DAY),
        ("5", MINUTE),
        ("0", MINUTE),
        ("-5", MINUTE),
        ("soon", MINUTE),
        ("99999999999999", MINUTE),
        ("Sun, 01 Mar 2020 11:00:00 GMT", MINUTE),
        ("Sun, 01 Mar 2099 11:00:00 GMT", MINUTE),
        ("", MINUTE),
    ],
)
def test_retry_after_puts_off_up_to_a_day_and_nonsense_is_ignored(value, wait):
    """A peer may ask for patience, neither for haste nor for eternity."""
    assert step(status=429, retry_after=value) == Retry(NOW + wait)


@pytest.mark.parametrize("status", [400, 403, 405, 406, 409, 413, 415, 422, 451, 501])
def test_refusal_is_final(status):
    """Asking again would get the same answer."""
    assert step(status=status) == Drop(Reason.REFUSED_BY_PEER)


@pytest.mark.parametrize("status", [0, 301, 308, 401, 408, 429, 500, 502, 503, 504])
def test_passing_fault_is_retried(status):
    """No answer, a fault of the server, a key not yet known: tried again."""
    assert step(status=status) == Retry(NOW + MINUTE)


def test_gone_inbox_is_dropped_at_once_and_a_missing_one_after_three():
    """410 is meant, 404 may be a mistake."""
    assert step(1, 410) == Drop(Reason.GONE)
    assert isinstance(step(2, 404), Retry)
    assert step(3, 404) == Drop(Reason.NOT_FOUND)


@pytest.mark.parametrize("reason", [Reason.FORBIDDEN_ADDRESS, Reason.INSECURE_ADDRESS])
def test_address_that_may_not_be_dialled_is_dropped(reason):
    """An inner address does not become better by waiting, and says nothing about the host."""
    assert step(status=0, error=f"{reason}: the address lies inside") == Drop(reason)
    assert not is_host_failure(0, reason.value)


def test_only_silence_and_faults_speak_against_a_host():
    """A refusal proves that the host lives."""
    assert [is_host_failure(s, "unreachable") for s in (0, 500, 503, 202, 404, 429)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def opened(now=NOW):
    """Give a breaker that has just opened."""
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        breaker = breaker.after_failure(now)
    return breaker


def test_breaker_opens_after_ten_failures_in_a_row():
    """Nine are bad luck."""
    nine = Breaker()
    for _ in range(9):
        nine = nine.after_failure(NOW)

    assert nine.allow(NOW)
    assert not nine.after_failure(NOW).allow(NOW)
    assert nine.after_success() == Breaker()


def test_open_breaker_lets_one_probe_through_after_a_minute():
    """While the probe is under way nobody else is let through, unless it never reports."""
    breaker = opened()

    assert not breaker.allow(NOW + timedelta(seconds=59))
    assert breaker.allow(NOW + MINUTE)
    probing = breaker.begin(NOW + MINUTE)
    assert probing.state == "half-open"
    assert not probing.allow(NOW + MINUTE + timedelta(seconds=30))
    assert probing.allow(NOW + 3 * MINUTE)


def test_failed_probes_double_the_wait_up_to_twelve_hours():
    """A host that stays dead is asked ever less."""
    breaker, now, waits = opened(), NOW, []
    for _ in range(12):
        now = breaker.next_try_at
        breaker = breaker.begin(now).after_failure(now)
        waits.append(breaker.next_try_at - now)

    assert waits[:3] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits[-1] == 12 * HOUR


def test_late_failure_of_another_attempt_leaves_the_window():
    """Attempts that were under way when it opened do not push the probe away."""
    breaker = opened()

    assert breaker.after_failure(NOW + timedelta(seconds=30)).next_try_at == breaker.next_try_at


def test_success_or_a_word_from_the_host_closes():
    """One sign of life is enough, from any state."""
    assert opened().after_success() == Breaker()
    assert opened().begin(NOW + MINUTE).after_success() == Breaker()


def test_beginning_with_a_closed_breaker_changes_nothing():
    """Only a probe is noted."""
    assert Breaker(failures=3).begin(NOW) == Breaker(failures=3)
