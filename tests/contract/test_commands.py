"""The whole loop from apps that nobody here wrote: `toot` and Mastodon.py alone, and no page is opened."""

import re
from pathlib import Path
from typing import Any

import pytest

from node.demonstrating.watching import eventually
from tests.contract.conftest import Pair
from tests.contract.test_mastodon_py import sign_in
from tests.contract.toot_command import Toot
from tests.support.processes import INES

pytestmark = pytest.mark.processes


def words(html: str) -> str:
    """Return what a post says, as text."""
    return re.sub(r"<[^>]+>", "", html)


def test_loop_is_told_with_toot(pair: Pair, tmp_path: Path) -> None:
    """A learning, an action, a measure, twelve numbers, a share; help, a correction, an undo and a deletion."""
    toot = Toot(tmp_path)
    toot.log_in(pair.ines, INES)

    def answer(status_id: str, said: str) -> dict[str, Any]:
        def find() -> dict[str, Any] | None:
            below = toot.json("thread", status_id)["descendants"]
            return next((one for one in below if said in words(one["content"])), None)

        return eventually(said, find)

    def reply(text: str, above: str, said: str) -> tuple[str, str]:
        posted = toot.json("post", text, "--reply-to", above)
        return posted["id"], answer(posted["id"], said)["id"]

    learning = toot.json("post", "Gel by every bed is used. Gel at the door is not. #learning")
    begun, at = reply("!try in 2 weeks Gel by every bed", learning["id"], "You will try “Gel by every bed” by")
    reply("!measure Beds with gel process better up", at, "counts “Beds with gel” now")
    saved = ""
    for week in range(12):
        day = f"{12 - week} weeks ago"
        saved, at = reply(f"!data {week + 5}/20 {day}", at, "Saved for “Beds with gel”")
    assert "not a number" in words(toot.json("status", reply("!data many", at, "not a number")[1])["content"])
    reply("!data 7/20 31.2.2026", at, "The last day is the 28th.")
    reply("!help", at, "!share adopt|adapt|abandon sentence")
    toot("delete", saved)
    told, _ = reply("!share adopt Gel by the bed is used.", at, "Adopted, and shared")
    reply("!undo", told, "The share is taken back and gone.")
    told, _ = reply("!share adopt Gel by the bed is used, also at night.", begun, "Adopted, and shared")

    below = toot.json("thread", learning["id"])["descendants"]
    made = [one for one in below if one.get("learning_record")]
    assert [one["learning_record"]["type"] for one in made] == ["LearningAction", "LearningShare"]
    assert made[1]["learning_record"]["decision"] == "adopt"
    assert {one["visibility"] for one in below if "!data" in words(one["content"])} == {"direct"}


def test_loop_is_told_with_mastodon_py(pair: Pair) -> None:
    """The same with the library, which prefixes names and copies audiences; edited and deleted."""
    app = sign_in(pair.ines, INES)

    def answer(status: Any, said: str) -> Any:
        def find() -> Any:
            below = app.status_context(status.id).descendants
            return next((one for one in below if said in words(one.content)), None)

        return eventually(said, find)

    learning = app.status_post("Soft lids let patients sleep. Two bays got them by accident. #learning")
    begun = app.status_reply(learning, "!try in 14 days Soft lids on all bins")
    at = answer(begun, "You will try “Soft lids on all bins” by")
    number = app.status_reply(at, "!data 7/20")
    assert number.visibility == "direct"
    answer(number, "Saved for “Done”")
    app.status_update(number.id, "!data 8/20")
    answer(number, "Changed, as you edited it.")
    app.status_update(begun.id, "!try in 21 days Soft lids on all bins")
    answer(begun, "Changed, as you edited it.")
    told = app.status_reply(answer(number, "Changed"), "!share abandon Nobody heard a difference.")
    answer(told, "Abandoned, and shared")
    app.status_delete(told.id)

    def is_open() -> bool | None:
        made = [one for one in app.status_context(learning.id).descendants if one.get("learning_record")]
        return True if [one.learning_record["type"] for one in made] == ["LearningAction"] else None

    eventually("the share gone", is_open)
