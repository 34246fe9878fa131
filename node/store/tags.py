"""Hashtags of statuses; their names are normalised already."""

from collections.abc import Iterable

from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from node.store import tables
from node.store.compiled import Insertion, OneOf, Prepared, bound
from node.store.ids import IdTaken
from node.store.unit import Snapshot, Unit


def put(unit: Unit, status_id: int, names: Iterable[str], *, is_new: bool = True) -> None:
    """Replace the hashtags of a status; names are normalised already."""
    link = tables.status_tags
    if not is_new:
        unit.conn.execute(sql_delete(link).where(link.c.status_id == status_id))
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return
    made = [{"id": unit.new_id(), "name": name} for name in wanted]
    _add_tags.many(unit.conn, made)
    ids = [row[0] for row in _tag_ids.rows(unit.conn, wanted)]
    if len(ids) < len(wanted):
        raise IdTaken(tables.tags.name)
    _link_tags.many(unit.conn, [{"tag_id": tag_id, "status_id": status_id} for tag_id in ids])


_add_tags = Insertion(tables.tags, ("id", "name"), or_nothing=True)
_tag_ids = OneOf(lambda names: select(tables.tags.c.id).where(tables.tags.c.name.in_(names)), tables.tags.c.name)
_link_tags = Insertion(tables.status_tags, ("tag_id", "status_id"))


def names_of(snapshot: Snapshot, status_id: int) -> list[str]:
    """Return the hashtags of a status."""
    return [row[0] for row in _tags_of.rows(snapshot.conn, the_status_id=status_id)]


_tags_of = Prepared(
    lambda: (
        select(tables.tags.c.name)
        .join(tables.status_tags, tables.status_tags.c.tag_id == tables.tags.c.id)
        .where(tables.status_tags.c.status_id == bound(tables.status_tags.c.status_id))
        .order_by(tables.tags.c.id)
    )
)
