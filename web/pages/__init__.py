"""The pages that people see: server-rendered HTML that works without script, under a strict content policy.

`routes` is their part of the route table; `error_page` turns refusals at an address of theirs into words.
"""

from typing import Final

from web.pages import (
    collections,
    consenting,
    conversations,
    data,
    deciding,
    diagrams,
    digests,
    entering,
    files,
    helping,
    ideas,
    loops,
    networks,
    notices,
    places,
    planning,
    preferring,
    profiles,
    recalling,
    recording,
    reports,
    searching,
    seeing,
    sharing,
    signing,
    tabling,
    timelines,
    today,
    trying,
    units,
    vocabulary,
)
from web.pages.failures import error_page
from web.routing import Route

routes: Final[tuple[Route, ...]] = (
    *files.routes,
    *signing.routes,
    *consenting.routes,
    *places.routes,
    *data.routes,
    *preferring.routes,
    *digests.routes,
    *vocabulary.routes,
    *today.routes,
    *recalling.routes,
    *timelines.routes,
    *profiles.routes,
    *collections.routes,
    *conversations.routes,
    *notices.routes,
    *searching.routes,
    *seeing.routes,
    *recording.routes,
    *sharing.routes,
    *trying.routes,
    *entering.routes,
    *planning.routes,
    *tabling.routes,
    *helping.routes,
    *deciding.routes,
    *reports.routes,
    *loops.routes,
    *ideas.routes,
    *diagrams.routes,
    *networks.routes,
    *units.routes,
)

__all__ = ["error_page", "routes"]
