"""The command line: what it makes, what it says, and with which code it ends."""

import io
import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from node import cli
from node.commands import setup
from node.commands.console import MEANINGS
from node.settings import load

HOST = "rounds.hospital.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each test in a folder of its own, without settings of this machine."""
    for name in [name for name in os.environ if name.startswith("ROUNDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Said:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def rounds(capfd: pytest.CaptureFixture[str]):
    """Return what runs one command line."""

    def run(*words: str) -> Said:
        capfd.readouterr()
        code = cli.run(list(words))
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture
def made(rounds, folder: Path) -> Path:
    """Return the folder of a node that was just made."""
    said = rounds("init", "--host", HOST, "--institution-name", "St Mary's", "--data-dir", "data")
    assert said.code == 0, said.err
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_makes_everything_and_says_what_comes_next(rounds, folder: Path) -> None:
    """One command, from nothing to a node that may be served, readable by its owner alone."""
    said = rounds("init", "--host", HOST, "--institution-name", "St Mary's", "--data-dir", "data", "--port", "9000")

    settings = load({}, file=folder / "rounds.toml")
    assert (said.code, said.err) == (0, "")
    assert "rounds serve" in said.out
    assert (settings.host, settings.institution_name, settings.port) == (HOST, "St Mary's", 9000)
    assert (settings.data_dir, len(settings.secret_key)) == (folder / "data", 32)
    assert [mode(folder / name) for name in ("rounds.toml", "data", "data/secrets.toml")] == [0o600, 0o700, 0o600]
    assert sorted(path.name for path in folder.iterdir()) == ["data", "rounds.toml"]


def test_init_says_it_in_json_for_scripts(rounds, folder: Path) -> None:
    """The answer holds every place, and no secret."""
    said = rounds("init", "--host", HOST, "--institution-name", "A", "--data-dir", "data", "--json")

    answer = json.loads(said.out)
    assert (answer["address"], answer["config"]) == (f"https://{HOST}", str(folder / "rounds.toml"))
    assert (folder / "data/secrets.toml").read_text().split('"')[1] not in said.out


def test_init_with_wrong_options_names_each_and_makes_nothing(rounds, folder: Path) -> None:
    """All faults at once, under the names of the options."""
    said = rounds("init", "--host", "https://a/", "--port", "0", "--timezone", "Nowhere")

    named = [line.split(":")[1].strip() for line in said.err.splitlines()]
    assert said.code == 2
    assert named == ["--host", "--port", "--timezone", "--institution-name", "--data-dir"]
    assert list(folder.iterdir()) == []


def test_init_never_replaces_settings_or_secret(rounds, made: Path) -> None:
    """A second run stops; a run with another file keeps the secret that is there."""
    secret = (made / "data/secrets.toml").read_text()

    second = rounds("init", "--host", HOST, "--institution-name", "B", "--data-dir", "data")
    other = rounds("--config", "other.toml", "init", "--host", HOST, "--institution-name", "B", "--data-dir", "data")

    assert second.code == 2
    assert "exists already" in second.err
    assert other.code == 0
    assert (made / "data/secrets.toml").read_text() == secret


def test_init_takes_a_password_from_the_environment_only(rounds, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away: one sentence, code 3, no password on the screen, no settings file left."""
    monkeypatch.setenv("ROUNDS_DATABASE_URL", f"postgresql://scott:tiger@/x?host={folder}")

    said = rounds("init", "--host", HOST, "--institution-name", "A", "--data-dir", "data")

    assert said.code == 3
    assert "tiger" not in said.out + said.err
    assert not (folder / "rounds.toml").exists()


def test_init_where_nothing_may_be_written_says_so(rounds, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's refusal is one sentence with the path."""
    (folder / "data").write_text("a file is in the way")

    said = rounds("init", "--host", HOST, "--institution-name", "A", "--data-dir", "data/inner")

    assert said.code == 1
    assert "data" in said.err
    assert "Traceback" not in said.err


def test_failed_init_is_simply_run_again(rounds, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a failed run made is used by the next one."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(setup, "make_actors", fail)
        with pytest.raises(ZeroDivisionError):
            rounds("init", "--host", HOST, "--institution-name", "A", "--data-dir", "data")

    assert rounds("init", "--host", HOST, "--institution-name", "A", "--data-dir", "data").code == 0


def test_schema_of_a_newer_version_is_refused_and_kept(rounds, made: Path) -> None:
    """Going back to an older version is a sentence with code 3; the database stays as it is."""
    write(made, "UPDATE alembic_version SET version_num = '9999'")

    migrated, served = rounds("migrate"), rounds("serve")

    assert (migrated.code, served.code) == (3, 3)
    assert "newer" in migrated.err
    assert "9999" in served.err


def test_migrate_may_be_repeated(rounds, made: Path) -> None:
    """The second run changes nothing and says so."""
    said = rounds("migrate", "--json")

    answer = json.loads(said.out)
    assert answer["before"] == answer["after"] is not None


@pytest.mark.parametrize(
    "command", [["migrate"], ["serve"], ["work"], ["doctor"], ["peer", "show", "a.example"], ["account", "list"]]
)
def test_command_without_settings_names_what_is_missing(rounds, command: list[str]) -> None:
    """Every command that needs a node says the same, with code 2."""
    said = rounds(*command)

    assert said.code == 2
    assert said.err.count("rounds init") == 3
    assert "Traceback" not in said.err


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Return what the command line became, instead of becoming it."""
    seen: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr("os.execve", lambda _path, words, environ: seen.append((words, environ)))
    return seen


def test_serve_checks_says_where_and_becomes_the_node(rounds, made: Path, executed) -> None:
    """The serving process is another program, which reads the same settings file."""
    said = rounds("--config", "rounds.toml", "serve")

    words, environ = executed[0]
    assert words[1:] == ["-m", "node.app"]
    assert environ["ROUNDS_CONFIG"] == str(made / "rounds.toml")
    assert said.out == f"St Mary's is served at https://{HOST} (listening on 127.0.0.1:8000)\n"


def test_serve_on_a_port_that_is_taken_ends_with_4(
    rounds, made: Path, executed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the address, before anything is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("ROUNDS_PORT", str(taken.getsockname()[1]))
        said = rounds("serve")

    assert (said.code, executed) == (4, [])
    assert "already in use" in said.err


def test_serve_before_the_database_is_there_ends_with_3(rounds, made: Path, executed) -> None:
    """No empty database is made in passing."""
    (made / "data/rounds.sqlite3").unlink()

    said = rounds("serve")

    assert (said.code, executed) == (3, [])
    assert "rounds migrate" in said.err
    assert not (made / "data/rounds.sqlite3").exists()


@pytest.mark.parametrize("command", [["work"], ["serve", "--no-worker"]])
def test_several_processes_are_refused_on_sqlite(rounds, made: Path, executed, command: list[str]) -> None:
    """One SQLite file has one process."""
    said = rounds(*command)

    assert (said.code, executed) == (2, [])
    assert "PostgreSQL" in said.err


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


def write(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "data/rounds.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


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


@pytest.mark.parametrize("command", [["serve"], ["account", "list"], ["doctor"]])
def test_changed_host_with_existing_data_is_refused(
    rounds, made: Path, executed, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A node would disown everything that it ever said."""
    monkeypatch.setenv("ROUNDS_HOST", "other.example")

    said = rounds(*command)

    assert said.code != 0
    assert f"https://{HOST}/" in said.out + said.err
    assert executed == []


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_account_is_made_listed_and_given_another_password(rounds, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from standard input and is nowhere to be seen."""
    typed(monkeypatch, "correct horse\n")
    created = rounds("account", "create", "Alice", "--email", "Alice@a.example", "--role", "admin", "--password-stdin")
    listed = json.loads(rounds("account", "list", "--json").out)
    typed(monkeypatch, "battery staple\n")
    changed = rounds("account", "reset-password", "alice@a.example", "--password-stdin")

    assert (created.code, created.out) == (0, f"@alice@{HOST} can sign in at https://{HOST}\n")
    assert [(one["username"], one["email"], one["role"]) for one in listed] == [("alice", "alice@a.example", "admin")]
    assert changed.code == 0
    assert "alice" in rounds("account", "list").out


@pytest.mark.parametrize(
    ("words", "password", "code"),
    [
        (["create", "no spaces", "--email", "a@a.example"], "long enough", 1),
        (["create", "alice", "--email", "nobody"], "long enough", 1),
        (["create", "alice", "--email", "a@a.example", "--role", "king"], "long enough", 1),
        (["create", "alice", "--email", "a@a.example"], "short", 1),
        (["create", "institution", "--email", "a@a.example"], "long enough", 1),
        (["create", "alice"], "long enough", 2),
        (["reset-password", "stranger"], "long enough", 1),
    ],
)
def test_wrong_account_is_refused_with_a_sentence(
    rounds, made: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], password: str, code: int
) -> None:
    """What is wrong is said, and nobody is made."""
    typed(monkeypatch, password)

    said = rounds("account", *words, "--password-stdin")

    assert said.code == code
    assert said.err
    assert json.loads(rounds("account", "list", "--json").out) == []


def test_password_is_never_waited_for_without_a_person(rounds, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script without --password-stdin gets a sentence instead of a prompt."""
    typed(monkeypatch, "")

    said = rounds("account", "create", "alice", "--email", "a@a.example")

    assert said.code == 2
    assert "--password-stdin" in said.err


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


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nonsense"], ["peer", "show"]])
def test_wrong_usage_ends_with_2(rounds, words: list[str]) -> None:
    """Like a wrong setting, it is the caller's to correct."""
    said = rounds(*words)

    assert said.code == 2
    assert "Usage: rounds" in said.err


def test_help_documents_every_exit_code(rounds) -> None:
    """The same list is in the help and in CONTRIBUTING."""
    shown = " ".join(rounds("--help").out.split())
    page = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text()

    assert [text for code, text in MEANINGS.items() if f"{code.value} {text}" not in shown] == []
    assert [text for code, text in MEANINGS.items() if f"| {code.value} | {text} |" not in page] == []


def test_command_line_stays_out_of_the_serving_process() -> None:
    """Help needs neither a database nor a web framework."""
    heavy = "import sys, node.cli; print(sorted({'sqlalchemy', 'alembic', 'starlette', 'PIL', 'psycopg'} & set(sys.modules)))"

    assert subprocess.check_output([sys.executable, "-c", heavy], text=True, cwd=Path(__file__).parents[2]) == "[]\n"
