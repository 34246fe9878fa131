"""How people present themselves and others: endorsements, private notes, hashtags of a profile, whom one might follow."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from node.entities.tag import TagEntity
from node.errors import Problem, invalid, not_found
from node.services import reading, tagging
from node.services.reading import Listed, Page
from node.social import hashtags, text
from node.store import accounts, circles, following_tags, follows, people, presenting, tags
from node.store.circles import Shelf
from node.store.follows import Pair
from node.store.presenting import Featured
from node.store.unit import Snapshot, Unit

__all__ = ["Shelf"]

MAX_NOTE_CHARS: Final = 2000
MAX_FAMILIAR: Final = 40
MAX_SUGGESTED_TAGS: Final = 10


def endorse(unit: Unit, account_id: int, target_id: int) -> None:
    """Show somebody on one's profile. Raises: 422 for somebody one does not follow."""
    held = follows.between(unit, account_id, target_id)
    if held is None or not held.is_accepted:
        raise invalid("Validation failed: You must be already following the person you want to endorse")
    presenting.endorse(unit, Pair(account_id, target_id))


def unendorse(unit: Unit, account_id: int, target_id: int) -> None:
    """Take somebody from one's profile; none is fine."""
    presenting.unendorse(unit, Pair(account_id, target_id))


def endorsed(snapshot: Snapshot, account_id: int, page: Page, *, viewer_id: int | None) -> list[Listed]:
    """Return a page of those whom an account endorses; nobody to those it blocks. Raises: 404."""
    reading.account(snapshot, account_id)
    if viewer_id is not None and follows.is_blocking(snapshot, account_id, viewer_id):
        return []
    found = people.page(snapshot, presenting.endorsed(account_id), page, viewer_id=viewer_id)
    return [Listed(edge_id, json) for edge_id, json in found]


def note(unit: Unit, account_id: int, target_id: int, *, comment: str) -> None:
    """Keep a private note about somebody; nothing written takes it away. Raises: 422 for a long one."""
    comment = comment.strip()
    if len(comment) > MAX_NOTE_CHARS:
        words = f"Validation failed: Comment is too long (maximum is {MAX_NOTE_CHARS} characters)"
        raise invalid(words, field="comment", code="too-long")
    presenting.set_note(unit, Pair(account_id, target_id), comment)


# ------------------------------------------------------------------ hashtags of a profile


def featured_tags(snapshot: Snapshot, account_id: int) -> list[dict[str, Any]]:
    """Return the hashtags on a profile as FeaturedTags, the most used first. Raises: 404."""
    reading.account(snapshot, account_id)
    return [_featured_tag(snapshot, one) for one in presenting.featured(snapshot, account_id)]


def _featured_tag(snapshot: Snapshot, one: Featured) -> dict[str, Any]:
    last = one.last_status_at
    return {
        "id": str(one.id),
        "name": one.name,
        "url": snapshot.site.tag_url(text.fold_tag(one.name)),
        "statuses_count": str(one.statuses_count),
        "last_status_at": None if last is None else f"{last:%Y-%m-%d}",
    }


def feature_tag(unit: Unit, account_id: int, name: str | None) -> dict[str, Any]:
    """Put a hashtag on one's profile; again is fine. Raises: 400 without a name; 422 for none and one too many."""
    if name is None:
        raise Problem(400, "parameter-missing", "name is missing: send a hashtag", field="name")
    if not hashtags.is_name(name):
        raise invalid("Validation failed: Hashtag is invalid", field="name")
    tag = tagging.feature(unit, account_id, name)
    found = presenting.featured(unit, account_id)
    return next(_featured_tag(unit, one) for one in found if one.tag_id == tag.id)


def unfeature_tag(unit: Unit, account_id: int, featured_id: int) -> None:
    """Take a hashtag from one's profile. Raises: 404."""
    if not following_tags.drop(unit, account_id, featured_id):
        raise not_found()


def tag_suggestions(snapshot: Snapshot, account_id: int) -> list[TagEntity]:
    """Return hashtags that somebody uses lately and could show on the profile."""
    ids = presenting.used_tags(snapshot, account_id, limit=MAX_SUGGESTED_TAGS)
    known = tags.some(snapshot, ids)
    return tagging.entities(snapshot, account_id, [known[i] for i in ids if i in known])


# ------------------------------------------------------------------ whom one might want to know


def familiar(snapshot: Snapshot, viewer_id: int, account_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return for each account who follows it among those the viewer follows; unknown accounts are left out."""
    known = accounts.by_ids(snapshot, account_ids)
    return [
        {
            "id": str(i),
            "accounts": [
                msgspec.Raw(one.encode()) for one in circles.familiar(snapshot, viewer_id, i, limit=MAX_FAMILIAR)
            ],
        }
        for i in account_ids
        if i in known
    ]


def suggestions(snapshot: Snapshot, viewer_id: int, *, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return whom somebody might follow, as Suggestions: whom those they follow follow, and colleagues of the house."""
    return [
        {
            "source": "staff" if one.is_colleague else "past_interactions",
            "sources": ["featured"] if one.is_colleague else ["friends_of_friends"],
            "account": msgspec.Raw(one.json.encode()),
        }
        for one in circles.hints(snapshot, viewer_id)[offset : offset + limit]
    ]


def dismiss(unit: Unit, account_id: int, target_id: int) -> None:
    """Never suggest somebody again. Raises: 404."""
    if accounts.by_id(unit, target_id) is None:
        raise not_found()
    circles.dismiss(unit, Pair(account_id, target_id))


def directory(snapshot: Snapshot, viewer_id: int | None, shelf: Shelf) -> list[str]:
    """Return a part of the directory as Accounts."""
    return circles.directory(snapshot, viewer_id, shelf)
