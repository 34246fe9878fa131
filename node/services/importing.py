"""Brings lists of follows, blocks and the like from elsewhere: read first, shown, and carried out by jobs when told to.

How it works. A file becomes rows and faults (`sheets`), which wait as an import. Started, it is a chain of jobs, each of
a few rows: an account nobody here knows is looked up on its own server, then the row is done as its owner would do it.
What cannot be done is counted and left. Doing a row twice is harmless, so a job that died is simply done again.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from federation.reasons import PeerError
from federation.uris import parse_handle
from node.errors import Problem, invalid, not_found
from node.ports import Fetcher
from node.services import bookmarking, fetching, following, selecting, shunning
from node.services.following import Wanted
from node.social import sheets
from node.social.sheets import Kind, NotText, Row
from node.social.site import Site
from node.store import bookmarks, exports, imports, jobs, lists, statuses
from node.store.database import Database
from node.store.imports import Import
from node.store.unit import Snapshot, Unit

__all__ = ["Import"]

ROWS_AT_ONCE: Final = 10
REMOVED_AT_ONCE: Final = 50
MOST_RUNNING: Final = 3
MOST_SHOWN: Final = 10
KEPT: Final = timedelta(days=30)
KINDS: Final[tuple[Kind, ...]] = ("follows", "lists", "blocks", "mutes", "domains", "bookmarks")


def bring(unit: Unit, account_id: int, kind: str, text: str, *, is_overwriting: bool) -> int:
    """Read a file and keep it as an import that waits for a word. Raises: 422 for an unknown kind or no row at all."""
    wanted = next((one for one in KINDS if one == kind), None)
    if wanted is None:
        raise invalid("Say what is in the file.", field="kind")
    sheet = sheets.read(wanted, text)
    if not sheet.rows:
        first = f" Line {sheet.faults[0][0]}: {sheet.faults[0][1]}" if sheet.faults else ""
        raise invalid(f"There is nothing in this file that can be brought in.{first}", field="file")
    imports.drop_unstarted(unit, account_id)
    imports.drop_old(unit, account_id, before=unit.now - KEPT)
    made = Import(
        id=unit.new_id(),
        account_id=account_id,
        kind=wanted,
        is_overwriting=is_overwriting,
        rows=list(sheet.rows),
        faults=list(sheet.faults),
        total=len(sheet.rows),
        created_at=unit.now,
    )
    imports.keep(unit, made)
    return made.id


def text_of(data: bytes) -> str:
    """Return the text of a CSV file. Raises: 422 for what is none: archives are not opened, whatever they are called."""
    try:
        return sheets.text_of(data)
    except NotText:
        raise invalid(
            "This is no CSV file. Archives are not opened: choose the CSV file inside.", field="file"
        ) from None


def show(snapshot: Snapshot, account_id: int, import_id: int) -> Import:
    """Return an import of one's own. Raises: 404."""
    held = imports.one(snapshot, import_id)
    if held is None or held.account_id != account_id:
        raise not_found()
    return held


def own(snapshot: Snapshot, account_id: int) -> list[Import]:
    """Return what somebody brought lately, the newest first."""
    return imports.of_account(snapshot, account_id, limit=MOST_SHOWN)


def start(unit: Unit, account_id: int, import_id: int) -> None:
    """Carry an import out; started already is fine. Raises: 404, 422 while too many are under way."""
    held = show(unit, account_id, import_id)
    if held.started_at is not None:
        return
    if imports.count_running(unit, account_id) >= MOST_RUNNING:
        raise invalid("Wait until what you brought before is done.", code="too-many")
    imports.change(unit, held.id, started_at=unit.now)
    unit.audit(actor=f"account:{account_id}", act="account.import", object=held.kind, rows=str(held.total))
    _go_on(unit, held.id, 0)


def drop(unit: Unit, account_id: int, import_id: int) -> None:
    """Throw an import away that was not started. Raises: 404."""
    if show(unit, account_id, import_id).started_at is not None:
        raise not_found()
    imports.drop_unstarted(unit, account_id)


def _go_on(unit: Unit, import_id: int, place: int) -> None:
    jobs.add(unit, "import", f"{import_id}:{place}", import_id=import_id, place=place)


# ------------------------------------------------------------------ carrying out


async def carry_out(db: Database, fetcher: Fetcher, import_id: int, place: int, *, site: Site) -> None:
    """Do the next few rows of an import and ask for the rest."""
    held = await db.read(imports.one, import_id)
    if held is None or held.finished_at is not None or held.done > place:
        return
    if place == 0 and held.is_overwriting:
        await _clear(db, held, site)
    rows = held.rows[place : place + ROWS_AT_ONCE]
    failed = sum([not await _do(db, fetcher, held, row, site=site) for row in rows])
    await db.write(_step, import_id, place + len(rows), failed)


def _step(unit: Unit, import_id: int, place: int, failed: int) -> None:
    held = imports.one(unit, import_id)
    if held is None or held.done >= place > 0:
        return
    values: dict[str, Any] = {"done": place, "failed": held.failed + failed}
    if place >= held.total:
        values |= {"finished_at": unit.now, "rows": []}
    else:
        _go_on(unit, import_id, place)
    imports.change(unit, import_id, **values)


