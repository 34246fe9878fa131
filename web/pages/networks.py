"""Network: does our loop connect? Twelve measures of a unit, this hospital or all the others, and what is stuck."""

from dataclasses import replace
from datetime import date
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from node.errors import Problem
from node.learning.findings import leading_signal
from node.learning.metrics import Appraised
from node.services import nudging, staffing
from node.services.appraising import NODE, PEERS, UNIT
from node.services.nudging import StuckLoop
from web.appraising import as_csv, as_fhir, report
from web.pages.timelines import look
from web.pages.views.charts import chart_of
from web.pages.views.dates import day_words
from web.pages.views.network import Measured, Network, StuckItem
from web.pages.views.pages import Tab
from web.pages.visits import Visit, signed_in
from web.routing import Route

HEIGHT: Final = 160


async def show(visit: Visit) -> Response:
    """Show the twelve measures and what is stuck. Raises: 404, 422 for a scope that is none."""
    scope = visit.query("scope") or NODE
    found = await report(visit.call, scope)
    stuck = await visit.call.node.db.read(nudging.stuck, visit.account_id, scope)
    where = await look(visit)
    asked = f"scope={quote(scope)}"
    page = Network(
        title=found.title,
        sentence="" if found.is_empty else found.headline,
        tabs=await _tabs(visit, scope, found.title),
        scope=scope,
        measures=tuple(_measured(row) for row in found.rows),
        stuck=tuple(_stuck(one, where.today) for one in stuck),
        csv_url=f"/network.csv?{asked}",
        fhir_url=f"/network/fhir?{asked}",
        shows_stuck=scope != PEERS,
        is_empty=found.is_empty,
        is_cut=found.is_cut,
    )
    return visit.page("network", page, current="network")


async def csv(visit: Visit) -> Response:
    """Give the measures as CSV. Raises: 404, 422."""
    return await as_csv(visit.call, visit.query("scope") or NODE)


async def fhir(visit: Visit) -> Response:
    """Give the measures as FHIR. Raises: 404, 422."""
    return await as_fhir(visit.call, visit.query("scope") or NODE)


async def nudge(visit: Visit) -> Response:
    """Remind the owner of a stuck loop. Raises: 404."""
    scope = visit.form.get("scope", NODE)
    back = f"/network?scope={quote(scope)}"
    try:
        await visit.call.node.db.write(nudging.nudge, visit.account_id, visit.call.id())
    except Problem as problem:
        if problem.status != 422:
            raise
        return visit.go(back, "not-nudged")
    return visit.go(back, "nudged")


async def _tabs(visit: Visit, scope: str, title: str) -> tuple[Tab, ...]:
    """Return this hospital, the unit that is looked at or one's own, and all the others."""
    slug = scope.removeprefix(UNIT) if scope.startswith(UNIT) else None
    own = slug or await visit.call.node.db.read(staffing.place_of, visit.account_id)
    tabs = [Tab("This hospital", "/network", scope == NODE)]
    if own is not None:
        name = title if slug else (await visit.call.node.db.read(staffing.one, own)).name
        tabs.append(Tab(name, f"/network?scope={UNIT}{own}", scope.startswith(UNIT)))
    return (*tabs, Tab("All other hospitals", f"/network?scope={PEERS}", scope == PEERS))


def _measured(row: Appraised) -> Measured:
    definition = row.definition
    chart = replace(chart_of(row, ident=definition.key, height=HEIGHT), keys=()) if row.points else None
    tone, chip = _tone(row)
    return Measured(
        key=definition.key,
        title=definition.label,
        now=row.now,
        month=f"{row.last[0]:%B %Y}" if row.last else "",
        finding=f"{row.words}." if row.words else row.finding,
        tone=tone,
        chip=chip,
        chart=chart,
        numerator=row.numerator,
        denominator=row.denominator,
    )


def _tone(row: Appraised) -> tuple[str, str]:
    """Return how a signal that goes on is marked: by shape and words as well as by colour."""
    if not row.points:
        return "", ""
    analysis = row.analysis
    if analysis.is_too_early:
        return "", "Too early"
    signal, better = leading_signal(analysis), row.definition.better
    if signal is None:
        return "", "No signal"
    if not row.words:
        return "", "Signal, earlier"
    if better == "neutral":
        return "", "Signal"
    return ("better", "Signal, better") if signal.side == better else ("worse", "Signal, worse")


def _stuck(one: StuckLoop, today: date) -> StuckItem:
    silence = "no number for four weeks" if one.has_numbers else "no number yet"
    return StuckItem(
        title=one.title,
        url=f"/loops/{one.status_id}",
        detail=f"Its day was {day_words(one.due_on, today)}; {silence}.",
        nudge=f"/network/stuck/{one.status_id}/nudge" if one.may_nudge else "",
        note="Yours" if one.is_own else "" if one.may_nudge else "Reminded",
    )


routes = (
    Route("GET", "/network", signed_in(show)),
    Route("GET", "/network.csv", signed_in(csv)),
    Route("GET", "/network/fhir", signed_in(fhir)),
    Route("POST", "/network/stuck/{id}/nudge", signed_in(nudge)),
)
