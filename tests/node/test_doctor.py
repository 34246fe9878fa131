"""What the doctor finds, on both kinds of database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, insert

from node import doctor
from node.settings import Settings
from node.store import tables
from node.store.database import make_engine

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=1)
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a migrated node."""
    (tmp_path / "secrets.toml").touch(mode=0o600)
    return Settings(
        host="a.example", institution_name="A", data_dir=tmp_path, secret_key=bytes(32), database_url=database_url
    )


def write(settings: Settings, table: Table, *rows: dict) -> None:
    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(insert(table), list(rows))
    engine.dispose()


def job(number: int, **more: object) -> dict:
    return {"id": number, "kind": "fetch", "key": str(number), "payload": {}, "created_at": NOW, **more}


def test_fresh_node_is_well(settings: Settings) -> None:
    """Every queue is there and empty."""
    report, code = doctor.examine(settings)

    assert (report.is_well, code) == (True, 0), report.findings
    assert {(one.queue, one.waiting, one.due, one.given_up) for one in report.queues} == {
        ("deliveries", 0, 0, 0),
        ("jobs", 0, 0, 0),
        ("inbox", 0, 0, 0),
    }


def test_queue_counts_waiting_due_and_given_up(settings: Settings) -> None:
    """A job in an hour waits, one from yesterday is due, a dead one is given up."""
    write(
        settings,
        tables.jobs,
        job(1, next_at=SOON, is_dead=False),
        job(2, next_at=LONG_AGO, is_dead=False),
        job(3, next_at=LONG_AGO, is_dead=True),
    )

    report, code = doctor.examine(settings)

    queue = next(one for one in report.queues if one.queue == "jobs")
    assert (queue.waiting, queue.due, queue.given_up) == (2, 1, 1)
    assert queue.due_since is not None
    assert abs(queue.due_since - LONG_AGO) < timedelta(seconds=1)
    assert (report.is_well, code) == (False, 1)


def test_host_that_fails_is_a_remark_with_reason_and_next_try(settings: Settings) -> None:
    """One peer that is away is no fault of this node."""
    row = {"host": "slow.example", "failures": 3, "last_error": "timed out", "next_try_at": SOON, "created_at": NOW}
    write(settings, tables.peers, row)

    report, code = doctor.examine(settings)

    finding = next(one for one in report.findings if one.check == "peer slow.example")
    assert finding.level == "remark"
    assert "timed out" in finding.text
    assert f"{SOON:%Y-%m-%dT%H:%M}" in finding.text
    assert code == 0


def test_secrets_that_others_can_read_are_a_fault(settings: Settings) -> None:
    """The mode is checked again while the node runs."""
    settings.secrets_file.chmod(0o644)

    report, code = doctor.examine(settings)

    assert [one.check for one in report.findings if one.level == "fault"] == ["secrets"]
    assert code == 1


def test_little_disk_space_is_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops writing, so it is said before."""
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**62)

    report, _ = doctor.examine(settings)

    assert [one.check for one in report.findings if one.level == "fault"] == ["disk"]
