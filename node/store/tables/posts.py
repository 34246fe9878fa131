"""Posts and what hangs on them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
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

statuses = Table(
    "statuses",
    metadata,
    id_column(),
    Column("uri", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    ref("account_id", "accounts.id"),
    Column("is_local", Boolean, nullable=False),
    Column("visibility", String(10), nullable=False),  # public unlisted private direct house circle
    ref("reply_to_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("reply_to_uri", Text),
    ref("reply_to_account_id", "accounts.id", nullable=True, ondelete="SET NULL"),
    ref("boost_of_id", "statuses.id", nullable=True),
    Column("quote_uri", Text),
    Column("interaction_policy", Json),  # who may reply, quote, boost: {reply|quote|boost|like: {automatic, manual}}
    Column(
        "approval", String(8)
    ),  # of a reply of ours that its parent's author decides about: pending approved rejected
    Column("approved_by", Text),  # the approval of this reply by whom it answers
    Column("emojis", Json, nullable=False, server_default="[]"),  # [{shortcode, url}] as the author's host draws them
    Column("context_uri", Text, nullable=False),
    Column("text", Text, nullable=False, server_default=""),  # as typed; empty for theirs
    Column("content_html", Text, nullable=False, server_default=""),
    Column("spoiler_text", Text, nullable=False, server_default=""),
    Column("is_sensitive", Boolean, nullable=False, server_default=text("false")),
    Column("language", String(16)),
    Column("app_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("replies_count", Integer, nullable=False, server_default="0"),
    Column("boosts_count", Integer, nullable=False, server_default="0"),
    Column("favourites_count", Integer, nullable=False, server_default="0"),
    Column("part", Text, nullable=False, server_default="{}"),
    Index("ix_statuses_account_id_id", "account_id", "id"),
    Index("ix_statuses_reply_to_id", "reply_to_id"),
    Index("ix_statuses_reply_to_uri", "reply_to_uri"),
    Index(
        "ix_statuses_reply_to_account_id",
        "reply_to_account_id",
        sqlite_where=text("reply_to_account_id IS NOT NULL"),
        postgresql_where=text("reply_to_account_id IS NOT NULL"),
    ),
    Index("ix_statuses_url", "url"),
    Index(
        "ix_statuses_approved_by",
        "approved_by",
        sqlite_where=text("approved_by IS NOT NULL"),
        postgresql_where=text("approved_by IS NOT NULL"),
    ),
    Index("ix_statuses_context_uri", "context_uri"),
    Index(
        "ix_statuses_public",
        "id",
        sqlite_where=text("visibility = 'public' AND boost_of_id IS NULL"),
        postgresql_where=text("visibility = 'public' AND boost_of_id IS NULL"),
    ),
    Index(
        "ix_statuses_house",  # few among all: read beside those that are public
        "id",
        sqlite_where=text("visibility = 'house'"),
        postgresql_where=text("visibility = 'house'"),
    ),
    Index(
        "uq_statuses_boost",
        "account_id",
        "boost_of_id",
        unique=True,
        sqlite_where=text("boost_of_id IS NOT NULL"),
        postgresql_where=text("boost_of_id IS NOT NULL"),
    ),
    Index("ix_statuses_boost_of_id", "boost_of_id"),
)

edits = Table(
    "edits",
    metadata,
    id_column(),
    ref("status_id", "statuses.id"),
    Column("content_html", Text, nullable=False),
    Column("spoiler_text", Text, nullable=False),
    Column("is_sensitive", Boolean, nullable=False),
    Column("media", Json, nullable=False, server_default="[]"),  # the MediaAttachments of then
    Column("poll_options", Json),
    Column("emojis", Json, nullable=False, server_default="[]"),
    Column("created_at", Instant, nullable=False),
    Index("ix_edits_status_id", "status_id"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("status_id", BigInteger, ForeignKey("statuses.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("is_silent", Boolean, nullable=False, server_default=text("false")),  # addressed, but not named
    Index("ix_mentions_account_id_status_id", "account_id", "status_id"),
)

tags = Table(
    "tags",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),  # folded
    Column("display_name", Text),
    Column("is_usable", Boolean),  # moderators' words; none: not looked at
    Column("is_listable", Boolean),
    Column("is_trendable", Boolean),
    Column("reviewed_at", Instant),
)

status_tags = Table(
    "status_tags",
    metadata,
    Column("tag_id", BigInteger, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    Column("status_id", BigInteger, ForeignKey("statuses.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_status_tags_status_id", "status_id"),
)

media = Table(
    "media",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id", nullable=True),
    ref("scheduled_id", "scheduled.id", nullable=True, ondelete="SET NULL"),  # in a post that waits for its time
    Column("state", String(10), nullable=False, server_default="ready"),  # ready, processing, failed
    Column("source_blob", Text, index=True),  # as uploaded, until it is processed
    Column("position", Integer, nullable=False, server_default="0"),
    Column("kind", String(8), nullable=False),  # image, video, gifv, audio, unknown
    Column("content_type", Text, nullable=False),
    Column("blob", Text, index=True),  # ours
    Column("preview_blob", Text, index=True),
    Column("remote_url", Text),  # theirs
    Column("description", Text, nullable=False, server_default=""),
    Column("blurhash", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("preview_width", Integer),
    Column("preview_height", Integer),
    Column("frame_rate", Text),  # such as 30/1
    Column("bitrate", Integer),
    Column("focus_x", Float, nullable=False, server_default="0"),
    Column("focus_y", Float, nullable=False, server_default="0"),
    Column("duration_s", Float),
    Column("poster_url", Text),  # the picture that stands for a film or sound of theirs
    Column("proxy_key", String(32), unique=True),  # a name that nobody guesses, for our copy of a picture of theirs
    Column("cached_at", Instant),
    Column("cached_bytes", Integer),
    Column("created_at", Instant, nullable=False),
    Index("ix_media_account_id", "account_id"),
    Index("ix_media_status_id", "status_id"),
    Index("ix_media_scheduled_id", "scheduled_id"),
    Index(
        "ix_media_cached_at",
        "cached_at",
        sqlite_where=text("cached_at IS NOT NULL"),
        postgresql_where=text("cached_at IS NOT NULL"),
    ),
    Index(
        "ix_media_unused",
        "account_id",
        "created_at",
        sqlite_where=text("status_id IS NULL"),
        postgresql_where=text("status_id IS NULL"),
    ),
)

favourites = Table(
    "favourites",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
    Column("uri", Text, index=True),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "status_id"),
    Index("ix_favourites_account_id_id", "account_id", "id"),
    Index("ix_favourites_status_id", "status_id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),  # a hash of what the client sent
    Column("status_id", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
)
