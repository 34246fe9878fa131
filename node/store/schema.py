"""Tells whether the database has the schema this code needs, without importing alembic."""

from sqlalchemy import inspect, text

from node.store.unit import Snapshot


def revision(snapshot: Snapshot) -> str | None:
    """Return the schema revision of the database, None when it was never migrated."""
    if not inspect(snapshot.conn).has_table("alembic_version"):
        return None
    found: str | None = snapshot.conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
