"""The page of a collection: people whom somebody recommends together."""

from typing import Any

import msgspec
from starlette.responses import Response

from node.services import featuring
from web.pages.entities import person_of, read_account
from web.pages.views.pages import Collection
from web.pages.visits import Visit, anyone
from web.routing import Route


async def show(visit: Visit) -> Response:
    """Show who is in a collection, and whose it is. Raises: 404."""
    found: dict[str, Any] = await visit.call.node.db.read(featuring.show, visit.reader_id, visit.call.id())
    accounts = [read_account(one) for one in msgspec.convert(found["accounts"], list[msgspec.Raw])]
    people = {account.id: person_of(account, visit.site) for account in accounts}
    kept = found["collection"]
    page = Collection(
        name=kept["name"],
        description=kept["description"],
        language=kept["language"] or "",
        owner=people[kept["account_id"]],
        people=tuple(people[one["account_id"]] for one in kept["items"]),
        tag=kept["tag"]["name"] if kept["tag"] else "",
        is_listed=kept["discoverable"],
    )
    return visit.page("collection", page)


routes = (Route("GET", "/collections/{id}", anyone(show)),)
