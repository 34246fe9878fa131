"""Filters: what somebody does not want to read, or only behind a warning. Which posts match, `node.store.filtered` says.

An older form of the API knows a filter as one keyword; both forms look at the same rows.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from node.entities import filter as entities
from node.errors import invalid, not_found
from node.events import FiltersChanged
from node.services import reading
from node.store import accounts, filters
from node.store.filters import Filter, Keyword, Marked
from node.store.unit import Snapshot, Unit

CONTEXTS: Final = ("home", "notifications", "public", "thread", "account")
ACTIONS: Final = ("warn", "hide", "blur")
MAX_FILTERS: Final = 200
MAX_KEYWORDS: Final = 1000  # of an account, in all of its filters
MAX_MARKED: Final = 1000  # posts in a filter
MAX_TITLE_CHARS: Final = 256
MAX_KEYWORD_CHARS: Final = 512
MAX_LIFE_S: Final = 100 * 366 * 86_400


class KeywordWanted(Struct, frozen=True):
    """A keyword to add, or with an id to change or to remove."""

    id: int | None = None
    text: str | None = None
    is_whole_word: bool | None = None
    is_gone: bool = False


class FilterWanted(Struct, frozen=True):
    """What to make of a filter; what is None or not set stays as it is. `lasts_s` None: it does not expire."""

    title: str | None = None
    contexts: Sequence[str] | None = None
    action: str | None = None
    lasts_s: int | UnsetType | None = UNSET
    keywords: Sequence[KeywordWanted] = ()


def every(snapshot: Snapshot, account_id: int) -> list[dict[str, Any]]:
    """Return the Filters of an account, expired ones too."""
    keywords: dict[int, list[Keyword]] = {}
    marked: dict[int, list[Marked]] = {}
    for keyword in filters.keywords(snapshot, account_id):
        keywords.setdefault(keyword.filter_id, []).append(keyword)
    for one in filters.marked(snapshot, account_id):
        marked.setdefault(one.filter_id, []).append(one)
    return [
        entities.filter_entity(one, keywords.get(one.id, ()), marked.get(one.id, ()))
        for one in filters.of_account(snapshot, account_id)
    ]


def show(snapshot: Snapshot, account_id: int, filter_id: int) -> dict[str, Any]:
    """Return a Filter. Raises: 404."""
    held = _held(snapshot, account_id, filter_id)
    keywords = filters.keywords(snapshot, account_id, filter_id)
    return entities.filter_entity(held, keywords, filters.marked(snapshot, account_id, filter_id))


def create(unit: Unit, account_id: int, wanted: FilterWanted) -> dict[str, Any]:
    """Make a filter and return it. Raises: 422."""
    made = _make(unit, account_id, wanted)
    _edit_keywords(unit, account_id, made.id, wanted.keywords)
    unit.record(FiltersChanged(account_id))
    return show(unit, account_id, made.id)


def _make(unit: Unit, account_id: int, wanted: FilterWanted) -> Filter:
    accounts.hold(unit, (account_id,))
    if filters.count(unit, account_id)[0] >= MAX_FILTERS:
        raise invalid(f"Validation failed: you may have at most {MAX_FILTERS} filters", code="too-many")
    whole = {"title": "", "contexts": [], "action": "warn", "expires_at": None} | _values(unit, wanted)
    _check_title(whole["title"])
    _check_contexts(whole["contexts"])
    made = Filter(id=unit.new_id(), **whole)
    filters.insert(unit, account_id, made)
    return made


def change(unit: Unit, account_id: int, filter_id: int, wanted: FilterWanted) -> dict[str, Any]:
    """Change a filter and its keywords and return it. Raises: 404, 422."""
    _held(unit, account_id, filter_id)
    filters.change(unit, filter_id, _values(unit, wanted))
    _edit_keywords(unit, account_id, filter_id, wanted.keywords)
    unit.record(FiltersChanged(account_id))
    return show(unit, account_id, filter_id)


def remove(unit: Unit, account_id: int, filter_id: int) -> None:
    """Remove a filter. Raises: 404."""
    filters.remove(unit, _held(unit, account_id, filter_id).id)
    unit.record(FiltersChanged(account_id))


def _values(unit: Unit, wanted: FilterWanted) -> dict[str, Any]:
    """Return the columns that are to change. Raises: 422."""
    values: dict[str, Any] = {}
    if wanted.title is not None:
        values["title"] = _check_title(wanted.title.strip())
    if wanted.contexts is not None:
        values["contexts"] = _check_contexts([one.strip() for one in wanted.contexts if one.strip()])
    if wanted.action is not None:
        if wanted.action not in ACTIONS:
            raise invalid(f"Validation failed: filter_action is one of {', '.join(ACTIONS)}", field="filter_action")
        values["action"] = wanted.action
    if wanted.lasts_s is None:
        values["expires_at"] = None
    elif wanted.lasts_s is not UNSET:
        values["expires_at"] = unit.now + timedelta(seconds=max(0, min(wanted.lasts_s, MAX_LIFE_S)))
    return values


def _check_title(title: str) -> str:
    if not 0 < len(title) <= MAX_TITLE_CHARS:
        text = f"Validation failed: title must have 1 to {MAX_TITLE_CHARS} characters"
        raise invalid(text, field="title")
    return title


def _check_contexts(contexts: list[str]) -> list[str]:
    if not contexts or not set(contexts) <= set(CONTEXTS):
        text = f"Validation failed: context must have at least one of {', '.join(CONTEXTS)}, and nothing else"
        raise invalid(text, field="context")
    return list(dict.fromkeys(contexts))


def _held(snapshot: Snapshot, account_id: int, filter_id: int) -> Filter:
    found = filters.one(snapshot, account_id, filter_id)
    if found is None:
        raise not_found()
    return found


# ------------------------------------------------------------------ keywords


def _edit_keywords(unit: Unit, account_id: int, filter_id: int, wanted: Sequence[KeywordWanted]) -> None:
    """Change and remove first, then add what is new all at once, so that it is counted once."""
    known = [one for one in wanted if one.id is not None]
    there = {one.id for one in filters.keywords(unit, account_id, filter_id)} if known else set()
    for one in known:
        if one.id not in there:
            raise not_found()
        if one.is_gone:
            there.remove(one.id)
            filters.remove_keyword(unit, one.id)
        else:
            filters.change_keyword(unit, one.id, _keyword_values(one))
    _add(unit, account_id, filter_id, [one for one in wanted if one.id is None and not one.is_gone])


def _add(unit: Unit, account_id: int, filter_id: int, wanted: Sequence[KeywordWanted]) -> list[Keyword]:
    made = [
        Keyword(unit.new_id(), filter_id, _check_keyword(one.text or ""), one.is_whole_word is not False)
        for one in wanted
    ]
    if not made:
        return []
    accounts.hold(unit, (account_id,))
    if filters.count(unit, account_id)[1] + len(made) > MAX_KEYWORDS:
        raise invalid(f"Validation failed: you may have at most {MAX_KEYWORDS} keywords", code="too-many")
    filters.add_keywords(unit, made)
    return made


def _keyword_values(wanted: KeywordWanted) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.text is not None:
        values["keyword"] = _check_keyword(wanted.text)
    if wanted.is_whole_word is not None:
        values["is_whole_word"] = wanted.is_whole_word
    return values


def _check_keyword(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= MAX_KEYWORD_CHARS:
        raise invalid(f"Validation failed: keyword must have 1 to {MAX_KEYWORD_CHARS} characters", field="keyword")
    return text


def _keyword(snapshot: Snapshot, account_id: int, keyword_id: int) -> Keyword:
    found = filters.keyword(snapshot, account_id, keyword_id)
    if found is None:
        raise not_found()
    return found


def keywords_of(snapshot: Snapshot, account_id: int, filter_id: int) -> list[dict[str, Any]]:
    """Return the FilterKeywords of a filter. Raises: 404."""
    _held(snapshot, account_id, filter_id)
    return [entities.keyword_entity(one) for one in filters.keywords(snapshot, account_id, filter_id)]


def keyword(snapshot: Snapshot, account_id: int, keyword_id: int) -> dict[str, Any]:
    """Return a FilterKeyword. Raises: 404."""
    return entities.keyword_entity(_keyword(snapshot, account_id, keyword_id))


def add_keyword(unit: Unit, account_id: int, filter_id: int, wanted: KeywordWanted) -> dict[str, Any]:
    """Add a keyword to a filter and return it. Raises: 404, 422."""
    made = _add(unit, account_id, _held(unit, account_id, filter_id).id, [wanted])
    unit.record(FiltersChanged(account_id))
    return entities.keyword_entity(made[0])


def change_keyword(unit: Unit, account_id: int, keyword_id: int, wanted: KeywordWanted) -> dict[str, Any]:
    """Change a keyword and return it. Raises: 404, 422."""
    _keyword(unit, account_id, keyword_id)
    filters.change_keyword(unit, keyword_id, _keyword_values(wanted))
    unit.record(FiltersChanged(account_id))
    return keyword(unit, account_id, keyword_id)


def remove_keyword(unit: Unit, account_id: int, keyword_id: int) -> None:
    """Remove a keyword. Raises: 404."""
    filters.remove_keyword(unit, _keyword(unit, account_id, keyword_id).id)
    unit.record(FiltersChanged(account_id))


# ------------------------------------------------------------------ posts


def marked_of(snapshot: Snapshot, account_id: int, filter_id: int) -> list[dict[str, Any]]:
    """Return the FilterStatuses of a filter. Raises: 404."""
    _held(snapshot, account_id, filter_id)
    return [entities.marked_entity(one) for one in filters.marked(snapshot, account_id, filter_id)]


def marked(snapshot: Snapshot, account_id: int, marked_id: int) -> dict[str, Any]:
    """Return a FilterStatus. Raises: 404."""
    return entities.marked_entity(_marked(snapshot, account_id, marked_id))


def mark(unit: Unit, account_id: int, filter_id: int, status_id: int) -> dict[str, Any]:
    """Filter a post one can see and return the FilterStatus. Raises: 404, 422 when the filter has it already."""
    _held(unit, account_id, filter_id)
    reading.seen(unit, account_id, status_id)
    if len(filters.marked(unit, account_id, filter_id)) >= MAX_MARKED:
        raise invalid(f"Validation failed: a filter may name at most {MAX_MARKED} posts", code="too-many")
    made = Marked(unit.new_id(), filter_id, status_id)
    if not filters.mark(unit, made):
        raise invalid("Validation failed: the filter has this post already", field="status_id")
    unit.record(FiltersChanged(account_id))
    return entities.marked_entity(made)


def unmark(unit: Unit, account_id: int, marked_id: int) -> None:
    """Filter a post no more. Raises: 404."""
    filters.unmark(unit, _marked(unit, account_id, marked_id).id)
    unit.record(FiltersChanged(account_id))


def _marked(snapshot: Snapshot, account_id: int, marked_id: int) -> Marked:
    found = filters.one_marked(snapshot, account_id, marked_id)
    if found is None:
        raise not_found()
    return found


# ------------------------------------------------------------------ the older form, one keyword each


def every_v1(snapshot: Snapshot, account_id: int) -> list[dict[str, Any]]:
    """Return every keyword of an account as a V1::Filter."""
    held = {one.id: one for one in filters.of_account(snapshot, account_id)}
    return [entities.first_version(held[one.filter_id], one) for one in filters.keywords(snapshot, account_id)]


def show_v1(snapshot: Snapshot, account_id: int, keyword_id: int) -> dict[str, Any]:
    """Return a keyword as a V1::Filter. Raises: 404."""
    found = _keyword(snapshot, account_id, keyword_id)
    return entities.first_version(_held(snapshot, account_id, found.filter_id), found)


def create_v1(unit: Unit, account_id: int, wanted: FilterWanted, keyword: KeywordWanted) -> dict[str, Any]:
    """Make a filter of one keyword, whose title it is. Raises: 422."""
    _check_keyword(keyword.text or "")  # before the title that is made of it
    made = _make(unit, account_id, wanted)
    added = _add(unit, account_id, made.id, [keyword])
    unit.record(FiltersChanged(account_id))
    return entities.first_version(made, added[0])


def change_v1(
    unit: Unit, account_id: int, keyword_id: int, wanted: FilterWanted, keyword: KeywordWanted
) -> dict[str, Any]:
    """Change a keyword and its filter. Raises: 404, 422, also when the change of the filter concerned other keywords."""
    found = _keyword(unit, account_id, keyword_id)
    held = _held(unit, account_id, found.filter_id)
    filters.change_keyword(unit, keyword_id, _keyword_values(keyword))
    values = {name: value for name, value in _values(unit, wanted).items() if getattr(held, name) != value}
    if values and len(filters.keywords(unit, account_id, held.id)) > 1:
        text = "These parameters cannot be changed from this app because they apply to more than one filter keyword."
        raise invalid(f"{text} Use a more recent app or the web interface.")
    filters.change(unit, held.id, values)
    unit.record(FiltersChanged(account_id))
    return show_v1(unit, account_id, keyword_id)


def remove_v1(unit: Unit, account_id: int, keyword_id: int) -> None:
    """Remove a keyword, and its filter when nothing else is in it. Raises: 404."""
    found = _keyword(unit, account_id, keyword_id)
    filters.remove_keyword(unit, keyword_id)
    left = filters.keywords(unit, account_id, found.filter_id), filters.marked(unit, account_id, found.filter_id)
    if not any(left):
        filters.remove(unit, found.filter_id)
    unit.record(FiltersChanged(account_id))
