"""Reports to moderators, and who did what."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, text

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
    Column("category", String(10), nullable=False, server_default="other"),
    Column("is_forwarded", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", BigInteger),
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
