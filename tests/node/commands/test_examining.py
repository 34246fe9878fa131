"""Looking at a node from the command line: doctor, peer show, explain."""

import json
from pathlib import Path

import pytest

from tests.node.commands.conftest import HOST, write


def test_doctor_of_a_fresh_node_is_well(rounds, made: Path) -> None:
    """Every check says what it saw, and scripts get the same in JSON."""
    said = rounds("doctor")
    report = json.loads(rounds("doctor", "--json").out)

    assert said.code == 0, said.out
    assert "All is well." in said.out
    assert report["is_well"] is True
    assert {"secrets", "disk", "database", "schema", "deliveries", "jobs", "inbox"} <= {
        finding["check"] for finding in report["findings"]
    }


def test_doctor_without_a_database_ends_with_3(rounds, made: Path) -> None:
    """The other checks are still said."""
    (made / "data/rounds.sqlite3").unlink()

    said = rounds("doctor")

    assert said.code == 3
    assert "FAULT database" in said.out
    assert "disk" in said.out


def test_doctor_of_a_database_without_schema_ends_with_3(rounds, made: Path) -> None:
    """An empty file is not a node."""
    (made / "data/rounds.sqlite3").unlink()
    (made / "data/rounds.sqlite3").touch()

    said = rounds("doctor")

    assert said.code == 3
    assert "rounds migrate" in said.out


def test_doctor_of_a_file_that_is_no_database_ends_with_3(rounds, made: Path) -> None:
    """A damaged file is a sentence, not a traceback."""
    (made / "data/rounds.sqlite3").write_bytes(b"not a database at all" * 400)

    said = rounds("doctor")

    assert said.code == 3
    assert "FAULT database" in said.out


def test_peer_show_of_a_stranger_says_so(rounds, made: Path) -> None:
    """We never met: code 1; not a host: code 2."""
    assert rounds("peer", "show", "Other.Example").err == "rounds: This node has never met other.example.\n"
    assert rounds("peer", "show", "https://other.example").code == 2


def test_peer_show_says_why_a_host_is_not_reached(rounds, made: Path) -> None:
    """Last error and next try are there; what a peer wrote cannot steer the terminal."""
    write(
        made,
        "INSERT INTO peers (host, state, failures, last_error, next_try_at, window_s, created_at) VALUES "
        "('slow.example', 'open', 7, 'timed out' || char(27) || '[2J', 1800000000000, 0, 0)",
    )

    shown, answer = rounds("peer", "show", "slow.example"), rounds("peer", "show", "slow.example", "--json")
    doctor = rounds("doctor")

    assert "timed out" in shown.out
    assert "2027-01-15" in shown.out
    assert "\x1b" not in shown.out
    assert json.loads(answer.out)["peer"]["failures"] == 7
    assert (doctor.code, "7 failures in a row (timed out" in doctor.out) == (0, True)
    assert "\x1b" not in doctor.out


def test_doctor_of_a_queue_that_stands_still_is_a_fault(rounds, made: Path) -> None:
    """A job that is due for a day means that nobody works."""
    write(
        made,
        "INSERT INTO jobs (id, kind, key, payload, attempts, next_at, created_at) VALUES (1, 'fetch', 'a', '{}', 0, 0, 0)",
    )

    said = rounds("doctor")

    assert said.code == 1
    assert "does the worker run?" in said.out


FOLLOW = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://b.example/follows/1",
    "type": "Follow",
    "actor": "https://b.example/users/bob",
    "object": f"https://{HOST}/users/institution",
}


def test_explain_says_what_would_be_done_and_does_nothing(rounds, made: Path) -> None:
    """The same document may be explained twice; its own actor is taken for the signer."""
    (made / "follow.json").write_text(json.dumps(FOLLOW))

    answers = [json.loads(rounds("explain", "follow.json", "--json").out) for _ in range(2)]
    shown = rounds("explain", "follow.json")

    assert answers[0] == answers[1]
    assert answers[0]["verdict"] in {"accepted", "ignored"}
    assert answers[0]["signer"] == FOLLOW["actor"]
    assert shown.out.startswith(answers[0]["verdict"])


@pytest.mark.parametrize(
    ("body", "words", "reason"),
    [
        ("{", [], "malformed"),
        ('{"a": 1, "a": 2}', [], "duplicate-key"),
        (json.dumps(FOLLOW), ["--from", "https://evil.example/users/eve"], "not-owner"),
    ],
)
def test_explain_names_the_reason_of_a_refusal(rounds, made: Path, body: str, words: list[str], reason: str) -> None:
    """The reason is one of the closed list."""
    (made / "document.json").write_text(body)

    said = rounds("explain", "document.json", *words, "--json")

    assert (said.code, json.loads(said.out)["verdict"]) == (0, "refused")
    assert json.loads(said.out)["reason"] == reason


def test_explain_of_a_file_that_is_absent_ends_with_2(rounds, made: Path) -> None:
    """One sentence with the name of the file."""
    said = rounds("explain", "absent.json")

    assert (said.code, "absent.json" in said.err) == (2, True)
