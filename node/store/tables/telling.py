"""How people are told: push subscriptions, what they let through, what the node announces."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    id_column(),
    ref("token_id", "tokens.id"),
    ref("account_id", "accounts.id"),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("is_standard", Boolean, nullable=False, server_default=text("false")),  # RFC 8291; else the draft before it
    Column("alerts", Json, nullable=False, server_default="{}"),
    Column("policy", String(10), nullable=False, server_default="all"),  # all, followed, follower, none
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("token_id"),
    Index("ix_push_subscriptions_account_id", "account_id"),
)

notification_policies = Table(
    "notification_policies",  # accept, filter or drop by kind of sender
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    Column("for_not_following", String(8), nullable=False, server_default="accept"),
    Column("for_not_followers", String(8), nullable=False, server_default="accept"),
    Column("for_new_accounts", String(8), nullable=False, server_default="accept"),
    Column("for_private_mentions", String(8), nullable=False, server_default="accept"),
    Column("for_limited_accounts", String(8), nullable=False, server_default="filter"),
    Column("for_bots", String(8), nullable=False, server_default="accept"),
)

notification_requests = Table(
    "notification_requests",  # senders whose notifications are filtered
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("from_id", "accounts.id"),
    ref("last_status_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("account_id", "from_id"),
    Index("ix_notification_requests_account_id_id", "account_id", "id"),
    Index("ix_notification_requests_from_id", "from_id"),
    Index("ix_notification_requests_last_status_id", "last_status_id"),
)

notification_permissions = Table(
    "notification_permissions",  # senders whose requests were accepted
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    ref("from_id", "accounts.id", primary_key=True),
    Index("ix_notification_permissions_from_id", "from_id"),
)

announcements = Table(
    "announcements",
    metadata,
    id_column(),
    Column("text", Text, nullable=False),
    Column("content_html", Text, nullable=False),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("is_all_day", Boolean, nullable=False, server_default=text("false")),
    Column("published_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

announcement_reads = Table(
    "announcement_reads",
    metadata,
    ref("announcement_id", "announcements.id", primary_key=True),
    ref("account_id", "accounts.id", primary_key=True),
    Index("ix_announcement_reads_account_id", "account_id"),
)

announcement_reactions = Table(
    "announcement_reactions",
    metadata,
    id_column(),
    ref("announcement_id", "announcements.id"),
    ref("account_id", "accounts.id"),
    Column("name", Text, nullable=False),  # an emoji, or the shortcode of one of our custom ones
    UniqueConstraint("announcement_id", "account_id", "name"),
    Index("ix_announcement_reactions_account_id", "account_id"),
)
