"""Instants as the entities write them."""

from datetime import datetime


def iso(instant: datetime) -> str:
    """Return the form apps parse: `2026-11-25T17:00:00.000Z`."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"
