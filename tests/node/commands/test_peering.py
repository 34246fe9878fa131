"""Deciding about other servers from the command line."""

import json
import sqlite3
from pathlib import Path

import pytest

from node.settings import load
from tests.node.commands.conftest import write

ACCOUNTS = (
    "INSERT INTO accounts (id, uri, username, username_key, host, url, inbox, created_at, following_count, "
    "followers_count) VALUES (1001, 'https://evil.example/users/mallory', 'mallory', 'mallory', 'evil.example', 'u', 'i', 0, 0, 1)"
)
FOLLOW = (
    "INSERT INTO follows (id, account_id, target_id, uri, is_accepted, shows_boosts, notifies, created_at) "
    "SELECT 2001, id, 1001, 'f', 1, 1, 0, 0 FROM accounts WHERE username = 'institution'"
)
HELD = (
    "INSERT INTO held (id, host, actor_uri, body, received_at) VALUES (3001, 'new.example', "
    '\'https://new.example/users/a\', \'{"type":"Create","object":{"id":"https://new.example/1","content":"Hi\\u001b[2J"}}\', 0)'
)


def rows(folder: Path, statement: str) -> list[tuple]:
    """Read a node's database behind its back."""
    with sqlite3.connect(folder / "data/rounds.sqlite3") as connection:
        return connection.execute(statement).fetchall()


def test_init_proposes_an_allow_list(rounds, folder: Path) -> None:
    """A hospital that chooses nothing speaks with those it names alone, and is told how to name them."""
    said = rounds("init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data")

    assert load({}, file=folder / "rounds.toml").federation_mode == "allowlist"
    assert "rounds peer allow HOST" in said.out


@pytest.mark.parametrize(("words", "mode"), [(("--mode", "open"), "open"), (("--mode", "off"), "off")])
def test_init_takes_another_mode(rounds, folder: Path, words: tuple[str, ...], mode: str) -> None:
    """When somebody says so."""
    said = rounds("init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data", *words)

    assert said.code == 0
    assert load({}, file=folder / "rounds.toml").federation_mode == mode
    assert ("peer allow" in said.out) is False


def test_init_refuses_a_mode_that_is_none(rounds, folder: Path) -> None:
    """With the choices."""
    said = rounds("init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data", "--mode", "wide")

    assert said.code == 2
    assert "open, allowlist, off" in said.err


