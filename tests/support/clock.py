"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """The time of a test."""

    def __init__(self, now: datetime = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic_s = 1000.0

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return self._now

    def monotonic_s(self) -> float:
        """Return seconds that never go backwards."""
        return self._monotonic_s

    def pass_time(self, **time: float) -> None:
        """Move on, by the keywords of `timedelta`."""
        passed = timedelta(**time)
        self._now += passed
        self._monotonic_s += passed.total_seconds()
