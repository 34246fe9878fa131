"""Lists that somebody makes of people: theirs alone, read as timelines of their own."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from node.entities.lists import ListEntity, RepliesPolicy
from node.errors import invalid, not_found
from node.services import reading
from node.services.reading import Line, Listed, Page
from node.store import accounts, home, lists, people
from node.store.lists import Selection
from node.store.unit import Snapshot, Unit

MAX_LISTS: Final = 50
MAX_TITLE_CHARS: Final = 256
__all__ = ["Draft", "RepliesPolicy"]


class Draft(Struct, frozen=True):
    """What is said of a list; none: as it is."""

    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


def own(snapshot: Snapshot, account_id: int) -> list[ListEntity]:
    """Return every list of an account."""
    return [_entity(one) for one in lists.of_account(snapshot, account_id)]


def show(snapshot: Snapshot, account_id: int, list_id: int) -> ListEntity:
    """Return one list. Raises: 404."""
    return _entity(_mine(snapshot, account_id, list_id))


def holding(snapshot: Snapshot, account_id: int, member_id: int) -> list[ListEntity]:
    """Return the lists of an account that hold somebody. Raises: 404."""
    reading.account(snapshot, member_id)
    return [_entity(one) for one in lists.holding(snapshot, account_id, member_id)]


def create(unit: Unit, account_id: int, draft: Draft) -> ListEntity:
    """Make a list. Raises: 422 without a title, with one too long, and for one too many."""
    accounts.hold(unit, (account_id,))
    if len(lists.of_account(unit, account_id)) >= MAX_LISTS:
        text = f"Validation failed: you have {MAX_LISTS} lists, and no more fit. Delete one of them first."
        raise invalid(text, code="too-many")
    made = Selection(
        id=unit.new_id(),
        account_id=account_id,
        title=_title(draft.title),
        replies_policy=draft.replies_policy or "list",
        is_exclusive=bool(draft.exclusive),
        created_at=unit.now,
    )
    lists.insert(unit, made)
    return _entity(made)


def change(unit: Unit, account_id: int, list_id: int, draft: Draft) -> ListEntity:
    """Change what is said of a list. Raises: 404, 422 as `create`."""
    kept = _mine(unit, account_id, list_id)
    changed = {
        "title": kept.title if draft.title is None else _title(draft.title),
        "replies_policy": draft.replies_policy or kept.replies_policy,
        "is_exclusive": kept.is_exclusive if draft.exclusive is None else draft.exclusive,
    }
    lists.change(unit, kept.id, **changed)
    lists.settle(unit, account_id)
    return show(unit, account_id, kept.id)


def delete(unit: Unit, account_id: int, list_id: int) -> None:
    """Delete a list; those in it stay whom they are. Raises: 404."""
    lists.remove(unit, _mine(unit, account_id, list_id).id)
    lists.settle(unit, account_id)


def members(snapshot: Snapshot, account_id: int, list_id: int, page: Page | None) -> list[Listed]:
    """Return a page of those in a list, or all of them. Raises: 404."""
    kept = _mine(snapshot, account_id, list_id)
    found = lists.all_people(snapshot, kept.id) if page is None else people.page(snapshot, lists.people(kept.id), page)
    return [Listed(edge_id, json) for edge_id, json in found]


def add(unit: Unit, account_id: int, list_id: int, member_ids: Sequence[int]) -> None:
    """Put people into a list: all of them or nobody.

    Raises: 404 for an unknown list or account; 422 for somebody who is not followed, or in it already, or too many.
    """
    accounts.hold(unit, (account_id,))
    kept = _mine(unit, account_id, list_id)
    wanted = list(dict.fromkeys(member_ids))
    if len(accounts.by_ids(unit, wanted)) < len(wanted):
        raise not_found()
    if not set(wanted) <= lists.allowed(unit, account_id, wanted):
        raise invalid("Validation failed: only people whom you follow can be in a list", field="account_ids")
    if lists.held(unit, kept.id, wanted):
        raise invalid("Validation failed: Account has already been taken", field="account_ids")
    if lists.count(unit, kept.id) + len(wanted) > lists.MAX_MEMBERS:
        text = f"Validation failed: a list holds at most {lists.MAX_MEMBERS} people"
        raise invalid(text, field="account_ids", code="too-many")
    lists.add(unit, kept.id, wanted)
    lists.settle(unit, account_id)


def remove(unit: Unit, account_id: int, list_id: int, member_ids: Sequence[int]) -> None:
    """Take people out of a list; those who are not in it are fine. Raises: 404."""
    lists.take(unit, _mine(unit, account_id, list_id).id, member_ids)
    lists.settle(unit, account_id)


def let_go(unit: Unit, account_id: int, member_id: int) -> None:
    """Take somebody who is followed no more out of every list."""
    lists.forget(unit, account_id, member_id)


def page(snapshot: Snapshot, account_id: int, list_id: int, part: Page) -> list[Line]:
    """Return a page of what those in a list posted. Raises: 404."""
    kept = _mine(snapshot, account_id, list_id)
    return home.of_list(snapshot, account_id, part, kept.id, kept.replies_policy)


def _mine(snapshot: Snapshot, account_id: int, list_id: int) -> Selection:
    found = lists.one(snapshot, account_id, list_id)
    if found is None:
        raise not_found()
    return found


def _title(text: str | None) -> str:
    title = (text or "").strip()
    if not title:
        raise invalid("Validation failed: Title can't be blank", field="title")
    if len(title) > MAX_TITLE_CHARS:
        raise invalid(f"Validation failed: Title is longer than {MAX_TITLE_CHARS} characters", field="title")
    return title


def _entity(one: Selection) -> ListEntity:
    return ListEntity(str(one.id), one.title, one.replies_policy, one.is_exclusive)
