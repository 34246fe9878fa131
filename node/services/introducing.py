"""What the node says about itself in its administrators' words: rules, documents, and how busy it was."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from federation.vocab import markdown
from node.entities import instance as entities
from node.errors import invalid, not_found
from node.social.markup import sanitise
from node.store import documents, domains, rules, usage
from node.store.documents import Document, Version
from node.store.rules import Rule
from node.store.unit import Snapshot, Unit

Kind = documents.Kind
MAX_RULE_CHARS: Final = 500
MAX_RULES: Final = 50
MAX_TEXT_CHARS: Final = 60_000
KINDS: Final[tuple[Kind, ...]] = ("about", "privacy", "terms")
WEEKS: Final = 12
_WEEK: Final = timedelta(weeks=1)
_SHOWN: Final[Mapping[str, str]] = {"suspend": "suspend", "limit": "silence"}


# ------------------------------------------------------------------ rules


def standing_rules(snapshot: Snapshot) -> list[Rule]:
    """Return the rules that hold: those of a new node until somebody writes one."""
    return list(_FIRST) if rules.is_empty(snapshot) else rules.standing(snapshot)


_FIRST: Final = tuple(Rule(number, number, text, hint, {}) for number, text, hint in entities.RULES)


def add_rule(unit: Unit, text: str, hint: str, *, by: str) -> int:
    """Add a rule and return its id. Raises: 422."""
    for field, words in (("text", text), ("hint", hint)):
        if len(words) > MAX_RULE_CHARS or (field == "text" and not words.strip()):
            raise invalid(f"A rule has a {field} of at most {MAX_RULE_CHARS} characters", field=field)
    _begin(unit)
    if len(rules.standing(unit)) >= MAX_RULES:
        raise invalid(f"There may be at most {MAX_RULES} rules", code="too-many")
    rule = Rule(unit.new_id(), rules.last_position(unit) + 1, text.strip(), hint.strip(), {})
    rules.insert(unit, rule)
    unit.audit(actor=by, act="rule.add", object=f"rule:{rule.id}")
    return rule.id


def translate_rule(unit: Unit, rule_id: int, language: str, text: str, hint: str, *, by: str) -> None:
    """Say a rule in another language. Raises: 404, 422."""
    if not 1 <= len(text.strip()) <= MAX_RULE_CHARS or len(hint) > MAX_RULE_CHARS:
        raise invalid(f"A rule has at most {MAX_RULE_CHARS} characters", field="text")
    _begin(unit)
    rule = next((one for one in rules.standing(unit) if one.id == rule_id), None)
    if rule is None:
        raise not_found()
    spoken = rule.translations | {language: {"text": text.strip(), "hint": hint.strip()}}
    rules.change(unit, rule_id, translations=spoken)
    unit.audit(actor=by, act="rule.translate", object=f"rule:{rule_id}", language=language)


def remove_rule(unit: Unit, rule_id: int, *, by: str) -> None:
    """Take a rule away. Raises: 404."""
    _begin(unit)
    if not rules.change(unit, rule_id, removed_at=unit.now):
        raise not_found()
    unit.audit(actor=by, act="rule.remove", object=f"rule:{rule_id}")


def _begin(unit: Unit) -> None:
    """Write down the rules of a new node before the first change, so that they change like any other."""
    if rules.is_empty(unit):
        for rule in _FIRST:
            rules.insert(unit, rule)


# ------------------------------------------------------------------ documents


class Paper(Struct, frozen=True):
    """A version of a document, as it is shown."""

    content_html: str
    effective_at: datetime
    is_effective: bool
    next_at: datetime | None
    is_written: bool = True


def paper(snapshot: Snapshot, kind: Kind, on: date | None = None) -> Paper | None:
    """Return the version that holds now, or that of one day; None when nobody wrote one.

    Of a kind that no node can do without there is a first one, in general words.
    """
    found = _by_day(documents.versions(snapshot, kind))
    on = on or _holding(snapshot, found)
    if on is None or on not in found:
        return _first(snapshot, kind) if on is None else None
    later = [day for day in found if day > on]
    one = found[on]
    html = documents.html_of(snapshot, one.id)
    return Paper(html, one.effective_at, one.effective_at <= snapshot.now, _midnight(min(later)) if later else None)


def has_terms(snapshot: Snapshot) -> bool:
    """Tell whether there are terms that hold now: of them there is no first version."""
    return _holding(snapshot, _by_day(documents.versions(snapshot, "terms"))) is not None


def _by_day(versions: Sequence[Version]) -> dict[date, Version]:
    return {one.effective_at.astimezone(UTC).date(): one for one in versions}  # of one day the newest


def _holding(snapshot: Snapshot, days: Iterable[date]) -> date | None:
    today = snapshot.now.astimezone(UTC).date()
    return max((day for day in days if day <= today), default=None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _first(snapshot: Snapshot, kind: Kind) -> Paper | None:
    text = entities.first_text(snapshot.site, kind)
    if text is None:
        return None
    return Paper(html_of(text), _midnight(entities.WRITTEN_ON), is_effective=True, next_at=None, is_written=False)


def html_of(text: str) -> str:
    """Return Markdown as HTML that may be shown. Raises: 422 when it is too long."""
    rendered = markdown.rendered(text) if len(text) <= MAX_TEXT_CHARS else None
    if rendered is None:
        raise invalid(f"The text may have at most {MAX_TEXT_CHARS} characters", field="text")
    return sanitise(rendered)


def write_paper(unit: Unit, kind: str, text: str, effective_on: date | None, *, by: str) -> None:
    """Keep a new version of a document that holds from a day on, else from now on. Raises: 422."""
    if kind not in KINDS:
        raise invalid(f"A document is one of {', '.join(KINDS)}", field="kind")
    if not text.strip() or "\0" in text:
        raise invalid("The text is empty or cannot be read", field="text")
    effective_at = unit.now if effective_on is None else _midnight(effective_on)
    one = Document(unit.new_id(), kind, text, html_of(text), effective_at, unit.now)
    documents.insert(unit, one)
    unit.audit(actor=by, act="document.write", object=f"document:{one.id}", kind=kind)


def papers(snapshot: Snapshot) -> list[Document]:
    """Return every version of every document."""
    return [one for kind in KINDS for one in documents.of_kind(snapshot, kind)]


# ------------------------------------------------------------------ how busy it was, and with whom it does not speak


def activity(snapshot: Snapshot) -> list[dict[str, str]]:
    """Return posts, people seen last and people who came, for each of the last weeks, the present one first."""
    today = snapshot.now.astimezone(UTC).date()
    monday = _midnight(today - timedelta(days=today.weekday()))
    weeks = [(monday - _WEEK * back, monday - _WEEK * (back - 1)) for back in range(WEEKS)]
    return [_week(snapshot, start, end) for start, end in weeks]


def _week(snapshot: Snapshot, start: datetime, end: datetime) -> dict[str, str]:
    found = usage.between(snapshot, start, end)
    return {
        "week": str(int(start.timestamp())),
        "statuses": str(found.statuses),
        "logins": str(found.seen),
        "registrations": str(found.joined),
    }


def domain_blocks(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the DomainBlocks: whom the node does not speak with, or shows to few."""
    return [
        entities.domain_block(one.host, _SHOWN[one.level], one.public_comment)
        for one in domains.every(snapshot)
        if one.level in _SHOWN
    ]
