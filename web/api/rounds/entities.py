"""What the loop's services return, as the JSON of /api/rounds/v1. Decides nothing."""

import msgspec

from node.learning.chart import description
from node.learning.icons import icons_of
from node.learning.loop import Ring
from node.learning.measures import MeasureDefinition
from node.learning.spc import Level
from node.services import citing
from node.services.families import Part
from node.services.looping import Branch, Doing, Lineage, Loop
from node.services.measuring import Entered, Point
from node.services.plotting import Series
from node.services.tending import Due, Mine
from node.social.site import Site
from web.api.rounds import shapes


def record(part: Part, site: Site) -> shapes.RecordEntity:
    """Return a learning, an action or a share."""
    return shapes.RecordEntity(
        id=str(part.status_id),
        uri=part.uri,
        url=part.url,
        loop_url=site.loop_url(part.status_id),
        kind=part.kind,
        state=part.state,
        title=part.title,
        created_at=part.published_at,
        edited_at=part.edited_at,
        visibility=part.visibility,
        author=shapes.Person(
            id=str(part.author.id),
            acct=part.author.acct,
            username=part.author.username,
            display_name=part.author.display_name or part.author.username,
            url=part.author.url,
        ),
        place=part.place,
        origin=part.origin,
        is_here=part.is_here,
        warnings=list(part.warnings),
        record={"schemaVersion": 1} | msgspec.to_builtins(part.record),
        licence=part.licence,
        citation=citing.line_of(part, site),
    )


def measure(definition: MeasureDefinition, measure_id: int | None = None) -> shapes.MeasureEntity:
    """Return how something is counted."""
    return shapes.MeasureEntity(
        id=None if measure_id is None else str(measure_id),
        key=definition.key,
        label=definition.label,
        kind=definition.kind,
        form=definition.form,
        counted=definition.counted,
        unit=definition.unit,
        per=definition.per,
        better=definition.better,
        every=definition.every,
        goal=definition.goal,
        definition=definition.definition,
    )


def series(of: Series, *, chart_url: str | None) -> shapes.SeriesEntity:
    """Return a chart as numbers."""
    labels = of.labels or [None] * len(of.points)
    analysis, icons = of.analysis, icons_of(of.definition, of.analysis)
    levels = {level.period: level for level in analysis.levels}
    span = analysis.baseline
    return shapes.SeriesEntity(
        measure=measure(of.definition, of.measure_id),
        chart=analysis.chart,
        rules=analysis.rules,
        baseline=shapes.SpanEntity(span.from_period, span.to_period) if span else None,
        phases=[shapes.PhaseEntity(one.from_period, one.why) for one in analysis.phases],
        description=description(of.definition, of.points, analysis),
        variation=icons.variation,
        assurance=icons.assurance,
        finding=of.finding,
        verdict=of.analysis.verdict,
        before=of.analysis.before,
        after=of.analysis.after,
        centre=of.analysis.centre,
        is_too_early=of.analysis.is_too_early,
        signals=[
            shapes.SignalEntity(one.rule, one.side, one.from_period, one.to_period) for one in of.analysis.signals
        ],
        points=[
            shapes.SeriesPoint(
                period=point.period,
                label=None if label is None else str(label),
                state=point.state,
                numerator=point.numerator,
                denominator=point.denominator,
                value=point.value,
                note=point.note,
                **_level(levels.get(point.period)),
            )
            for point, label in zip(of.points, labels, strict=True)
        ],
        chart_url=chart_url,
    )


def _level(level: Level | None) -> dict[str, float | None]:
    return {} if level is None else {"centre": level.centre, "lower": level.lower, "upper": level.upper}


def action(doing: Doing, site: Site) -> shapes.ActionEntity:
    """Return an action with what came of it."""
    return shapes.ActionEntity(
        action=record(doing.part, site),
        relation=doing.relation,
        word=doing.word,
        due_on=doing.due_on,
        is_open=doing.is_open,
        is_overdue=doing.is_overdue,
        shares=[record(share, site) for share in doing.shares],
        series=[series(one, chart_url=_chart_url(doing, one, site)) for one in doing.series],
    )


def loop(of: Loop, site: Site) -> shapes.LoopEntity:
    """Return a loop as one thing."""
    return shapes.LoopEntity(
        id=str(of.id),
        url=site.loop_url(of.id),
        title=of.root.title,
        root=record(of.root, site),
        ring=_ring(of.ring),
        standing=of.standing,
        focus_id=str(of.focus.part.status_id) if of.focus else None,
        actions=[action(doing, site) for doing in of.doings],
        learnings=[record(part, site) for part in of.learnings],
        branches=[_branch(branch) for branch in of.branches],
        edges=[shapes.EdgeEntity(edge.child, edge.parent, edge.kind) for edge in of.edges],
        talk=[msgspec.Raw(line) for line in of.talk],
        is_cut=of.is_cut,
    )


def summary(mine: Mine, site: Site) -> shapes.LoopSummary:
    """Return one of somebody's loops."""
    return shapes.LoopSummary(
        id=str(mine.id),
        url=site.loop_url(mine.id),
        title=mine.root.title,
        root=record(mine.root, site),
        ring=_ring(mine.ring),
        last_at=mine.last_at,
        is_open=mine.is_open,
        due_on=mine.due_on,
        is_overdue=mine.is_overdue,
        action_id=None if mine.action_status_id is None else str(mine.action_status_id),
    )


def due(one: Due) -> shapes.DueEntity:
    """Return an action that wants something now."""
    return shapes.DueEntity(
        action_id=str(one.action.status_id),
        title=one.action.title,
        due_on=one.action.due_on,
        is_overdue=one.is_overdue,
        is_near=one.is_near,
        numbers=[
            shapes.NumberDue(measure(number.measure.defined, number.measure.id), number.starts_on)
            for number in one.numbers
        ],
    )


def point(of: Point) -> shapes.PointEntity:
    """Return the number of a period."""
    return shapes.PointEntity(
        starts_on=of.starts_on,
        state=of.state,
        numerator=of.numerator,
        denominator=of.denominator,
        value=of.value,
        note=of.note,
        entered_at=of.entered_at,
    )


def entered(of: Entered) -> shapes.EnteredEntity:
    """Return what was saved and what stood there before."""
    return shapes.EnteredEntity(
        measure_id=str(of.measure_id),
        starts_on=of.starts_on,
        point=point(of.point) if of.point else None,
        previous=point(of.previous) if of.previous else None,
    )


def lineage(of: Lineage) -> shapes.LineageEntity:
    """Return the family of a record with its hash."""
    return shapes.LineageEntity(
        uri=of.uri,
        scope="public",
        hash=of.hash,
        nodes=[shapes.NodeEntity(node.uri, node.type, node.state) for node in of.graph.nodes],
        edges=[shapes.EdgeEntity(edge.child, edge.parent, edge.kind) for edge in of.graph.edges],
    )


def _ring(ring: Ring) -> shapes.RingEntity:
    return shapes.RingEntity(ring.learned, ring.doing, ring.shared, ring.label)


def _branch(branch: Branch) -> shapes.BranchEntity:
    return shapes.BranchEntity(str(branch.doing.part.status_id), [_branch(below) for below in branch.below])


def _chart_url(doing: Doing, one: Series, site: Site) -> str | None:
    start = f"{site.base_url}/api/rounds/v1"
    if one.measure_id is not None:
        return f"{start}/measures/{one.measure_id}/chart.svg"
    carrier = doing.share or doing.part
    return f"{start}/records/{carrier.status_id}/charts/{one.definition.key}.svg"
