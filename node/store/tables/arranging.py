"""How somebody arranges what they read: bookmarks, lists, filters, hashtags, threads, conversations."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

bookmarks = Table(
    "bookmarks",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("status_id", "statuses.id"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "status_id"),
    Index("ix_bookmarks_account_id_id", "account_id", "id"),
    Index("ix_bookmarks_status_id", "status_id"),
)

lists = Table(
    "lists",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("title", Text, nullable=False),
    Column("replies_policy", String(10), nullable=False, server_default="list"),  # list, followed, none
    Column("is_exclusive", Boolean, nullable=False, server_default=text("false")),  # its members are not in home
    Column("created_at", Instant, nullable=False),
    Index("ix_lists_account_id", "account_id"),
)

list_members = Table(
    "list_members",
    metadata,
    id_column(),  # to page by
    ref("list_id", "lists.id"),
    ref("account_id", "accounts.id"),
    UniqueConstraint("list_id", "account_id"),
    Index("ix_list_members_account_id", "account_id"),
)

filters = Table(
    "filters",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("title", Text, nullable=False),
    Column("contexts", Json, nullable=False),  # [home notifications public thread account]
    Column("action", String(8), nullable=False, server_default="warn"),  # warn, hide, blur
    Column("expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index("ix_filters_account_id", "account_id"),
)

filter_keywords = Table(
    "filter_keywords",
    metadata,
    id_column(),
    ref("filter_id", "filters.id"),
    Column("keyword", Text, nullable=False),
    Column("is_whole_word", Boolean, nullable=False, server_default=text("true")),
    Index("ix_filter_keywords_filter_id", "filter_id"),
)

filter_statuses = Table(
    "filter_statuses",
    metadata,
    id_column(),
    ref("filter_id", "filters.id"),
    ref("status_id", "statuses.id"),
    UniqueConstraint("filter_id", "status_id"),
    Index("ix_filter_statuses_status_id", "status_id"),
)

followed_tags = Table(
    "followed_tags",
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    ref("tag_id", "tags.id"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "tag_id"),
    Index("ix_followed_tags_tag_id", "tag_id"),
)

home_posts = Table(
    "home_posts",  # what may be in whose home: by themselves, those they follow, with hashtags they follow; of ours alone
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    ref("status_id", "statuses.id", primary_key=True),
    Index("ix_home_posts_status_id", "status_id"),
    sqlite_with_rowid=False,
)

thread_mutes = Table(
    "thread_mutes",
    metadata,
    ref("account_id", "accounts.id", primary_key=True),
    Column("context_uri", Text, primary_key=True),
    Column("created_at", Instant, nullable=False),
)

conversations = Table(
    "conversations",  # of one of our people, with the same others about the same thread
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("context_uri", Text, nullable=False),
    Column("participants", Text, nullable=False),  # ids of the others, sorted, with commas between
    ref("last_status_id", "statuses.id", nullable=True, ondelete="SET NULL"),  # to page by
    Column("first_status_id", BigInteger, nullable=False),  # what came before was deleted from the list
    Column("is_unread", Boolean, nullable=False, server_default=text("false")),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("account_id", "context_uri", "participants"),
    Index("ix_conversations_account_id_last_status_id", "account_id", "last_status_id"),
    Index("ix_conversations_last_status_id", "last_status_id"),
)

scheduled = Table(
    "scheduled",  # posts that wait for their time
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("due_at", Instant, nullable=False),
    Column("params", Json, nullable=False),  # what the client sent
    Column("app_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Index("ix_scheduled_account_id_id", "account_id", "id"),
)
