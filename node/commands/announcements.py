"""`rounds announce ...`: what the node announces to everybody here."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import to_builtins

from node.commands import database
from node.commands.console import say, say_json, say_table
from node.learning.phrases import shortened
from node.services import announcing
from node.services.announcing import Words
from node.settings import Settings

ACTOR: Final = "command-line"
MAX_SHOWN_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Times:
    """When what is announced begins and ends, in the time of the node."""

    starts: datetime | None
    ends: datetime | None
    is_all_day: bool

    def words(self, text: str, zone: ZoneInfo) -> Words:
        """Return a text with these times; the last of whole days counts to its end."""
        starts, ends = (one and one.replace(tzinfo=zone) for one in (self.starts, self.ends))
        if ends is not None and self.is_all_day:
            ends = datetime.combine(ends.date(), time.max, tzinfo=zone)
        return Words(text=text, starts_at=starts, ends_at=ends, is_all_day=self.is_all_day)


def publish(settings: Settings, text: str, times: Times) -> None:
    """Announce something now."""
    with database.current(settings) as session:
        number = session.write(announcing.publish, times.words(text, settings.site.zone), by=ACTOR)
    say(f"Announcement {number} is published.")


def edit(settings: Settings, number: int, text: str, times: Times) -> None:
    """Say an announcement otherwise."""
    with database.current(settings) as session:
        session.write(announcing.edit, number, times.words(text, settings.site.zone), by=ACTOR)
    say(f"Announcement {number} is changed.")


def remove(settings: Settings, number: int) -> None:
    """Take an announcement back."""
    with database.current(settings) as session:
        session.write(announcing.remove, number, by=ACTOR)
    say(f"Announcement {number} is taken back.")


def show(settings: Settings, *, as_json: bool) -> None:
    """List the announcements, ended ones too."""
    with database.current(settings) as session:
        found = session.read(announcing.every)
    if as_json:
        say_json(to_builtins(found))
        return
    zone = settings.site.zone
    rows = [
        (
            str(one.id),
            _when(one.published_at, zone),
            _when(one.starts_at, zone),
            _when(one.ends_at, zone),
            _short(one.text),
        )
        for one in found
    ]
    say_table(f"{len(found)} announcements", ("number", "published", "begins", "ends", "text"), rows)


def _when(instant: datetime | None, zone: ZoneInfo) -> str:
    return "-" if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), MAX_SHOWN_CHARS)