def test_init_leaves_the_mode_of_the_environment_alone(rounds, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with every other setting."""
    monkeypatch.setenv("ROUNDS_FEDERATION_MODE", "off")

    rounds("init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data")

    assert load({}, file=folder / "rounds.toml").federation_mode == "off"


def test_suspending_says_what_it_cuts_and_is_audited(rounds, made: Path) -> None:
    """Counts in words, or in JSON for scripts; forgetting brings the accounts back."""
    write(made, ACCOUNTS, FOLLOW)

    said = rounds("peer", "suspend", "Evil.Example.", "--comment", "Spam", "--note", "ticket 7", "--yes")
    again = rounds("peer", "suspend", "evil.example", "--json")
    shown = rounds("peer", "show", "sub.evil.example")
    back = rounds("peer", "forget", "evil.example")

    assert said.out == "Decided. 1 accounts are hidden. 1 follows of ours ended.\n"
    assert json.loads(again.out)["cut"] == {"accounts": 0, "following": 0, "followers": 0}
    assert "suspend (by what was decided about evil.example); refused: blocked" in shown.out
    assert "ticket 7" in shown.out
    assert back.out == "Decided. 1 accounts are shown again.\n"
    assert rows(made, "SELECT actor, act, object FROM audit WHERE act LIKE 'peer.%' ORDER BY id") == [
        ("command-line", "peer.suspend", "evil.example"),
        ("command-line", "peer.suspend", "evil.example"),
        ("command-line", "peer.forget", "evil.example"),
    ]


def test_flags_leave_the_level_alone(rounds, made: Path) -> None:
    """And the level leaves the flags alone."""
    rounds("peer", "no-media", "pics.example")
    rounds("peer", "allow", "pics.example")
    rounds("peer", "no-reports", "pics.example")
    rounds("peer", "no-media", "pics.example", "--off")

    answer = json.loads(rounds("peer", "list", "--json").out)

    [found] = answer["decisions"]
    assert answer["mode"] == "open"
    assert (found["level"], found["no_media"], found["no_reports"]) == ("allow", False, True)


@pytest.mark.parametrize("words", [("suspend", "a b"), ("allow", "https://a.example"), ("forget", "")])
def test_what_is_no_host_is_refused(rounds, made: Path, words: tuple[str, ...]) -> None:
    """With a sentence."""
    assert rounds("peer", *words).code == 2


def test_our_own_host_is_refused(rounds, made: Path) -> None:
    """It would cut the node off."""
    said = rounds("peer", "suspend", "rounds.hospital.example", "--yes")

    assert (said.code, said.err) == (1, "rounds: This is our own host.\n")


def test_forgetting_what_was_not_decided_says_so(rounds, made: Path) -> None:
    """Perhaps it is another spelling of a host above."""
    assert rounds("peer", "forget", "other.example").code == 1


def test_held_activities_are_listed_and_cannot_steer_the_terminal(rounds, made: Path) -> None:
    """Who, what and the first words."""
    write(made, HELD)

    said, answer = rounds("peer", "held", "new.example"), rounds("peer", "held", "new.example", "--json")
    shown = rounds("peer", "show", "new.example")

    assert "\x1b" not in said.out
    [found] = json.loads(answer.out)
    assert (found["type"], found["object"], found["actor"]) == (
        "Create", "https://new.example/1", "https://new.example/users/a",
    )  # fmt: skip
    assert "held       1" in shown.out


def test_import_says_first_what_each_line_cuts(rounds, made: Path) -> None:
    """And changes nothing when it is only asked."""
    write(made, ACCOUNTS, FOLLOW)
    (made / "list.csv").write_text(
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "evil.example,suspend,true,false,Spam,false\n"
        "loud.example,silence,false,false,,false\n"
        "e**l.example,suspend,false,false,,true\n"
        "rounds.hospital.example,suspend,false,false,,false\n"
    )

    dry = rounds("peer", "import", "list.csv", "--dry-run")
    kept = rows(made, "SELECT count(*) FROM domains")
    answer = json.loads(rounds("peer", "import", "list.csv", "--json").out)

    assert "2 decisions, of which 1 cut something; 1 left as they are." in dry.out
    assert "line 4: e**l.example is obfuscated" in dry.out
    assert "rounds.hospital.example is our own" in dry.out
    assert kept == [(0,)]
    assert [(one["host"], one["cuts"]["accounts"], one["cuts"]["following"]) for one in answer["lines"]] == [
        ("evil.example", 1, 1),
        ("loud.example", 0, 0),
    ]
    assert answer["done"]["cut"]["following"] == 1
    assert rows(made, "SELECT count(*) FROM follows") == [(0,)]


def test_import_leaves_what_was_decided_otherwise(rounds, made: Path) -> None:
    """A list of others does not undo a decision of ours, unless it is told to."""
    rounds("peer", "allow", "friend.example")
    (made / "list.csv").write_text("domain\nfriend.example\n")

    said = rounds("peer", "import", "list.csv", "--yes")
    before = rows(made, "SELECT level FROM domains")
    rounds("peer", "import", "list.csv", "--yes", "--replace")

    assert "friend.example was decided otherwise (allow); --replace changes it" in said.out
    assert (before, rows(made, "SELECT level FROM domains")) == ([("allow",)], [("suspend",)])


def test_export_and_import_are_each_others_inverse(rounds, made: Path) -> None:
    """What other servers have no word for is left out, with a word."""
    for words in (("suspend", "evil.example", "--comment", "Spam", "--yes"), ("limit", "loud.example"),
                  ("no-media", "pics.example"), ("allow", "friend.example")):  # fmt: skip
        rounds("peer", *words)
    exported = rounds("peer", "export")
    (made / "list.csv").write_text(exported.out)

    said = rounds("peer", "import", "list.csv", "--dry-run")
    write(made, "DELETE FROM domains")
    rounds("peer", "import", "list.csv", "--yes")

    assert "1 decisions (allow, review)" in exported.err
    assert "0 decisions" in said.out
    assert rounds("peer", "export").out == exported.out


@pytest.mark.parametrize("content", [b"\xff\xfe", b'domain\n"evil'])
def test_import_of_what_is_no_list_says_so(rounds, made: Path, content: bytes) -> None:
    """One sentence, and nothing was decided."""
    (made / "list.csv").write_bytes(content)

    assert rounds("peer", "import", "list.csv", "--yes").code == 1
    assert rounds("peer", "import", "absent.csv", "--yes").code == 1


def test_init_writes_exceptions_of_the_environment_down(rounds, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the table that the file knows."""
    monkeypatch.setenv("ROUNDS_ALLOW_NETWORKS", "rounds.other.example=10.1.2.0/24,10.1.3.0/24")

    rounds("init", "--host", "a.example", "--institution-name", "A", "--data-dir", "data")

    [(host, networks)] = load({}, file=folder / "rounds.toml").allow_networks.items()
    assert (host, [str(one) for one in networks]) == ("rounds.other.example", ["10.1.2.0/24", "10.1.3.0/24"])


def test_explain_says_what_policy_makes_of_a_document(rounds, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything else is looked at."""
    monkeypatch.setenv("ROUNDS_FEDERATION_MODE", "allowlist")
    (made / "follow.json").write_text(
        json.dumps(
            {
                "id": "https://evil.example/1",
                "type": "Follow",
                "actor": "https://evil.example/users/mallory",
                "object": "https://rounds.hospital.example/users/institution",
            }
        )
    )

    unlisted = json.loads(rounds("explain", "follow.json", "--json").out)
    rounds("peer", "suspend", "evil.example", "--yes")
    blocked = json.loads(rounds("explain", "follow.json", "--json").out)

    assert (unlisted["verdict"], unlisted["reason"]) == ("refused", "not-allowed")
    assert (blocked["verdict"], blocked["reason"]) == ("refused", "blocked")


def test_a_peer_is_shown_with_its_software_and_how_far_deliveries_got(rounds, made: Path) -> None:
    """What it says of itself cannot steer the terminal."""
    write(
        made,
        "INSERT INTO peers (host, created_at, software, software_version, contacts, described_at) VALUES "
        "('other.example', 0, 'akkoma', '3.13\x1b[2J', '[\"https://other.example/users/ama\"]', 0)",
        "INSERT INTO bodies (id, account_id, body, created_at) SELECT 1, id, '{}', 0 FROM accounts LIMIT 1",
        "INSERT INTO deliveries (id, body_id, inbox, host, state, next_at, last_error) VALUES "
        "(1, 1, 'a', 'other.example', 'dropped', 0, 'gone: answered 410'), "
        "(2, 1, 'b', 'other.example', 'dropped', 0, 'gone: answered 410'), "
        "(3, 1, 'c', 'other.example', 'waiting', 0, NULL)",
    )
    rounds("peer", "limit", "other.example")

    shown, answer = rounds("peer", "show", "other.example"), rounds("peer", "show", "other.example", "--json")
    listed = rounds("peer", "list")

    assert "\x1b" not in shown.out + listed.out
    assert "software   akkoma 3.13" in shown.out
    assert "staff      https://other.example/users/ama" in shown.out
    assert "akkoma 3.13" in listed.out
    assert json.loads(answer.out)["deliveries"] == [
        {"state": "dropped", "error": "gone: answered 410", "count": 2},
        {"state": "waiting", "error": None, "count": 1},
    ]
