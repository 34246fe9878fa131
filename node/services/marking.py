"""Posts that are learnings because their author marked them so, from any app: the words stay, the record is derived.

A post over a record's limits stays an ordinary post, and its author is told by a direct post.
"""

from datetime import timedelta
from typing import Final

import msgspec

from federation import compose, records
from federation.records import compose as record_compose
from federation.records import fields
from federation.records.context import context
from node.errors import Problem, invalid
from node.events import StatusEdited
from node.learning import plain
from node.services import documents, keeping, learning, recording, voicing, writing
from node.services.learning import NewLearning
from node.social import text as words
from node.store import edits, learnings, statuses, tags
from node.store import records as kept_records
from node.store.learnings import Learning
from node.store.statuses import Status
from node.store.unit import Unit

MARKABLE: Final = ("public", "unlisted", "private")
_NOT_SAID: Final = "The post must show the learning in its own words: put names and links after the first sentences."


def mark(unit: Unit, status: Status) -> None:
    """Give a marked post its record, or tell its author why it stays an ordinary post."""
    try:
        made = _derived(unit, status)
    except Problem as problem:
        said = f"This stays an ordinary post and is no learning yet: {problem.text}"
        voicing.say(unit, status.account_id, said, reply_to=status)
        return
    keeping.keep(unit, status, made)
    learnings.insert(
        unit,
        Learning(
            id=unit.new_id(),
            account_id=status.account_id,
            status_id=status.id,
            title=made.title,
            based_on_uri=made.based_on,
            is_from_post=True,
            created_at=unit.now,
        ),
    )
    learning.keep_row(unit, status.id, made)
    if (licence := recording.licence_for(unit, status.visibility)) is not None:
        kept_records.set_licence(unit, status.id, licence)
    writing.render(unit, status.id)


def mark_again(unit: Unit, status: Status) -> None:
    """Derive the record of an edited post anew, as its next revision. Raises: 422 when the new words cannot be one."""
    kept = recording.kept_of(unit, status.id)
    recording.check_change(kept)
    held = recording.typed(kept)
    made = msgspec.structs.replace(_derived(unit, status), revision=kept.revision + 1, status=held.status)
    keeping.keep(unit, status, made)
    learning.keep_row(unit, status.id, made)
    writing.render(unit, status.id)


def name_source(unit: Unit, status: Status) -> None:
    """Let the record of a marked post say what its source is called, now that this is known; every word stays."""
    edits.keep(unit, status, writing.extras(unit, status.id))
    last = status.edited_at or status.created_at
    statuses.change(unit, status.id, {"edited_at": max(unit.now, last + timedelta(milliseconds=1))})
    unit.record(StatusEdited(status.id))  # which makes the record anew, and tells everybody who has it


def _derived(unit: Unit, status: Status) -> fields.Learning:
    """Return the record that a post's words make. Raises: 422 in words for its author."""
    said = plain.read(status.text)
    if any(handle.host for handle in words.find(said.box).handles):  # a link to them shows the name alone
        raise invalid(_NOT_SAID, field="status", code="record-refused")
    parent = statuses.by_id(unit, status.reply_to_id) if status.reply_to_id else None
    above = (parent,) if parent is not None and statuses.has_record(unit, parent.id) else ()
    recording.audience(unit, status.visibility, recording.author_of(unit, status.account_id), above)
    named = [name for name in tags.names_of(unit, status.id) if name != "learning"]
    new = NewLearning(
        text=said.box,
        source=said.source,
        question=said.question,
        answer=said.answer,
        topics=tuple(named[: learning.MAX_TOPICS]),
        language=status.language,
    )
    taught_by = None if above or said.source else _taught_by(unit, status, parent)
    read = learning.read(unit, new, based_on=above[0].uri if above else None, taught_by=taught_by, is_post=True)
    made = recording.checked(unit, read)
    assert isinstance(made, fields.Learning)
    if not _is_believed(unit, status, made):
        raise invalid(_NOT_SAID, field="status", code="record-refused")
    return made


def _taught_by(unit: Unit, status: Status, parent: Status | None) -> str | None:
    """Return the id of the post by somebody else that a learning answers, unless not everybody who reads it may know of that."""
    if parent is None or parent.account_id == status.account_id:
        return None
    try:
        recording.audience(unit, status.visibility, recording.author_of(unit, status.account_id), (parent,))
    except Problem:
        return None
    return parent.uri


def _is_believed(unit: Unit, status: Status, made: fields.Learning) -> bool:
    """Tell whether a peer would believe the record on this very post."""
    wire = record_compose.as_document(made)
    ours = msgspec.structs.replace(documents.note(unit, status), record=wire, record_context=context(wire))
    author = recording.author_of(unit, status.account_id)
    verdict = records.verify(
        compose.note(ours), activity=None, signer=author.uri, loopback_http=unit.site.loopback_http
    )
    return isinstance(verdict, records.Verified)
