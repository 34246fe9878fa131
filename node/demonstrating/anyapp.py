"""A loop from an unmodified app: every `!` command as a reply, each answered in words, and what it made at another hospital."""

from typing import Final

from node.demonstrating import looking
from node.demonstrating.cast import Player
from node.demonstrating.looking import API, Json
from node.demonstrating.telling import Teller
from node.demonstrating.watching import check, eventually

LEARNING: Final = "The gel at the door is walked past, the gel by the bed is used."
CHANGE: Final = "gel by every bed on two wards"
SENTENCE: Final = "The bottles were empty by noon, and nobody refilled them."


def play(doer: Player, source: Player, teller: Teller) -> None:
    """Learn at one hospital, try it at another with commands alone, stop it; the first must hear. Raises: `Failed`."""
    learned = source.app.post("/api/v1/statuses", status=f"{LEARNING} #learning #HandHygiene", visibility="public")
    teller.did(f"{source.name} posts with #learning: “{LEARNING}”")
    here = doer.app.find_status(learned["uri"])
    handle = source.handle
    tried = _say(doer, here["id"], f"{handle} !try next friday {CHANGE}", "will try", teller)
    made = _action(source, learned["id"])
    teller.saw(f"{source.place.name} shows the action under the learning, due {made['record']['due']}")
    _say(doer, tried["id"], "!measure Gel used process better up", "Gel used", teller)
    _say(doer, tried["id"], "!data 21/40 last week", "21/40", teller)
    second = _say(doer, tried["id"], "!data 25/40", "25/40", teller)
    _say(doer, second["id"], "!undo", "", teller)
    _check_one_number(doer, made["uri"])
    _say(doer, tried["id"], "!data 95/40", "more than", teller)
    _say(doer, tried["id"], "!help", "!try", teller)
    _say(doer, tried["id"], f"!share abandon {SENTENCE}", "", teller)
    _check_stopped(source, learned["id"], made["uri"])
    teller.saw(f"{source.place.name} shows it as stopped, with the reason, and has none of the commands")


def _say(who: Player, reply_to: str, text: str, answer: str, teller: Teller) -> Json:
    """Post a command as a reply and wait for the answer in words."""
    posted: Json = who.app.post("/api/v1/statuses", status=text, in_reply_to_id=reply_to, visibility="public")
    check(posted["visibility"] == "direct", "a command to stay with who typed it", posted["visibility"])

    def look() -> str | None:
        for one in who.app.get("/api/v1/notifications", limit=40):
            if one["type"] == "mention" and one["status"]["in_reply_to_id"] == posted["id"]:
                return str(one["status"]["content"])
        return None

    said = eventually(f"an answer to “{text}”", look)
    check(answer in said, f"“{answer}” in the answer to “{text}”", said)
    teller.did(f"{who.name}: {text.partition(' ')[2] if text.startswith('@') else text}")
    return posted


def _action(player: Player, learning_id: str) -> Json:
    def look() -> Json | None:
        doings = player.app.get(f"{API}/loops/{learning_id}")["actions"]
        return next((one["action"] for one in doings if CHANGE in one["action"]["title"]), None)

    return eventually(f"the action in the loop at {player.place.name}", look)


def _check_one_number(doer: Player, action_uri: str) -> None:
    here = doer.app.find_status(action_uri)
    (series,) = doer.app.get(f"{API}/actions/{here['id']}/measures")
    points = [(one["numerator"], one["denominator"]) for one in series["points"]]
    check(points == [(21, 40)], "one number after the undo", points)


def _check_stopped(source: Player, learning_id: str, action_uri: str) -> None:
    def look() -> Json | None:
        doing = looking.doing(source, learning_id, action_uri)
        return doing if doing["word"] == "Stopped" and doing["shares"] else None

    doing = eventually(f"the action as stopped at {source.place.name}", look)
    told = doing["shares"][0]["record"]
    check(told["sentence"] == SENTENCE, "the sentence of the share", told)
    thread = source.app.get(f"/api/v1/statuses/{learning_id}/context")["descendants"]
    said = [one["content"] for one in thread if "!" in one["content"]]
    check(not said, f"no command at {source.place.name}", said)
