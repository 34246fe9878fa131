"""What readers do with a post: favourite and boost it, and take that back."""

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid, not_found
from node.services import answering, reading
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

VISIBILITIES = ("public", "unlisted", "private")


class _Boost(Struct):
    visibility: str | None = None


async def favourite(call: Call) -> Response:
    """Favourite a post; twice is once."""
    return answers.rendered(await call.node.db.write(answering.favourited, call.account_id, call.id()))


async def unfavourite(call: Call) -> Response:
    """Take a favourite back; none is fine."""
    return _shown(await call.node.db.write(answering.unfavourited, call.account_id, call.id()))


async def boost(call: Call) -> Response:
    """Boost a post and return the boost; twice is once."""
    visibility = (await params.decode(call, _Boost)).visibility or None
    if visibility not in (None, *VISIBILITIES):
        raise invalid(f"Validation failed: visibility must be one of {', '.join(VISIBILITIES)}", field="visibility")
    shown = await call.node.db.write(answering.boosted, call.account_id, call.id(), visibility=visibility)
    return answers.rendered(shown)


async def unboost(call: Call) -> Response:
    """Take a boost back and return what was boosted; none is fine."""
    return _shown(await call.node.db.write(answering.unboosted, call.account_id, call.id()))


async def react(call: Call) -> Response:
    """Put an emoji under a post, in the place of one's last."""
    name = call.params["name"]
    return answers.rendered(await call.node.db.write(answering.reacted, call.account_id, call.id(), name=name))


async def unreact(call: Call) -> Response:
    """Take an emoji back; none is fine."""
    name = call.params["name"]
    return _shown(await call.node.db.write(answering.unreacted, call.account_id, call.id(), name=name))


def _shown(status: str | None) -> Response:
    if status is None:
        raise not_found()
    return answers.rendered(status)


async def favourites(call: Call) -> Response:
    """Return what the reader favourited, the newest favourite first."""
    page = paging.page(call)
    found = await call.node.db.read(reading.favourites_page, call.account_id, page)
    return listing.edges(call, found, page, prev="min_id")


_favourite = auth.user("write:favourites")
_boost = auth.user("write:statuses")

routes = [
    Route("POST", "/api/v1/statuses/{id}/favourite", favourite, _favourite),
    Route("POST", "/api/v1/statuses/{id}/unfavourite", unfavourite, _favourite),
    Route("POST", "/api/v1/statuses/{id}/reblog", boost, _boost),
    Route("POST", "/api/v1/statuses/{id}/unreblog", unboost, _boost),
    Route("POST", "/api/v1/statuses/{id}/react/{name}", react, _favourite),
    Route("POST", "/api/v1/statuses/{id}/unreact/{name}", unreact, _favourite),
    Route("PUT", "/api/v1/pleroma/statuses/{id}/reactions/{name}", react, _favourite),
    Route("DELETE", "/api/v1/pleroma/statuses/{id}/reactions/{name}", unreact, _favourite),
    Route("GET", "/api/v1/favourites", favourites, auth.user("read:favourites")),
]
