"""Who knows whom, and what they are told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

follows = Table(
    "follows",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("target_id", "accounts.id"),
    Column("uri", Text, index=True),
    Column("is_accepted", Boolean, nullable=False),
    Column("shows_boosts", Boolean, nullable=False, server_default=text("true")),
    Column("notifies", Boolean, nullable=False, server_default=text("false")),
    Column("languages", Json),  # whose posts are wanted; none: all
    Column("is_local", Boolean, nullable=False, server_default=text("false")),  # one of ours follows
    Column("is_in_home", Boolean, nullable=False, server_default=text("true")),  # false: in an exclusive list instead
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "target_id"),
    Index("ix_follows_target_id", "target_id", "is_accepted"),
    Index(
        "ix_follows_local",
        "target_id",
        "is_accepted",
        "account_id",
        sqlite_where=text("is_local"),
        postgresql_where=text("is_local"),
    ),
)

blocks = Table(
    "blocks",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, nullable=False, server_default="0"),  # to page by
    Column("created_at", Instant, nullable=False),
    Index("ix_blocks_target_id", "target_id"),
    Index("ix_blocks_account_id_id", "account_id", "id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("hides_notifications", Boolean, nullable=False, server_default=text("true")),
    Column("id", BigInteger, nullable=False, server_default="0"),  # to page by
    Column("expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index("ix_mutes_target_id", "target_id"),
    Index("ix_mutes_account_id_id", "account_id", "id"),
)

notifications = Table(
    "notifications",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),  # who is told
    ref("from_id", "accounts.id"),
    ref("status_id", "statuses.id", nullable=True),
    Column("kind", String(24), nullable=False),  # as apps call it: mention, follow, favourite, reblog, status, ...
    ref("report_id", "reports.id", nullable=True),
    ref("strike_id", "strikes.id", nullable=True),
    ref("collection_id", "collections.id", nullable=True),
    Column("group_key", String(64)),  # notifications with the same one are told as one; none: alone
    Column("is_filtered", Boolean, nullable=False, server_default=text("false")),  # by the policy of who is told
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "kind", "from_id", "status_id"),
    Index("ix_notifications_account_id_id", "account_id", "id"),
    Index("ix_notifications_from_id", "from_id"),
    Index("ix_notifications_status_id", "status_id"),
    Index("ix_notifications_account_id_group_key_id", "account_id", "group_key", "id"),
    Index(
        "ix_notifications_filtered",  # few, and asked for by who sent them
        "account_id",
        "from_id",
        sqlite_where=text("is_filtered = 1"),
        postgresql_where=text("is_filtered"),
    ),
    Index("ix_notifications_report_id", "report_id"),
    Index("ix_notifications_strike_id", "strike_id"),
    Index("ix_notifications_collection_id", "collection_id"),
)

markers = Table(
    "markers",  # how far somebody has read
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("timeline", String(16), primary_key=True),  # home, notifications
    Column("last_read_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("updated_at", Instant, nullable=False),
)

group_posts = Table(
    "group_posts",  # what was posted into a group, ours or a peer's
    metadata,
    ref("group_id", "accounts.id", primary_key=True),
    ref("status_id", "statuses.id", primary_key=True),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant),  # by a moderator: hidden in the group
    Column("removed_by", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_group_posts_status_id", "status_id"),
)

group_moderators = Table(
    "group_moderators",
    metadata,
    ref("group_id", "accounts.id", primary_key=True),
    Column("actor_uri", Text, primary_key=True),
    Column("fetched_at", Instant),  # of a peer's group
    Index("ix_group_moderators_actor_uri", "actor_uri"),
)
