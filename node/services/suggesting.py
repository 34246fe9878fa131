"""What one could count: first what others of the same lineage count, so that results can be compared, then what is common."""

from typing import Final

from msgspec import Struct

from federation.records.fields import LearningAction, LearningShare
from node.learning import wire
from node.learning.measures import MeasureDefinition
from node.learning.suggestions import COMMON
from node.services import families
from node.services.defining import NewMeasure
from node.store import loops
from node.store.unit import Snapshot

MOST: Final = 5


class Suggestion(Struct, frozen=True, kw_only=True):
    """A measure to choose; `place` counts it so, None: it is one of the common ones."""

    definition: MeasureDefinition
    place: str | None = None

    @property
    def new(self) -> NewMeasure:
        """The measure as if somebody had typed it."""
        one = self.definition
        return NewMeasure(
            label=one.label,
            kind=one.kind,
            form=one.form,
            better=one.better,
            counted=one.counted,
            every=None if one.every == "event" else one.every,
            unit=one.unit,
            per=one.per if one.per > 1 else None,
            definition=one.definition,
            code=one.code,
        )


def suggested(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> tuple[Suggestion, ...]:
    """Return at most five measures for an action that begins from a post, those of its lineage first."""
    found: dict[tuple[str, str], Suggestion] = {}
    start = loops.of_status(snapshot, status_id, viewer_id)
    if start is not None and start.type in families.KINDS:
        root = families.roots(snapshot, [start], viewer_id)[start.uri]
        parts = families.parts(snapshot, families.family(snapshot, root, viewer_id).seen)
        for part in sorted(parts.values(), key=lambda one: one.is_here):
            if not isinstance(part.record, LearningAction | LearningShare) or part.state == "withdrawn":
                continue
            for measure in part.record.measures:
                mark = (measure.label.casefold(), measure.form)
                found.setdefault(mark, Suggestion(definition=wire.definition_of(measure), place=part.place))
    for one in COMMON:
        found.setdefault((one.label.casefold(), one.form), Suggestion(definition=one))
    return tuple(found.values())[:MOST]
