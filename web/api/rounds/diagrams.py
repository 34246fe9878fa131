"""Driver diagrams of the house: an aim, what drives it, and the actions that try its ideas. For staff alone."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.services import driving
from node.services.acting import NewAim
from node.services.driving import NewDriver
from web import answers
from web.api import params
from web.api.rounds import bodies
from web.api.rounds import sent as read
from web.api.rounds.openapi import READ, WRITE, row
from web.routing import Call, id_of


class DiagramSummary(Struct):
    """A diagram in the list."""

    id: str
    url: str
    title: str
    author_id: str
    updated_at: datetime


class TriedEntity(Struct):
    """An action that tries an idea."""

    action_id: str
    title: str
    place: str
    word: str
    loop_url: str


class DriverEntity(Struct):
    """A driver or an idea. `kind`: primary, secondary, idea; without a parent it hangs on the aim."""

    id: str
    kind: str
    text: str
    parent_id: str | None
    position: int
    actions: list[TriedEntity]


class DiagramEntity(Struct):
    """A diagram with its drivers and ideas; `drawing` is an SVG."""

    id: str
    url: str
    title: str
    aim: dict[str, str]
    author_id: str
    may_edit: bool
    updated_at: datetime
    drivers: list[DriverEntity]
    drawing: str


class DriverBody(Struct):
    """A driver or an idea to add."""

    kind: str
    text: str
    parent_id: str | None = None


class DriverChange(Struct):
    """What changes: the words, what it hangs on (empty: the aim), or the place by so many steps."""

    text: str | None = None
    parent_id: str | None = None
    by: int | None = None


class LinkBody(Struct):
    """The action, by its id or the address of its page."""

    action: str


async def list_diagrams(call: Call) -> Response:
    """Return the driver diagrams of the house."""
    found, start = await call.node.db.read(driving.listed), call.node.site.base_url
    return answers.json(
        [
            DiagramSummary(str(one.id), f"{start}/diagrams/{one.id}", one.title, str(one.author.id), one.updated_at)
            for one in found
        ]
    )


async def create_diagram(call: Call) -> Response:
    """Begin a diagram with its aim."""
    sent = await params.decode(call, bodies.AimBody)
    return await _shown(call, await call.node.db.write(driving.create, call.account_id, _aim(sent)))


async def show_diagram(call: Call) -> Response:
    """Return a diagram."""
    return await _shown(call, call.id())


async def change_diagram(call: Call) -> Response:
    """Say the aim of a diagram anew."""
    sent = await params.decode(call, bodies.AimBody)
    await call.node.db.write(driving.change, call.account_id, call.id(), _aim(sent))
    return await _shown(call, call.id())


async def delete_diagram(call: Call) -> Response:
    """Remove a diagram; the actions stay."""
    await call.node.db.write(driving.remove, call.account_id, call.id())
    return answers.json({})


async def add_driver(call: Call) -> Response:
    """Add a driver or an idea."""
    sent = await params.decode(call, DriverBody)
    parent = id_of(sent.parent_id) if sent.parent_id else None
    new = NewDriver(kind=sent.kind, text=sent.text, parent_id=parent)
    await call.node.db.write(driving.add, call.account_id, call.id(), new)
    return await _shown(call, call.id())


async def change_driver(call: Call) -> Response:
    """Reword a driver, hang it elsewhere, or move it among its like."""
    sent = await params.decode(call, DriverChange)
    driver_id = id_of(call.params["driver"])
    if sent.text is not None:
        await call.node.db.write(driving.reword, call.account_id, call.id(), driver_id, sent.text)
    if sent.by is not None or sent.parent_id:
        to = id_of(sent.parent_id) if sent.parent_id else None
        await call.node.db.write(driving.move, call.account_id, call.id(), driver_id, by=sent.by or 0, to=to)
    return await _shown(call, call.id())


async def delete_driver(call: Call) -> Response:
    """Take a driver out with all that hangs on it."""
    await call.node.db.write(driving.take_out, call.account_id, call.id(), id_of(call.params["driver"]))
    return await _shown(call, call.id())


async def link_action(call: Call) -> Response:
    """Join an idea to an action that tries it."""
    sent = await params.decode(call, LinkBody)
    driver_id = id_of(call.params["driver"])
    await call.node.db.write(driving.link, call.account_id, call.id(), driver_id, sent.action)
    return await _shown(call, call.id())


async def unlink_action(call: Call) -> Response:
    """Part an idea from an action."""
    driver_id, status_id = id_of(call.params["driver"]), id_of(call.params["action"])
    await call.node.db.write(driving.unlink, call.account_id, call.id(), driver_id, status_id)
    return await _shown(call, call.id())


async def _shown(call: Call, diagram_id: int) -> Response:
    found, site = await call.node.db.read(driving.diagram_of, call.account_id, diagram_id), call.node.site
    return answers.json(
        DiagramEntity(
            id=str(found.id),
            url=f"{site.base_url}/diagrams/{found.id}",
            title=found.title,
            aim=dict(found.aim),
            author_id=str(found.author.id),
            may_edit=found.may_edit,
            updated_at=found.updated_at,
            drivers=[
                DriverEntity(
                    id=str(one.id),
                    kind=one.kind,
                    text=one.text,
                    parent_id=None if one.parent_id is None else str(one.parent_id),
                    position=one.position,
                    actions=[
                        TriedEntity(
                            action_id=str(tried.part.status_id),
                            title=tried.part.title,
                            place=tried.part.place,
                            word=tried.word,
                            loop_url=site.loop_url(tried.part.status_id),
                        )
                        for tried in found.tried.get(one.id, ())
                    ],
                )
                for one in found.drivers
            ],
            drawing=found.svg(),
        )
    )


def _aim(sent: bodies.AimBody) -> NewAim:
    aim = read.aim(sent)
    assert aim is not None
    return aim


D: Final = DiagramEntity
OPERATIONS: Final = (
    row("GET", "/diagrams", list_diagrams, READ, list[DiagramSummary]),
    row("POST", "/diagrams", create_diagram, WRITE, D, body=bodies.AimBody),
    row("GET", "/diagrams/{id}", show_diagram, READ, D),
    row("PUT", "/diagrams/{id}", change_diagram, WRITE, D, body=bodies.AimBody),
    row("DELETE", "/diagrams/{id}", delete_diagram, WRITE, dict[str, str]),
    row("POST", "/diagrams/{id}/drivers", add_driver, WRITE, D, body=DriverBody),
    row("PATCH", "/diagrams/{id}/drivers/{driver}", change_driver, WRITE, D, body=DriverChange),
    row("DELETE", "/diagrams/{id}/drivers/{driver}", delete_driver, WRITE, D),
    row("POST", "/diagrams/{id}/drivers/{driver}/actions", link_action, WRITE, D, body=LinkBody),
    row("DELETE", "/diagrams/{id}/drivers/{driver}/actions/{action}", unlink_action, WRITE, D),
)
