"""Hashtags: what one is, following it, putting it on one's profile."""

from typing import Any

import msgspec
from starlette.responses import Response

from node.services import tagging
from node.services.reading import Listed
from web import answers
from web.api import auth, listing, paging
from web.routing import Call, Handler, Route


async def show(call: Call) -> Response:
    """Return a hashtag."""
    return answers.json(await call.node.db.read(tagging.show, call.reader_id, call.params["name"]))


def _done(act: Any) -> Handler:
    async def handler(call: Call) -> Response:
        return answers.json(await call.node.db.write(act, call.account_id, call.params["name"]))

    return handler


async def followed(call: Call) -> Response:
    """Return the hashtags that the reader follows, the newest follow first."""
    page = paging.page(call, default=100, most=tagging.MOST_PAGE)
    found = await call.node.db.read(tagging.followed, call.account_id, page)
    shown = [Listed(one.id, msgspec.json.encode(one.tag).decode()) for one in found]
    return listing.edges(call, shown, page)


_follows = auth.user("write:follows")
_features = auth.user("write:accounts")

routes = [
    Route("GET", "/api/v1/tags/{name}", show, auth.anyone()),
    Route("POST", "/api/v1/tags/{name}/follow", _done(tagging.follow), _follows),
    Route("POST", "/api/v1/tags/{name}/unfollow", _done(tagging.unfollow), _follows),
    Route("POST", "/api/v1/tags/{name}/feature", _done(tagging.featured), _features),
    Route("POST", "/api/v1/tags/{name}/unfeature", _done(tagging.unfeatured), _features),
    Route("GET", "/api/v1/followed_tags", followed, auth.user("read:follows")),
]
