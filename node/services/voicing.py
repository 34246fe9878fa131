"""What the node says to one of its people: a direct post that names nobody else and leaves the house to nobody."""

from node.errors import Problem
from node.services import posting
from node.services.accounts import voice
from node.services.posting import Publication
from node.services.writing import Asked, Content
from node.social import text as words
from node.store import accounts
from node.store.statuses import Status
from node.store.unit import Unit


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
