"""Reactions that let a record be found by what it is about, and have its source looked up."""

from node.events import RecordKept
from node.services import resembling, sourcing
from node.store.unit import Unit


def terms(unit: Unit, event: RecordKept) -> None:
    """Keep by what a record, ours or a peer's, is found alike."""
    resembling.keep(unit, event.status_id)


def source(unit: Unit, event: RecordKept) -> None:
    """Have the source of a learning of ours looked up."""
    sourcing.expect(unit, event.status_id)
