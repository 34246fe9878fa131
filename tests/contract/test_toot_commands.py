"""Every command that `toot` offers, against an open node: each ends well and says what was asked for."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import insert

from node.demonstrating.watching import eventually
from node.store import tables
from node.store.unit import Unit
from tests.contract.pictures import picture
from tests.contract.toot_command import COMMAND, Toot
from tests.support.films import film
from tests.support.open_node import OpenNode, open_node

pytestmark = pytest.mark.processes
PLAIN: Final = ("--no-pager", "--no-clear")
ONCE: Final = ("--once",)
NOT_TYPED: Final = {"tui": "takes over a terminal", "login": "is typed in test_toot.py, through a browser"}
PEOPLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "ines": {"role": "admin"},
    "otto": {},
    "eli": {"locked": True},
    "pia": {},
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenNode]:
    """Return an open node with four people."""
    with open_node(tmp_path_factory.mktemp("open"), PEOPLE) as node:
        yield node


def _signed_in(node: OpenNode, home: Path, name: str) -> Toot:
    toot = Toot(home)
    words = ("login_cli", "--instance", node.url, "--email", name)
    assert "Successfully logged in" in toot(*words, typed=f"{node.password(name)}\n")
    return toot


@pytest.fixture(scope="module")
def ines(here: OpenNode, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """Return the command line of Ines, who signed in with her password."""
    return _signed_in(here, tmp_path_factory.mktemp("ines"), "ines")


@pytest.fixture(scope="module")
def otto(here: OpenNode, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """Return the command line of Otto."""
    return _signed_in(here, tmp_path_factory.mktemp("otto"), "otto")


@pytest.fixture(scope="module")
def eli(here: OpenNode, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """Return the command line of Eli, who lets followers in one by one."""
    return _signed_in(here, tmp_path_factory.mktemp("eli"), "eli")


def test_one_has_several_accounts(here: OpenNode, tmp_path: Path) -> None:
    """And changes between them, and leaves."""
    toot = _signed_in(here, tmp_path, "ines")
    toot("login_cli", "--instance", here.url, "--email", "otto", typed=f"{here.password('otto')}\n")
    ines, otto = (f"{name}@{here.place.host}" for name in ("ines", "otto"))

    assert {ines, otto} <= set(re.findall(r"\w+@[\d.:]+", toot("auth")))
    assert "activated" in toot("activate", ines)
    assert toot.json("whoami")["acct"] == "ines"
    assert "ines" in toot("whoami")
    assert "logged out" in toot("logout", otto)
    assert otto not in toot("auth")


def test_node_and_people_are_described(here: OpenNode, ines: Toot) -> None:
    """Also for whoever looks for what is wrong."""
    assert "Ward" in ines("instance")
    assert ines.json("instance", here.url)["title"] == "Ward"
    assert "Rounds" in ines("diag", "--files", "--server") + ines("diag")
    assert "otto" in ines("whois", "otto")
    assert ines.json("whois", "otto")["acct"] == "otto"


def test_people_are_followed_blocked_and_muted(ines: Toot, otto: Toot) -> None:
    """And no longer; each list says so."""
    assert "following" in ines("follow", "otto")
    assert "otto" in ines("following", "ines")
    assert "ines" in otto("followers", "otto")
    assert [one["acct"] for one in ines.json("following", "ines")] == ["otto"]
    ines("unfollow", "otto")
    ines("mute", "pia")
    assert "pia" in ines("muted")
    ines("unmute", "pia")
    assert ines.json("muted") == []
    ines("block", "pia")
    assert "pia" in ines("blocked")
    ines("unblock", "pia")
    assert ines.json("blocked") == []


def test_followers_are_let_in(ines: Toot, otto: Toot, eli: Toot) -> None:
    """Or not."""
    for one in (ines, otto):
        one("follow", "eli")

    assert {one["acct"] for one in eli.json("follow-requests", "list")} == {"ines", "otto"}
    assert "ines" in eli("follow-requests", "list")
    eli("follow-requests", "accept", "ines")
    eli("follow-requests", "reject", "otto")
    assert eli.json("follow-requests", "list") == []
    assert [one["acct"] for one in eli.json("followers", "eli")] == ["ines"]
    ines("unfollow", "eli")


def test_a_post_has_everything(here: OpenNode, ines: Toot, tmp_path: Path) -> None:
    """A warning, a language, an answer to oneself, a time, and what is changed afterwards."""
    first = ines.json("post", "Twice a day", "--spoiler-text", "Drips", "--language", "en", "--sensitive")
    second = ines.json("post", "And at night", "--reply-last", "--visibility", "unlisted")

    assert (first["spoiler_text"], first["language"], first["sensitive"]) == ("Drips", "en", True)
    assert second["in_reply_to_id"] == first["id"]
    assert "scheduled" in ines("post", "Later", "--scheduled-in", "1 hour").lower()
    assert ines.json("post", "Later", "--scheduled-at", _tomorrow())["params"]["text"] == "Later"
    assert "And at night" in ines("thread", first["id"])
    assert ines.json("status", first["id"])["id"] == first["id"]
    assert "Twice a day" in ines("status", first["id"])
    ines("delete", second["id"])


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")


def test_files_are_uploaded(ines: Toot, tmp_path: Path) -> None:
    """By themselves, and with a post."""
    picture_file, film_file = tmp_path / "door.png", tmp_path / "ward.mp4"
    picture_file.write_bytes(picture())
    film_file.write_bytes(film())

    assert '"description":"A door"' in ines("upload", str(picture_file), "--description", "A door", "--json")
    assert "Successfully uploaded" in ines("upload", str(picture_file))
    posted = ines.json("post", "A film", "--media", str(film_file), "--description", "The ward")
    assert [(one["type"], one["description"]) for one in posted["media_attachments"]] == [("video", "The ward")]


def test_what_one_does_with_a_post(ines: Toot, otto: Toot) -> None:
    """And takes back."""
    posted = ines.json("post", "Who has the key?")["id"]

    otto("favourite", posted)
    assert posted in [one["id"] for one in otto.json("timelines", "favourites")]
    otto("unfavourite", posted)
    otto("reblog", posted)
    assert "otto" in ines("reblogged-by", posted)
    otto("unreblog", posted)
    otto("bookmark", posted)
    assert "Who has the key?" in otto("bookmarks", *ONCE)
    otto("unbookmark", posted)
    ines("pin", posted)
    ines("unpin", posted)


def test_polls_are_shown_and_voted_in(ines: Toot, otto: Toot) -> None:
    """By their number."""
    words = ("--poll-option", "early", "--poll-option", "late", "--poll-expires-in", "1 hour", "--poll-multiple")
    poll = ines.json("post", "When?", *words)["poll"]["id"]

    assert "early" in otto("polls", "show", poll)
    assert otto.json("polls", "vote", poll, "0", "1")["own_votes"] == [0, 1]
    assert ines.json("polls", "show", poll)["votes_count"] == 2


def test_hashtags_are_followed_and_featured(ines: Toot) -> None:
    """And no longer."""
    ines("post", "Clean #hands")

    assert "hands" in ines("tags", "info", "hands")
    ines("tags", "follow", "hands")
    assert "hands" in ines("tags", "followed")
    ines("tags", "unfollow", "hands")
    assert ines.json("tags", "followed") == []
    ines("tags", "feature", "hands")
    assert "hands" in ines("tags", "featured")
    ines("tags", "unfeature", "hands")
    assert ines.json("tags", "featured") == []


def test_lists_are_made_and_filled(ines: Toot, otto: Toot) -> None:
    """And read, and deleted."""
    ines("follow", "otto")
    ines("lists", "create", "Night team", "--replies-policy", "none")
    ines("lists", "add", "Night team", "otto")
    otto("post", "Quiet night")

    assert "Night team" in ines("lists", "list")
    assert "otto" in ines("lists", "accounts", "Night team")
    assert "Quiet night" in ines("timelines", "list", "Night team", *PLAIN)
    assert "Quiet night" in ines("timeline", "--list", "Night team", *ONCE)
    ines("lists", "remove", "Night team", "otto")
    ines("lists", "delete", "Night team")
    assert ines.json("lists", "list") == []
    ines("unfollow", "otto")


def test_every_timeline_is_printed(here: OpenNode, ines: Toot, otto: Toot) -> None:
    """By the commands of today and the one of before."""
    url = "https://news.example/gloves"
    card = here.row("cards", url=url, title="Gloves", state="shown", is_trendable=True, created_at=..., fetched_at=...)
    posted = ines.json("post", f"Gloves on #gloves {url}")["id"]
    otto("favourite", posted)
    here.write(_trend, card)

    pages: tuple[tuple[str, ...], ...] = (("home",), ("public", "--local"), ("tag", "gloves"), ("account", "ines"))
    for words in pages:
        assert "Gloves on" in ines("timelines", *words, *PLAIN)
    assert isinstance(ines.json("timelines", "trending"), list)
    assert [one["id"] for one in ines.json("timelines", "link", url)] == [posted]
    older: tuple[tuple[str, ...], ...] = (
        ("--public", "--local"),
        ("--tag", "gloves"),
        ("--account", "ines"),
        ("--reverse",),
    )
    for words in older:
        assert "Gloves on" in ines("timeline", *words, *ONCE)


def _trend(unit: Unit, card_id: int) -> None:
    row = {"kind": "link", "item_id": card_id, "score": 1.0, "counted_at": unit.now}
    unit.conn.execute(insert(tables.trends).values(**row))


def test_searching_finds_each_kind(ines: Toot, otto: Toot) -> None:
    """Printed and as JSON."""
    posted = ines.json("post", "Thermometers are in drawer nine #thermometers")["id"]

    assert "otto" in ines("search", "otto", "--type", "accounts")
    assert "thermometers" in ines("search", "thermometers", "--type", "hashtags")
    assert [one["id"] for one in ines.json("search", "drawer nine", "--type", "statuses")["statuses"]] == [posted]


def test_notifications_are_printed_and_cleared(ines: Toot, otto: Toot) -> None:
    """Some kinds, or all."""
    ines("notifications", "--clear")
    otto("post", "@ines a word")

    eventually("the mention", lambda: True if ines.json("notifications", "--type", "mention") else None)
    assert "a word" in ines("notifications", "--reverse")
    assert ines.json("notifications", "--exclude-type", "mention") == []
    ines("notifications", "--clear")
    assert ines.json("notifications") == []


def test_the_own_account_is_changed(otto: Toot, tmp_path: Path) -> None:
    """Its picture, its words and what it usually posts like."""
    file = tmp_path / "otto.png"
    file.write_bytes(picture())

    changed = otto.json(
        *("update-account", "--display-name", "Otto of ward 4", "--note", "Porter", "--avatar", str(file)),
        *("--header", str(file), "--bot", "--discoverable", "--no-locked", "--privacy", "unlisted", "--language", "de"),
    )

    assert (changed["display_name"], changed["bot"], changed["source"]["privacy"]) == (
        "Otto of ward 4",
        True,
        "unlisted",
    )
    otto("update-account", "--no-bot", "--privacy", "public", "--language", "en", "--no-sensitive")


# ------------------------------------------------------------------ all of them


def _offered(*group: str) -> list[tuple[str, ...]]:
    said = subprocess.run([COMMAND, *group, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout
    _, _, listed = said.partition("\nCommands:\n")
    found = [(*group, name) for name in re.findall(r"^  (\S+)", listed, re.MULTILINE)]
    return [inner for one in found for inner in (_offered(*one) if one[-1] in GROUPS else [one])]


GROUPS: Final = ("follow-requests", "lists", "polls", "tags", "timelines")


def test_every_command_is_typed() -> None:
    """Or named, with the reason."""
    source = "".join(path.read_text() for path in Path(__file__).parent.glob("test_toot*.py")) + "login_cli"
    typed = [one for one in _offered() if one[-1] not in NOT_TYPED]

    missing = {one for one in typed if ", ".join(f'"{word}"' for word in one) not in source}

    assert missing == {("timelines", name) for name in ("account", "public", "tag")}  # typed in a loop
