"""A node's own loops as one archive of tables for research: pseudonymous, small numbers hidden, with a data dictionary.

How it works. Each table is written on its own, from records read batch by batch, so that memory stays small whatever
the node holds; the archive leaves as it grows. Pseudonyms are a keyed hash that holds for one export: nobody without
the node's secret can go back, and two exports cannot be joined.
"""

import hashlib
import hmac
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import msgspec

from federation.records.fields import Learning, LearningAction, LearningShare
from federation.records.shape import CLASSES
from node.learning import dataset
from node.learning.dataset import Pseudonym, Source
from node.services.families import KINDS
from node.social.site import Site
from node.store import datasets
from node.store.database import Database
from node.store.unit import Snapshot, Unit

AT_ONCE: Final = 200
MAX_RECORDS: Final = 1_000_000
_NAME_CHARS: Final = 20
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def begin(unit: Unit, *, actor: str, is_all: bool) -> datetime:
    """Note in the audit who exports what, and return the time that the export is of."""
    unit.audit(actor=actor, act="research.export", object=unit.site.base_url, is_all=is_all)
    return unit.now


async def archive(db: Database, site: Site, secret: bytes, *, at: datetime, is_all: bool) -> AsyncIterator[bytes]:
    """Give the archive piece by piece; `at` is what `begin` returned."""
    out, name = _Sink(), pseudonyms(secret, at)
    held = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    for file, text in (("README.txt", _readme(site, at, is_all=is_all)), ("dictionary.csv", dataset.dictionary())):
        held.writestr(zipfile.ZipInfo(file, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    for table in dataset.TABLES:
        with held.open(zipfile.ZipInfo(f"{table}.csv", _EPOCH), "w", force_zip64=True) as file_of_table:
            file_of_table.write(dataset.head(table).encode())
            async for text in _rows(db, table, name, is_all=is_all):
                file_of_table.write(text.encode())
                yield out.taken()
    held.close()
    yield out.taken()


def pseudonyms(secret: bytes, at: datetime) -> Pseudonym:
    """Return what names records and people in one export."""
    key = hmac.digest(secret, f"research export {at.isoformat()}".encode(), "sha256")
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_NAME_CHARS]


async def _rows(db: Database, table: str, name: Pseudonym, *, is_all: bool) -> AsyncIterator[str]:
    after_id, count = 0, 0
    while count < MAX_RECORDS:
        last_id, text, read = await db.read(_batch, table, name, after_id=after_id, is_all=is_all)
        if text:
            yield text
        if last_id is None:
            return
        after_id, count = last_id, count + read


def _batch(
    snapshot: Snapshot, table: str, name: Pseudonym, *, after_id: int, is_all: bool
) -> tuple[int | None, str, int]:
    found = datasets.own(snapshot, after_id=after_id, limit=AT_ONCE, is_all=is_all)
    rows = [row for one in found if one.type in KINDS for row in dataset.rows_of(table, _source(snapshot, one), name)]
    return (found[-1].status_id if found else None), dataset.text_of(rows), len(found)


def _source(snapshot: Snapshot, row: datasets.Row) -> Source:
    record = msgspec.convert(row.record, CLASSES[row.type])
    assert isinstance(record, Learning | LearningAction | LearningShare)  # KINDS, checked
    return Source(
        uri=row.uri,
        author_uri=row.author_uri,
        record=record,
        state=row.state,
        licence=row.licence or "",
        visibility=row.visibility,
        published_on=row.published_at.astimezone(snapshot.site.zone).date(),
    )


def _readme(site: Site, at: datetime, *, is_all: bool) -> str:
    title = f"Loops of {site.institution_name}, for research"
    return dataset.README.format(
        institution=site.institution_name,
        ruler="=" * len(title),
        day=at.astimezone(site.zone).date().isoformat(),
        host=site.host,
        version=site.version,
        scope="all" if is_all else "the public and unlisted",
        contact=f" ({site.contact_email})" if site.contact_email else "",
    )


class _Sink:
    """Takes what the archive writes and gives it away; it cannot go back, so the archive does not try to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take a piece."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def close(self) -> None:
        """Do nothing: what was written stays to be taken."""

    def taken(self) -> bytes:
        """Return what came since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
