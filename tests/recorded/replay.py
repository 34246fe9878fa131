"""`python -m tests.recorded.replay DIR`: gives every document of a folder to a fresh node and says what came of it.

One JSON line each, sorted by file: verdict (accepted, ignored, refused, error), the reason code, and the rows that are
new or changed afterwards. What an Update changes is known before, if the folder has its Create. A document that we fail at is an error, never an end of the run.
"""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select

from federation import activities, discovery, loose, uris
from federation.reasons import PeerError, Reason
from federation.signatures import http
from federation.vocab import STATUS_TYPES, approval
from node.errors import Problem
from node.services import catching_up, fetching, receiving, working
from node.services.receiving import Outcome, Request
from node.store import keys, tables
from node.store.unit import Snapshot
from tests.recorded import collecting, seeding
from tests.recorded.folder import Folder
from tests.recorded.seeding import Seeded, Seeds

MAX_ROUNDS: Final = 10
_SILENT: Final = frozenset({"arrivals", "audit", "pauses", "inbox", "peers"})
_SECRET: Final = frozenset({"private_pem", "part", "password_hash"})
_NOT_UNDERSTOOD: Final = frozenset({Reason.UNKNOWN_TYPE})
Rows = dict[str, list[dict[str, Any]]]


class Result(Struct, frozen=True):
    """What came of one document."""

    file: str
    verdict: str
    reason: str | None = None
    rows: Rows = {}


async def replay(folder: Folder, scratch: Path) -> list[Result]:
    """Give every document of a folder to a node of its own."""
    seeds = Seeds(scratch)
    return [await _one(folder, name, seeds) for name in folder.files]


async def _one(folder: Folder, name: str, seeds: Seeds) -> Result:
    try:
        recorded = folder.documents.get(name, {})
        now = _moment(recorded) if folder.kind(name) == "http request" else None
        node = await seeds.node(folder.wire(name), now)
        try:
            return await _given(folder, name, node)
        finally:
            await node.close()
    except Exception as error:
        logging.getLogger("replay").warning("%s: %s: %s", name, type(error).__name__, error)
        return Result(name, "error", type(error).__name__)


async def _given(folder: Folder, name: str, node: Seeded) -> Result:
    kind = folder.kind(name)
    take = {
        "activity": _activity,
        "collection": _collection,
        "http request": _request,
        "discovery": _discovery,
        "key document": _key,
    }
    try:
        verdict, reason, rows = await take.get(kind, _fetched)(folder, name, node)
    except PeerError as error:
        verdict = "ignored" if error.reason in _NOT_UNDERSTOOD else "refused"
        return Result(name, verdict, error.reason.value)
    except Problem as problem:
        return Result(name, "refused", problem.code)
    return Result(name, verdict, reason, rows)


Given = tuple[str, str | None, Rows]


async def _activity(folder: Folder, name: str, node: Seeded) -> Given:
    """As if it had come to the shared inbox, signed by its actor."""
    activity = activities.parse(loose.decode(folder.body(name)))
    uris.check(activity.actor)
    if folder.is_of_relay(name):
        await node.db.write(seeding.subscribe, activity.actor, activity.document)
    else:
        await node.db.write(seeding.prepare, activity.actor, activity.document, folder.actors())
    announced = folder.found(loose.id_of(activity.object)) if activity.type == "Announce" else None
    if announced is not None:
        await node.db.write(seeding.know_author, announced, folder.actors())
    for earlier in folder.versions_before(name):
        with suppress(PeerError):
            act = activities.parse(earlier)
            await catching_up.carry_out(node.db, node.fetcher, act, signer=act.actor, site=node.site)
    before = await node.db.read(_all_rows)
    outcome = await catching_up.carry_out(node.db, node.fetcher, activity, signer=activity.actor, site=node.site)
    return await _settled(node, outcome, before)


async def _request(folder: Folder, name: str, node: Seeded) -> Given:
    """As it came over the wire: really verified with the key beside it, at the time it was recorded."""
    recorded = folder.documents[name]
    if "key" in recorded:
        await node.db.write(seeding.know_key, recorded["key"])
    before = await node.db.read(_all_rows)
    url, method = str(recorded["url"]), str(recorded["method"])
    target = url.partition("://")[2].partition("/")[2]
    headers = {str(key).lower(): str(value) for key, value in recorded["headers"].items()}
    request = Request(f"/{target}", headers, (recorded.get("body") or "").encode(), node.clock.now())
    if method == "POST":
        return await _settled(node, await receiving.accept(node.db, request, site=node.site), before)
    params = http.parse(headers)
    key = await node.db.read(keys.by_uri, params.key_id)
    if key is None:
        raise PeerError(Reason.KEY_UNAVAILABLE)
    http.verify(
        method, request.target, headers, b"", public_pem=key.public_pem, now=node.clock.now(), hosts=(node.site.host,)
    )
    return "accepted", None, {}


