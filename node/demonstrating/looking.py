"""Looking at what another hospital shows, through somebody's app or browser, until it is there or the time is over."""

import hashlib
from typing import Any, Final

from node.demonstrating.browser import Browser
from node.demonstrating.cast import Player
from node.demonstrating.watching import check, eventually

API: Final = "/api/rounds/v1"
Json = dict[str, Any]


def in_home(player: Player, uri: str) -> Json:
    """Return a post as the home timeline shows it, once it is there. Raises: `Failed`."""

    def look() -> Json | None:
        return next((one for one in player.app.get("/api/v1/timelines/home", limit=40) if one["uri"] == uri), None)

    return eventually(f"{uri} in the home timeline of {player.handle}", look)


def boosted_in_home(player: Player, uri: str) -> Json | None:
    """Return the boost of a post in the home timeline, None while there is none."""
    home = player.app.get("/api/v1/timelines/home", limit=40)
    return next((one for one in home if (one["reblog"] or {}).get("uri") == uri), None)


def mention(player: Player, uri: str) -> Json | None:
    """Return the notification in which somebody is named by a post, None while there is none."""
    told = player.app.get("/api/v1/notifications", limit=40)
    return next((one for one in told if one["type"] == "mention" and one["status"]["uri"] == uri), None)


def told(player: Player, uri: str, what: str) -> None:
    """Wait until somebody is told of a post. Raises: `Failed`."""
    eventually(f"{player.handle} to be told {what} ({uri})", lambda: mention(player, uri))


def notified(player: Player, kind: str, uri: str, by: str) -> None:
    """Wait until somebody is notified of what another did. Raises: `Failed`."""

    def look() -> Json | None:
        told = player.app.get("/api/v1/notifications", limit=40)
        found = [one for one in told if one["type"] == kind and one["status"]["uri"] == uri]
        return next((one for one in found if f"@{one['account']['acct']}" == by), None)

    eventually(f"{player.handle} to be told of a {kind} by {by}", look)


def uris(statuses: list[Json]) -> list[str]:
    """Return the ids of some posts."""
    return [one["uri"] for one in statuses]


def doing(player: Player, status_id: str, action_uri: str) -> Json:
    """Return an action as a loop shows it, once it is there. Raises: `Failed`."""

    def look() -> Json | None:
        loop = player.app.get(f"{API}/loops/{status_id}")
        return next((one for one in loop["actions"] if one["action"]["uri"] == action_uri), None)

    return eventually(f"the action {action_uri} in the loop at {player.place.name}", look)


def check_shift(series: Json, count: int) -> None:
    """Pass if a series has so many points and an improving shift. Raises: `Failed`."""
    check(len(series["points"]) == count, f"{count} points", len(series["points"]))
    shifts = [one for one in series["signals"] if one["rule"] == "shift" and one["side"] == "up"]
    check(shifts, "the chart to show a shift", series["signals"])
    check(series["finding"].startswith("Shift"), "the finding to say it", series["finding"])
    check(series["verdict"] == "improved", "the verdict improved", series["verdict"])


def check_picture(player: Player, status: Json) -> None:
    """Pass if a post shows its chart as a picture that says the finding. Raises: `Failed`."""
    pictures = [one for one in status["media_attachments"] if one["type"] == "image"]
    check(len(pictures) == 1, "the chart as one picture", status["media_attachments"])
    said = pictures[0]["description"] or ""
    check("Shift" in said, "an alternative text that says the finding", said)
    with Browser(player.place.base_url) as browser:
        kind, data = browser.file(pictures[0]["url"])
    check(kind.startswith("image/") and data, "the picture to be served", kind)


def hash_of(lineage: Json) -> str:
    """Compute the hash anew, as the specification of the record says in section 8."""
    lines = [f"N\t{node['uri']}\t{node['type']}\t{node['state']}\n" for node in lineage["nodes"]]
    lines += [f"E\t{edge['child']}\t{edge['parent']}\t{edge['kind']}\n" for edge in lineage["edges"]]
    return hashlib.sha256(b"".join(sorted(line.encode() for line in lines))).hexdigest()
