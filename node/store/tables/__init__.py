"""Every table of the node. The schema's one description: migrations, statements and tests all start here.

Ids are 64-bit and ordered by time (`ids.py`). A `part` is the reader-independent JSON of an entity, rendered when the
row changes. `uri` identifies across servers and is compared byte for byte; `host` is lower-case `host[:port]`.
"""

from node.store.tables.accountability import audit, reports
from node.store.tables.base import metadata
from node.store.tables.knowing import blocks, follows, group_moderators, group_posts, markers, mutes, notifications
from node.store.tables.loop import actions, edges, learnings, measures, points, records, shares
from node.store.tables.people import accounts, apps, grants, keys, sessions, tokens, users
from node.store.tables.posts import edits, favourites, idempotency, media, mentions, status_tags, statuses, tags
from node.store.tables.responses import approvals, pins, polls, quotes, reactions, votes
from node.store.tables.speaking import (
    arrivals,
    backfills,
    bodies,
    deliveries,
    domains,
    held,
    inbox,
    jobs,
    pauses,
    peers,
    relays,
    severances,
    severed,
    tombstones,
)

__all__ = [
    "accounts",
    "actions",
    "approvals",
    "apps",
    "arrivals",
    "audit",
    "backfills",
    "blocks",
    "bodies",
    "deliveries",
    "domains",
    "edges",
    "edits",
    "favourites",
    "follows",
    "grants",
    "group_moderators",
    "group_posts",
    "held",
    "idempotency",
    "inbox",
    "jobs",
    "keys",
    "learnings",
    "markers",
    "measures",
    "media",
    "mentions",
    "metadata",
    "mutes",
    "notifications",
    "pauses",
    "peers",
    "pins",
    "points",
    "polls",
    "quotes",
    "reactions",
    "records",
    "relays",
    "reports",
    "sessions",
    "severances",
    "severed",
    "shares",
    "status_tags",
    "statuses",
    "tags",
    "tokens",
    "tombstones",
    "users",
    "votes",
]
