"""What people do with posts: votes, reactions, quotes, pins."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

polls = Table(
    "polls",
    metadata,
    ref("status_id", "statuses.id", primary_key=True),
    Column("options", Json, nullable=False),  # [title]
    Column("tallies", Json, nullable=False),  # [count]: ours as counted from `votes`, theirs as they say
    Column("voters_count", Integer),  # not said by every peer
    Column("is_multiple", Boolean, nullable=False, server_default=text("false")),
    Column("hides_totals", Boolean, nullable=False, server_default=text("false")),
    Column("ends_at", Instant),
    Column("closed_at", Instant),
    Column("fetched_at", Instant),
)

votes = Table(
    "votes",
    metadata,
    id_column(),
    ref("status_id", "statuses.id"),
    ref("account_id", "accounts.id"),
    Column("choice", Integer, nullable=False),
    Column("uri", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("status_id", "account_id", "choice"),
    Index("ix_votes_account_id", "account_id"),
)

reactions = Table(
    "reactions",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
    Column("name", Text, nullable=False),  # an emoji, or the shortcode of a custom one
    Column("url", Text),  # of a custom one's picture
    Column("uri", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "status_id", "name"),
    Index("ix_reactions_status_id", "status_id"),
    Index("ix_reactions_uri", "uri"),
)

quotes = Table(
    "quotes",  # one post quoting another (FEP-044f)
    metadata,
    ref("status_id", "statuses.id", primary_key=True),
    ref("quoted_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("quoted_uri", Text, nullable=False),
    Column("state", String(12), nullable=False),  # pending accepted rejected revoked unauthorized deleted
    Column("authorization_uri", Text),
    Column("request_uri", Text),
    Column("is_legacy", Boolean, nullable=False, server_default=text("false")),  # said in a way that knows no consent
    Column("created_at", Instant, nullable=False),
    Index("ix_quotes_quoted_id", "quoted_id"),
    Index("ix_quotes_quoted_uri", "quoted_uri"),
    Index("ix_quotes_authorization_uri", "authorization_uri"),
    Index("ix_quotes_request_uri", "request_uri"),
)

approvals = Table(
    "approvals",  # what our people allowed others to do with their posts, by the id that peers fetch
    metadata,
    id_column(),
    Column("uri", Text, nullable=False, unique=True),
    Column("kind", String(8), nullable=False),  # quote, reply
    ref("status_id", "statuses.id"),  # ours
    Column("actor_uri", Text, nullable=False),
    Column("interaction_uri", Text, nullable=False),  # the quoting or replying post
    Column("request_uri", Text),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    UniqueConstraint("status_id", "kind", "interaction_uri"),
)

pins = Table(
    "pins",
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    ref("status_id", "statuses.id", primary_key=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_pins_status_id", "status_id"),
)
