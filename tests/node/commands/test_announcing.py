"""`rounds announce ...`: what people here are told in their apps."""

import json
from pathlib import Path


def test_an_announcement_is_published_changed_listed_and_taken_back(rounds, made: Path) -> None:
    """Times are those of the node; the last of whole days counts to its end."""
    said = rounds("announce", "publish", "The lift is back", "--ends", "2031-01-15", "--all-day")
    (one,) = json.loads(rounds("announce", "list", "--json").out)
    number = str(one["id"])
    changed = rounds("announce", "edit", number, "The lift is slow", "--starts", "2031-01-14T08:00:00")
    listed = rounds("announce", "list")
    (other,) = json.loads(rounds("announce", "list", "--json").out)
    removed = [rounds("announce", "remove", number).code for _ in range(2)]

    assert (said.code, number in said.out, changed.code, removed) == (0, True, 0, [0, 1])
    assert (one["text"], one["ends_at"][:19], one["is_all_day"]) == ("The lift is back", "2031-01-15T23:59:59", True)
    assert (other["content_html"], other["ends_at"]) == ("<p>The lift is slow</p>", None)
    assert listed.out.startswith("1 announcements")
    assert "2031-01-14 08:00" in listed.out
    assert json.loads(rounds("announce", "list", "--json").out) == []


def test_what_cannot_be_announced_is_said(rounds, made: Path) -> None:
    """Nothing at all, an end before the beginning, one that is not there."""
    assert "blank" in rounds("announce", "publish", " ").err
    times = ("--starts", "2031-01-15", "--ends", "2031-01-14")
    assert "before it begins" in rounds("announce", "publish", "The lift", *times).err
    assert rounds("announce", "edit", "77", "The lift").code == 1
    assert rounds("announce", "publish", "x" * 5001).code == 1
