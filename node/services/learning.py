"""Recording what somebody learned: from one box to a Note with its record; changing and withdrawing it."""

from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid
from node.learning import sources
from node.learning.loop import check_move
from node.learning.sources import Source
from node.learning.typed import Boxed, line, one_of, split_box, text
from node.services import recording
from node.services.recording import Telling
from node.store import learnings, statuses
from node.store import sources as kept_sources
from node.store.learnings import Learning
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_TOPICS: Final = 10
RELATIONS: Final = ("inspired-by", "contradicts", "supersedes")
_KINDS: Final = get_args(fields.SourceKind)
_HARMS: Final = get_args(fields.HarmLevel)


class NewLearning(Struct, frozen=True, kw_only=True):
    """What was typed. `text` alone is one box; with `title` it is the rest. `source` is a DOI, PMID, link or a name.

    Without a `source` the first one in the text is it. `learned_from` is a post that taught it: what carries a record is
    built upon, any other is named as the source.
    """

    text: str = ""
    title: str | None = None
    source_kind: str | None = None
    source: str | None = None
    source_label: str | None = None
    question: str | None = None
    answer: str | None = None
    harm_level: str | None = None
    topics: tuple[str, ...] = ()
    setting: str | None = None
    specialty: str | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None
    based_on: int | str | None = None
    relation: str | None = None
    learned_from: int | str | None = None
    idempotency_key: str | None = None
    app_id: int | None = None


class LearningEdit(Struct, frozen=True, kw_only=True):
    """What changes: None leaves a field as it is, an empty text takes it away."""

    title: str | None = None
    text: str | None = None
    source_kind: str | None = None
    source: str | None = None
    source_label: str | None = None
    question: str | None = None
    answer: str | None = None
    harm_level: str | None = None
    topics: tuple[str, ...] | None = None
    setting: str | None = None
    specialty: str | None = None
    state: str | None = None


def record(unit: Unit, account_id: int, new: NewLearning) -> int:
    """Record a learning and return its status id; the same idempotency key gives the same one.

    Raises: 422 with the field at fault.
    """
    return recording.once(unit, account_id, new.idempotency_key, lambda: _record(unit, account_id, new))


def edit(unit: Unit, account_id: int, status_id: int, changes: LearningEdit) -> None:
    """Change a learning, also its state (open, parked, retired).

    Raises: 404, 403; 422 with the field at fault, or when it is withdrawn.
    """
    status = recording.editable(unit, account_id, status_id)
    kept = recording.kept_of(unit, status_id)
    held = _typed(recording.typed(kept))
    recording.check_change(kept)
    if changes.state is not None:
        if changes.state == "withdrawn":
            raise invalid("Say why it is withdrawn: withdraw it instead.", field="status", code="state-refused")
        check_move("learning", kept.state, changes.state)
    changed = _changed(held, changes)
    if changed != held:
        recording.renew(unit, status, changed)
        keep_row(unit, status_id, changed)


def withdraw(unit: Unit, account_id: int, status_id: int, *, reason: str, explanation: str) -> None:
    """Take a learning back, saying why, for everybody who has it. Raises: 404, 403, 422."""
    status = recording.editable(unit, account_id, status_id)
    _typed(recording.typed(recording.kept_of(unit, status_id)))
    recording.withdraw(unit, status, reason=reason, explanation=explanation)
    row = learnings.of_status(unit, status_id)
    if row is not None:
        learnings.change(unit, row.id, state="withdrawn")


# ------------------------------------------------------------------ reading what was typed


def read_source(kind: str | None, source: str | None, label: str | None = None) -> fields.LearnedFrom | None:
    """Return where a learning comes from: a DOI, a PMID, a link, or a name alone, which may hold one of them.

    Raises: 422 `source_kind` or `source`.
    """
    typed, name = (source or "").strip(), line(label or "", 200, field="source_label") or None
    if not kind and not typed and not name:
        return None
    found = sources.exact(typed)
    if found is None and typed.lower().startswith("https://"):
        raise invalid("This link cannot be used. Copy it from the address bar again.", field="source")
    if found is None and typed:
        name = name or line(typed, 200, field="source")
        named = sources.find(typed)
        found = named.source if named is not None else None
    return _came_from(kind, found, name)


