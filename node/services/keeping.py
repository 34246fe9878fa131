"""Keeps the learningRecord of a status, ours or theirs: the standing version and its edges (SPEC sections 7 and 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from federation import uris
from federation.records.compose import as_document
from federation.records.digest import digest_of
from federation.records.fields import ClinicalCase, Learning, LearningAction, LearningShare, Record
from node.events import RecordKept
from node.learning import wire
from node.learning.lineage import edges_of
from node.store import records
from node.store.records import Edge, KeptRecord
from node.store.statuses import Status
from node.store.unit import Unit

_FIRST_STATES = {Learning: "open", LearningAction: "planned", LearningShare: "published", ClinicalCase: "published"}


def keep(
    unit: Unit,
    status: Status,
    record: Record,
    *,
    raw: object = None,
    warnings: Sequence[str] = (),
    published_at: datetime | None = None,
    is_old: bool = False,
) -> bool:
    """Keep a record if its version stands; False when an older or lesser version was offered.

    `raw` is a peer's record as it arrived, which decides between equal revisions; what a peer says of its own series is
    compared with its points. `published_at` is what its Note says,
    which orders parents and children on every node alike, whatever our clock says. Nobody is told of one that `is_old`.
    """
    document = as_document(record)
    digest = digest_of(document if raw is None else raw)
    held = records.of_status(unit, status.id)
    if held is not None and not _stands(record.revision, digest, held):
        return False
    is_new = records.keep(
        unit,
        {
            "status_id": status.id,
            "uri": status.uri,
            "type": type(record).__name__,
            "revision": record.revision,
            "state": document.get("status") or _FIRST_STATES[type(record)],
            "title": record.title,
            "origin": uris.host_of(status.uri),
            "institution_uri": record.institution,
            "record": document,
            "digest": digest,
            "warnings": [*warnings, *(_doubts(record) if raw is not None else ())],
            "published_at": published_at or (held.published_at if held else status.created_at),
            "received_at": unit.now,
        },
        [Edge(edge.child, edge.parent, edge.kind) for edge in edges_of(status.uri, record)],
    )
    unit.record(RecordKept(status.id, is_new, is_old))
    return True


def is_held(held: KeptRecord | None, record: Record, raw: Mapping[str, Any]) -> bool:
    """Tell whether the very version is held already."""
    return held is not None and (held.revision, held.digest) == (
        record.revision,
        digest_of(raw.get("learningRecord")),
    )


def _doubts(record: Record) -> list[str]:
    """Return the rule that a peer breaks when what it says about a series does not follow from the points (N4)."""
    measures = record.measures if isinstance(record, LearningAction | LearningShare) else ()
    return list(dict.fromkeys(doubt for measure in measures if measure.points for doubt in wire.doubts(measure)))


def _stands(revision: int, digest: str, held: KeptRecord) -> bool:
    """Return whether an offered version replaces the held one: by revision, then by the greater digest."""
    return (revision, digest) > (held.revision, held.digest)
