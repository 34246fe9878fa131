"""The command line: what it makes, what it says, and with which code it ends."""

import io
import json
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from node.commands import setup
from node.commands.console import MEANINGS
from node.settings import load
from tests.node.commands.conftest import HOST, write


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
    """Going back to an older version is a sentence with code 2; the database stays as it is."""
    write(made, "UPDATE alembic_version SET version_num = '9999'")

    migrated, served = rounds("migrate"), rounds("serve")

    assert (migrated.code, served.code) == (2, 2)
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


def test_account_gets_new_keys_beside_the_old(rounds, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of the new key is said; nobody else's are touched, and a stranger has none."""
    typed(monkeypatch, "correct horse\n")
    rounds("account", "create", "alice", "--email", "alice@a.example", "--password-stdin")

    said = rounds("account", "keys", "rotate", "alice")
    stranger = rounds("account", "keys", "rotate", "nobody")

    assert (said.code, stranger.code) == (0, 1)
    assert said.out.startswith(f"https://{HOST}/users/alice#main-key-")


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


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nonsense"], ["peer", "show"]])
def test_wrong_usage_ends_with_2(rounds, words: list[str]) -> None:
    """Like a wrong setting, it is the caller's to correct."""
    said = rounds(*words)

    assert said.code == 2
    assert "Usage: rounds" in said.err


def test_help_documents_every_exit_code(rounds) -> None:
    """The same list is in the help and in CONTRIBUTING."""
    shown = " ".join(rounds("--help").out.split())
    page = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text()

    assert [text for code, text in MEANINGS.items() if f"{code.value} {text}" not in shown] == []
    assert [text for code, text in MEANINGS.items() if f"| {code.value} | {text} |" not in page] == []


def test_command_line_stays_out_of_the_serving_process() -> None:
    """Help needs neither a database nor a web framework."""
    heavy = "import sys, node.cli; print(sorted({'sqlalchemy', 'alembic', 'starlette', 'PIL', 'psycopg'} & set(sys.modules)))"

    assert subprocess.check_output([sys.executable, "-c", heavy], text=True, cwd=Path(__file__).parents[3]) == "[]\n"


def test_tend_makes_the_hourly_round_and_may_be_repeated(rounds, made: Path) -> None:
    """Also on a node where there is nothing to do."""
    said = [rounds("tend") for _ in range(2)]

    assert [(one.code, one.out, one.err) for one in said] == [(0, "The round is made.\n", "")] * 2
