"""Which addresses the data were made under: a node whose host changes would disown all that it ever said."""

from sqlalchemy import select

from node.store.tables import accounts
from node.store.unit import Snapshot


def made_under(snapshot: Snapshot) -> str | None:
    """Return the address of our oldest account if it is not one of this site, None if all is as it was."""
    statement = select(accounts.c.uri).where(accounts.c.host == "").order_by(accounts.c.id).limit(1)
    oldest: str | None = snapshot.conn.scalar(statement)
    return None if oldest is None or oldest.startswith(f"{snapshot.site.base_url}/") else oldest
