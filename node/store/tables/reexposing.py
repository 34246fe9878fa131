"""What somebody learned and shall see again: cards as FSRS schedules them, and how each was answered."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from node.store.columns import Instant
from node.store.tables.base import id_column, metadata, ref

recall_cards = Table(
    "recall_cards",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),  # whose card
    ref("status_id", "statuses.id"),  # the record that is seen again
    Column("origin", String(8), nullable=False),  # why there is a card: own, kept (bookmarked), tried, followed
    Column("stability", Float),  # days; none: never graded
    Column("difficulty", Float),  # 1 to 10
    Column("reviewed_at", Instant),
    Column("due_at", Instant, nullable=False),
    Column("reason", String(8)),  # why it is due before its time: result (of a peer in the lineage), stopped
    Column("because_id", BigInteger, ForeignKey("statuses.id", ondelete="SET NULL")),  # that result
    Column("reviews", Integer, nullable=False, server_default="0"),
    Column("poll_id", BigInteger, ForeignKey("statuses.id", ondelete="SET NULL")),  # the post that asked last
    Column("asked_at", Instant),
    Column("retired_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "status_id"),
    Index("ix_recall_cards_account_id_due_at", "account_id", "due_at"),
    Index("ix_recall_cards_due_at", "due_at"),
    Index("ix_recall_cards_status_id", "status_id"),
    Index("ix_recall_cards_poll_id", "poll_id"),
    Index("ix_recall_cards_because_id", "because_id"),
)

recall_reviews = Table(
    "recall_reviews",
    metadata,
    id_column(),
    ref("card_id", "recall_cards.id"),
    Column("grade", String(8), nullable=False),  # again, hard, good, easy, do, changed, retire
    Column("via", String(8), nullable=False),  # page, post, api
    Column("stability", Float),  # as they were before, so that it can be undone
    Column("difficulty", Float),
    Column("reviewed_at", Instant),
    Column("due_at", Instant),
    Column("reason", String(8)),
    Column("created_at", Instant, nullable=False),
    Index("ix_recall_reviews_card_id", "card_id"),
    Index("ix_recall_reviews_created_at", "created_at"),
)
