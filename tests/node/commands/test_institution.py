"""`rounds unit ...` and `rounds webhook ...`: arranged from the command line."""

import json
from pathlib import Path


def test_units_are_made_placed_and_removed(rounds, made: Path) -> None:
    """A ward in a clinic; a circle and an unknown person are a sentence."""
    made_units = [rounds("unit", "add", "Clinic"), rounds("unit", "add", "Ward 3", "--slug", "w3", "--under", "clinic")]
    listed = json.loads(rounds("unit", "list", "--json").out)
    circle = rounds("unit", "change", "clinic", "--under", "w3")
    renamed = rounds("unit", "change", "w3", "--name", "Ward 3b", "--top")
    nobody = rounds("unit", "assign", "nobody", "w3")
    removed = rounds("unit", "remove", "w3")

    assert [said.out for said in made_units] == ["clinic\n", "w3\n"]
    assert [(one["slug"], one["parent"]) for one in listed] == [("clinic", None), ("w3", "clinic")]
    assert (circle.code, "lies below it" in circle.err) == (1, True)
    assert "w3 is Ward 3b" in renamed.out
    assert [nobody.code, removed.code] == [1, 0]
    assert rounds("unit", "list").out.startswith("1 units")


def test_webhooks_are_added_listed_and_removed(rounds, made: Path) -> None:
    """An inner address needs an exception in the settings; one that does not answer is a sentence and a code."""
    inner = rounds("webhook", "add", "https://10.0.0.7/hook")
    plain = rounds("webhook", "add", "http://engine.example/hook")
    added = rounds("webhook", "add", "https://engine.invalid/hook", "--event", "point.entered")
    listed = json.loads(rounds("webhook", "list", "--json").out)
    tried = rounds("webhook", "test", str(listed[0]["id"]))
    removed = [rounds("webhook", "remove", str(listed[0]["id"])).code for _ in range(2)]

    assert (inner.code, "allow_networks" in inner.err) == (1, True)
    assert (plain.code, "https://" in plain.err) == (1, True)
    assert added.code == 0
    assert [one["events"] for one in listed] == [["point.entered"]]
    assert (tried.code, "did not take it" in tried.err) == (1, True)
    assert removed == [0, 1]
