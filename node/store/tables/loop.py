"""The loop: records and edges of every node, and what our own people typed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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
    Column("licence", String(40)),  # under which ours may be used; none: a peer's, or not for everybody
    Index("ix_records_type_state", "type", "state"),
    Index("ix_records_published_at", "published_at"),
)

edges = Table(
    "edges",
    metadata,
    Column("child_uri", Text, primary_key=True),
    Column("parent_uri", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    ref("status_id", "statuses.id"),  # of the child
    Index("ix_edges_parent_uri", "parent_uri"),
    Index("ix_edges_status_id", "status_id"),
)

learnings = Table(
    "learnings",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
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
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
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
    Column("told", Json),  # the record of the last Share, whether it stands or is gone: what others may still hold
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("status_id"),
    Index("ix_actions_account_id_id", "account_id", "id"),
    Index("ix_actions_based_on_uri", "based_on_uri"),
)

measures = Table(
    "measures",
    metadata,
    id_column(),
    ref("action_id", "actions.id"),
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
    Column("chart", String(8)),  # run, xmr, p, u, c, t, g, and here only pprime, uprime; none: the run chart
    Column(
        "rules", String(12)
    ),  # perla-2011, anhoej, nhs-mdc, and here only shewhart; none: those that go with the chart
    Column("baseline_from_on", Date),  # centre and limits are taken from these days, both in
    Column("baseline_to_on", Date),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("action_id", "key"),
)

points = Table(
    "points",
    metadata,
    id_column(),
    ref("measure_id", "measures.id"),
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

phases = Table(
    "phases",  # the chart of a measure begins anew, and why
    metadata,
    id_column(),
    ref("measure_id", "measures.id"),
    Column("starts_on", Date, nullable=False),
    Column("why", Text, nullable=False),
    Column("entered_by_id", BigInteger, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("measure_id", "starts_on"),
)

shares = Table(
    "shares",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
    ref("action_id", "actions.id"),
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
