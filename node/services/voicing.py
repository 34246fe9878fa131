"""What the node says to one of its people: a direct post that names nobody else and leaves the house to nobody."""

from datetime import timedelta
from typing import Final

from node.errors import Problem
from node.services import posting
from node.services.accounts import voice
from node.services.posting import Publication
from node.services.writing import Asked, Content
from node.social import text as words
from node.store import accounts, statuses
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

KEPT: Final = timedelta(days=60)
BATCH: Final = 5
FIRST_HOUR: Final = 7
LAST_HOUR: Final = 20  # nobody is asked or reminded from then on


def say(
    unit: Unit, account_id: int, said: str, *, reply_to: Status | None = None, poll: Asked | None = None
) -> int | None:
    """Tell one of our people something, or ask them by a poll, and return the status id; None where nobody is there to
    be told, or wants to be."""
    speaker, person = voice(unit), accounts.by_id(unit, account_id)
    if speaker is None or person is None or not person.is_local or person.is_suspended or person.id == speaker.id:
        return None
    text = f"@{person.username} {said}"
    handles = words.find(text).handles[:1]
    link = words.Link(person.url, person.username)
    html = words.to_html(text, people=dict.fromkeys(handles, link), tag_url=unit.site.tag_url)
    content = Content(content_html=html, text=text, language=unit.site.language, named=(person,), poll=poll)
    try:
        return posting.publish(unit, speaker, Publication(content=content, visibility="direct", reply_to=reply_to))
    except Problem:  # who blocks the voice hears nothing
        return None


def speaks_now(snapshot: Snapshot) -> bool:
    """Tell whether it is a time of day, here, at which one may speak to people unasked."""
    return FIRST_HOUR <= snapshot.now.astimezone(snapshot.site.zone).hour < LAST_HOUR


def sweep(unit: Unit) -> int:
    """Remove some of what the voice said long ago, asked, answered or reminded of, and return how many that were."""
    speaker = voice(unit)
    if speaker is None or speaker.kind != "service":  # what the institution says is a person's word
        return 0
    old = statuses.direct_before(unit, speaker.id, unit.now - KEPT, limit=BATCH)
    for status in old:
        posting.remove(unit, status)
    return len(old)
