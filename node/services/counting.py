"""Numbers for administrators: what happened day by day, what it was mostly, and whether who came comes again.

Measures count the node and never a person. Source: the admin/measures, dimensions and retention methods of Mastodon.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

from node.entities.instants import iso
from node.errors import invalid
from node.store import counting
from node.store.unit import Snapshot

MAX_DAYS: Final = 366
MAX_KEYS: Final = 20
EPOCH: Final = date(1970, 1, 1)
Frequency = Literal["day", "month"]
# what a measure or dimension is about, where it is not the whole node
_ABOUT: Final = {
    "tag_accounts": "id", "tag_uses": "id", "tag_servers": "id", "tag_languages": "id", "instance_accounts": "domain",
    "instance_media_attachments": "domain", "instance_reports": "domain", "instance_statuses": "domain",
    "instance_follows": "domain", "instance_followers": "domain", "instance_languages": "domain",
}  # fmt: skip


class Span(Struct, frozen=True):
    """Some days, both ends among them."""

    first: date
    last: date

    @property
    def days(self) -> range:
        """The days since 1970."""
        return range((self.first - EPOCH).days, (self.last - EPOCH).days + 1)

    @property
    def before(self) -> range:
        """As many days before."""
        return range(self.days.start - len(self.days), self.days.start)


def span(start: str | None, end: str | None, today: date) -> Span:
    """Return the days that a client names, by default the last thirty. Raises: 422 for no dates, or too many days."""
    first = _day(start, "start_at") if start else today - timedelta(days=29)
    last = _day(end, "end_at") if end else today
    if not 0 <= (last - first).days < MAX_DAYS:
        raise invalid(f"end_at is not before start_at, and at most {MAX_DAYS} days after it", field="end_at")
    return Span(first, last)


def _day(text: str, field: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise invalid(f"Validation failed: {field} must be a date such as 2027-01-15", field=field) from None


def measures(snapshot: Snapshot, keys: Iterable[str], about: Mapping[str, str], during: Span) -> list[dict[str, Any]]:
    """Return an Admin::Measure for each key that is known. Raises: 422 where what it is about is missing."""
    wanted = [key for key in dict.fromkeys(keys) if key in counting.MEASURES][:MAX_KEYS]
    return [_measure(snapshot, key, _named(key, about), during) for key in wanted]


def _measure(snapshot: Snapshot, key: str, about: str, during: Span) -> dict[str, Any]:
    now = counting.measure(snapshot, key, about, during.days)
    return {
        "key": key,
        "unit": None,
        "total": str(sum(now.values())),
        "previous_total": str(sum(counting.measure(snapshot, key, about, during.before).values())),
        "data": [{"date": _iso(day)[:10], "value": str(now.get(day, 0))} for day in during.days],
    }


def dimensions(
    snapshot: Snapshot, keys: Iterable[str], about: Mapping[str, str], during: Span, *, limit: int
) -> list[dict[str, Any]]:
    """Return an Admin::Dimension for each key that is known. Raises: 422 where what it is about is missing."""
    known = counting.DIMENSIONS.keys() | {"software_versions", "space_usage"}
    wanted = [key for key in dict.fromkeys(keys) if key in known][:MAX_KEYS]
    most = max(1, min(limit, counting.MAX_ROWS))
    return [{"key": key, "data": _dimension(snapshot, key, about, during, most)} for key in wanted]


def _dimension(
    snapshot: Snapshot, key: str, about: Mapping[str, str], during: Span, limit: int
) -> list[dict[str, Any]]:
    if key == "software_versions":
        return [{"key": "rounds", "human_key": "Rounds", "value": snapshot.site.version}]
    if key == "space_usage":
        size = counting.database_bytes(snapshot)
        human = f"{size / 1_048_576:.1f} MB"
        return [{"key": "database", "human_key": "Database", "value": str(size), "unit": "bytes", "human_value": human}]
    found = counting.dimension(snapshot, key, _named(key, about), during.days, limit=limit)
    is_host = key in ("servers", "tag_servers")
    return [
        {"key": name, "human_key": name or (snapshot.site.handle_host if is_host else "Website"), "value": str(number)}
        for name, number in found
    ]


def _named(key: str, about: Mapping[str, str]) -> str:
    field = _ABOUT.get(key)
    given = about.get(key, "") if field else ""
    is_good = given.isascii() and given.isdigit() and len(given) < 19 if field == "id" else bool(given)
    if field and not is_good:
        raise invalid(f"Validation failed: {key}[{field}] is missing", field=key)
    return given


def cohorts(snapshot: Snapshot, during: Span, frequency: Frequency) -> list[dict[str, Any]]:
    """Return an Admin::Cohort for each day or month in which somebody came: how many of them posted later on."""
    came = counting.newcomers(snapshot, during.days)
    posted = counting.posting_days(snapshot, came, during.days)
    periods = list(dict.fromkeys(_period(day, frequency) for day in during.days))
    members = _by_period(came.items(), frequency)
    active = _by_period(posted, frequency)
    return [
        {
            "period": _iso(one),
            "frequency": frequency,
            "data": [
                _rate(later, members.get(one, set()), active.get(later, set()), is_first=later == one)
                for later in periods[place:]
            ],
        }
        for place, one in enumerate(periods)
    ]


def _by_period(days: Iterable[tuple[int, int]], frequency: Frequency) -> dict[int, set[int]]:
    """Return who there is in each period, of (account, day)."""
    found: dict[int, set[int]] = {}
    for account_id, day in days:
        found.setdefault(_period(day, frequency), set()).add(account_id)
    return found


def _rate(period: int, members: set[int], active: set[int], *, is_first: bool) -> dict[str, Any]:
    stayed = len(members) if is_first else len(members & active)
    return {"date": _iso(period), "rate": stayed / len(members) if members else 0, "value": str(stayed)}


def _period(day: int, frequency: Frequency) -> int:
    return day if frequency == "day" else (((EPOCH + timedelta(days=day)).replace(day=1)) - EPOCH).days


def _iso(day: int) -> str:
    return iso(datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), UTC))
