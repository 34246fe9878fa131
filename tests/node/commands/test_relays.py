"""`rounds relay ...`: off by default, added and removed by hand."""

import json
from pathlib import Path

import pytest


def test_a_relay_is_added_listed_and_removed(rounds, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its inbox or its actor; a second time, what is no address, or a host not to be spoken with, is a sentence."""
    monkeypatch.setenv("ROUNDS_FEDERATION_MODE", "allowlist")
    closed = rounds("relay", "add", "https://relay.example/inbox")
    monkeypatch.setenv("ROUNDS_FEDERATION_MODE", "open")
    inbox, actor = "https://relay.example/inbox", "https://pub.example/relay"

    none = json.loads(rounds("relay", "list", "--json").out)
    first = [rounds("relay", "add", address) for address in (inbox, actor)]
    again = rounds("relay", "add", inbox)
    wrong = rounds("relay", "add", "http://relay.example/inbox")
    listed = json.loads(rounds("relay", "list", "--json").out)
    removed = [rounds("relay", "remove", address).code for address in (inbox, inbox)]

    assert (closed.code, "not-allowed" in closed.err) == (1, True)
    assert none == []
    assert [said.code for said in first] == [0, 0]
    assert (again.code, "pending" in again.err) == (1, True)
    assert (wrong.code, wrong.err.startswith("rounds: http://relay.example/inbox")) == (1, True)
    assert [(one["address"], one["kind"], one["state"]) for one in listed] == [
        (inbox, "mastodon", "pending"),
        (actor, "litepub", "pending"),
    ]
    assert removed == [0, 1]
    assert rounds("relay", "list").out.startswith("1 relays")
