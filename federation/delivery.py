"""What follows from one attempt to deliver: done, once more at a time, or never; and the breaker of a host.

Pure: time and chance are parameters, the queue and the sending are the node's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from federation.reasons import Reason
from federation.signatures.dates import parse_date

_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR
_DELAYS_S: Final = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, *[_DAY] * 4)
_SPREAD: Final = 0.25
MAX_ATTEMPTS: Final = len(_DELAYS_S) + 1  # the last one falls just short of five days after the first
_MAX_NOT_FOUND: Final = 3
_MAX_RETRY_AFTER_S: Final = _DAY
_ABSURD_RETRY_AFTER_S: Final = 366 * _DAY
_SALVAGEABLE: Final = frozenset({401, 404, 408, 429})
_NOT_IMPLEMENTED: Final = 501
_FINAL_ERRORS: Final = {reason.value: reason for reason in (Reason.FORBIDDEN_ADDRESS, Reason.INSECURE_ADDRESS)}

FAILURES_TO_OPEN: Final = 10
_FIRST_WINDOW_S: Final = _MINUTE
_MAX_WINDOW_S: Final = 12 * _HOUR
_PROBE_LEASE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Done:
    """The peer took it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try once more, not before `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Never again: the peer said so, or every attempt was made."""

    reason: Reason


def next_step(
    attempt: int,
    status: int,
    headers: Mapping[str, str],
    error: str | None,
    *,
    now: datetime,
    jitter: float,
) -> Done | Retry | Drop:
    """Decide what follows from the `attempt`-th try (from 1) that was answered with `status`, 0 when no answer came.

    A Retry-After header (`headers` has lower-case names) can put the next try off, up to a day, but never bring it
    forward, so that a peer cannot use up the attempts. `error` is that of the deliverer: a reason code, then perhaps a
    colon and words. `jitter` lies between -1 and 1.
    """
    if 200 <= status < 300:
        return Done()
    refused = _refusal(attempt, status, error)
    if refused is not None:
        return Drop(refused)
    if attempt >= MAX_ATTEMPTS:
        return Drop(Reason.UNREACHABLE)
    delay = _DELAYS_S[max(attempt, 1) - 1] * (1 + _SPREAD * max(-1.0, min(1.0, jitter)))
    asked = retry_after_s(headers.get("retry-after"), now=now)
    return Retry(now + timedelta(seconds=max(delay, asked or 0.0)))


def retry_after_s(value: str | None, *, now: datetime) -> float | None:
    """Read a Retry-After header in seconds or as a date, at most a day; None when it is absent, past or absurd."""
    if not value:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,10}", text):
        seconds = float(text)
    else:
        date = parse_date(text)
        seconds = (date - now).total_seconds() if date else 0.0
    return min(seconds, _MAX_RETRY_AFTER_S) if 0 < seconds <= _ABSURD_RETRY_AFTER_S else None


def is_host_failure(status: int, error: str | None = None) -> bool:
    """Tell whether an attempt speaks against the whole host (no answer, or a fault of its own), for its breaker."""
    return status >= 500 or (status == 0 and _final_error(error) is None)


def _refusal(attempt: int, status: int, error: str | None) -> Reason | None:
    final = _final_error(error)
    if final is not None:
        return final
    if status == 410:
        return Reason.GONE
    if status == 404 and attempt >= _MAX_NOT_FOUND:
        return Reason.NOT_FOUND
    if (400 <= status < 500 and status not in _SALVAGEABLE) or status == _NOT_IMPLEMENTED:
        return Reason.REFUSED_BY_PEER
    return None


def _final_error(error: str | None) -> Reason | None:
    return _FINAL_ERRORS.get((error or "").partition(":")[0])


@dataclass(frozen=True, slots=True)
class Breaker:
    """Keeps a dead host from being asked over and over.

    closed: attempts flow; open: none before `next_try_at`; half-open: one probe is under way and decides.
    """

    state: Literal["closed", "open", "half-open"] = "closed"
    failures: int = 0
    opened_at: datetime | None = None
    window_s: float = 0.0
    probe_at: datetime | None = None

    @property
    def next_try_at(self) -> datetime | None:
        """When the next probe may begin; None while closed."""
        if self.state == "half-open" and self.probe_at:
            return self.probe_at + timedelta(seconds=_PROBE_LEASE_S)  # a probe that never reported is given up
        if self.state == "open" and self.opened_at:
            return self.opened_at + timedelta(seconds=self.window_s)
        return None

    def allow(self, now: datetime) -> bool:
        """Tell whether an attempt may begin; when it does, keep `begin(now)`."""
        return self.next_try_at is None or now >= self.next_try_at

    def begin(self, now: datetime) -> "Breaker":
        """Note that an allowed attempt begins: out of `open` it is the one probe."""
        return self if self.state == "closed" else replace(self, state="half-open", probe_at=now)

    def after_success(self) -> "Breaker":
        """Close, after an answer from the host or any valid request that came from it."""
        return Breaker()

    def after_failure(self, now: datetime) -> "Breaker":
        """Count a failure: the tenth in a row opens, a failed probe doubles the wait up to twelve hours."""
        failures = self.failures + 1
        if self.state == "half-open":
            window = min(self.window_s * 2, _MAX_WINDOW_S)
            return Breaker("open", failures, now, window)
        if self.state == "closed" and failures >= FAILURES_TO_OPEN:
            return Breaker("open", failures, now, _FIRST_WINDOW_S)
        return replace(self, failures=failures)
