"""Decisions about other servers: which are kept out or limited, and which are let in."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.entities import admin as entities
from node.services import hosting
from node.services.hosting import Wish
from web import answers
from web.api import params
from web.api.admin import access
from web.routing import Call, Route


class _Block(Struct):
    domain: str = ""
    severity: str | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None

    @property
    def wish(self) -> Wish:
        return Wish(**{name: getattr(self, name) for name in Wish.__struct_fields__})


async def blocks(call: Call) -> Response:
    """Return a page of the servers that are kept out, limited, or otherwise decided about."""
    part = access.page(call)
    return access.listed(call, await call.node.db.read(hosting.blocks, part), part)


async def block(call: Call) -> Response:
    """Return one decision."""
    return answers.json(hosting.block(await call.node.db.read(hosting.one, call.id(), is_allowing=False)))


async def add_block(call: Call) -> Response:
    """Decide about a server; a decision as strict that stands already is shown with the refusal."""
    sent = await params.decode(call, _Block)
    try:
        made = await call.node.db.write(hosting.add_block, access.acting(call), sent.domain, sent.wish)
    except hosting.Covered as covered:
        return answers.json({"error": covered.text, "existing_domain_block": covered.existing}, covered.status)
    return answers.json(made)


async def change_block(call: Call) -> Response:
    """Decide otherwise about a server."""
    sent = await params.decode(call, _Block)
    return answers.json(await call.node.db.write(hosting.change_block, access.acting(call), call.id(), sent.wish))


async def remove_block(call: Call) -> Response:
    """Take a decision back."""
    await call.node.db.write(hosting.forget, access.acting(call), call.id(), is_allowing=False)
    return answers.empty()


async def allows(call: Call) -> Response:
    """Return a page of the servers that are let in."""
    part = access.page(call)
    return access.listed(call, await call.node.db.read(hosting.allows, part), part)


async def allow(call: Call) -> Response:
    """Return one server that is let in."""
    return answers.json(entities.domain_allow(await call.node.db.read(hosting.one, call.id(), is_allowing=True)))


async def add_allow(call: Call) -> Response:
    """Let a server in."""
    sent = await params.decode(call, _Block)
    return answers.json(await call.node.db.write(hosting.add_allow, access.acting(call), sent.domain))


async def remove_allow(call: Call) -> Response:
    """Let a server in no more."""
    await call.node.db.write(hosting.forget, access.acting(call), call.id(), is_allowing=True)
    return answers.empty()


_BLOCKS: Final = "/api/v1/admin/domain_blocks"
_ALLOWS: Final = "/api/v1/admin/domain_allows"
_read_blocks = access.administrators("admin:read:domain_blocks")
_write_blocks = access.administrators("admin:write:domain_blocks")
_read_allows = access.administrators("admin:read:domain_allows")
_write_allows = access.administrators("admin:write:domain_allows")

routes = [
    Route("GET", _BLOCKS, blocks, _read_blocks),
    Route("POST", _BLOCKS, add_block, _write_blocks),
    Route("GET", f"{_BLOCKS}/{{id}}", block, _read_blocks),
    Route("PUT", f"{_BLOCKS}/{{id}}", change_block, _write_blocks),
    Route("PATCH", f"{_BLOCKS}/{{id}}", change_block, _write_blocks),
    Route("DELETE", f"{_BLOCKS}/{{id}}", remove_block, _write_blocks),
    Route("GET", _ALLOWS, allows, _read_allows),
    Route("POST", _ALLOWS, add_allow, _write_allows),
    Route("GET", f"{_ALLOWS}/{{id}}", allow, _read_allows),
    Route("DELETE", f"{_ALLOWS}/{{id}}", remove_allow, _write_allows),
]
