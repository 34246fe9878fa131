"""Units of the house: everybody here sees them and says where they work; administrators make and place them."""

from typing import Final

from msgspec import UNSET, Struct, UnsetType
from starlette.responses import Response

from node.services import staffing
from node.services.staffing import Ward
from web import answers
from web.api import params
from web.api.admin import access
from web.api.rounds.openapi import READ, WRITE, row
from web.routing import Call

ADMIN: Final = access.administrators("admin:write")


class UnitEntity(Struct):
    """A unit. `people` work in it or below it; `above` are the names of those it lies in, the highest first."""

    slug: str
    name: str
    parent: str | None
    above: list[str]
    people: int


class PlaceEntity(Struct):
    """Where the user works; `unit` None: nowhere in particular."""

    unit: str | None


class UnitBody(Struct):
    """A new unit; without `slug` it is made of the name."""

    name: str = ""
    slug: str | None = None
    parent: str | None = None


class UnitChange(Struct):
    """What changes: absent leaves it as it is; `parent` null puts it under none."""

    name: str | None = None
    parent: str | UnsetType | None = UNSET


class PlaceBody(Struct):
    """Where one works: the short name of a unit, empty for nowhere in particular."""

    unit: str = ""


async def list_units(call: Call) -> Response:
    """Return the units of the house, each after the one it lies in."""
    return answers.json([_unit(one) for one in await call.node.db.read(staffing.listed)])


async def show_unit(call: Call) -> Response:
    """Return one unit."""
    return await _show(call, call.params["slug"])


async def create_unit(call: Call) -> Response:
    """Make a unit; for administrators."""
    sent = await params.decode(call, UnitBody)
    by = access.acting(call).name
    slug = await call.node.db.write(staffing.make, sent.name, by=by, slug=sent.slug, parent=sent.parent)
    return await _show(call, slug)


async def change_unit(call: Call) -> Response:
    """Give a unit another name or another place; for administrators."""
    sent = await params.decode(call, UnitChange)
    slug, by = call.params["slug"], access.acting(call).name
    if sent.name is not None:
        await call.node.db.write(staffing.rename, slug, sent.name, by=by)
    if not isinstance(sent.parent, UnsetType):
        await call.node.db.write(staffing.place, slug, sent.parent or None, by=by)
    return await _show(call, slug)


async def remove_unit(call: Call) -> Response:
    """Remove a unit; for administrators. Its people work nowhere in particular then."""
    await call.node.db.write(staffing.remove, call.params["slug"], by=access.acting(call).name)
    return answers.empty()


async def assign_person(call: Call) -> Response:
    """Say where somebody works; for administrators."""
    sent = await params.decode(call, PlaceBody)
    username, by = call.params["username"], access.acting(call).name
    await call.node.db.write(staffing.assign, username, sent.unit or None, by=by)
    return answers.json(PlaceEntity(sent.unit or None))


async def show_place(call: Call) -> Response:
    """Return where the user works."""
    return answers.json(PlaceEntity(await call.node.db.read(staffing.place_of, call.account_id)))


async def choose_place(call: Call) -> Response:
    """Say where the user works."""
    sent = await params.decode(call, PlaceBody)
    await call.node.db.write(staffing.choose, call.account_id, sent.unit or None)
    return await show_place(call)


async def _show(call: Call, slug: str) -> Response:
    return answers.json(_unit(await call.node.db.read(staffing.one, slug)))


def _unit(one: Ward) -> UnitEntity:
    return UnitEntity(one.slug, one.name, one.parent, list(one.above), one.people)


OPERATIONS: Final = (
    row("GET", "/units", list_units, READ, list[UnitEntity]),
    row("POST", "/units", create_unit, ADMIN, UnitEntity, body=UnitBody),
    row("GET", "/units/{slug}", show_unit, READ, UnitEntity),
    row("PATCH", "/units/{slug}", change_unit, ADMIN, UnitEntity, body=UnitChange),
    row("DELETE", "/units/{slug}", remove_unit, ADMIN, "application/json"),
    row("PUT", "/people/{username}/unit", assign_person, ADMIN, PlaceEntity, body=PlaceBody),
    row("GET", "/unit", show_place, READ, PlaceEntity),
    row("PUT", "/unit", choose_place, WRITE, PlaceEntity, body=PlaceBody),
)
