"""Carrying out what people tell the node by a post, from any app: `!try`, `!data`, `!measure`, `!share`, `!undo`, `!help`.

How it works. `posting` keeps such a post from everybody else and writes its row, waiting; a job carries it out, in one
transaction with the answer, so that a command is done once, whatever crashes and whatever runs twice. What is refused
is said in the same words as on the pages. An edit sets the row waiting again: what the command did is changed, or taken
back and done anew. A deletion leaves its row in a job, which takes back what it did.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from node.errors import Problem, invalid
from node.learning import commands as spoken
from node.learning.commands import Data, Define, Help, Tell, Try, Undo
from node.services import recording, voicing
from node.services.commanding import doing, heeding, undoing
from node.services.commanding.doing import Asked, Done
from node.store import accounts, commands, jobs, statuses, users
from node.store.commands import UNDOABLE, CommandRow
from node.store.database import Database
from node.store.statuses import Status
from node.store.unit import Unit

MOST_AN_HOUR: Final = 60
_UNDO: Final = "Reply !undo to take it back."
_DOERS: Final[Mapping[type, Callable[[Unit, Asked, Any], Done]]] = {
    Try: doing.begin,
    Data: doing.count,
    Define: doing.define,
    Tell: doing.tell,
}


def take_in(unit: Unit, row: CommandRow) -> None:
    """Have a new command carried out, or say once that there are too many."""
    since = unit.now - timedelta(hours=1)
    count = commands.count_since(unit, row.account_id, since)
    if count <= MOST_AN_HOUR:
        jobs.add(unit, "command", str(row.status_id), status_id=row.status_id)
        return
    commands.change(unit, row.status_id, state="refused")
    if count == MOST_AN_HOUR + 1:
        said = (
            f"More than {MOST_AN_HOUR} commands in an hour are not carried out. Enter many numbers on the page instead."
        )
        _answer(unit, row, f"{said} {unit.site.base_url}/loops")


def take_in_again(unit: Unit, row: CommandRow, status: Status) -> None:
    """Have an edited command carried out anew."""
    commands.change(unit, row.status_id, state="waiting")
    at = int((status.edited_at or unit.now).timestamp() * 1000)
    jobs.add(unit, "command", f"{row.status_id}-{at}", status_id=row.status_id)


def let_go(unit: Unit, row: CommandRow) -> None:
    """Have what a command did taken back, which is being deleted itself."""
    if row.has_done and row.verb in UNDOABLE:
        jobs.add(unit, "uncommand", str(row.status_id), row=msgspec.to_builtins(row))


async def carry_out(db: Database, status_id: int) -> None:
    """Carry out a command that waits, and answer it; one that does not wait is done already."""
    try:
        await db.write(_carry_out, status_id)
    except Problem as problem:
        if problem.status >= 500:
            raise
        await db.write(_refuse, status_id, _words(problem))


async def take_back(db: Database, row: Mapping[str, Any]) -> None:
    """Take back what a deleted command did."""
    gone = msgspec.convert(row, CommandRow)
    try:
        await db.write(_take_back, gone)
    except Problem as problem:
        if problem.status >= 500:
            raise
        said = f"You deleted !{gone.verb}, and what it did stands: {_words(problem)}"
        await db.write(voicing.say, gone.account_id, said)


# ------------------------------------------------------------------ inside


def _carry_out(unit: Unit, status_id: int) -> None:
    row, status = commands.locked(unit, status_id), statuses.by_id(unit, status_id)
    if row is None or status is None or row.state != "waiting":
        return
    if not _may_command(unit, row.account_id):
        commands.change(unit, status_id, state="refused")
        return
    asked = Asked(row, status, heeding.meant(unit, row.account_id, status))
    if row.has_done or (row.previous or {}).get("undid"):
        _do_anew(unit, asked)
        return
    said = spoken.read(status.text, recording.today(unit))
    if isinstance(said, Help):
        _help(unit, row, status)
    elif isinstance(said, Undo):
        _undo(unit, row, status)
    else:
        _keep(unit, asked, _DOERS[type(said)](unit, asked, said))


def _may_command(unit: Unit, account_id: int) -> bool:
    """Tell whether somebody may still act here: a command may have waited while they were shut out."""
    user, account = users.by_account(unit, account_id), accounts.by_id(unit, account_id)
    return user is not None and user.disabled_at is None and account is not None and not account.is_suspended


def _keep(unit: Unit, asked: Asked, done: Done, *, first: str = "") -> None:
    """Note what was done, and say it."""
    values = {name: getattr(done, name) for name in ("made_id", "measure_id", "starts_on", "previous")}
    commands.change(unit, asked.row.status_id, state="done", verb=done.verb, **values)
    _answer(unit, asked.row, " ".join(filter(None, (first, done.said, done.url, _UNDO))))


def _do_anew(unit: Unit, asked: Asked) -> None:
    """Do what an edited command says now, in place of what it said before."""
    row = asked.row
    if row.verb == "undo":
        _end(unit, row, "done", "What !undo took back is not changed by an edit. Write a new reply.")
        return
    word = spoken.word_of(asked.status.text)
    said = spoken.read(asked.status.text, recording.today(unit)) if word is not None else None
    if said is None or isinstance(said, Help | Undo):
        _end(unit, row, "undone", f"This commands nothing any more. {undoing.take_back(unit, row)}")
        return
    done = doing.change(unit, asked, said)
    if done is None:
        undoing.take_back(unit, row)
        done = _DOERS[type(said)](unit, asked, said)
    _keep(unit, asked, done, first="Changed, as you edited it.")


def _undo(unit: Unit, row: CommandRow, status: Status) -> None:
    above = heeding.command_at(unit, status.reply_to_id)
    if above is not None and above.account_id == row.account_id and above.verb in UNDOABLE:
        target = above if above.state == "done" else None
    else:
        target = commands.newest_done(unit, row.account_id, status.context_uri)
    if target is None:
        raise invalid("Here is nothing of yours to take back. Reply !undo to the command that you mean.")
    said = undoing.take_back(unit, target)
    commands.change(unit, row.status_id, previous={"undid": target.status_id})
    _end(unit, row, "done", said)


def _help(unit: Unit, row: CommandRow, status: Status) -> None:
    first, second = spoken.help_posts(f"{unit.site.base_url}/help/commands")
    _end(unit, row, "done", first)
    voicing.say(unit, row.account_id, second, reply_to=status)


def _refuse(unit: Unit, status_id: int, why: str) -> None:
    row = commands.locked(unit, status_id)
    if row is None or row.state != "waiting":
        return
    if row.has_done:
        _end(unit, row, "done", f"What it did before stands. {why}")
    else:
        _end(unit, row, "refused", why)


def _end(unit: Unit, row: CommandRow, state: str, said: str) -> None:
    commands.change(unit, row.status_id, state=state)
    _answer(unit, row, said)


def _answer(unit: Unit, row: CommandRow, said: str) -> None:
    reply_id = voicing.say(unit, row.account_id, said, reply_to=statuses.by_id(unit, row.status_id))
    commands.change(unit, row.status_id, reply_id=reply_id)


def _take_back(unit: Unit, row: CommandRow) -> None:
    said = undoing.take_back(unit, row)
    voicing.say(unit, row.account_id, f"You deleted !{row.verb}. {said}")


def _words(problem: Problem) -> str:
    """Return a refusal in words; what is not there is not said to be there."""
    if problem.status == 404:
        return "What this is about is not here any more, or not for you."
    return problem.text
