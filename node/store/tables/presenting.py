"""How people present themselves and others: featured hashtags and people, collections, notes, what they do not want to meet."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

featured_tags = Table(
    "featured_tags",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("tag_id", "tags.id"),
    Column("name", Text, nullable=False),  # as it was typed
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "tag_id"),
    Index("ix_featured_tags_tag_id", "tag_id"),
)

endorsements = Table(
    "endorsements",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("target_id", "accounts.id"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "target_id"),
    Index("ix_endorsements_target_id", "target_id"),
)

account_notes = Table(
    "account_notes",  # private, about others
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    ref("target_id", "accounts.id", primary_key=True),
    Column("comment", Text, nullable=False),
    Index("ix_account_notes_target_id", "target_id"),
)

host_blocks = Table(
    "host_blocks",  # of one of our people; what the node decides is in `domains`
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("host", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "host"),
)

dismissed_suggestions = Table(
    "dismissed_suggestions",
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    ref("target_id", "accounts.id", primary_key=True),
    Index("ix_dismissed_suggestions_target_id", "target_id"),
)

collections = Table(
    "collections",  # of accounts, that somebody recommends together
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("language", String(16)),
    Column("is_sensitive", Boolean, nullable=False, server_default=text("false")),
    Column("is_discoverable", Boolean, nullable=False, server_default=text("true")),
    ref("tag_id", "tags.id", nullable=True, ondelete="SET NULL"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_collections_account_id", "account_id"),
    Index("ix_collections_tag_id", "tag_id"),
)

collection_items = Table(
    "collection_items",
    metadata,
    id_column(),
    ref("collection_id", "collections.id"),
    ref("account_id", "accounts.id"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("state", String(10), nullable=False, server_default="accepted"),  # pending, accepted, rejected, revoked
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("collection_id", "account_id"),
    Index("ix_collection_items_account_id", "account_id"),
)

imports = Table(
    "imports",  # lists that somebody brings from elsewhere
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("kind", String(12), nullable=False),  # follows, lists, blocks, mutes, domains, bookmarks
    Column("is_overwriting", Boolean, nullable=False, server_default=text("false")),  # what is not in it goes
    Column("rows", Json, nullable=False),  # emptied when all is done
    Column("faults", Json, nullable=False, server_default="[]"),  # [line, text] of what cannot be read
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index("ix_imports_account_id", "account_id"),
)
