"""Every table of the node. The schema's one description: migrations, statements and tests all start here.

Ids are 64-bit and ordered by time (`ids.py`). A `part` is the reader-independent JSON of an entity, rendered when the
row changes. `uri` identifies across servers and is compared byte for byte; `host` is lower-case `host[:port]`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from node.store.columns import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def _ref(name: str, target: str, *, nullable: bool = False, ondelete: str = "CASCADE") -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target, ondelete=ondelete), nullable=nullable)


# ------------------------------------------------------------------ people and programs

accounts = Table(
    "accounts",
    metadata,
    _id(),
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
    Column("is_locked", Boolean, nullable=False, server_default=text("false")),
    Column("is_discoverable", Boolean, nullable=False, server_default=text("false")),
    Column("is_indexable", Boolean, nullable=False, server_default=text("false")),
    Column("is_suspended", Boolean, nullable=False, server_default=text("false")),
    Column("statuses_count", Integer, nullable=False, server_default="0"),
    Column("followers_count", Integer, nullable=False, server_default="0"),
    Column("following_count", Integer, nullable=False, server_default="0"),
    Column("last_status_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("fetched_at", Instant),  # theirs only
    Column("part", Text, nullable=False, server_default="{}"),
    UniqueConstraint("username_key", "host"),
    Index("ix_accounts_host", "host"),
)

keys = Table(
    "keys",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    Column("uri", Text, nullable=False, unique=True),
    Column("public_pem", Text, nullable=False),
    Column("private_pem", Text),  # ours only
    Column("created_at", Instant, nullable=False),
    Column("fetched_at", Instant),
    Index("ix_keys_account_id", "account_id"),
)

users = Table(
    "users",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    Column("email", Text, nullable=False, unique=True),  # case-folded
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False, server_default="staff"),  # staff, moderator, admin
    Column("locale", String(16), nullable=False, server_default="en"),
    Column("preferences", Json, nullable=False, server_default="{}"),
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _ref("user_id", "users.id"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_sessions_user_id", "user_id"),
)

apps = Table(
    "apps",
    metadata,
    _id(),
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
    _ref("app_id", "apps.id"),
    _ref("user_id", "users.id"),
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
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    _ref("app_id", "apps.id"),
    _ref("user_id", "users.id", nullable=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_tokens_user_id", "user_id"),
)

# ------------------------------------------------------------------ statuses

statuses = Table(
    "statuses",
    metadata,
    _id(),
    Column("uri", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    _ref("account_id", "accounts.id"),
    Column("is_local", Boolean, nullable=False),
    Column("visibility", String(10), nullable=False),  # public unlisted private direct house circle
    _ref("reply_to_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("reply_to_uri", Text),
    _ref("reply_to_account_id", "accounts.id", nullable=True, ondelete="SET NULL"),
    _ref("boost_of_id", "statuses.id", nullable=True),
    Column("quote_uri", Text),
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
    Index("ix_statuses_context_uri", "context_uri"),
    Index(
        "ix_statuses_public",
        "id",
        sqlite_where=text("visibility = 'public' AND boost_of_id IS NULL"),
        postgresql_where=text("visibility = 'public' AND boost_of_id IS NULL"),
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
    _id(),
    _ref("status_id", "statuses.id"),
    Column("content_html", Text, nullable=False),
    Column("spoiler_text", Text, nullable=False),
    Column("is_sensitive", Boolean, nullable=False),
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

tags = Table("tags", metadata, _id(), Column("name", Text, nullable=False, unique=True))

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
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("status_id", "statuses.id", nullable=True),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("kind", String(8), nullable=False),  # image, video, audio, unknown
    Column("content_type", Text, nullable=False),
    Column("blob", Text, index=True),  # ours
    Column("preview_blob", Text, index=True),
    Column("remote_url", Text),  # theirs
    Column("description", Text, nullable=False, server_default=""),
    Column("blurhash", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("focus_x", Float, nullable=False, server_default="0"),
    Column("focus_y", Float, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Index("ix_media_account_id", "account_id"),
    Index("ix_media_status_id", "status_id"),
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
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("status_id", "statuses.id"),
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

# ------------------------------------------------------------------ who knows whom

follows = Table(
    "follows",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("target_id", "accounts.id"),
    Column("uri", Text, index=True),
    Column("is_accepted", Boolean, nullable=False),
    Column("shows_boosts", Boolean, nullable=False, server_default=text("true")),
    Column("notifies", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "target_id"),
    Index("ix_follows_target_id", "target_id", "is_accepted"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_blocks_target_id", "target_id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("hides_notifications", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", Instant, nullable=False),
    Index("ix_mutes_target_id", "target_id"),
)

notifications = Table(
    "notifications",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),  # who is told
    _ref("from_id", "accounts.id"),
    _ref("status_id", "statuses.id", nullable=True),
    Column("kind", String(16), nullable=False),  # mention, follow, follow_request, favourite, reblog, status, update
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "kind", "from_id", "status_id"),
    Index("ix_notifications_account_id_id", "account_id", "id"),
    Index("ix_notifications_from_id", "from_id"),
    Index("ix_notifications_status_id", "status_id"),
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

# ------------------------------------------------------------------ the loop

records = Table(
    "records",  # the learningRecord of a status, ours and theirs alike: what loop pages and lineage are drawn from
    metadata,
    Column("status_id", BigInteger, ForeignKey("statuses.id", ondelete="CASCADE"), primary_key=True),
    Column("uri", Text, nullable=False, unique=True),
    Column("type", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("origin", Text, nullable=False),  # host that speaks
    Column("institution_uri", Text),
    Column("record", Json, nullable=False),  # as on the wire
    Column("digest", String(64), nullable=False),  # of the record as it arrived: which of two equal revisions stands
    Column("warnings", Json, nullable=False, server_default="[]"),
    Column("published_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("ix_records_type_state", "type", "state"),
)

edges = Table(
    "edges",
    metadata,
    Column("child_uri", Text, primary_key=True),
    Column("parent_uri", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    _ref("status_id", "statuses.id"),  # of the child
    Index("ix_edges_parent_uri", "parent_uri"),
    Index("ix_edges_status_id", "status_id"),
)

learnings = Table(
    "learnings",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("status_id", "statuses.id"),
    Column("title", Text, nullable=False),
    Column("text", Text),
    Column("state", String(12), nullable=False),
    Column("source", Json),  # learnedFrom
    Column("question", Text),
    Column("answer", Text),
    Column("harm_level", String(12)),
    Column("based_on_uri", Text),
    Column("topics", Json, nullable=False, server_default="[]"),
    Column("setting", Text),
    Column("specialty", Text),
    Column("is_from_post", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("status_id"),
    Index("ix_learnings_account_id_id", "account_id", "id"),
)

actions = Table(
    "actions",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("status_id", "statuses.id"),
    Column("based_on_uri", Text, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("change", Text),
    Column("due_on", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("cycle", Integer, nullable=False, server_default="1"),
    Column("aim", Json),
    Column("prediction", Text),
    Column("predicted_on", Date),
    Column("plan", Text),
    Column("steps", Json, nullable=False, server_default="[]"),
    Column("setting", Text),
    Column("day_zero_on", Date),
    Column("decision", String(8)),
    Column("decision_reason", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("status_id"),
    Index("ix_actions_account_id_id", "account_id", "id"),
    Index("ix_actions_based_on_uri", "based_on_uri"),
)

measures = Table(
    "measures",
    metadata,
    _id(),
    _ref("action_id", "actions.id"),
    Column("key", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("form", String(12), nullable=False),
    Column("counted", String(8), nullable=False, server_default="people"),
    Column("unit", Text),
    Column("per", Integer),
    Column("better", String(8), nullable=False),
    Column("every", String(8), nullable=False),
    Column("goal", Float),
    Column("definition", Text),
    Column("code", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("action_id", "key"),
)

points = Table(
    "points",
    metadata,
    _id(),
    _ref("measure_id", "measures.id"),
    Column("starts_on", Date, nullable=False),  # first day of the period
    Column("state", String(10), nullable=False, server_default="shown"),
    Column("numerator", Integer),
    Column("denominator", Integer),
    Column("value", Float),
    Column("note", Text),
    Column("entered_by_id", BigInteger, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("entered_at", Instant, nullable=False),
    UniqueConstraint("measure_id", "starts_on"),
)

shares = Table(
    "shares",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    _ref("status_id", "statuses.id"),
    _ref("action_id", "actions.id"),
    Column("title", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("decision", String(8), nullable=False),
    Column("decision_reason", Text),
    Column("outcome", String(10)),
    Column("learned", Text),
    Column("modifications", Text),
    Column("again", String(8)),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("status_id"),
    Index("ix_shares_action_id", "action_id"),
)

# ------------------------------------------------------------------ speaking with peers

bodies = Table(
    "bodies",  # an outgoing activity, stored once
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),  # who signs
    _ref("status_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_bodies_account_id", "account_id"),
    Index("ix_bodies_status_id", "status_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _ref("body_id", "bodies.id"),
    Column("inbox", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("state", String(10), nullable=False, server_default="waiting"),  # waiting, delivered, dropped
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("lease", BigInteger),  # who holds it
    Column("last_error", Text),
    Column("done_at", Instant),
    UniqueConstraint("body_id", "inbox"),
    Index(
        "ix_deliveries_due",
        "next_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_deliveries_host", "host", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
    ),
)

peers = Table(
    "peers",  # what we know of each host, with its breaker
    metadata,
    Column("host", Text, primary_key=True),
    Column("state", String(10), nullable=False, server_default="closed"),  # closed, open, half-open
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("opened_at", Instant),
    Column("window_s", Float, nullable=False, server_default="0"),
    Column("probe_at", Instant),
    Column("next_try_at", Instant),  # none while closed
    Column("heard_at", Instant),  # last valid inbound request
    Column("delivered_at", Instant),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
)

arrivals = Table(
    "arrivals",  # ids of activities already carried out; a neighbour on the same host cannot use up another's id
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_uri", Text, primary_key=True),
    Column("received_at", Instant, nullable=False, index=True),
)

inbox = Table(
    "inbox",  # answered 202 while the key was unknown; verified later as of `received_at`
    metadata,
    _id(),
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("headers", Json, nullable=False),  # the signed ones
    Column("body", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False, index=True),
    Column("leased_until", Instant),
    Column("lease", BigInteger),
    Column("last_error", Text),
)

pauses = Table(
    "pauses",  # what others must not be asked again before a time: a key that could not be had, a host of keys
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Instant, nullable=False, index=True),
    Column("reason", Text, nullable=False),
)

tombstones = Table(
    "tombstones",  # ids that were deleted or undone before they came
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_uri", Text, primary_key=True),  # who said so: it counts for that actor's things alone
    Column("kind", String(8), nullable=False),  # deleted, undone
    Column("created_at", Instant, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    Column("kind", String(24), nullable=False),
    Column("key", Text, nullable=False),  # the same kind and key waiting: one job
    Column("payload", Json, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False, index=True),
    Column("leased_until", Instant),
    Column("lease", BigInteger),
    Column("is_dead", Boolean, nullable=False, server_default=text("false")),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "key"),
)

# ------------------------------------------------------------------ accountability

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),  # "account:1", "command-line", "system"
    Column("act", String(40), nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", Json, nullable=False, server_default="{}"),  # never content
    Column("number", BigInteger, unique=True),  # given by the sealer, in commit order
    Column("previous_hash", String(64)),
    Column("hash", String(64)),
)
