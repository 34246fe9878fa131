"""Reports to moderators, what they decided about people and addresses, and who did what."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

reports = Table(
    "reports",
    metadata,
    id_column(),
    Column("uri", Text, unique=True),
    ref("reporter_id", "accounts.id", nullable=True, ondelete="SET NULL"),
    Column("host", Text, nullable=False, server_default=""),  # of the server that reports; empty: ours
    ref("target_id", "accounts.id"),
    Column("status_ids", Json, nullable=False, server_default="[]"),
    Column("comment", Text, nullable=False, server_default=""),
    Column("rule_ids", Json, nullable=False, server_default="[]"),
    Column("collection_ids", Json, nullable=False, server_default="[]"),
    Column("category", String(10), nullable=False, server_default="other"),
    Column("is_forwarded", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", BigInteger),
    Column("assigned_id", BigInteger),
    Column("updated_at", Instant),
    Index("ix_reports_target_id", "target_id"),
    Index("ix_reports_reporter_id", "reporter_id"),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),  # "account:1", "command-line", "system"
    Column("act", String(40), nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", Json, nullable=False, server_default="{}"),  # never content
    Column("number", BigInteger, unique=True),  # given by the sealer, in commit order
    Column("previous_hash", String(64)),
    Column("hash", String(64)),
)

strikes = Table(
    "strikes",  # what a moderator did about an account of ours, as its owner is told
    metadata,
    id_column(),
    ref("target_id", "accounts.id"),
    ref("moderator_id", "accounts.id", nullable=True, ondelete="SET NULL"),
    ref("report_id", "reports.id", nullable=True, ondelete="SET NULL"),
    Column("action", String(24), nullable=False),  # none disable sensitive silence suspend, mark_statuses_as_sensitive
    Column("text", Text, nullable=False, server_default=""),
    Column("status_ids", Json, nullable=False, server_default="[]"),
    Column("created_at", Instant, nullable=False),
    Index("ix_strikes_target_id", "target_id"),
    Index("ix_strikes_moderator_id", "moderator_id"),
    Index("ix_strikes_report_id", "report_id"),
)

email_blocks = Table(
    "email_blocks",  # who may not sign up: a domain of addresses, or one address by its hash
    metadata,
    id_column(),
    Column("kind", String(10), nullable=False),  # domain, canonical
    Column("value", Text, nullable=False),
    Column("allows_approval", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "value"),
)

ip_blocks = Table(
    "ip_blocks",
    metadata,
    id_column(),
    Column("network", Text, nullable=False, unique=True),
    Column("severity", String(24), nullable=False),  # sign_up_requires_approval, sign_up_block, no_access
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
)

secrets = Table(
    "secrets",  # made by the node for itself, such as the key it signs pushes with
    metadata,
    Column("name", String(24), primary_key=True),
    Column("value", Text, nullable=False),
)
