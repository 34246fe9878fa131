"""What our people allowed others to do with their posts, by the id that peers fetch."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.approvals


class Approval(Struct, frozen=True):
    """A row of `approvals`: `actor_uri` may do `kind` with our post, as `interaction_uri`."""

    id: int
    uri: str
    kind: str
    status_id: int
    actor_uri: str
    interaction_uri: str
    request_uri: str | None
    created_at: datetime
    revoked_at: datetime | None = None


_select = select(*[t.c[name] for name in Approval.__struct_fields__])


def by_id(snapshot: Snapshot, approval_id: int) -> Approval | None:
    """Return an approval."""
    row = snapshot.conn.execute(_select.where(t.c.id == approval_id)).first()
    return None if row is None else Approval(*row)


def of(snapshot: Snapshot, kind: str, status_id: int, interaction_uri: str) -> Approval | None:
    """Return what was said about one post's doing with a post of ours."""
    found = _select.where(t.c.kind == kind, t.c.status_id == status_id, t.c.interaction_uri == interaction_uri)
    row = snapshot.conn.execute(found).first()
    return None if row is None else Approval(*row)


def insert(unit: Unit, approval: Approval) -> bool:
    """Keep an approval; False when there is one for this already."""
    row = {name: getattr(approval, name) for name in Approval.__struct_fields__}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.id)
    if unit.conn.execute(statement, row).first() is None:
        unit.ensure_free(t, approval.id)
        return False
    return True


def revoke(unit: Unit, approval_id: int) -> None:
    """Take an approval back."""
    unit.conn.execute(update(t).where(t.c.id == approval_id).values(revoked_at=unit.now))
