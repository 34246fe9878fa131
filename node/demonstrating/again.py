"""Re-exposure in any app: the hourly round of a node, a direct post with a poll, a vote, and the answer."""

import subprocess
import sys
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from node.demonstrating.cast import Player
from node.demonstrating.looking import API, Json
from node.demonstrating.places import environment
from node.demonstrating.telling import Teller
from node.demonstrating.watching import check, eventually

ROUND_LIMIT_S: Final = 60
COMMAND: Final = "from node.cli import main; main()"


def play(who: Player, question: str, answer: str, teller: Teller, *, grade: str = "Good") -> None:
    """Let a node make its round, vote in what it asks, and look at when it comes back. Raises: `Failed`."""
    due = eventually(f"a card of {who.name} to be due", lambda: _due(who, question))
    check(due["reason"] in ("result", "stopped"), "a result elsewhere as the reason", due["reason"])
    _tend(who)
    asked = eventually(f"@recall to ask {who.name}", lambda: _asked(who, question))
    check(not answer or answer not in asked["content"], "the answer not to be told before the vote", asked["content"])
    teller.did(f"@recall asks {who.name} at {who.place.name}: “{question}”, because another hospital has a result")
    options = [one["title"] for one in asked["poll"]["options"]]
    check(grade in options, "the grades as options", options)
    who.app.post(f"/api/v1/polls/{asked['poll']['id']}/votes", choices=[options.index(grade)])
    told = eventually("the answer after the vote", lambda: _told(who, asked["id"]))
    check(not answer or answer in told["content"], "the answer in it", told["content"])
    card = who.app.get(f"{API}/recall/{due['id']}")
    check(card["reviews"] == 1 and card["due_at"] > due["due_at"], "the card to be due later", card)
    teller.saw(f"{who.name} votes {grade}; the card comes back on {_day(who, card['due_at'])}")


def _day(who: Player, instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(who.place.timezone)).date().isoformat()


def _due(who: Player, question: str) -> Json | None:
    return next((one for one in who.app.get(f"{API}/recall") if question in one["question"] and one["reason"]), None)


def _tend(who: Player) -> None:
    """Make the round that a worker makes every hour."""
    made = subprocess.run(  # noqa: S603 # our own command in our own Python
        [sys.executable, "-c", COMMAND, "tend"], env=environment(who.place), capture_output=True, text=True,
        timeout=ROUND_LIMIT_S, check=False,
    )  # fmt: skip
    check(made.returncode == 0, f"the hourly round at {who.place.name}", made.stderr or made.stdout)


def _asked(who: Player, question: str) -> Json | None:
    for one in who.app.get("/api/v1/notifications", limit=40):
        status = one["status"] if one["type"] == "mention" else None
        if status and status["poll"] and question in status["content"] and status["account"]["username"] == "recall":
            return dict(status)
    return None


def _told(who: Player, poll_status_id: str) -> Json | None:
    for one in who.app.get("/api/v1/notifications", limit=40):
        if one["type"] == "mention" and one["status"]["in_reply_to_id"] == poll_status_id:
            return dict(one["status"])
    return None
