"""The door to the drawing of pictures: Pillow and its font are loaded by whoever draws, in another process, and by nobody else."""

from collections.abc import Sequence

from node.learning.layout import Labels
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import Analysis


def chart_png(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis, *, labels: Labels = None
) -> bytes:
    """Return the chart as a PNG; call it in the workshop."""
    from node.learning import drawing

    return drawing.chart_png(measure, points, analysis, labels=labels)


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, as its header says."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
