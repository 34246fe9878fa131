"""`rounds doctor`: what an administrator wants to know first when something is wrong.

A finding is a fault (the exit code is not 0), a remark, or well. It looks, and it changes nothing.
"""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, Literal

from msgspec import Struct, to_builtins

from migrations import HEAD
from node.clock import SystemClock
from node.commands import database, mailing
from node.commands.console import Code, Stop, printable, say, say_json
from node.commands.database import Session
from node.parts import mailer_of
from node.settings import Settings
from node.store import backlog, origin, schema
from node.store.backlog import Backlog
from node.store.peers import Peer, troubled
from node.store.unit import Snapshot
from node.values import MIB

LEAST_FREE_BYTES: Final = 512 * MIB
LATE: Final = timedelta(minutes=15)
MAX_PEERS: Final = 100
Level = Literal["well", "remark", "fault"]


class Finding(Struct, frozen=True):
    """What one check says."""

    check: str
    level: Level
    text: str


class Report(Struct, frozen=True):
    """Everything that was looked at."""

    is_well: bool
    findings: list[Finding]
    queues: list[Backlog]
    peers: list[Peer]


def run(settings: Settings, *, as_json: bool) -> int:
    """Look at everything, say it, and return the exit code."""
    report, code = examine(settings)
    if as_json:
        say_json(to_builtins(report))
    else:
        _say(report)
    return code


def examine(settings: Settings) -> tuple[Report, int]:
    """Return the report and the exit code that it deserves."""
    findings = [check(settings) for check in (_secrets, _space)]
    queues: list[Backlog] = []
    peers: list[Peer] = []
    code = Code.OK
    try:
        with database.opened(settings) as session:
            findings += _of_database(session, queues, peers)
    except Stop as stop:
        code = stop.code
        findings.append(Finding("database", "fault", " ".join(stop.lines)))
    findings += _mail(settings)
    is_well = all(finding.level != "fault" for finding in findings)
    if not is_well and code is Code.OK:
        code = Code.DATABASE if any(f.check == "schema" and f.level == "fault" for f in findings) else Code.FAILED
    return Report(is_well, findings, queues, peers), code


def _of_database(session: Session, queues: list[Backlog], peers: list[Peer]) -> Iterator[Finding]:
    found = session.read(schema.revision)
    yield Finding("database", "well", "It answers.")
    if found != HEAD:
        yield Finding("schema", "fault", f"It is {found or 'absent'}, this version needs {HEAD}. Run: rounds migrate")
        return
    yield Finding("schema", "well", f"It is {found}, as this version needs.")
    if foreign := session.read(origin.made_under):
        yield Finding("host", "fault", f"The data were made under another ({foreign}); put the old host back.")
    queues += session.read(backlog.backlogs)
    peers += session.read(troubled, limit=MAX_PEERS)
    yield from session.read(_of_queues, queues)
    yield from (_of_peer(peer) for peer in peers)


def _of_queues(snapshot: Snapshot, queues: list[Backlog]) -> list[Finding]:
    return [_of_queue(snapshot, queue) for queue in queues]


def _of_queue(snapshot: Snapshot, queue: Backlog) -> Finding:
    text = f"{queue.waiting} wait, {queue.due} of them are due, {queue.given_up} were given up."
    if queue.due_since is not None and snapshot.now - queue.due_since > LATE:
        since = queue.due_since.isoformat(timespec="minutes")
        return Finding(queue.queue, "fault", f"{text} The longest is due since {since}: does the worker run?")
    return Finding(queue.queue, "remark" if queue.given_up else "well", text)


def _of_peer(peer: Peer) -> Finding:
    when = f"next try {peer.next_try_at.isoformat(timespec='minutes')}" if peer.next_try_at else "tried again when due"
    why = peer.last_error or "no reason kept"
    return Finding(f"peer {peer.host}", "remark", f"{peer.failures} failures in a row ({why}); {when}.")


def _secrets(settings: Settings) -> Finding:
    is_private = not settings.secrets_file.stat().st_mode & 0o077
    text = "Only its owner can read it." if is_private else f"Run: chmod 600 {settings.secrets_file}"
    return Finding("secrets", "well" if is_private else "fault", text)


def _space(settings: Settings) -> Finding:
    usage = shutil.disk_usage(settings.data_dir)
    text = f"{usage.free // MIB} MiB are free in {settings.data_dir}."
    if usage.free < LEAST_FREE_BYTES:
        return Finding("disk", "fault", f"{text} Make room: at least {LEAST_FREE_BYTES // MIB} MiB are needed.")
    return Finding("disk", "well", text)


def _mail(settings: Settings) -> Iterator[Finding]:
    """Yield whether the mail server of the settings takes what this node would send; nothing where there is none."""
    mailer = mailer_of(settings, SystemClock())
    if mailer is not None:
        _, fault = asyncio.run(mailing.converse(mailer, None))
        advice = "Run: rounds doctor mail"
        yield (
            Finding("mail", "fault", f"{fault}. {advice}")
            if fault
            else Finding("mail", "well", "It takes what we send.")
        )


def _say(report: Report) -> None:
    marks = {"well": "ok", "remark": "note", "fault": "FAULT"}
    for finding in report.findings:
        say(f"{marks[finding.level]:<6}{printable(finding.check)}: {printable(finding.text)}")
    say("All is well." if report.is_well else "Something is wrong; see the lines that say FAULT.")
