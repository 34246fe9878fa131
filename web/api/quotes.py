"""Who quotes a post, and who may: the author decides, before and after."""

from msgspec import Struct
from starlette.responses import Response

from node.services import consenting
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route, id_of


class _Policy(Struct):
    quote_approval_policy: str | None = None


async def quoting(call: Call) -> Response:
    """Return the posts that quote a post with its author's consent."""
    page = paging.page(call)
    found = await call.node.db.read(consenting.quotes_page, call.reader_id, call.id(), page)
    return listing.edges(call, found, page)


async def revoke(call: Call) -> Response:
    """Take back that a post may quote one of one's own, and return the quoting post."""
    quoting_id = id_of(call.params["quoting_id"])
    return answers.rendered(await call.node.db.write(consenting.revoked, call.account_id, call.id(), quoting_id))


async def change_policy(call: Call) -> Response:
    """Change who may quote a post of one's own; no edit."""
    word = (await params.decode(call, _Policy)).quote_approval_policy
    return answers.rendered(await call.node.db.write(consenting.policy_set, call.account_id, call.id(), word))


_write = auth.user("write:statuses")

routes = [
    Route("GET", "/api/v1/statuses/{id}/quotes", quoting, auth.app("read:statuses")),
    Route("POST", "/api/v1/statuses/{id}/quotes/{quoting_id}/revoke", revoke, _write),
    Route("PUT", "/api/v1/statuses/{id}/interaction_policy", change_policy, _write),
    Route("PATCH", "/api/v1/statuses/{id}/interaction_policy", change_policy, _write),
]
