"""Polls, quotes, reactions, pins, groups, relays, reports, policy for hosts, keys of two kinds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "backfills",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_backfills")),
    )
    op.create_table(
        "domains",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("no_media", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("no_reports", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("public_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("private_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_domains")),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("actor_uri", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
    )
    op.create_index("ix_held_host", "held", ["host"], unique=False)
    op.create_table(
        "relays",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("actor_uri", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="pending", nullable=False),
        sa.Column("follow_uri", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relays")),
        sa.UniqueConstraint("follow_uri", name=op.f("uq_relays_follow_uri")),
        sa.UniqueConstraint("inbox", name=op.f("uq_relays_inbox")),
    )
    op.create_index("ix_relays_actor_uri", "relays", ["actor_uri"], unique=False)
    op.create_table(
        "group_moderators",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_uri", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["accounts.id"], name=op.f("fk_group_moderators_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "actor_uri", name=op.f("pk_group_moderators")),
    )
    op.create_index("ix_group_moderators_actor_uri", "group_moderators", ["actor_uri"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("reporter_id", sa.BigInteger(), nullable=True),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("status_ids", sa.Text(), server_default="[]", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=10), server_default="other", nullable=False),
        sa.Column("is_forwarded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["accounts.id"], name=op.f("fk_reports_reporter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["accounts.id"], name=op.f("fk_reports_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("uri", name=op.f("uq_reports_uri")),
    )
    op.create_index("ix_reports_reporter_id", "reports", ["reporter_id"], unique=False)
    op.create_index("ix_reports_target_id", "reports", ["target_id"], unique=False)
    op.create_table(
        "severances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("following_count", sa.Integer(), nullable=False),
        sa.Column("followers_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_severances_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severances")),
    )
    op.create_index("ix_severances_account_id", "severances", ["account_id"], unique=False)
    op.create_table(
        "severed",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("shows_boosts", sa.Boolean(), nullable=False),
        sa.Column("notifies", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_severed_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["accounts.id"], name=op.f("fk_severed_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_severed")),
    )
    op.create_index("ix_severed_target_id", "severed", ["target_id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_uri", sa.Text(), nullable=False),
        sa.Column("interaction_uri", sa.Text(), nullable=False),
        sa.Column("request_uri", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_approvals_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint(
            "status_id", "kind", "interaction_uri", name=op.f("uq_approvals_status_id_kind_interaction_uri")
        ),
        sa.UniqueConstraint("uri", name=op.f("uq_approvals_uri")),
    )
    op.create_table(
        "group_posts",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["accounts.id"], name=op.f("fk_group_posts_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_group_posts_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "status_id", name=op.f("pk_group_posts")),
    )
    op.create_index("ix_group_posts_status_id", "group_posts", ["status_id"], unique=False)
    op.create_table(
        "pins",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_pins_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_pins_status_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "status_id", name=op.f("pk_pins")),
    )
    op.create_index("ix_pins_status_id", "pins", ["status_id"], unique=False)
    op.create_table(
        "polls",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("tallies", sa.Text(), nullable=False),
        sa.Column("voters_count", sa.Integer(), nullable=True),
        sa.Column("is_multiple", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hides_totals", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_polls_status_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_polls")),
    )
    op.create_table(
        "quotes",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("quoted_id", sa.BigInteger(), nullable=True),
        sa.Column("quoted_uri", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("authorization_uri", sa.Text(), nullable=True),
        sa.Column("request_uri", sa.Text(), nullable=True),
        sa.Column("is_legacy", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["quoted_id"], ["statuses.id"], name=op.f("fk_quotes_quoted_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_quotes_status_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_quotes")),
    )
    op.create_index("ix_quotes_authorization_uri", "quotes", ["authorization_uri"], unique=False)
    op.create_index("ix_quotes_quoted_id", "quotes", ["quoted_id"], unique=False)
    op.create_index("ix_quotes_quoted_uri", "quotes", ["quoted_uri"], unique=False)
    op.create_index("ix_quotes_request_uri", "quotes", ["request_uri"], unique=False)
    op.create_table(
        "reactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reactions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_reactions_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reactions")),
        sa.UniqueConstraint("account_id", "status_id", "name", name=op.f("uq_reactions_account_id_status_id_name")),
    )
    op.create_index("ix_reactions_status_id", "reactions", ["status_id"], unique=False)
    op.create_index("ix_reactions_uri", "reactions", ["uri"], unique=False)
    op.create_table(
        "votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_votes_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_votes_status_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("status_id", "account_id", "choice", name=op.f("uq_votes_status_id_account_id_choice")),
    )
    op.create_index("ix_votes_account_id", "votes", ["account_id"], unique=False)
    op.add_column(
        "accounts", sa.Column("is_host_suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("accounts", sa.Column("is_limited", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("accounts", sa.Column("featured_uri", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("also_known_as", sa.Text(), server_default="[]", nullable=False))
    op.add_column("accounts", sa.Column("moved_to_uri", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("moved_at", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("moderators_uri", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("is_restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("accounts", sa.Column("emojis", sa.Text(), server_default="[]", nullable=False))
    op.add_column("accounts", sa.Column("history_at", sa.BigInteger(), nullable=True))
    op.add_column("keys", sa.Column("kind", sa.String(length=8), server_default="rsa", nullable=False))
    op.add_column("keys", sa.Column("retired_at", sa.BigInteger(), nullable=True))
    op.add_column("peers", sa.Column("post_form", sa.String(length=8), nullable=True))
    op.add_column("peers", sa.Column("get_form", sa.String(length=12), nullable=True))
    op.add_column("peers", sa.Column("forms_at", sa.BigInteger(), nullable=True))
    op.add_column("peers", sa.Column("software", sa.Text(), nullable=True))
    op.add_column("peers", sa.Column("software_version", sa.Text(), nullable=True))
    op.add_column("peers", sa.Column("contacts", sa.Text(), nullable=True))
    op.add_column("peers", sa.Column("described_at", sa.BigInteger(), nullable=True))
    op.add_column("statuses", sa.Column("interaction_policy", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("approval", sa.String(length=8), nullable=True))
    op.add_column("statuses", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("statuses", sa.Column("emojis", sa.Text(), server_default="[]", nullable=False))
    op.add_column("media", sa.Column("duration_s", sa.Float(), nullable=True))
    op.add_column("media", sa.Column("poster_url", sa.Text(), nullable=True))
    op.create_index(
        "ix_statuses_approved_by",
        "statuses",
        ["approved_by"],
        unique=False,
        sqlite_where=sa.text("approved_by IS NOT NULL"),
        postgresql_where=sa.text("approved_by IS NOT NULL"),
    )


def downgrade() -> None:
    """Refuse: a restore is the way back."""
    raise RuntimeError("Going back is not supported: restore a backup.")
