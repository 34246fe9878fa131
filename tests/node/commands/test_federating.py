"""What an administrator asks about other servers from the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table, insert

from node.store import tables
from node.store.database import make_engine
from tests.node.commands.conftest import HOST

NOW = datetime.now(UTC)


def test_doctor_federation_names_the_step_that_fails(rounds, made: Path) -> None:
    """A host that does not exist fails at WebFinger, with code 1 and the same in JSON."""
    said = rounds("doctor", "federation", "@ana@nowhere.invalid")
    report = json.loads(rounds("doctor", "federation", "@ana@nowhere.invalid", "--json").out)

    assert (said.code, said.out.startswith("FAULT WebFinger: ")) == (1, True)
    assert (report["is_well"], report["steps"][0]["name"]) == (False, "WebFinger")


def test_doctor_federation_wants_a_whole_handle(rounds, made: Path) -> None:
    """A name without a host is nobody elsewhere."""
    assert rounds("doctor", "federation", "ana").code == 2


def test_delivery_show_says_what_waits_and_why(rounds, made: Path) -> None:
    """A line for each server, found by the post's id or its address; of others' posts there is none."""
    write(made, tables.accounts, account())
    write(made, tables.statuses, status())
    write(made, tables.bodies, {"id": 1, "account_id": 7, "status_id": 9, "body": "{}", "created_at": NOW})
    row = {"body_id": 1, "next_at": NOW, "attempts": 2, "last_error": "unreachable: no answer"}
    hosts = [
        {"id": n, "host": f"{name}.example", "inbox": f"https://{name}.example/inbox"} for n, name in enumerate("ab")
    ]
    write(made, tables.deliveries, *(row | host for host in hosts))

    said = rounds("delivery", "show", "9")
    found = json.loads(rounds("delivery", "show", f"https://{HOST}/users/ines/statuses/9", "--json").out)

    assert "no answer" in said.out
    assert [(one["host"], one["state"], one["attempts"]) for one in found] == [
        ("a.example", "waiting", 2),
        ("b.example", "waiting", 2),
    ]
    assert rounds("delivery", "show", "10").code == 1


def test_reports_are_listed_and_closed(rounds, made: Path) -> None:
    """Moderators without a page see what is open, and close it once."""
    write(made, tables.accounts, account())
    write(made, tables.reports, {"id": 5, "host": "b.example", "target_id": 7, "comment": "rude", "created_at": NOW})

    said = rounds("report", "list")
    closed = rounds("report", "resolve", "5")
    again = rounds("report", "resolve", "5")

    assert "rude" in said.out
    assert (closed.code, again.code) == (0, 1)
    assert json.loads(rounds("report", "list", "--json").out) == []


def write(made: Path, table: Table, *rows: dict[str, object]) -> None:
    engine = make_engine(f"sqlite:///{made / 'data/rounds.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(insert(table), list(rows))
    engine.dispose()


def account() -> dict[str, object]:
    uri = f"https://{HOST}/users/ines"
    names = {"uri": uri, "url": uri, "inbox": f"{uri}/inbox", "username": "ines", "username_key": "ines"}
    return {"id": 7, "created_at": NOW, **names}


def status() -> dict[str, object]:
    uri = f"https://{HOST}/users/ines/statuses/9"
    times = {"created_at": NOW, "received_at": NOW}
    return {
        "id": 9,
        "uri": uri,
        "url": uri,
        "account_id": 7,
        "is_local": True,
        "visibility": "public",
        "context_uri": uri,
        **times,
    }
