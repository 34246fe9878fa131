"""The loop whole: commands, charts of one's choice, re-exposure, sources, units, diagrams, webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns, and give old rows what new columns need."""
    # tables
    op.create_table(
        "sources",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sources")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("slug", name=op.f("uq_units_slug")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index("ix_units_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "diagrams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_diagrams_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagrams")),
    )
    with op.batch_alter_table("diagrams", schema=None) as batch_op:
        batch_op.create_index("ix_diagrams_account_id", ["account_id"], unique=False)

    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_webhooks_made_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("url", name=op.f("uq_webhooks_url")),
    )
    op.create_table(
        "drivers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("diagram_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["diagram_id"], ["diagrams.id"], name=op.f("fk_drivers_diagram_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["drivers.id"], name=op.f("fk_drivers_parent_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
    )
    with op.batch_alter_table("drivers", schema=None) as batch_op:
        batch_op.create_index("ix_drivers_diagram_id", ["diagram_id"], unique=False)
        batch_op.create_index("ix_drivers_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "recall_cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=True),
        sa.Column("because_id", sa.BigInteger(), nullable=True),
        sa.Column("reviews", sa.Integer(), server_default="0", nullable=False),
        sa.Column("poll_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recall_cards_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["because_id"], ["statuses.id"], name=op.f("fk_recall_cards_because_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["statuses.id"], name=op.f("fk_recall_cards_poll_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_recall_cards_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_cards")),
        sa.UniqueConstraint("account_id", "status_id", name=op.f("uq_recall_cards_account_id_status_id")),
    )
    with op.batch_alter_table("recall_cards", schema=None) as batch_op:
        batch_op.create_index("ix_recall_cards_account_id_due_at", ["account_id", "due_at"], unique=False)
        batch_op.create_index("ix_recall_cards_because_id", ["because_id"], unique=False)
        batch_op.create_index("ix_recall_cards_due_at", ["due_at"], unique=False)
        batch_op.create_index("ix_recall_cards_poll_id", ["poll_id"], unique=False)
        batch_op.create_index("ix_recall_cards_status_id", ["status_id"], unique=False)

    op.create_table(
        "record_terms",
        sa.Column("term", sa.String(length=300), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_record_terms_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term", "status_id", name=op.f("pk_record_terms")),
    )
    with op.batch_alter_table("record_terms", schema=None) as batch_op:
        batch_op.create_index("ix_record_terms_status_id", ["status_id"], unique=False)

    op.create_table(
        "driver_actions",
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_driver_actions_driver_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_driver_actions_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("driver_id", "status_id", name=op.f("pk_driver_actions")),
    )
    with op.batch_alter_table("driver_actions", schema=None) as batch_op:
        batch_op.create_index("ix_driver_actions_status_id", ["status_id"], unique=False)

    op.create_table(
        "recall_reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=8), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["recall_cards.id"], name=op.f("fk_recall_reviews_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_reviews")),
    )
    with op.batch_alter_table("recall_reviews", schema=None) as batch_op:
        batch_op.create_index("ix_recall_reviews_card_id", ["card_id"], unique=False)
        batch_op.create_index("ix_recall_reviews_created_at", ["created_at"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_reminders_action_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_reminders_status_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("action_id", "kind", "on_day", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index("ix_reminders_status_id", ["status_id"], unique=False)

    op.create_table(
        "report_texts",
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_report_texts_action_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("action_id", "item", name=op.f("pk_report_texts")),
    )
    op.create_table(
        "commands",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("made_id", sa.BigInteger(), nullable=True),
        sa.Column("measure_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_commands_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_id"], ["statuses.id"], name=op.f("fk_commands_made_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_commands_measure_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["statuses.id"], name=op.f("fk_commands_reply_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_commands_status_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_commands")),
    )
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.create_index("ix_commands_account_id", ["account_id", "status_id"], unique=False)
        batch_op.create_index("ix_commands_made_id", ["made_id"], unique=False)
        batch_op.create_index("ix_commands_measure_id", ["measure_id"], unique=False)
        batch_op.create_index("ix_commands_reply_id", ["reply_id"], unique=False)

    op.create_table(
        "phases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["accounts.id"], name=op.f("fk_phases_entered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_phases_measure_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phases")),
        sa.UniqueConstraint("measure_id", "starts_on", name=op.f("uq_phases_measure_id_starts_on")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.Text(), nullable=True))

    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chart", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("rules", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("baseline_from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("baseline_to_on", sa.Date(), nullable=True))

    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("licence", sa.String(length=40), nullable=True))
        batch_op.create_index("ix_records_published_at", ["published_at"], unique=False)

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("feed_key", sa.String(length=43), nullable=True))
        batch_op.add_column(sa.Column("digested_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("digest_by", sa.String(length=4), server_default="mail", nullable=False))
        batch_op.add_column(sa.Column("digest_day", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("has_reminders", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.add_column(sa.Column("recall_posts", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.create_index("ix_users_unit_id", ["unit_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_users_feed_key"), ["feed_key"])
        batch_op.create_foreign_key(batch_op.f("fk_users_unit_id"), "units", ["unit_id"], ["id"], ondelete="SET NULL")
    # data
    _keep_told()
    _keep_terms()


def _keep_told() -> None:
    """Remember what the last Share of each action told."""
    op.execute(
        "UPDATE actions SET told = (SELECT records.record FROM shares JOIN records ON records.status_id = shares.status_id"
        " WHERE shares.action_id = actions.id ORDER BY shares.id DESC LIMIT 1)"
    )


def _keep_terms() -> None:
    """Have a job find out by what old records are alike."""
    op.execute(
        "INSERT INTO jobs (id, kind, key, payload, next_at, created_at)"
        " SELECT 3, 'terms', 'records', '{}', max(received_at), max(received_at) FROM records HAVING count(*) > 0"
    )


def downgrade() -> None:
    """Refuse: a restore is the way back."""
    raise RuntimeError("Going back is not supported: restore a backup.")
