"""Who can see what is written: the choices beside every text, never wider than what it begins from allows."""

from collections.abc import Sequence
from typing import Final

from federation.audience import OPEN
from node.services import reading
from web.pages.entities import Status
from web.pages.views.forms import Choice
from web.pages.visits import Visit

_ORDER: Final = ("direct", "private", "unlisted", "public")
CAREFUL: Final = "private"
HOUSE: Final = "house"


async def choices(visit: Visit, above: Sequence[Status] = (), *, has_house: bool = False) -> tuple[Choice, ...]:
    """Return the audiences that may be chosen, the narrowest first; a post that is no loop may stay in the house."""
    widest = min((_widest(status, visit) for status in above), default="public", key=_ORDER.index)
    account = await visit.call.node.db.read(reading.account, visit.account_id)
    people = account.followers_count
    hints = {
        HOUSE: (
            "Only this hospital",
            f"Staff of {visit.site.institution_name}. It never leaves; so it is a plain post, and no loop begins with it.",
        ),
        "direct": ("Only the people named", "Those whose work it begins from."),
        "private": ("My followers", f"{people} {'person' if people == 1 else 'people'}."),
        "unlisted": ("Anyone with the link", "Open on the web, not shown in public lists."),
        "public": ("Anyone", "On the open web. Copies cannot be called back."),
    }
    offered = _ORDER[: _ORDER.index(widest) + 1]
    names = [name for name in offered if name != "direct" or above]
    if has_house and all(status.audience in (*OPEN, HOUSE) for status in above):
        names.insert(0, HOUSE)
    return tuple(Choice(name, *hints[name]) for name in names)


def proposed(status: Status, visit: Visit) -> str:
    """Return the audience of what something begins from, as far as it may go on."""
    return status.visibility if status.visibility in OPEN else _widest(status, visit)


def _widest(status: Status, visit: Visit) -> str:
    if status.visibility in OPEN:
        return "public"
    is_mine = int(status.account.id) == visit.account_id
    return "private" if status.audience == "private" and is_mine else "direct"
