"""The command `toot`, a client nobody here wrote, against two real nodes, as a person types it."""

from pathlib import Path

import pytest

from node.demonstrating.watching import Failed, eventually
from tests.contract.conftest import Pair
from tests.contract.pictures import picture
from tests.contract.toot_command import Toot
from tests.support.processes import INES, OTTO

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def ines(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """Return the command line of Ines, signed in."""
    toot = Toot(tmp_path_factory.mktemp("toot-ines"))
    assert "Successfully logged in" in toot.log_in(pair.ines, INES)
    return toot


@pytest.fixture(scope="module")
def otto(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """Return the command line of Otto, signed in at the other node."""
    toot = Toot(tmp_path_factory.mktemp("toot-otto"))
    assert "Successfully logged in" in toot.log_in(pair.otto, OTTO)
    return toot


@pytest.fixture(scope="module")
def friends(pair: Pair, ines: Toot, otto: Toot) -> tuple[Toot, Toot]:
    """Return both, after Otto followed Ines across nodes."""
    otto("follow", f"ines@{pair.ines.host}")
    eventually("Otto among the followers", lambda: True if "otto@" in ines("followers", "ines") else None)
    return ines, otto


def in_home(toot: Toot, uri: str):
    """Return the post once it is in the home timeline."""
    return eventually(
        f"{uri} in the home timeline",
        lambda: next((one for one in toot.json("timelines", "home", "--limit", "40") if one["uri"] == uri), None),
    )


def test_login_gives_the_own_account(ines: Toot) -> None:
    """The code typed into the terminal is worth a token for the person who signed in."""
    assert ines.json("whoami")["username"] == "ines"


def test_instance_is_described(ines: Toot, pair: Pair) -> None:
    """The command prints what the node says of itself, without stumbling over a field."""
    assert pair.ines.name in ines("instance", pair.ines.base_url)


def test_post_is_in_home_public_and_tag_timelines(ines: Toot) -> None:
    """A post typed in a terminal is read back where people look, as JSON and as the command prints it."""
    posted = ines.json("post", "Wash hands before the round #handsfirst")

    for words in (("home",), ("public", "--local"), ("tag", "handsfirst")):
        assert posted["id"] in [one["id"] for one in ines.json("timelines", *words)]
        assert "Wash hands" in ines("timelines", *words, "--no-pager", "--no-clear")
    assert "Wash hands" in ines("status", posted["id"])


def test_media_is_posted_with_its_description(friends: tuple[Toot, Toot], tmp_path: Path) -> None:
    """A file from disk arrives at the other node with the words that describe it."""
    ines, otto = friends
    file = tmp_path / "door.png"
    file.write_bytes(picture())

    posted = ines.json("post", "A picture", "--media", str(file), "--description", "A green door")

    assert [one["description"] for one in posted["media_attachments"]] == ["A green door"]
    arrived = in_home(otto, posted["uri"])
    assert [one["description"] for one in arrived["media_attachments"]] == ["A green door"]


def test_conversation_across_nodes_is_notified(friends: tuple[Toot, Toot]) -> None:
    """A post arrives; the reply, the favourite and the boost come back."""
    ines, otto = friends
    posted = ines.json("post", "Who has the key of the store?")
    arrived = in_home(otto, posted["uri"])

    reply = otto.json("post", f"@{arrived['account']['acct']} the porter", "--reply-to", arrived["id"])
    otto("favourite", arrived["id"])
    otto("reblog", arrived["id"])

    def kinds() -> set[str]:
        return {one["type"] for one in ines.json("notifications")}

    eventually("all notifications", lambda: True if kinds() >= {"mention", "favourite", "reblog", "follow"} else None)
    assert "the porter" in ines("notifications")
    assert [one["uri"] for one in ines.json("thread", posted["id"])["descendants"]] == [reply["uri"]]
    assert "Who has the key" in otto("thread", reply["id"])
    assert "otto@" in ines("reblogged-by", posted["id"])


def test_reactions_are_taken_back(friends: tuple[Toot, Toot]) -> None:
    """Unfavourite and unreblog arrive at the other node."""
    ines, otto = friends
    posted = ines.json("post", "Taken back later")
    arrived = in_home(otto, posted["uri"])

    def counts() -> tuple[int, int]:
        status = ines.json("status", posted["id"])
        return status["favourites_count"], status["reblogs_count"]

    otto("favourite", arrived["id"])
    otto("reblog", arrived["id"])
    eventually("both counts", lambda: True if counts() == (1, 1) else None)
    otto("unfavourite", arrived["id"])
    otto("unreblog", arrived["id"])
    eventually("no counts", lambda: True if counts() == (0, 0) else None)


def test_deleted_post_is_gone_at_the_other_node(friends: tuple[Toot, Toot]) -> None:
    """What its author deletes is gone everywhere."""
    ines, otto = friends
    posted = ines.json("post", "Posted by mistake")
    arrived = in_home(otto, posted["uri"])

    ines("delete", posted["id"])

    def is_gone() -> bool | None:
        try:
            otto("status", arrived["id"])
        except Failed:
            return True
        return None

    eventually("the post to be gone at the other node", is_gone)


def test_search_finds_people_and_posts_of_the_other_node(pair: Pair, friends: tuple[Toot, Toot]) -> None:
    """Handles and addresses are resolved."""
    ines, otto = friends
    posted = ines.json("post", "Found by its address", "--visibility", "unlisted")

    found = otto.json("search", posted["url"], "--resolve")
    people = ines.json("search", f"@otto@{pair.otto.host}", "--resolve", "--type", "accounts")

    assert [one["uri"] for one in found["statuses"]] == [posted["uri"]]
    assert [one["acct"] for one in people["accounts"]] == [f"otto@{pair.otto.host}"]


def test_unfollow_ends_it(pair: Pair, ines: Toot, otto: Toot) -> None:
    """Whoever is no longer followed lists one follower less."""
    ines("follow", f"otto@{pair.otto.host}")
    eventually("Ines among the followers", lambda: True if "ines@" in otto("followers", "otto") else None)

    ines("unfollow", f"otto@{pair.otto.host}")

    eventually("nobody among the followers", lambda: True if "ines@" not in otto("followers", "otto") else None)
