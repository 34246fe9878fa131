"""Measures that wards often begin with, to choose from: data, and nothing else."""

from typing import Final

from node.learning.measures import MeasureDefinition

COMMON: Final[tuple[MeasureDefinition, ...]] = (
    MeasureDefinition(
        key="done-as-planned", label="Done as planned", kind="process", form="proportion", unit="%", better="up"
    ),
    MeasureDefinition(
        key="minutes-until-it-is-done",
        label="Minutes until it is done",
        kind="process",
        form="continuous",
        unit="minutes",
        better="down",
    ),
    MeasureDefinition(
        key="days-since-the-last",
        label="Days since the last one",
        kind="outcome",
        form="time-between",
        unit="days",
        better="up",
        every="event",
    ),
    MeasureDefinition(
        key="events-per-1000-bed-days",
        label="Events per 1,000 bed days",
        kind="outcome",
        form="rate",
        per=1000,
        counted="events",
        better="down",
        every="month",
    ),
    MeasureDefinition(
        key="staff-who-say-it-helps",
        label="Staff who say it helps",
        kind="balancing",
        form="proportion",
        unit="%",
        better="up",
    ),
)