async def _fetched(folder: Folder, name: str, node: Seeded) -> Given:
    """As the answer to a GET of its id."""
    document = loose.decode(folder.body(name))
    if (STATUS_TYPES | approval.TYPES.keys()) & set(loose.types_of(loose.plain(document))):
        await node.db.write(seeding.know_author, document, folder.actors())
    before = await node.db.read(_all_rows)
    await fetching.thing(node.db, node.fetcher, str(document.get("id")), site=node.site)
    return await _settled(node, Outcome("accepted"), before)


async def _collection(folder: Folder, name: str, node: Seeded) -> Given:
    """As the answer to a GET of its id, when we had reason to ask; asha and ben follow its owner."""
    document, actors = loose.decode(folder.body(name)), folder.actors()
    owner = collecting.owner_of(document, actors)
    if owner is not None:
        await node.db.write(collecting.let_both_follow, owner, actors)
    before = await node.db.read(_all_rows)
    await collecting.take(node, document, actors)
    return await _settled(node, Outcome("accepted"), before)


async def _key(folder: Folder, name: str, node: Seeded) -> Given:
    """As the answer to a GET of a key id; its owner must list it."""
    document = loose.plain(loose.decode(folder.body(name)))
    before = await node.db.read(_all_rows)
    key = loose.first(document.get("publicKey"))
    key_id, owner = loose.id_of(key), loose.id_of(key.get("owner")) if isinstance(key, Mapping) else None
    if key_id is None or owner is None:
        raise PeerError(Reason.MALFORMED, "no key and owner")
    await catching_up.learn_key(node.db, node.fetcher, key_id, owner, site=node.site)
    if await node.db.read(keys.by_uri, key_id) is None:
        raise PeerError(Reason.KEY_NOT_OWNED)
    return await _settled(node, Outcome("accepted"), before)


async def _discovery(folder: Folder, name: str, node: Seeded) -> Given:
    """Read what it says; a handle is looked up as far as the folder goes."""
    document = loose.decode(folder.body(name))
    if "software" in document:
        info = discovery.parse_nodeinfo(document)
        return "accepted", None, {"nodeinfo": [{"name": info.software, "version": info.version}]}
    if "subject" not in document:
        link = discovery.parse_nodeinfo_index(document)
        return ("accepted", None, {"nodeinfo": [{"href": link}]}) if link else ("ignored", Reason.NOT_FOUND.value, {})
    answer = discovery.parse_jrd(document)
    before = await node.db.read(_all_rows)
    rows = {"webfinger": [{"subject": answer.subject.text(), "actor": answer.actor_uri}]}
    handle = uris.parse_handle(str(document["subject"]))
    try:
        if handle is not None:
            await fetching.account(node.db, node.fetcher, handle, site=node.site)
    except PeerError as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
    _, _, kept = await _settled(node, Outcome("accepted"), before)
    return "accepted", None, rows | kept


async def _settled(node: Seeded, outcome: Outcome, before: Rows) -> Given:
    for _ in range(MAX_ROUNDS):
        if not await working.drain(node.tools) + await catching_up.drain(node.db, node.fetcher, site=node.site):
            break
    after = await node.db.read(_all_rows)
    rows = {name: new for name in after if (new := [row for row in after[name] if row not in before[name]])}
    return outcome.verdict, outcome.reason.value if outcome.reason else None, rows


def _all_rows(snapshot: Snapshot) -> Rows:
    return {
        table.name: [_shown(row._mapping) for row in snapshot.conn.execute(select(table))]
        for table in tables.metadata.sorted_tables
        if table.name not in _SILENT
    }


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if str(name) not in _SECRET
    }


def _moment(recorded: Mapping[str, Any]) -> datetime | None:
    return loose.timestamp(recorded.get("now"))


def main(arguments: list[str]) -> int:
    """Print a line for every document of the named folder."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m tests.recorded.replay DIR", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="rounds-replay-") as scratch:
        for result in asyncio.run(replay(Folder(Path(arguments[0])), Path(scratch))):
            line = {"file": result.file, "verdict": result.verdict, "reason": result.reason, "rows": result.rows}
            print(json.dumps(line, ensure_ascii=False, default=str))
    return 0


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.getLogger("rounds").setLevel(logging.CRITICAL)  # refusals are what is looked for here
    sys.exit(main(sys.argv[1:]))
