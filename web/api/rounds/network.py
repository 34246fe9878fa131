"""The network: does the loop connect, what is stuck, and the same as files for other programs."""

from datetime import date
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.learning.metrics import Appraised
from node.services import appraising, nudging
from node.services.nudging import StuckLoop
from web import answers
from web.api import params
from web.api.rounds.openapi import READ, WRITE, row
from web.appraising import CSV, FHIR, as_csv, as_fhir, report
from web.routing import Call


class ScopeQuery(Struct):
    """Whose loops: `node` (this hospital), `peers` (all the others), or `unit:` with the short name of a unit."""

    scope: str = appraising.NODE


class MonthEntity(Struct):
    """A month of a measure. `state`: shown or missing."""

    month: date
    state: str
    numerator: int | None
    denominator: int | None
    value: float | None
    note: str | None


class NetworkMeasure(Struct):
    """One of the twelve. `hidden`: few (people stand behind it) or unknown (here); `words`: what changed and goes on."""

    number: int
    key: str
    label: str
    form: str
    unit: str | None
    better: str
    numerator: str
    denominator: str
    now: str
    finding: str
    words: str
    hidden: str
    months: list[MonthEntity]


class NetworkEntity(Struct):
    """The measures of a scope. `is_cut`: of very many records the oldest are left out."""

    scope: str
    title: str
    headline: str
    is_cut: bool
    measures: list[NetworkMeasure]


class StuckEntity(Struct):
    """An action whose day is past and that has had no number for four weeks."""

    action_id: str
    title: str
    loop_url: str
    due_on: date
    days_late: int
    has_numbers: bool
    is_own: bool
    may_nudge: bool


class NudgedEntity(Struct):
    """The direct post that reminded the owner."""

    post_id: str


async def show_network(call: Call) -> Response:
    """Return the twelve measures of a scope by month; never of a person."""
    found = await report(call, params.query(call, ScopeQuery).scope)
    return answers.json(
        NetworkEntity(found.scope, found.title, found.headline, found.is_cut, [_measure(one) for one in found.rows])
    )


async def export_network(call: Call) -> Response:
    """Return the same as CSV."""
    return await as_csv(call, params.query(call, ScopeQuery).scope)


async def export_network_fhir(call: Call) -> Response:
    """Return the same as a FHIR R4 bundle of Measures and MeasureReports."""
    return await as_fhir(call, params.query(call, ScopeQuery).scope)


async def list_stuck(call: Call) -> Response:
    """Return the loops of a scope that are stuck, as far as the user may see them."""
    scope = params.query(call, ScopeQuery).scope
    found = await call.node.db.read(nudging.stuck, call.account_id, scope)
    return answers.json([_stuck(call, one) for one in found])


async def nudge_stuck(call: Call) -> Response:
    """Remind the owner of a stuck loop, once a week at most."""
    post_id = await call.node.db.write(nudging.nudge, call.account_id, call.id())
    return answers.json(NudgedEntity(str(post_id)))


def _measure(one: Appraised) -> NetworkMeasure:
    definition = one.definition
    return NetworkMeasure(
        number=one.number,
        key=definition.key,
        label=definition.label,
        form=definition.form,
        unit=definition.unit,
        better=definition.better,
        numerator=one.numerator,
        denominator=one.denominator,
        now=one.now,
        finding=one.finding,
        words=one.words,
        hidden=one.hidden,
        months=[
            MonthEntity(day, point.state, point.numerator, point.denominator, point.value, point.note)
            for day, point in zip(one.labels, one.points, strict=True)
        ],
    )


def _stuck(call: Call, one: StuckLoop) -> StuckEntity:
    return StuckEntity(
        action_id=str(one.status_id),
        title=one.title,
        loop_url=call.node.site.loop_url(one.status_id),
        due_on=one.due_on,
        days_late=one.days_late,
        has_numbers=one.has_numbers,
        is_own=one.is_own,
        may_nudge=one.may_nudge,
    )


OPERATIONS: Final = (
    row("GET", "/network", show_network, READ, NetworkEntity, query=ScopeQuery),
    row("GET", "/network.csv", export_network, READ, CSV, query=ScopeQuery),
    row("GET", "/network/fhir", export_network_fhir, READ, FHIR, query=ScopeQuery),
    row("GET", "/network/stuck", list_stuck, READ, list[StuckEntity], query=ScopeQuery),
    row("POST", "/network/stuck/{id}/nudge", nudge_stuck, WRITE, NudgedEntity),
)
