"""People and programs."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

accounts = Table(
    "accounts",
    metadata,
    id_column(),
    Column("uri", Text, nullable=False, unique=True),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),  # case-folded
    Column("host", Text, nullable=False, server_default=""),  # of the handle; empty: ours
    Column("kind", String(16), nullable=False, server_default="person"),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("note_html", Text, nullable=False, server_default=""),
    Column("note_text", Text, nullable=False, server_default=""),
    Column("fields", Json, nullable=False, server_default="[]"),  # [{name, value}] html
    Column("url", Text, nullable=False),
    Column("inbox", Text, nullable=False),
    Column("shared_inbox", Text),
    Column("inbox_host", Text, nullable=False, server_default=""),  # of where we deliver to; empty: ours
    Column("outbox", Text),
    Column("followers_uri", Text, index=True),
    Column("following_uri", Text),
    Column("avatar", Text),  # ours: a blob key; theirs: a URL
    Column("avatar_alt", Text, nullable=False, server_default=""),
    Column("header", Text),
    Column("header_alt", Text, nullable=False, server_default=""),
    Column("hides_collections", Boolean, nullable=False, server_default=text("false")),  # whom they follow, who follows
    Column("shows_media", Boolean, nullable=False, server_default=text("true")),  # the tabs of a profile
    Column("shows_media_replies", Boolean, nullable=False, server_default=text("true")),
    Column("shows_featured", Boolean, nullable=False, server_default=text("true")),
    Column("attribution_domains", Json, nullable=False, server_default="[]"),  # sites that may name them as author
    Column("is_locked", Boolean, nullable=False, server_default=text("false")),
    Column("is_discoverable", Boolean, nullable=False, server_default=text("false")),
    Column("is_indexable", Boolean, nullable=False, server_default=text("false")),
    Column("is_suspended", Boolean, nullable=False, server_default=text("false")),
    Column("is_host_suspended", Boolean, nullable=False, server_default=text("false")),  # suspended with its host
    Column(
        "is_limited", Boolean, nullable=False, server_default=text("false")
    ),  # shown to followers: its host is limited, or it is silenced
    Column("is_silenced", Boolean, nullable=False, server_default=text("false")),  # by a moderator here
    Column("is_sensitised", Boolean, nullable=False, server_default=text("false")),  # its files count as sensitive
    Column("featured_uri", Text),  # the collection of what they pinned
    Column("also_known_as", Json, nullable=False, server_default="[]"),
    Column("moved_to_uri", Text),
    Column("moved_at", Instant),
    Column("moderators_uri", Text),  # of a peer's group
    Column(
        "is_restricted", Boolean, nullable=False, server_default=text("false")
    ),  # a group where moderators alone post
    Column("emojis", Json, nullable=False, server_default="[]"),  # [{shortcode, url}] of the name and the bio
    Column("history_at", Instant),  # when what they posted before was asked for
    Column("statuses_count", Integer, nullable=False, server_default="0"),
    Column("followers_count", Integer, nullable=False, server_default="0"),
    Column("following_count", Integer, nullable=False, server_default="0"),
    Column("last_status_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("fetched_at", Instant),  # theirs only
    Column("part", Text, nullable=False, server_default="{}"),
    UniqueConstraint("username_key", "host"),
    Index("ix_accounts_host", "host"),
    Index(  # the directory
        "ix_accounts_last_status_at",
        "last_status_at",
        sqlite_where=text("is_discoverable = 1"),
        postgresql_where=text("is_discoverable"),
    ),
)

keys = Table(
    "keys",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("uri", Text, nullable=False, unique=True),
    Column("public_pem", Text, nullable=False),
    Column("private_pem", Text),  # ours only
    Column("kind", String(8), nullable=False, server_default="rsa"),  # rsa, ed25519
    Column("retired_at", Instant),  # ours: another signs since
    Column("created_at", Instant, nullable=False),
    Column("fetched_at", Instant),
    Index("ix_keys_account_id", "account_id"),
)

units = Table(
    "units",  # wards, clinics and teams of the house
    metadata,
    id_column(),
    Column("slug", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    ref("parent_id", "units.id", nullable=True, ondelete="SET NULL"),
    Column("created_at", Instant, nullable=False),
    Index("ix_units_parent_id", "parent_id"),
)

users = Table(
    "users",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("email", Text, nullable=False, unique=True),  # case-folded
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False, server_default="staff"),  # staff, moderator, admin
    Column("locale", String(16), nullable=False, server_default="en"),
    Column("preferences", Json, nullable=False, server_default="{}"),
    Column("disabled_at", Instant),
    Column("confirmed_at", Instant),  # the e-mail address; none: waiting
    Column("approved_at", Instant),  # by a moderator, where sign-up asks for it; none: waiting
    Column("sign_up_reason", Text, nullable=False, server_default=""),
    Column("app_id", BigInteger),  # that signed them up
    Column("seen_at", Instant),  # the day of their last use
    ref("unit_id", "units.id", nullable=True, ondelete="SET NULL"),  # where they work
    Column("feed_key", String(43), unique=True),  # the secret part of the address of their digest as a feed
    Column("digested_at", Instant),  # when the week of the last digest began
    Column("digest_by", String(4), nullable=False, server_default="mail"),  # mail, none
    Column("digest_day", Integer, nullable=False, server_default="0"),  # of the week: 0 is Monday
    Column("has_reminders", Boolean, nullable=False, server_default=text("true")),
    Column("recall_posts", Boolean, nullable=False, server_default=text("true")),  # asked by direct posts what is due
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id"),
    Index("ix_users_unit_id", "unit_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    ref("user_id", "users.id"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_sessions_user_id", "user_id"),
)

apps = Table(
    "apps",
    metadata,
    id_column(),
    Column("client_id", String(64), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("website", Text),
    Column("redirect_uris", Json, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    ref("app_id", "apps.id"),
    ref("user_id", "users.id"),
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("code_challenge", Text),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("token_id", BigInteger),  # what the code was exchanged for: revoked when the code comes twice
)

tokens = Table(
    "tokens",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    ref("app_id", "apps.id"),
    ref("user_id", "users.id", nullable=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_tokens_user_id", "user_id"),
    Index("ix_tokens_app_id", "app_id"),
)
