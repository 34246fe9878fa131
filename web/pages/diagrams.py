"""Driver diagrams of the house: what drives an aim, and which ideas are tried. All of it by forms, without script."""

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from node.errors import Problem, not_found
from node.learning.drivers import WORDS, Branch
from node.learning.phrases import shortened
from node.learning.typed import read_day
from node.services import driving
from node.services.acting import NewAim
from node.services.driving import Diagram, NewDriver
from web.pages.views import diagrams as views
from web.pages.views.forms import Choice, Form
from web.pages.views.shell import Link
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route, id_of

_KINDS: Final = (
    Choice("primary", "A primary driver, on the aim"),
    Choice("secondary", "A secondary driver, on a primary one"),
    Choice("idea", "A change idea, on a driver"),
)
_AIM: Final = {"aim": "what"}


async def mine(visit: Visit) -> Response:
    """List the diagrams of the house."""
    return await _list(visit, Form())


async def _list(visit: Visit, form: Form, *, status: int = 200) -> Response:
    found = await visit.call.node.db.read(driving.listed)
    items = tuple(
        views.Item(title=one.title, url=f"/diagrams/{one.id}", by=one.author.display_name or one.author.username)
        for one in found
    )
    return visit.page("diagrams", views.Diagrams(form=form, items=items), current="loops", status=status)


async def create(visit: Visit) -> Response:
    """Begin a diagram with its aim."""
    try:
        made = await visit.call.node.db.write(driving.create, visit.account_id, _aim(visit))
    except Problem as problem:
        return await _list(visit, refused(visit, problem, _AIM), status=problem.status)
    return visit.go(f"/diagrams/{made}", "saved")


async def show(visit: Visit) -> Response:
    """Show a diagram. Raises: 404."""
    return await _page(visit, Form())


async def change(visit: Visit) -> Response:
    """Say the aim anew."""
    return await _do(visit, driving.change, lambda: (_aim(visit),), names=_AIM)


async def add(visit: Visit) -> Response:
    """Add a driver or an idea."""
    form = visit.form

    def new() -> tuple[NewDriver]:
        parent = id_of(form["parent"]) if form.get("parent") else None
        return (NewDriver(kind=form.get("kind", ""), text=form.get("text", ""), parent_id=parent),)

    return await _do(visit, driving.add, new)


async def edit(visit: Visit) -> Response:
    """Reword, move or hang elsewhere a driver, or join and part an idea and its actions: what `do` says."""
    form, driver_id = visit.form, id_of(visit.call.params["driver"])
    names = {name: f"{name}-{driver_id}" for name in ("text", "parent", "action")}
    done = form.get("do", "")
    if done in ("up", "down"):
        return await _do(visit, driving.move, lambda: (driver_id,), by=-1 if done == "up" else 1)
    if done == "under":
        return await _do(visit, driving.move, lambda: (driver_id,), names=names, to=_id(form.get(names["parent"], "")))
    if done == "link":
        return await _do(visit, driving.link, lambda: (driver_id, form.get(names["action"], "")), names=names)
    if done == "unlink":
        return await _do(visit, driving.unlink, lambda: (driver_id, id_of(form.get("status", ""))))
    return await _do(visit, driving.reword, lambda: (driver_id, form.get(names["text"], "")), names=names)


async def ask(visit: Visit) -> Response:
    """Ask before a diagram, or a driver with all that hangs on it, is removed. Raises: 404."""
    found = await _found(visit)
    driver_id = _id(visit.call.params.get("driver", ""))
    driver = next((one for one in found.drivers if one.id == driver_id), None)
    if not found.may_edit or (driver_id is not None and driver is None):
        raise not_found()
    page = views.Removing(
        title=driver.text if driver else found.title,
        text="All that hangs on it goes too. The actions that were tried stay."
        if driver
        else "The whole diagram goes. The actions that were tried stay.",
        action=visit.call.request.url.path,
        back=Link("Keep it", f"/diagrams/{found.id}"),
        verb="Remove",
    )
    return visit.page("removing", page, current="loops")


