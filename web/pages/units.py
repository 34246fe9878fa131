"""The units of the house: the list, what a unit learned, does and shared, and where one works."""

from typing import Final

from starlette.responses import Response

from node.errors import Problem
from node.services import staffing, tending
from node.services.staffing import Ward
from node.services.tending import Mine
from web.pages.loops import item
from web.pages.timelines import look
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.network import UnitItem, UnitPage, Units, Working
from web.pages.views.shell import Link
from web.pages.visits import Visit, signed_in
from web.routing import Route

MAX_SHOWN: Final = 20
PAGE: Final = "/settings/work"


async def listed(visit: Visit) -> Response:
    """List the units."""
    found = await visit.call.node.db.read(staffing.listed)
    own = await visit.call.node.db.read(staffing.place_of, visit.account_id)
    items = tuple(UnitItem(one.path, f"/units/{one.slug}", _people(one)) for one in found)
    return visit.page("units", Units(items, next((one.name for one in found if one.slug == own), "")), current="more")


async def show(visit: Visit) -> Response:
    """Show what a unit learned, does and shared. Raises: 404."""
    slug, db = visit.call.params["slug"], visit.call.node.db
    ward, every = await db.read(staffing.one, slug), await db.read(staffing.listed)
    found = await db.read(tending.loops_of, visit.account_id, await db.read(staffing.people_in, slug))
    where = await look(visit)
    stages: dict[str, list[Mine]] = {"learned": [], "doing": [], "shared": []}
    for one in found:
        stages["learned" if one.tried else one.ring.stage].append(one)
    learned, doing, shared = (
        tuple(item(one, where) for one in some[:MAX_SHOWN])
        for some in (stages["learned"], stages["doing"], stages["shared"])
    )
    page = UnitPage(
        name=ward.name,
        path=ward.path,
        people=_people(ward),
        learned=learned,
        doing=doing,
        shared=shared,
        below=tuple(Link(one.name, f"/units/{one.slug}") for one in every if one.parent == slug),
        network_url=f"/network?scope=unit:{slug}",
    )
    return visit.page("unit", page, current="more")


async def show_work(visit: Visit) -> Response:
    """Show where somebody works."""
    own = await visit.call.node.db.read(staffing.place_of, visit.account_id)
    return await _work(visit, Form({"unit": own or ""}))


async def choose_work(visit: Visit) -> Response:
    """Keep where somebody works."""
    try:
        await visit.call.node.db.write(staffing.choose, visit.account_id, visit.form.get("unit") or None)
    except Problem as problem:
        form = Form(visit.form, (Mistake(problem.field or "", problem.text),), "Not saved")
        return await _work(visit, form, status=problem.status)
    return visit.go(PAGE, "saved")


async def _work(visit: Visit, form: Form, *, status: int = 200) -> Response:
    found = await visit.call.node.db.read(staffing.listed)
    choices = (Choice("", "Nowhere in particular"), *(Choice(one.slug, one.path) for one in found))
    return visit.page("work", Working(form, choices if found else ()), current="more", status=status)


def _people(ward: Ward) -> str:
    return "1 person works here" if ward.people == 1 else f"{ward.people} people work here"


routes = (
    Route("GET", "/units", signed_in(listed)),
    Route("GET", "/units/{slug}", signed_in(show)),
    Route("GET", PAGE, signed_in(show_work)),
    Route("POST", PAGE, signed_in(choose_work)),
)
