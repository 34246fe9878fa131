"""Everything that comes in over HTTP. `build` puts the areas' tables together; an area is one module with `routes`.

Knows services, never the database's tables or how anything is sent outward.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from web import activitypub, ageing, health, pages
from web.answers import ErrorPage
from web.api import (
    accounts,
    admin,
    announcements,
    apps,
    bookmarks,
    collections,
    conversations,
    domain_blocks,
    empty,
    filters,
    instance,
    lists,
    markers,
    media,
    notifications,
    oauth,
    oembed,
    polls,
    presenting,
    profile,
    push,
    quotes,
    reactions,
    refreshes,
    relations,
    reports,
    rounds,
    scheduled,
    search,
    sieves,
    signing_up,
    statuses,
    streaming,
    tags,
    timelines,
    trends,
)
from web.node import Node
from web.routing import Route, Router
from web.site import App

AREAS: tuple[Sequence[Route], ...] = (
    health.routes,
    activitypub.routes,
    apps.routes,
    oauth.routes,
    instance.routes,
    profile.routes,
    timelines.routes,
    lists.routes,
    tags.routes,
    streaming.routes,
    statuses.routes,
    scheduled.routes,
    quotes.routes,
    refreshes.routes,
    reactions.routes,
    polls.routes,
    accounts.routes,
    signing_up.routes,
    relations.routes,
    presenting.routes,
    collections.routes,
    reports.routes,
    filters.routes,
    conversations.routes,
    bookmarks.routes,
    domain_blocks.routes,
    media.routes,
    oembed.routes,
    rounds.routes,
    sieves.routes,
    notifications.routes,
    push.routes,
    announcements.routes,
    markers.routes,
    search.routes,
    admin.routes,
    trends.routes,
    empty.routes,
    pages.routes,
)


def build(
    node: Node,
    *,
    areas: Sequence[Sequence[Route]] = AREAS,
    error_page: ErrorPage | None = None,
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
) -> App:
    """Return the ASGI application of a node; `lifespan` surrounds its life (workers start and stop there)."""
    page = error_page or pages.error_page(node.site)
    return App(
        node, Router(ageing.marked(route for area in areas for route in area)), error_page=page, lifespan=lifespan
    )
