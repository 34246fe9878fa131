"""When and where: what an Event of Mobilizon, Gancio, WordPress or PieFed says beside its words, as a list for people."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from federation import loose, uris
from federation.vocab import prose

_MAX_PLACES: Final = 4
_MAX_TEXT: Final = 500
_ADDRESS: Final = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
_ONLINE: Final = ("onlineAddress", "externalParticipationUrl")
_STATES: Final = {"CANCELLED": "Cancelled", "CANCELED": "Cancelled", "TENTATIVE": "Not certain yet"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ZONE: Final = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")


def details_of(document: Mapping[str, object]) -> str:
    """Give state, time, places and addresses online as an HTML list; empty when nothing of it is said."""
    plain = [*_state(document), *_time(document), *_places(document)]
    items = [html.escape(text, quote=False) for text in plain if text] + [_link(url) for url in _online(document)]
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _state(document: Mapping[str, object]) -> Iterator[str]:
    for key in ("ical:status", "status", "eventStatus"):
        said = loose.text_of(document, key) or ""
        found = _STATES.get(said.rpartition("/")[2].removeprefix("Event").upper())
        if found:
            yield found
            return


def _time(document: Mapping[str, object]) -> Iterator[str]:
    zone = _zone(loose.text_of(document, "timezone"))
    start, end = (_local(document.get(key), zone) for key in ("startTime", "endTime"))
    if start is None:
        return
    if _DAY.fullmatch((loose.text_of(document, "startTime") or "").strip()):
        yield f"{start:%Y-%m-%d}" + (f" – {end:%Y-%m-%d}" if end is not None and end.date() > start.date() else "")
        return
    until = ""
    if end is not None and end > start:
        until = f" – {_clock(end)}" if end.date() == start.date() else f" – {end:%Y-%m-%d} {_clock(end)}"
    yield f"{start:%Y-%m-%d} {_clock(start)}{until}{_zone_name(start, zone)}"


def _local(value: object, zone: ZoneInfo | None) -> datetime | None:
    """Read a time as it is on the clocks there; one without any zone is taken for that."""
    moment = loose.moment(value)
    if moment is None:
        return None
    try:
        if moment.tzinfo is None:
            return moment.replace(tzinfo=zone or UTC)
        return moment.astimezone(zone) if zone else moment
    except (ValueError, OverflowError):
        return None


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name and _ZONE.fullmatch(name) else None
    except (ValueError, OSError):  # none of that name, or a folder of them
        return None


def _zone_name(moment: datetime, zone: ZoneInfo | None) -> str:
    if zone is not None:
        return f" ({zone.key})"
    offset = moment.strftime("%z")
    return " (UTC)" if offset in ("", "+0000") else f" (UTC{offset[:3]}:{offset[3:5]})"


def _places(document: Mapping[str, object]) -> Iterator[str]:
    for place in loose.as_list(document.get("location"))[:_MAX_PLACES]:
        if isinstance(place, str):
            yield "" if loose.links_of(place) else prose.line(place, _MAX_TEXT)
        elif isinstance(place, Mapping):
            parts = [_line(place, "name"), *_address(place)]
            yield ", ".join(dict.fromkeys(part for part in parts if part))


def _address(place: Mapping[str, object]) -> list[str]:
    address = loose.first(place.get("address"))
    if isinstance(address, Mapping):
        return [_line(address, key) for key in _ADDRESS]
    return [prose.line(address, _MAX_TEXT)] if isinstance(address, str) else []


def _online(document: Mapping[str, object]) -> list[str]:
    places = loose.as_list(document.get("location"))[:_MAX_PLACES]
    said = [
        place if isinstance(place, str) else place.get("url") for place in places if isinstance(place, str | Mapping)
    ]
    found = [url for value in (*said, *map(document.get, _ONLINE)) for url, _ in loose.links_of(value)[:1]]
    return [url for url in dict.fromkeys(found) if uris.is_for_readers(url)]


def _link(url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(url, quote=False)}</a>'


def _line(document: Mapping[str, object], key: str) -> str:
    return prose.line(loose.text_of(document, key), _MAX_TEXT)