async def _do(db: Database, fetcher: Fetcher, held: Import, row: Row, *, site: Site) -> bool:
    try:
        act = await _ACTS[held.kind](db, fetcher, row, site)
        await db.write(act, held.account_id)
    except PeerError:
        return False
    except Problem as problem:
        if problem.status >= 500:  # of the node, not of the row: the job is done again
            raise
        return False
    return True


Act = Callable[[Unit, int], Any]


async def _known(db: Database, fetcher: Fetcher, acct: str, site: Site) -> int:
    handle = parse_handle(acct)
    if handle is None:
        raise not_found()
    return await fetching.account(db, fetcher, handle, site=site)


async def _follow(db: Database, fetcher: Fetcher, row: Row, site: Site) -> Act:
    wanted = Wanted(row[1], row[2], row[3])
    return partial(_with, following.follow, await _known(db, fetcher, row[0], site), wanted=wanted)


async def _block(db: Database, fetcher: Fetcher, row: Row, site: Site) -> Act:
    return partial(_with, following.block, await _known(db, fetcher, row[0], site))


async def _mute(db: Database, fetcher: Fetcher, row: Row, site: Site) -> Act:
    return partial(_with, following.mute, await _known(db, fetcher, row[0], site), hides_notifications=row[1])


def _with(act: Callable[..., Any], target_id: int, unit: Unit, account_id: int, **how: Any) -> None:
    act(unit, account_id, target_id, **how)


async def _shun(_db: Database, _fetcher: Fetcher, row: Row, _site: Site) -> Act:
    return partial(_shun_host, row[0])


def _shun_host(host: str, unit: Unit, account_id: int) -> None:
    shunning.block(unit, account_id, host)


async def _bookmark(db: Database, fetcher: Fetcher, row: Row, site: Site) -> Act:
    if await db.read(statuses.by_uri, row[0]) is None and not site.is_ours(row[0]):
        await fetching.thread(db, fetcher, row[0], site=site)
    return partial(_bookmark_uri, row[0])


def _bookmark_uri(uri: str, unit: Unit, account_id: int) -> None:
    status = statuses.by_uri(unit, uri)
    if status is None:
        raise not_found()
    bookmarking.bookmark(unit, account_id, status.id)


async def _list(db: Database, fetcher: Fetcher, row: Row, site: Site) -> Act:
    return partial(_into_list, row[0], await _known(db, fetcher, row[1], site))


def _into_list(title: str, member_id: int, unit: Unit, account_id: int) -> None:
    held = [one for one in lists.of_account(unit, account_id) if one.title == title]
    list_id = held[0].id if held else int(selecting.create(unit, account_id, selecting.Draft(title)).id)
    if not lists.held(unit, list_id, [member_id]):
        selecting.add(unit, account_id, list_id, [member_id])


_ACTS: Final = {
    "follows": _follow,
    "lists": _list,
    "blocks": _block,
    "mutes": _mute,
    "domains": _shun,
    "bookmarks": _bookmark,
}


# ------------------------------------------------------------------ what is not in the file goes


async def _clear(db: Database, held: Import, site: Site) -> None:
    kept = {_key(row, site) for row in held.rows}
    found = await db.read(_present, held.account_id, held.kind)
    gone = [item for key, item in found if key not in kept]
    for start in range(0, len(gone), REMOVED_AT_ONCE):
        await db.write(_remove, held.account_id, held.kind, gone[start : start + REMOVED_AT_ONCE])


def _key(row: Row, site: Site) -> str:
    """Return how `exports` names what a row names: our own accounts under the host of our handles."""
    key = str(row[0]).casefold()
    name, _, host = key.partition("@")
    ours = ("", site.handle_host, site.host)
    return f"{name}@{site.handle_host}" if "." not in name and "/" not in name and host in ours else key


def _present(snapshot: Snapshot, account_id: int, kind: Kind) -> list[tuple[str, Any]]:
    """Return (key, what to remove by) of everything there is now."""
    if kind == "lists":
        return [("", one.id) for one in lists.of_account(snapshot, account_id)]
    if kind == "domains":
        return [(row[0], row[0]) for row in exports.rows(snapshot, account_id, kind)]
    return exports.present(snapshot, account_id, kind)


def _remove(unit: Unit, account_id: int, kind: Kind, gone: Sequence[Any]) -> None:
    for one in gone:
        _REMOVALS[kind](unit, account_id, one)


_REMOVALS: Final[dict[Kind, Callable[[Unit, int, Any], Any]]] = {
    "follows": following.unfollow,
    "lists": selecting.delete,
    "blocks": following.unblock,
    "mutes": following.unmute,
    "domains": shunning.unblock,
    "bookmarks": bookmarks.remove,
}


def faults_of(held: Import) -> Iterable[tuple[int, str]]:
    """Return (line, what is wrong) of what cannot be read in a file."""
    return [(int(line), str(text)) for line, text in held.faults]
