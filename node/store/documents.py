"""What an administrator wrote about the node, each version with the day from which it holds."""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from sqlalchemy import select

from node.store.tables import documents as t
from node.store.unit import Snapshot, Unit

Kind = Literal["about", "privacy", "terms"]
MAX_LISTED = 200


class Document(Struct, frozen=True):
    """A row of `documents`."""

    id: int
    kind: str
    text: str
    content_html: str
    effective_at: datetime
    created_at: datetime


class Version(Struct, frozen=True):
    """A document without its text."""

    id: int
    effective_at: datetime


def versions(snapshot: Snapshot, kind: Kind) -> list[Version]:
    """Return the versions of a document by the day from which they hold, of one day the newest last."""
    newest = select(t.c.id, t.c.effective_at).where(t.c.kind == kind).order_by(t.c.effective_at.desc(), t.c.id.desc())
    return [Version(*row) for row in snapshot.conn.execute(newest.limit(MAX_LISTED))][::-1]


def html_of(snapshot: Snapshot, document_id: int) -> str:
    """Return the text of a version, as it is shown."""
    html: str = snapshot.conn.execute(select(t.c.content_html).where(t.c.id == document_id)).scalar_one()
    return html


def of_kind(snapshot: Snapshot, kind: Kind) -> list[Document]:
    """Return the versions of a document by the day from which they hold, of one day the newest last."""
    columns = [t.c[name] for name in Document.__struct_fields__]
    newest = select(*columns).where(t.c.kind == kind).order_by(t.c.effective_at.desc(), t.c.id.desc()).limit(MAX_LISTED)
    return [Document(*row) for row in snapshot.conn.execute(newest)][::-1]


def insert(unit: Unit, document: Document) -> None:
    """Keep a version."""
    unit.conn.execute(t.insert().values({name: getattr(document, name) for name in Document.__struct_fields__}))