async def remove(visit: Visit) -> Response:
    """Remove a diagram, or a driver with all that hangs on it."""
    if "driver" in visit.call.params:
        return await _do(visit, driving.take_out, lambda: (id_of(visit.call.params["driver"]),), flash="removed")
    await visit.call.node.db.write(driving.remove, visit.account_id, visit.call.id())
    return visit.go("/diagrams", "removed")


# ------------------------------------------------------------------ inside


async def _do(
    visit: Visit,
    act: Callable[..., Any],
    typed: Callable[[], tuple[Any, ...]],
    *,
    names: dict[str, str] | None = None,
    flash: str = "saved",
    **more: Any,
) -> Response:
    """Change a diagram by what was typed, and show it again, with what is wrong if anything is."""
    diagram_id = visit.call.id()
    try:
        await visit.call.node.db.write(act, visit.account_id, diagram_id, *typed(), **more)
    except Problem as problem:
        if problem.status != 422:
            raise
        return await _page(visit, refused(visit, problem, names), status=problem.status)
    return visit.go(f"/diagrams/{diagram_id}", flash)


async def _found(visit: Visit) -> Diagram:
    return await visit.call.node.db.read(driving.diagram_of, visit.account_id, visit.call.id())


async def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    found = await _found(visit)
    aim = {"what": "what", "whom": "whom", "how_much": "howMuch", "by": "by"}
    values = {name: found.aim.get(field, "") for name, field in aim.items()}
    for one in found.drivers:
        values |= {f"text-{one.id}": one.text, f"parent-{one.id}": str(one.parent_id or "")}
    page = views.Diagram(
        form=Form(values | dict(form.values), form.mistakes, form.lead),
        title=found.title,
        by=found.author.display_name or found.author.username,
        url=f"/diagrams/{found.id}",
        drawing=Markup(found.svg()),  # noqa: S704 - drawn by us, its texts are escaped there
        drivers=tuple(_driver(found, branch) for branch in found.branches),
        kinds=_KINDS,
        parents=(
            Choice("", "The aim"),
            *(Choice(str(one.id), shortened(one.text, 60)) for one in found.drivers if one.kind != "idea"),
        ),
        may_edit=found.may_edit,
    )
    return visit.page("diagram", page, current="loops", status=status)


def _driver(found: Diagram, branch: Branch) -> views.Driver:
    driver = branch.driver
    action = f"/diagrams/{found.id}/drivers/{driver.id}"
    return views.Driver(
        id=str(driver.id),
        text=driver.text,
        what=WORDS[driver.kind].capitalize(),
        detail=driver.detail,
        action=action,
        is_idea=driver.kind == "idea",
        tries=tuple(
            views.Try(
                title=one.part.title,
                url=f"/loops/{one.part.status_id}",
                place=one.part.place,
                words=one.word,
                unlink=str(one.part.status_id),
            )
            for one in found.tried.get(driver.id, ())
        ),
        below=tuple(_driver(found, one) for one in branch.below),
    )


def _id(typed: str) -> int | None:
    return id_of(typed) if typed else None


def _aim(visit: Visit) -> NewAim:
    form = visit.form
    return NewAim(
        what=form.get("what", ""),
        whom=form.get("whom") or None,
        how_much=form.get("how_much") or None,
        by=read_day(form["by"], field="by") if form.get("by") else None,
    )


routes = (
    Route("GET", "/diagrams", signed_in(mine)),
    Route("POST", "/diagrams", signed_in(create)),
    Route("GET", "/diagrams/{id}", signed_in(show)),
    Route("POST", "/diagrams/{id}", signed_in(change)),
    Route("GET", "/diagrams/{id}/remove", signed_in(ask)),
    Route("POST", "/diagrams/{id}/remove", signed_in(remove)),
    Route("POST", "/diagrams/{id}/drivers", signed_in(add)),
    Route("POST", "/diagrams/{id}/drivers/{driver}", signed_in(edit)),
    Route("GET", "/diagrams/{id}/drivers/{driver}/remove", signed_in(ask)),
    Route("POST", "/diagrams/{id}/drivers/{driver}/remove", signed_in(remove)),
)
