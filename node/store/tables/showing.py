"""What the node shows beside posts: previews of links, custom emoji, trends, rules and documents."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, text

from node.store.columns import Instant, Json
from node.store.tables.base import id_column, metadata, ref

cards = Table(
    "cards",  # previews of links; asked for once for each address
    metadata,
    id_column(),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", String(8), nullable=False, server_default="link"),  # link, photo, video, rich
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("language", String(16)),
    Column("authors", Json, nullable=False, server_default="[]"),  # [{name, url}]
    Column("provider_name", Text, nullable=False, server_default=""),
    Column("provider_url", Text, nullable=False, server_default=""),
    Column("image_blob", Text, index=True),
    Column("image_alt", Text, nullable=False, server_default=""),
    Column("blurhash", Text),
    Column("width", Integer, nullable=False, server_default="0"),
    Column("height", Integer, nullable=False, server_default="0"),
    Column("published_at", Instant),
    Column("state", String(8), nullable=False, server_default="waiting"),  # waiting, shown, empty
    Column("is_trendable", Boolean),  # a moderator's word; none: not looked at
    Column("created_at", Instant, nullable=False),
    Column("fetched_at", Instant),
)

status_cards = Table(
    "status_cards",
    metadata,
    ref("status_id", "statuses.id", primary_key=True),
    ref("card_id", "cards.id"),
    Index("ix_status_cards_card_id_status_id", "card_id", "status_id"),
)

custom_emojis = Table(
    "custom_emojis",  # ours; those of others travel with their posts
    metadata,
    id_column(),
    Column("shortcode", Text, nullable=False, unique=True),
    Column("blob", Text, nullable=False, index=True),
    Column("static_blob", Text, nullable=False, index=True),
    Column("category", Text),
    Column("is_listed", Boolean, nullable=False, server_default=text("true")),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", Instant, nullable=False),
)

copies = Table(
    "copies",  # ours of peers' avatars, headers and emoji
    metadata,
    Column("name", String(32), primary_key=True),  # a hash of the picture's own address
    Column("blob", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("cached_at", Instant, nullable=False),
    Index("ix_copies_cached_at", "cached_at"),
)

trends = Table(
    "trends",  # as the last count left them
    metadata,
    Column("kind", String(8), primary_key=True),  # tag, status, link
    Column("item_id", BigInteger, primary_key=True),
    Column("score", Float, nullable=False),
    Column("is_allowed", Boolean),  # a moderator's word about a status; those about tags and links stand with them
    Column("counted_at", Instant, nullable=False),
    Index("ix_trends_kind_score", "kind", "score"),
)

publishers = Table(
    "publishers",  # sites that posts link to
    metadata,
    id_column(),
    Column("host", Text, nullable=False, unique=True),
    Column("is_trendable", Boolean),  # a moderator's word; none: not looked at
    Column("reviewed_at", Instant),
    Column("created_at", Instant, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    id_column(),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("text", Text, nullable=False),
    Column("hint", Text, nullable=False, server_default=""),
    Column("translations", Json, nullable=False, server_default="{}"),  # {language: {text, hint}}
    Column("removed_at", Instant),
)

documents = Table(
    "documents",  # what an administrator wrote about the node, each version kept
    metadata,
    id_column(),
    Column("kind", String(12), nullable=False),  # about, privacy, terms
    Column("text", Text, nullable=False),  # Markdown
    Column("content_html", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_documents_kind_effective_at", "kind", "effective_at"),
)
