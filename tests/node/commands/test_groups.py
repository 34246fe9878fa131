"""`rounds group ...`: a ward gets a group, and those who run it."""

import json
from pathlib import Path


def test_a_group_is_made_listed_and_run_from_the_command_line(rounds, made: Path) -> None:
    """With a moderator known here; what is not there is a sentence."""
    made_one = rounds("group", "create", "icu", "--title", "Intensive care", "--approve", "--json")

    institution = rounds("group", "appoint", "icu", "institution")
    listed = json.loads(rounds("group", "list", "--json").out)
    nobody = rounds("group", "appoint", "icu", "nobody")
    twice = rounds("group", "create", "icu")

    assert json.loads(made_one.out)["uri"] == "https://rounds.hospital.example/users/icu"
    assert institution.code == 0
    [group] = listed
    assert (group["title"], group["is_locked"], group["members"]) == ("Intensive care", True, 0)
    assert group["moderators"] == ["https://rounds.hospital.example/users/institution"]
    assert (nobody.code, "Nobody here knows nobody" in nobody.err) == (1, True)
    assert (twice.code, "taken" in twice.err) == (1, True)
    assert rounds("group", "list").out.startswith("1 groups")


def test_what_a_group_lacks_is_said(rounds, made: Path) -> None:
    """No such group, no such post, nobody who asks."""
    rounds("group", "create", "icu")

    assert "rounds group list" in rounds("group", "admit", "ward9", "institution").err
    assert "not known here" in rounds("group", "remove", "icu", "https://a.example/1", "--by", "institution").err
    assert rounds("group", "requests", "icu").out == ""
    assert rounds("group", "admit", "icu", "institution").code == 1
    assert rounds("group", "block", "icu", "institution").code == 0
    assert rounds("group", "unblock", "icu", "institution").code == 0
    assert rounds("group", "dismiss", "icu", "institution").code == 0
