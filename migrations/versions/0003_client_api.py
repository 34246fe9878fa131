"""What apps arrange, present, are told and are shown: lists, filters, conversations, pushes, cards, moderation of people."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns, and give old rows what new columns need."""
    # tables
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("is_all_day", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), server_default="link", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("authors", sa.Text(), server_default="[]", nullable=False),
        sa.Column("provider_name", sa.Text(), server_default="", nullable=False),
        sa.Column("provider_url", sa.Text(), server_default="", nullable=False),
        sa.Column("image_blob", sa.Text(), nullable=True),
        sa.Column("image_alt", sa.Text(), server_default="", nullable=False),
        sa.Column("blurhash", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("is_trendable", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("url", name=op.f("uq_cards_url")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_image_blob"), ["image_blob"], unique=False)

    op.create_table(
        "copies",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("cached_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_copies")),
    )
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.create_index("ix_copies_cached_at", ["cached_at"], unique=False)

    op.create_table(
        "custom_emojis",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("shortcode", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("static_blob", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_emojis")),
        sa.UniqueConstraint("shortcode", name=op.f("uq_custom_emojis_shortcode")),
    )
    with op.batch_alter_table("custom_emojis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custom_emojis_blob"), ["blob"], unique=False)
        batch_op.create_index(batch_op.f("ix_custom_emojis_static_blob"), ["static_blob"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_kind_effective_at", ["kind", "effective_at"], unique=False)

    op.create_table(
        "email_blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("allows_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_blocks")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_email_blocks_kind_value")),
    )
    op.create_table(
        "ip_blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=24), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_blocks")),
        sa.UniqueConstraint("network", name=op.f("uq_ip_blocks_network")),
    )
    op.create_table(
        "publishers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("is_trendable", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
        sa.UniqueConstraint("host", name=op.f("uq_publishers_host")),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), server_default="", nullable=False),
        sa.Column("translations", sa.Text(), server_default="{}", nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    op.create_table(
        "trends",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item_id", name=op.f("pk_trends")),
    )
    with op.batch_alter_table("trends", schema=None) as batch_op:
        batch_op.create_index("ix_trends_kind_score", ["kind", "score"], unique=False)

    op.create_table(
        "account_notes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_notes_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["accounts.id"], name=op.f("fk_account_notes_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_account_notes")),
    )
    with op.batch_alter_table("account_notes", schema=None) as batch_op:
        batch_op.create_index("ix_account_notes_target_id", ["target_id"], unique=False)

    op.create_table(
        "announcement_reactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_announcement_reactions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_reactions_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_reactions")),
        sa.UniqueConstraint(
            "announcement_id",
            "account_id",
            "name",
            name=op.f("uq_announcement_reactions_announcement_id_account_id_name"),
        ),
    )
    with op.batch_alter_table("announcement_reactions", schema=None) as batch_op:
        batch_op.create_index("ix_announcement_reactions_account_id", ["account_id"], unique=False)

    op.create_table(
        "announcement_reads",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_announcement_reads_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_reads_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "account_id", name=op.f("pk_announcement_reads")),
    )
    with op.batch_alter_table("announcement_reads", schema=None) as batch_op:
        batch_op.create_index("ix_announcement_reads_account_id", ["account_id"], unique=False)

    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_discoverable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_collections_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_collections_tag_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.create_index("ix_collections_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_collections_tag_id", ["tag_id"], unique=False)

    op.create_table(
        "dismissed_suggestions",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_dismissed_suggestions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["accounts.id"], name=op.f("fk_dismissed_suggestions_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_dismissed_suggestions")),
    )
    with op.batch_alter_table("dismissed_suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_dismissed_suggestions_target_id", ["target_id"], unique=False)

    op.create_table(
        "endorsements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_endorsements_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["accounts.id"], name=op.f("fk_endorsements_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("account_id", "target_id", name=op.f("uq_endorsements_account_id_target_id")),
    )
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.create_index("ix_endorsements_target_id", ["target_id"], unique=False)

    op.create_table(
        "featured_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_featured_tags_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_featured_tags_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tags")),
        sa.UniqueConstraint("account_id", "tag_id", name=op.f("uq_featured_tags_account_id_tag_id")),
    )
    with op.batch_alter_table("featured_tags", schema=None) as batch_op:
        batch_op.create_index("ix_featured_tags_tag_id", ["tag_id"], unique=False)

    op.create_table(
        "filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("contexts", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=8), server_default="warn", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_filters_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filters")),
    )
    with op.batch_alter_table("filters", schema=None) as batch_op:
        batch_op.create_index("ix_filters_account_id", ["account_id"], unique=False)

    op.create_table(
        "followed_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_followed_tags_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_followed_tags_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed_tags")),
        sa.UniqueConstraint("account_id", "tag_id", name=op.f("uq_followed_tags_account_id_tag_id")),
    )
    with op.batch_alter_table("followed_tags", schema=None) as batch_op:
        batch_op.create_index("ix_followed_tags_tag_id", ["tag_id"], unique=False)

    op.create_table(
        "host_blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_host_blocks_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_blocks")),
        sa.UniqueConstraint("account_id", "host", name=op.f("uq_host_blocks_account_id_host")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_overwriting", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("faults", sa.Text(), server_default="[]", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_imports_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index("ix_imports_account_id", ["account_id"], unique=False)

    op.create_table(
        "lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("replies_policy", sa.String(length=10), server_default="list", nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lists_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lists")),
    )
    with op.batch_alter_table("lists", schema=None) as batch_op:
        batch_op.create_index("ix_lists_account_id", ["account_id"], unique=False)

    op.create_table(
        "notification_permissions",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notification_permissions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["accounts.id"], name=op.f("fk_notification_permissions_from_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "from_id", name=op.f("pk_notification_permissions")),
    )
    with op.batch_alter_table("notification_permissions", schema=None) as batch_op:
        batch_op.create_index("ix_notification_permissions_from_id", ["from_id"], unique=False)

    op.create_table(
        "notification_policies",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("for_not_following", sa.String(length=8), server_default="accept", nullable=False),
        sa.Column("for_not_followers", sa.String(length=8), server_default="accept", nullable=False),
        sa.Column("for_new_accounts", sa.String(length=8), server_default="accept", nullable=False),
        sa.Column("for_private_mentions", sa.String(length=8), server_default="accept", nullable=False),
        sa.Column("for_limited_accounts", sa.String(length=8), server_default="filter", nullable=False),
        sa.Column("for_bots", sa.String(length=8), server_default="accept", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notification_policies_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_policies")),
    )
    op.create_table(
        "scheduled",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scheduled_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled")),
    )
    with op.batch_alter_table("scheduled", schema=None) as batch_op:
        batch_op.create_index("ix_scheduled_account_id_id", ["account_id", "id"], unique=False)

    op.create_table(
        "thread_mutes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("context_uri", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_thread_mutes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "context_uri", name=op.f("pk_thread_mutes")),
    )
    op.create_table(
        "bookmarks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_bookmarks_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_bookmarks_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmarks")),
        sa.UniqueConstraint("account_id", "status_id", name=op.f("uq_bookmarks_account_id_status_id")),
    )
    with op.batch_alter_table("bookmarks", schema=None) as batch_op:
        batch_op.create_index("ix_bookmarks_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_bookmarks_status_id", ["status_id"], unique=False)

    op.create_table(
        "collection_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=10), server_default="accepted", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_collection_items_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_collection_items_collection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("collection_id", "account_id", name=op.f("uq_collection_items_collection_id_account_id")),
    )
    with op.batch_alter_table("collection_items", schema=None) as batch_op:
        batch_op.create_index("ix_collection_items_account_id", ["account_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("context_uri", sa.Text(), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False),
        sa.Column("last_status_id", sa.BigInteger(), nullable=True),
        sa.Column("first_status_id", sa.BigInteger(), nullable=False),
        sa.Column("is_unread", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_conversations_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["last_status_id"], ["statuses.id"], name=op.f("fk_conversations_last_status_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint(
            "account_id",
            "context_uri",
            "participants",
            name=op.f("uq_conversations_account_id_context_uri_participants"),
        ),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversations_account_id_last_status_id", ["account_id", "last_status_id"], unique=False
        )
        batch_op.create_index("ix_conversations_last_status_id", ["last_status_id"], unique=False)

    op.create_table(
        "filter_keywords",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("is_whole_word", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["filters.id"], name=op.f("fk_filter_keywords_filter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_keywords")),
    )
    with op.batch_alter_table("filter_keywords", schema=None) as batch_op:
        batch_op.create_index("ix_filter_keywords_filter_id", ["filter_id"], unique=False)

    op.create_table(
        "filter_statuses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["filters.id"], name=op.f("fk_filter_statuses_filter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_filter_statuses_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_statuses")),
        sa.UniqueConstraint("filter_id", "status_id", name=op.f("uq_filter_statuses_filter_id_status_id")),
    )
    with op.batch_alter_table("filter_statuses", schema=None) as batch_op:
        batch_op.create_index("ix_filter_statuses_status_id", ["status_id"], unique=False)

    op.create_table(
        "home_posts",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_home_posts_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_home_posts_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "status_id", name=op.f("pk_home_posts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("home_posts", schema=None) as batch_op:
        batch_op.create_index("ix_home_posts_status_id", ["status_id"], unique=False)

    op.create_table(
        "list_members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_list_members_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name=op.f("fk_list_members_list_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_members")),
        sa.UniqueConstraint("list_id", "account_id", name=op.f("uq_list_members_list_id_account_id")),
    )
    with op.batch_alter_table("list_members", schema=None) as batch_op:
        batch_op.create_index("ix_list_members_account_id", ["account_id"], unique=False)

    op.create_table(
        "notification_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("last_status_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notification_requests_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["accounts.id"], name=op.f("fk_notification_requests_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["last_status_id"],
            ["statuses.id"],
            name=op.f("fk_notification_requests_last_status_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_requests")),
        sa.UniqueConstraint("account_id", "from_id", name=op.f("uq_notification_requests_account_id_from_id")),
    )
    with op.batch_alter_table("notification_requests", schema=None) as batch_op:
        batch_op.create_index("ix_notification_requests_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_notification_requests_from_id", ["from_id"], unique=False)
        batch_op.create_index("ix_notification_requests_last_status_id", ["last_status_id"], unique=False)

    op.create_table(
        "status_cards",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_status_cards_card_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_status_cards_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_status_cards")),
    )
    with op.batch_alter_table("status_cards", schema=None) as batch_op:
        batch_op.create_index("ix_status_cards_card_id_status_id", ["card_id", "status_id"], unique=False)

    op.create_table(
        "strikes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("status_ids", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["accounts.id"], name=op.f("fk_strikes_moderator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_strikes_report_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["target_id"], ["accounts.id"], name=op.f("fk_strikes_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strikes")),
    )
    with op.batch_alter_table("strikes", schema=None) as batch_op:
        batch_op.create_index("ix_strikes_moderator_id", ["moderator_id"], unique=False)
        batch_op.create_index("ix_strikes_report_id", ["report_id"], unique=False)
        batch_op.create_index("ix_strikes_target_id", ["target_id"], unique=False)

    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("is_standard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("alerts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("policy", sa.String(length=10), server_default="all", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_push_subscriptions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["tokens.id"], name=op.f("fk_push_subscriptions_token_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("token_id", name=op.f("uq_push_subscriptions_token_id")),
    )
    with op.batch_alter_table("push_subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_push_subscriptions_account_id", ["account_id"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("header_alt", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("hides_collections", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("shows_media", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.add_column(
            sa.Column("shows_media_replies", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
        batch_op.add_column(sa.Column("shows_featured", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.add_column(sa.Column("attribution_domains", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("is_silenced", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("is_sensitised", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.create_index(
            "ix_accounts_last_status_at",
            ["last_status_at"],
            unique=False,
            sqlite_where=sa.text("is_discoverable = 1"),
            postgresql_where=sa.text("is_discoverable"),
        )

    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index("ix_blocks_account_id_id", ["account_id", "id"], unique=False)

    with op.batch_alter_table("domains", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_obfuscated", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index("ix_domains_id", ["id"], unique=False)

    with op.batch_alter_table("edits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("poll_options", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("emojis", sa.Text(), server_default="[]", nullable=False))

    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("languages", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("is_local", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("is_in_home", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.create_index(
            "ix_follows_local",
            ["target_id", "is_accepted", "account_id"],
            unique=False,
            sqlite_where=sa.text("is_local"),
            postgresql_where=sa.text("is_local"),
        )

    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=10), server_default="ready", nullable=False))
        batch_op.add_column(sa.Column("source_blob", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("preview_width", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("preview_height", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("frame_rate", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("bitrate", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("proxy_key", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("cached_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("cached_bytes", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_media_cached_at",
            ["cached_at"],
            unique=False,
            sqlite_where=sa.text("cached_at IS NOT NULL"),
            postgresql_where=sa.text("cached_at IS NOT NULL"),
        )
        batch_op.create_index("ix_media_scheduled_id", ["scheduled_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_source_blob"), ["source_blob"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_media_proxy_key"), ["proxy_key"])
        batch_op.create_foreign_key(
            batch_op.f("fk_media_scheduled_id"), "scheduled", ["scheduled_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("mutes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("expires_at", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_mutes_account_id_id", ["account_id", "id"], unique=False)

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("report_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("strike_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("collection_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("group_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("is_filtered", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.alter_column(
            "kind", existing_type=sa.VARCHAR(length=16), type_=sa.String(length=24), existing_nullable=False
        )
        batch_op.create_index(
            "ix_notifications_account_id_group_key_id", ["account_id", "group_key", "id"], unique=False
        )
        batch_op.create_index("ix_notifications_collection_id", ["collection_id"], unique=False)
        batch_op.create_index(
            "ix_notifications_filtered",
            ["account_id", "from_id"],
            unique=False,
            sqlite_where=sa.text("is_filtered = 1"),
            postgresql_where=sa.text("is_filtered"),
        )
        batch_op.create_index("ix_notifications_report_id", ["report_id"], unique=False)
        batch_op.create_index("ix_notifications_strike_id", ["strike_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_report_id"), "reports", ["report_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_strike_id"), "strikes", ["strike_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_collection_id"), "collections", ["collection_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule_ids", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("collection_ids", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("assigned_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("statuses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_statuses_house",
            ["id"],
            unique=False,
            sqlite_where=sa.text("visibility = 'house'"),
            postgresql_where=sa.text("visibility = 'house'"),
        )

    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.add_column(sa.Column("display_name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("is_usable", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("is_listable", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("is_trendable", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index("ix_tokens_app_id", ["app_id"], unique=False)

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("approved_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("sign_up_reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("app_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("seen_at", sa.BigInteger(), nullable=True))
    # data
    _fill()
    _fill_homes()
    _fill_conversations()
    _fold_tags()
    _keep_words()


def _keep_words() -> None:
    """Make what search looks in, and have a job fill it with the words of old posts."""
    for statement in _WORDS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute(
        "INSERT INTO jobs (id, kind, key, payload, next_at, created_at)"
        " SELECT 2, 'words', 'statuses', '{}', max(created_at), max(created_at) FROM statuses HAVING count(*) > 0"
    )


_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE status_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0')",
        "CREATE TRIGGER status_words_go AFTER DELETE ON statuses"
        " BEGIN DELETE FROM status_words WHERE rowid = old.id; END",
    ),
    "postgresql": (
        "CREATE TABLE status_words (status_id BIGINT PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_status_words_words ON status_words USING gin (words)",
    ),
}


def _fill() -> None:
    """Let old blocks, mutes and decisions page in the order they were made, old users stay welcome, old parts be rendered anew."""
    for table, tie in (("blocks", "target_id"), ("mutes", "target_id")):
        op.execute(f"UPDATE {table} SET id = created_at * 65536 + {tie} % 65536")  # noqa: S608 # names of our own
    op.execute(
        "UPDATE domains SET id = created_at * 65536 + (SELECT count(*) FROM domains AS d WHERE d.host < domains.host)"
    )
    op.execute("UPDATE users SET confirmed_at = created_at, approved_at = created_at")
    op.execute("UPDATE notifications SET kind = 'severed_relationships' WHERE kind = 'severed'")
    op.execute(
        "UPDATE accounts SET statuses_count = statuses_count - (SELECT count(*) FROM statuses AS s"
        " WHERE s.account_id = accounts.id AND s.visibility IN ('direct', 'house', 'circle'))"
        " WHERE id IN (SELECT account_id FROM statuses WHERE visibility IN ('direct', 'house', 'circle'))"
    )
    op.execute(
        "INSERT INTO jobs (id, kind, key, payload, next_at, created_at)"
        " SELECT 1, 'render', 'accounts', '{}', max(created_at), max(created_at) FROM accounts HAVING count(*) > 0"
    )
    op.execute(
        "UPDATE statuses SET part = '{\"local_only\":'"
        " || CASE WHEN visibility IN ('house', 'circle') THEN 'true' ELSE 'false' END || ',' || substr(part, 2)"
        " WHERE substr(part, 1, 2) = '{\"'"
    )
    _strip(',"filtered":[]')
    op.execute(
        "UPDATE statuses SET replies_count = (SELECT count(*) FROM statuses AS r WHERE r.reply_to_id = statuses.id"
        " AND (r.visibility IN ('public', 'unlisted') OR (r.visibility = 'house' AND statuses.visibility = 'house')))"
        " WHERE replies_count > 0"
    )


def _fill_homes() -> None:
    """Write down whose posts are in whose home, as it was found out with every page before."""
    op.execute("UPDATE follows SET is_local = true WHERE account_id IN (SELECT id FROM accounts WHERE host = '')")
    op.execute(
        "INSERT INTO home_posts (account_id, status_id)"
        " SELECT f.account_id, s.id FROM follows AS f JOIN statuses AS s ON s.account_id = f.target_id"
        " WHERE f.is_local AND f.is_accepted"
        " UNION SELECT s.account_id, s.id FROM statuses AS s JOIN accounts AS a ON a.id = s.account_id"
        " WHERE a.host = ''"
    )


def _fill_conversations() -> None:
    """Tell each of our people the threads of direct posts they are in, and with whom; all of them count as read."""
    conn = op.get_bind()
    ours = set(conn.scalars(sa.text("SELECT id FROM accounts WHERE host = ''")))
    direct = "SELECT id, account_id, context_uri FROM statuses WHERE visibility = 'direct' ORDER BY id"
    posts = {row[0]: ({row[1]}, row[2]) for row in conn.execute(sa.text(direct))}
    named = "SELECT m.status_id, m.account_id FROM mentions AS m JOIN statuses AS s ON s.id = m.status_id"
    for status_id, account_id in conn.execute(sa.text(f"{named} WHERE s.visibility = 'direct'")):
        posts[status_id][0].add(account_id)
    found: dict[tuple[int, str, str], tuple[int, int]] = {}
    for status_id, (people, context_uri) in posts.items():
        for account_id in people & ours:
            key = account_id, context_uri, ",".join(str(one) for one in sorted(people - {account_id}))
            found[key] = found.get(key, (status_id, status_id))[0], status_id
    _insert_conversations(found)


def _insert_conversations(found: dict[tuple[int, str, str], tuple[int, int]]) -> None:
    """Insert conversations by whose they are, their thread and the others, each with its first and its newest post."""
    names = ("id", "account_id", "context_uri", "participants", "first_status_id", "last_status_id", "updated_at")
    last_id, rows = 0, []
    for key, (first, last) in sorted(found.items(), key=lambda one: one[1]):
        last_id = max(last_id + 1, first)
        rows.append(dict(zip(names, (last_id, *key, first, last, first >> 16), strict=True)))
    if rows:
        op.bulk_insert(sa.table("conversations", *(sa.column(name) for name in names)), rows)


def _fold_tags() -> None:
    """Find hashtags without their accents from now on, and go on showing them with these."""
    tags = sa.table("tags", sa.column("id"), sa.column("name"), sa.column("display_name"))
    links = sa.table("status_tags", sa.column("tag_id"), sa.column("status_id"))
    conn = op.get_bind()
    known = {name: number for number, name in conn.execute(sa.select(tags.c.id, tags.c.name))}
    for name, number in list(known.items()):
        key = _key(name)
        if key == name:
            continue
        other = known.setdefault(key, number)
        if other == number:
            conn.execute(tags.update().where(tags.c.id == number).values(name=key, display_name=name))
            continue
        both = sa.select(links.c.status_id).where(links.c.tag_id == other)
        conn.execute(links.delete().where(links.c.tag_id == number, links.c.status_id.in_(both)))
        conn.execute(links.update().where(links.c.tag_id == number).values(tag_id=other))
        conn.execute(tags.delete().where(tags.c.id == number))


def _key(name: str) -> str:
    plain = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ı": "i"})
    return "".join(_bare(letter) for letter in name).translate(plain)


def _bare(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else letter


def _strip(words: str) -> None:
    """Take words that a part says no more out of old parts; what comes before them there is all of our making."""
    place = "strpos" if op.get_bind().dialect.name == "postgresql" else "instr"
    at = f"{place}(part, '{words}')"
    op.execute(
        f"UPDATE statuses SET part = substr(part, 1, {at} - 1) || substr(part, {at} + {len(words)}) WHERE {at} > 0"  # noqa: S608 # words of our own, from above
    )


def downgrade() -> None:
    """Refuse: a restore is the way back."""
    raise RuntimeError("Going back is not supported: restore a backup.")
