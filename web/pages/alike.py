"""Who else saw this? What the service finds alike, as lines of a page; the loop page and others include them."""

from collections.abc import Iterable
from typing import Final

from node.services import resembling
from node.services.resembling import Alike
from web.pages.views.alike import AlikeItem
from web.pages.visits import Visit

MAX_SHOWN: Final = 5
_WORDS: Final = {"learning": ("Learned", "learn"), "action": ("Doing", "do"), "share": ("Reports", "share")}


async def alike_to(visit: Visit, status_id: int) -> tuple[AlikeItem, ...]:
    """Return what is like a record, for somebody who is signed in."""
    if visit.session is None:
        return ()
    return items(await visit.call.node.db.read(resembling.alike, visit.account_id, status_id, MAX_SHOWN))


def items(found: Iterable[Alike]) -> tuple[AlikeItem, ...]:
    """Return records as lines of a page."""
    return tuple(_item(one) for one in found)


def _item(one: Alike) -> AlikeItem:
    words, arc = _WORDS[one.part.kind]
    name = one.part.author.display_name.strip() or one.part.author.username
    return AlikeItem(
        title=one.part.title,
        url=f"/loops/{one.part.status_id}",
        by=f"{name}, {one.part.place}",
        words=words,
        arc=arc,
        reasons=one.reasons,
        language=one.part.record.language or "",
    )