def _came_from(kind: str | None, found: Source | None, label: str | None) -> fields.LearnedFrom:
    said = kind or ("article" if found is not None else "own-observation")
    known = one_of(said, _KINDS, field="source_kind", code="source-unknown", thing="kind of source")
    where = msgspec.structs.asdict(found) if found is not None else {}
    return fields.LearnedFrom(kind=known, label=label, **where)  # type: ignore[arg-type] # one of the list, checked above


def named_source(snapshot: Snapshot, came_from: fields.LearnedFrom | None) -> fields.LearnedFrom | None:
    """Return a source under the name that was found out for it, unless somebody gave it one."""
    if came_from is None or came_from.label is not None:
        return came_from
    title = kept_sources.title_of(snapshot, sources.key_of(came_from))
    return msgspec.structs.replace(came_from, label=title) if title else came_from


def read_title(typed: str) -> str:
    """Return a title: one line that is not empty. Raises: 422 `title`."""
    title = line(typed, 120, field="title")
    if not title:
        raise invalid("The title is missing. One sentence is enough.", field="title", code="text-missing")
    return title


def read_topics(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return topics, each once, at most 10 of 60 characters. Raises: 422 `topics`."""
    topics = tuple(dict.fromkeys(one for topic in typed if (one := line(topic.strip(" #,"), 60, field="topics"))))
    if len(topics) > MAX_TOPICS:
        raise invalid(f"{len(topics)} topics are more than {MAX_TOPICS}. Keep the best ones.", field="topics")
    return topics


# ------------------------------------------------------------------ making and changing


def _record(unit: Unit, account_id: int, new: NewLearning) -> int:
    author = recording.author_of(unit, account_id)
    based, taught = _begun(unit, account_id, new)
    above = tuple(one for one in (based, taught) if one is not None)
    seen_by = recording.audience(unit, new.visibility, author, above)
    made = read(unit, new, based_on=based.uri if based else None, taught_by=taught.uri if taught else None)
    telling = Telling(
        visibility=seen_by,
        named=recording.named(unit, author, above, seen_by),
        above=above,
        app_id=new.app_id,
        licence=new.licence,
    )
    status_id = recording.publish(unit, author, made, telling)
    row = Learning(
        id=unit.new_id(),
        account_id=account_id,
        status_id=status_id,
        title=made.title,
        based_on_uri=made.based_on,
        created_at=unit.now,
    )
    learnings.insert(unit, row)
    keep_row(unit, status_id, made)
    return status_id


def _begun(unit: Unit, account_id: int, new: NewLearning) -> tuple[Status | None, Status | None]:
    """Return the Note that a learning is based on, and the post without a record that taught it. Raises: 422."""
    based = None if new.based_on in (None, "") else recording.parent(unit, account_id, new.based_on or "")
    if new.learned_from in (None, ""):
        return based, None
    taught = recording.parent(unit, account_id, new.learned_from or "", field="learned_from")
    if based is None and statuses.has_record(unit, taught.id):
        return taught, None
    return based, taught


def read(
    unit: Unit, new: NewLearning, *, based_on: str | None, taught_by: str | None = None, is_post: bool = False
) -> fields.Learning:
    """Return the record that was typed; of a post (`is_post`) only its edges are left out, so that it shows every word.

    Raises: 422 with the field at fault.
    """
    box, found = _sourced(new, is_post=is_post)
    typed = read_source(new.source_kind, new.source, new.source_label)
    return _asked(
        fields.Learning(
            title=box.title,
            text=box.text,
            language=recording.language(unit, new.language),
            institution=recording.institution_uri(unit),
            status="open",
            based_on=based_on,
            relation=_relation(new.relation) if based_on else None,  # type: ignore[arg-type] # one of RELATIONS
            learned_from=named_source(unit, _taught(_with_found(typed, found), taught_by)),
            question=line(new.question or "", 200, field="question") or None,
            answer=text(new.answer or "", 500, field="answer") or None,
            harm_level=_harm(new.harm_level),
            topics=read_topics(new.topics),
            setting=line(new.setting or "", 200, field="setting") or None,
            specialty=line(new.specialty or "", 60, field="specialty") or None,
        )
    )


def _sourced(new: NewLearning, *, is_post: bool) -> tuple[Boxed, Source | None]:
    """Return title and text without lines that hold the source alone, and the source that they name if none was typed."""
    said = sources.find(new.source or "")
    found = said or sources.find(new.text) or sources.find(new.title or "")
    if found is None or ((new.source or "").strip() and said is None):
        return _boxed(new.title, new.text), None
    words = new.text if is_post else sources.without(new.text, found.source)
    box = _boxed(new.title, words)
    rest = sources.trimmed(box.text, found.source) if box.text else ""
    return Boxed(box.title, rest or None), None if said else found.source


def _with_found(typed: fields.LearnedFrom | None, found: Source | None) -> fields.LearnedFrom | None:
    if found is None:
        return typed
    return _came_from(typed.kind if typed else None, found, typed.label if typed else None)


def _taught(came_from: fields.LearnedFrom | None, uri: str | None) -> fields.LearnedFrom | None:
    """Return a source with the post that taught it."""
    if uri is None:
        return came_from
    return msgspec.structs.replace(came_from or fields.LearnedFrom(kind="peer-post"), ref=uri)


def _boxed(title: str | None, rest: str) -> Boxed:
    if title is None or not title.strip():
        return split_box(rest)
    return Boxed(line(title, 120, field="title"), text(rest, 500, field="text") or None)


def _asked(made: fields.Learning) -> fields.Learning:
    if made.answer is not None and made.question is None:
        raise invalid("There is an answer and no question. Write what you want to be asked.", field="question")
    return made


def _relation(typed: str | None) -> str | None:
    return one_of(typed, RELATIONS, field="relation", code="relation-unknown", thing="relation") if typed else None


def _harm(typed: str | None) -> Any:
    return one_of(typed, _HARMS, field="harm_level", code="harm-unknown", thing="level of harm") if typed else None


def _changed(held: fields.Learning, to: LearningEdit) -> fields.Learning:
    changes: dict[str, Any] = {}
    if to.title is not None:
        changes["title"] = read_title(to.title)
    for name, limit, read in (("text", 500, text), ("question", 200, line), ("answer", 500, text)):
        if (typed := getattr(to, name)) is not None:
            changes[name] = read(typed, limit, field=name) or None
    for name, limit in (("setting", 200), ("specialty", 60)):
        if (typed := getattr(to, name)) is not None:
            changes[name] = line(typed, limit, field=name) or None
    if any(part is not None for part in (to.source_kind, to.source, to.source_label)):
        changes["learned_from"] = _changed_source(held.learned_from, to)
    if to.harm_level is not None:
        changes["harm_level"] = _harm(to.harm_level)
    if to.topics is not None:
        changes["topics"] = read_topics(to.topics)
    if to.state is not None:
        changes["status"] = to.state
    return _asked(msgspec.structs.replace(held, **changes))


def _changed_source(held: fields.LearnedFrom | None, to: LearningEdit) -> fields.LearnedFrom | None:
    """Return where a learning comes from after a change; another source takes the name of the old one away."""
    if held is None or to.source is not None:
        kind = to.source_kind or (held.kind if held is not None and to.source else None)
        return read_source(kind, to.source, to.source_label)
    typed = read_source(to.source_kind or held.kind, None, held.label if to.source_label is None else to.source_label)
    return msgspec.structs.replace(held, kind=typed.kind, label=typed.label) if typed else None


def _typed(record: fields.Record) -> fields.Learning:
    if not isinstance(record, fields.Learning):
        raise invalid("This is not a learning.", code="not-a-learning")
    return record


def keep_row(unit: Unit, status_id: int, made: fields.Learning) -> None:
    """Keep what a record says in the row of its learning."""
    row = learnings.of_status(unit, status_id)
    if row is None:
        return
    learnings.change(
        unit,
        row.id,
        title=made.title,
        text=made.text,
        state=made.status or "open",
        source=msgspec.to_builtins(made.learned_from) if made.learned_from else None,
        question=made.question,
        answer=made.answer,
        harm_level=made.harm_level,
        topics=list(made.topics),
        setting=made.setting,
        specialty=made.specialty,
    )
