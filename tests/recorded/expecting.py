"""What is expected of a recorded document: read from the file beside it, and compared with what came of it.

How it works. `x.expected.json` says of `x.json`:
- `verdict` and `reason`;
- `rows`: for each table exactly these rows are new or different, each told by what is named of it; a table that is not
  named must not change, unless it is one of `QUIET`; `some`: at least these rows; `gone`: exactly these are gone, likewise;
- `sent`: exactly these activities wait for delivery, told by their receiver (`inbox`) and what is named of them;
- `shown`: what apps are shown of accounts and statuses, by their ids;
- `before`: what is given to the node first, in place of what the folder has of the same thing; `then`: what is given
  next, with the same words for what comes of it; `here`: documents that lie at their addresses;
- `held` and `changed`: rows that the node has more, and columns of its accounts and statuses that differ;
- `also`: the same for more nodes, each of them fresh; with `change` they get another form of the document.

A given is `{"file": name}`, with `change` for properties that differ, or `{"document": {...}}`. Accounts, statuses and
tags are named by their ids on the wire, the pages of cards by their addresses. `{"has": [...], "lacks": [...]}` tells a text
or a list by what is in it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.recorded.changes import Change, Row
from tests.recorded.folder import EXPECTED, Document, Folder
from tests.recorded.giving import Given, Session
from tests.recorded.replay import moment_of
from tests.recorded.seeding import Seeds, hold

QUIET: Final = frozenset(
    {"accounts", "tags", "keys", "bodies", "deliveries", "tombstones", "edges", "group_posts"}
    | {"group_moderators", "backfills", "record_terms"}
)
_WORDS: Final = frozenset(
    [
        "verdict",
        "reason",
        "rows",
        "some",
        "gone",
        "sent",
        "shown",
        "before",
        "then",
        "here",
        "held",
        "changed",
        "also",
        "file",
        "document",
        "change",
    ]
)
_NAMED: Final = {
    "accounts": ("account_id", "target_id", "from_id", "reporter_id", "group_id", "reply_to_account_id", "moved_to_id"),
    "statuses": ("status_id", "reply_to_id", "boost_of_id", "quoted_id", "first_status_id", "last_status_id"),
    "tags": ("tag_id",),
    "cards": ("card_id",),
}
_BY: Final = {"tags": "name", "cards": "url"}
Expected = Mapping[str, Any]


def of(path: Path, name: str) -> list[Expected]:
    """Return what is expected of a document, on one node after another. Raises: ValueError for a word of no meaning."""
    found: Expected = json.loads((path / (name + EXPECTED)).read_text(encoding="utf-8"))
    whole = [found, *found.get("also", ())]
    for part in whole:
        for told in (part, *part.get("then", ()), *part.get("before", ())):
            if unknown := told.keys() - _WORDS:
                raise ValueError(f"{name} expects something by unknown words: {unknown}")
    return whole


async def faults(path: Path, name: str, seeds: Seeds) -> list[str]:
    """Give a document, and what is expected around it, to fresh nodes; say what came out otherwise."""
    found = []
    for at, expected in enumerate(of(path, name)):
        faults = await _faults(path, f"{name}.json", expected, seeds)
        found += [f"also {at}: {fault}" if at else fault for fault in faults]
    return found


async def _faults(path: Path, file: str, expected: Expected, seeds: Seeds) -> list[str]:
    more: dict[str, Document] = {f"here-{at}.json": document for at, document in enumerate(expected.get("here", ()))}
    plain = Folder(path)
    steps = [_step(plain, part, more) for part in expected.get("before", ())]
    main = _step(plain, {"file": file, "change": expected["change"]} if "change" in expected else {"file": file}, more)
    following = [(_step(plain, part, more), part) for part in expected.get("then", ())]
    folder = Folder(path, more)
    async with seeds.fresh(folder.wire(main), moment_of(folder, main)) as node:
        await node.db.write(hold, expected.get("held", {}), expected.get("changed", {}))
        session = Session(folder, node)
        for step in steps:
            await session.give(step, with_history=False)
        given = await session.give(main, with_history="before" not in expected)
        found = list(_differences(expected, given))
        for at, (step, part) in enumerate(following, 1):
            given = await session.give(step, with_history=False)
            found += [f"then {at}: {fault}" for fault in _differences(part, given)]
    return found


def _step(folder: Folder, part: Expected, more: dict[str, Document]) -> str:
    """Return the name of a document that is given, after adding it when the folder does not have it like that."""
    if "document" not in part and "change" not in part:
        return str(part["file"])
    document = {**folder.documents[part["file"]], **part["change"]} if "file" in part else part["document"]
    name = f"step-{len(more)}.json"
    more[name] = document
    return name


def _differences(expected: Expected, given: Given) -> Iterator[str]:
    verdict, reason = expected.get("verdict", "accepted"), expected.get("reason")
    if (verdict, reason) != (given.verdict, given.reason):
        yield f"the verdict is {given.verdict} {given.reason}, not {verdict} {reason}"
    change = given.change
    new = {table: _readable(rows, change) for table, rows in (change.rows | given.said).items()}
    rows, some = expected.get("rows", {}), expected.get("some", {})
    for table in sorted({*rows, *(new.keys() - QUIET - some.keys())}):
        yield from _exactly(table, rows.get(table, []), new.get(table, []))
    for table, wanted in some.items():
        yield from _among(table, wanted, new.get(table, []))
    gone = expected.get("gone", {})
    for table in sorted({*gone, *(change.gone.keys() - QUIET - {"notifications"})}):
        yield from _exactly(f"gone {table}", gone.get(table, []), _readable(change.gone.get(table, []), change))
    yield from _exactly("sent", expected.get("sent", []), _sent(change))
    for uri, wanted in expected.get("shown", {}).items():
        shown = change.entity("accounts", uri) or change.entity("statuses", uri)
        if not is_like(wanted, shown):
            yield f"shown {uri}: {_brief(shown)} is not like {_brief(wanted)}"


def _exactly(table: str, wanted: Sequence[Any], found: Sequence[Any]) -> Iterator[str]:
    yield from _among(table, wanted, found)
    if len(wanted) != len(found):
        yield f"{table}: {len(found)} and not {len(wanted)}: {_brief(found)}"


def _among(table: str, wanted: Sequence[Any], found: Sequence[Any]) -> Iterator[str]:
    left = list(found)
    for pattern in wanted:
        match = next((row for row in left if is_like(pattern, row)), None)
        if match is None:
            yield f"{table}: none of {_brief(left)} is like {_brief(pattern)}"
        else:
            left.remove(match)


def is_like(wanted: Any, found: Any) -> bool:
    """Tell whether a value has everything that is named of it."""
    if isinstance(wanted, Mapping) and wanted.keys() and wanted.keys() <= {"has", "lacks"}:
        texts = found if isinstance(found, str | list) else ""
        return all(part in texts for part in wanted.get("has", ())) and not any(
            part in texts for part in wanted.get("lacks", ())
        )
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(is_like(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(is_like, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


def _readable(rows: Sequence[Row], change: Change) -> list[Row]:
    """Return rows with times as they are on the wire, and with names in place of numbers."""
    return [{key: _named(key, value, change) for key, value in row.items()} for row in rows]


def _named(column: str, value: Any, change: Change) -> Any:
    if column == "participants":
        return sorted(_named("account_id", int(one), change) for one in value.split(",") if one)
    if isinstance(value, str):
        return value.removesuffix("+00:00") + "Z" if value.endswith("+00:00") else value
    for table, columns in _NAMED.items():
        row = change.row(table, value) if column in columns else None
        if row is not None:
            return row[_BY.get(table, "uri")]
    return value


def _sent(change: Change) -> list[Row]:
    """Return the activities that now wait for delivery, each with its inbox."""
    bodies = {row["id"]: row["body"] for row in change.state.tables["bodies"].values()}
    return [{**json.loads(bodies[row["body_id"]]), "inbox": row["inbox"]} for row in change.rows.get("deliveries", [])]


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 1500 else f"{text[:1500]}..."
