"""Keeps the learningRecord of a status, ours or theirs: the standing version and its edges (SPEC sections 7 and 8)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import rfc8785

from federation import uris
from federation.records.fields import ClinicalCase, Learning, LearningAction, LearningShare, Record
from node.events import RecordKept
from node.store import records
from node.store.records import Edge, KeptRecord
from node.store.statuses import Status
from node.store.unit import Unit


def keep(
    unit: Unit,
    status: Status,
    record: Record,
    *,
    warnings: Sequence[str] = (),
    published_at: datetime | None = None,
) -> bool:
    """Keep a record if its version stands; False when an older or lesser version was offered.

    `published_at` is what its Note says, which orders parents and children on every node alike, whatever our clock says.
    """
    wire = wire_of(record)
    held = records.of_status(unit, status.id)
    if held is not None and not _stands(wire, held):
        return False
    is_new = records.keep(
        unit,
        {
            "status_id": status.id,
            "uri": status.uri,
            "type": type(record).__name__,
            "revision": record.revision,
            "state": wire.get("status") or _first_state(record),
            "title": record.title,
            "origin": uris.host_of(status.uri),
            "institution_uri": record.institution,
            "record": wire,
            "warnings": list(warnings),
            "published_at": published_at or (held.published_at if held else status.created_at),
            "received_at": unit.now,
        },
        edges_of(status.uri, record),
    )
    unit.record(RecordKept(status.id, is_new))
    return True


def wire_of(record: Record) -> dict[str, Any]:
    """Return a record as it travels, with its type first."""
    wire: dict[str, Any] = msgspec.to_builtins(record)
    return {"schemaVersion": 1, "type": type(record).__name__} | wire


def edges_of(uri: str, record: Record) -> list[Edge]:
    """Return the edges a record states; `supersedes` across origins is none."""
    edges: list[Edge] = []
    if not isinstance(record, ClinicalCase) and record.based_on:
        edges.append(Edge(uri, record.based_on, record.relation or "inspired-by"))
    if isinstance(record, LearningShare):
        edges.append(Edge(uri, record.reports_on, "reports-on"))
    if not isinstance(record, ClinicalCase):
        edges += [Edge(uri, further.ref, further.relation) for further in record.lineage or ()]
    return [e for e in edges if e.kind != "supersedes" or uris.is_same_origin(e.child_uri, e.parent_uri)]


def _first_state(record: Record) -> str:
    return {Learning: "open", LearningAction: "planned", LearningShare: "published", ClinicalCase: "published"}[
        type(record)
    ]


def _stands(offered: Mapping[str, Any], held: KeptRecord) -> bool:
    """Return whether an offered version replaces the held one: by revision, then by the hash of its JCS form."""
    revision = offered.get("revision", 1)
    if revision != held.revision:
        return bool(revision > held.revision)
    return _digest(offered) > _digest(held.record)


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(record))).hexdigest()
