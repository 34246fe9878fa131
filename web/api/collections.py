"""Collections of accounts: made, changed, shown, left. The same under `v1_alpha`, where apps of their first days look."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.services import featuring
from node.services.featuring import CollectionEdit
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Handler, Route, id_of

_DEPRECATED: Final = ((b"deprecation", b"@1780272000"),)  # when the same came under v1


class _Body(Struct):
    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None
    account_ids: list[str] | None = None


class _Member(Struct):
    account_id: str | None = None


async def create(call: Call) -> Response:
    """Make a collection."""
    sent = await params.decode(call, _Body)
    members = listing.ids(sent.account_ids, field="account_ids", most=featuring.MAX_ITEMS)
    made = await call.node.db.write(featuring.create, call.account_id, _edit(sent), members)
    return answers.json({"collection": made})


async def edit(call: Call) -> Response:
    """Change what a collection says."""
    sent = await params.decode(call, _Body)
    kept = await call.node.db.write(featuring.edit, call.account_id, call.id(), _edit(sent))
    return answers.json({"collection": kept})


def _edit(sent: _Body) -> CollectionEdit:
    return CollectionEdit(
        name=sent.name,
        description=sent.description,
        language=sent.language,
        tag_name=sent.tag_name,
        is_sensitive=sent.sensitive,
        is_discoverable=sent.discoverable,
    )


async def delete(call: Call) -> Response:
    """Remove a collection."""
    await call.node.db.write(featuring.delete, call.account_id, call.id())
    return _nothing()


async def show(call: Call) -> Response:
    """Return a collection with its accounts."""
    return answers.json(await call.node.db.read(featuring.show, call.reader_id, call.id()))


async def of_account(call: Call) -> Response:
    """Return the collections that somebody made."""
    found = await call.node.db.read(featuring.of_account, call.reader_id, call.id(), part=paging.part(call))
    return answers.json({"collections": found})


async def with_account(call: Call) -> Response:
    """Return the collections that the reader is in."""
    found = await call.node.db.read(featuring.with_account, call.account_id, call.id(), part=paging.part(call))
    return answers.json({"collections": found})


async def add(call: Call) -> Response:
    """Put an account into a collection."""
    sent = (await params.decode(call, _Member)).account_id
    member_id = id_of(sent) if sent else None
    item = await call.node.db.write(featuring.add, call.account_id, call.id("collection_id"), member_id)
    return answers.json({"collection_item": item})


async def drop(call: Call) -> Response:
    """Take an account out of a collection."""
    await call.node.db.write(featuring.drop, call.account_id, call.id("collection_id"), call.id())
    return _nothing()


async def revoke(call: Call) -> Response:
    """Leave a collection for good."""
    await call.node.db.write(featuring.revoke, call.account_id, call.id("collection_id"), call.id())
    return _nothing()


def _nothing() -> Response:
    return Response(b"", 200)


_see, _write = auth.anyone("read:collections"), auth.user("write:collections")
_rows: Final[tuple[tuple[str, str, Handler, auth.Token], ...]] = (
    ("POST", "collections", create, _write),
    ("GET", "collections/{id}", show, _see),
    ("PATCH", "collections/{id}", edit, _write),
    ("PUT", "collections/{id}", edit, _write),
    ("DELETE", "collections/{id}", delete, _write),
    ("POST", "collections/{collection_id}/items", add, _write),
    ("DELETE", "collections/{collection_id}/items/{id}", drop, _write),
    ("POST", "collections/{collection_id}/items/{id}/revoke", revoke, _write),
    ("GET", "accounts/{id}/collections", of_account, _see),
    ("GET", "accounts/{id}/in_collections", with_account, auth.user("read:collections")),
)


def _twice() -> Iterator[Route]:
    for method, path, handler, access in _rows:
        yield Route(method, f"/api/v1/{path}", handler, access)
        yield Route(method, f"/api/v1_alpha/{path}", handler, access, headers=_DEPRECATED)


routes = list(_twice())
