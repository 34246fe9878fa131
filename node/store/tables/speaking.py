"""Speaking with peers: what leaves, what arrives, what waits, and what was decided about hosts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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

bodies = Table(
    "bodies",  # an outgoing activity, stored once
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),  # who signs
    ref("status_id", "statuses.id", nullable=True, ondelete="SET NULL"),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_bodies_account_id", "account_id"),
    Index("ix_bodies_status_id", "status_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    ref("body_id", "bodies.id"),
    Column("inbox", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("state", String(10), nullable=False, server_default="waiting"),  # waiting, delivered, dropped
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("lease", BigInteger),  # who holds it
    Column("last_error", Text),
    Column("done_at", Instant),
    UniqueConstraint("body_id", "inbox"),
    Index(
        "ix_deliveries_due",
        "next_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_deliveries_host", "host", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
    ),
)

peers = Table(
    "peers",  # what we know of each host, with its breaker
    metadata,
    Column("host", Text, primary_key=True),
    Column("state", String(10), nullable=False, server_default="closed"),  # closed, open, half-open
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("opened_at", Instant),
    Column("window_s", Float, nullable=False, server_default="0"),
    Column("probe_at", Instant),
    Column("next_try_at", Instant),  # none while closed
    Column("heard_at", Instant),  # last valid inbound request
    Column("delivered_at", Instant),
    Column("last_error", Text),
    Column("post_form", String(8)),  # which signature it took last: cavage, rfc9421
    Column("get_form", String(12)),
    Column("forms_at", Instant),
    Column("software", Text),  # what it says of itself, for administrators alone
    Column("software_version", Text),
    Column("contacts", Json),  # addresses of its staff
    Column("described_at", Instant),  # when it was asked for that last
    Column("created_at", Instant, nullable=False),
)

arrivals = Table(
    "arrivals",  # ids of activities already carried out; a neighbour on the same host cannot use up another's id
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_uri", Text, primary_key=True),
    Column("received_at", Instant, nullable=False, index=True),
)

inbox = Table(
    "inbox",  # answered 202 while the key was unknown; verified later as of `received_at`
    metadata,
    id_column(),
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("headers", Json, nullable=False),  # the signed ones
    Column("body", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False, index=True),
    Column("leased_until", Instant),
    Column("lease", BigInteger),
    Column("last_error", Text),
)

pauses = Table(
    "pauses",  # what others must not be asked again before a time: a key that could not be had, a host of keys
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Instant, nullable=False, index=True),
    Column("reason", Text, nullable=False),
)

tombstones = Table(
    "tombstones",  # ids that were deleted or undone before they came
    metadata,
    Column("uri", Text, primary_key=True),
    Column("actor_uri", Text, primary_key=True),  # who said so: it counts for that actor's things alone
    Column("kind", String(8), nullable=False),  # deleted (anybody may know), hidden, undone
    Column("created_at", Instant, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    metadata,
    id_column(),
    Column("kind", String(24), nullable=False),
    Column("key", Text, nullable=False),  # the same kind and key waiting: one job
    Column("payload", Json, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False, index=True),
    Column("leased_until", Instant),
    Column("lease", BigInteger),
    Column("is_dead", Boolean, nullable=False, server_default=text("false")),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "key"),
)

domains = Table(
    "domains",  # what moderators decided about a host and everything under it
    metadata,
    Column("host", Text, primary_key=True),
    Column("level", String(8), nullable=False),  # none (flags alone), allow, limit, review, suspend
    Column("no_media", Boolean, nullable=False, server_default=text("false")),
    Column("no_reports", Boolean, nullable=False, server_default=text("false")),
    Column("public_comment", Text, nullable=False, server_default=""),
    Column("private_comment", Text, nullable=False, server_default=""),
    Column("is_obfuscated", Boolean, nullable=False, server_default=text("false")),  # where it is shown to others
    Column("id", BigInteger, nullable=False, server_default="0"),  # as apps of administrators name it
    Column("created_at", Instant, nullable=False),
    Index("ix_domains_id", "id"),
)

severances = Table(
    "severances",  # what a decision about a host cut off from one of our people; the notification of it has the same id
    metadata,
    id_column(),
    ref("account_id", "accounts.id"),
    Column("host", Text, nullable=False),  # that was decided about
    Column("following_count", Integer, nullable=False),
    Column("followers_count", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_severances_account_id", "account_id"),
)

severed = Table(
    "severed",  # follows of our people that ended so, kept aside for when the host is allowed again
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("shows_boosts", Boolean, nullable=False),
    Column("notifies", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_severed_target_id", "target_id"),
)

held = Table(
    "held",  # verified activities of hosts that a person must look at first
    metadata,
    id_column(),
    Column("host", Text, nullable=False),
    Column("actor_uri", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("ix_held_host", "host"),
)

relays = Table(
    "relays",
    metadata,
    id_column(),
    Column("inbox", Text, nullable=False, unique=True),
    Column("actor_uri", Text),  # known at once of LitePub relays, of others once they answered
    Column("kind", String(8), nullable=False),  # mastodon, litepub
    Column("state", String(8), nullable=False, server_default="pending"),  # pending, accepted, refused
    Column("follow_uri", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Index("ix_relays_actor_uri", "actor_uri"),
)

backfills = Table(
    "backfills",  # threads that were or are being completed, so that each is asked for once
    metadata,
    Column("uri", Text, primary_key=True),  # of the root
    Column("found", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),  # in a row, of a server that was not there
    Column("begun_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("next_at", Instant),
)
