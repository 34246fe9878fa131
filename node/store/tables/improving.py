"""What stands around the loop: commands of apps, reminders, sources and terms, driver diagrams, webhooks."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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

commands = Table(
    "commands",  # a post of ours that says `!try` or the like, and what it did, so that it can be undone
    metadata,
    ref("status_id", "statuses.id", primary_key=True),
    ref("account_id", "accounts.id"),
    Column("verb", String(8), nullable=False),  # try, data, measure, share, undo, help
    Column("state", String(8), nullable=False),  # waiting, done, refused, undone
    Column("audience", String(10), nullable=False),  # who was to see the post: who sees what it makes
    Column("made_id", BigInteger, ForeignKey("statuses.id", ondelete="SET NULL")),  # the Action or Share it made
    Column("measure_id", BigInteger, ForeignKey("measures.id", ondelete="SET NULL")),
    Column("starts_on", Date),  # of the point it saved
    Column("previous", Json),  # what stood there before
    Column("reply_id", BigInteger, ForeignKey("statuses.id", ondelete="SET NULL")),  # the confirmation
    Column("created_at", Instant, nullable=False),
    Index("ix_commands_account_id", "account_id", "status_id"),
    Index("ix_commands_made_id", "made_id"),
    Index("ix_commands_reply_id", "reply_id"),
    Index("ix_commands_measure_id", "measure_id"),
)

reminders = Table(
    "reminders",  # what somebody was reminded of, once each
    metadata,
    ref("action_id", "actions.id", primary_key=True),
    Column("kind", String(8), primary_key=True),  # due, overdue, number
    Column("on_day", Date, primary_key=True),  # the day, or the first day of the period, that it is about
    Column("status_id", BigInteger, ForeignKey("statuses.id", ondelete="SET NULL")),
    Column("created_at", Instant, nullable=False),
    Index("ix_reminders_status_id", "status_id"),
)

sources = Table(
    "sources",  # what a DOI, PMID, arXiv id or address is called
    metadata,
    Column("key", String(300), primary_key=True),  # `doi:10.1000/x`, `pmid:1`, `arxiv:1`, `url:https://...`
    Column("title", Text),
    Column("state", String(8), nullable=False),  # waiting, found, absent
    Column("created_at", Instant, nullable=False),
    Column("looked_at", Instant),
)

report_texts = Table(
    "report_texts",  # what somebody wrote into an item of the report of an action
    metadata,
    ref("action_id", "actions.id", primary_key=True),
    Column("item", String(16), primary_key=True),
    Column("text", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

record_terms = Table(
    "record_terms",  # by what records are found alike: sources and words
    metadata,
    Column("term", String(300), primary_key=True),  # a key of a source, or `word:catheter`, `topic:falls`
    ref("status_id", "statuses.id", primary_key=True),
    Index("ix_record_terms_status_id", "status_id"),
)

diagrams = Table(
    "diagrams",  # driver diagrams: an aim, what drives it, and ideas that are tried
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("aim", Json, nullable=False),  # what, whom, howMuch, by
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_diagrams_account_id", "account_id"),
)

drivers = Table(
    "drivers",
    metadata,
    id_column(),
    ref("diagram_id", "diagrams.id"),
    ref("parent_id", "drivers.id", nullable=True),
    Column("kind", String(9), nullable=False),  # primary, secondary, idea
    Column("text", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Index("ix_drivers_diagram_id", "diagram_id"),
    Index("ix_drivers_parent_id", "parent_id"),
)

driver_actions = Table(
    "driver_actions",  # the actions that try an idea, ours or a peer's
    metadata,
    ref("driver_id", "drivers.id", primary_key=True),
    ref("status_id", "statuses.id", primary_key=True),
    Index("ix_driver_actions_status_id", "status_id"),
)

webhooks = Table(
    "webhooks",  # systems of the house that hear what happens in the loop
    metadata,
    id_column(),
    Column("url", Text, nullable=False),
    Column("events", Json, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("made_by_id", BigInteger, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("last_status", Integer),
    Column("last_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("url"),
)
