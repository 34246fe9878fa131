"""What a person was told: what needs an answer first, then what is good to know."""

from typing import Final

from starlette.responses import Response

from federation.records.fields import Learning, LearningAction
from node.entities.notification import Severed
from node.learning.phrases import shortened
from node.services import following, reading, remembering
from node.services.reading import Notification, Wanted
from web.pages.cards import DECIDED, Look, Record, record_of, texts_of
from web.pages.entities import Status, page_of, person_of, read_account, read_status
from web.pages.sifting import verdict
from web.pages.timelines import look, neighbours, part
from web.pages.views.dates import moment
from web.pages.views.pages import Notice, Notices
from web.pages.views.plain import plain_text
from web.pages.visits import Visit, signed_in
from web.routing import Route

MAX_QUOTE_CHARS: Final = 140
_NEEDS_ANSWER: Final = frozenset({"mention", "follow_request"})
_WORDS: Final = {
    "mention": ("reply", "wrote to you"),
    "follow": ("people", "follows you now"),
    "follow_request": ("people", "asks to follow you"),
    "favourite": ("star", "thanked you for"),
    "reblog": ("boost", "boosted"),
    "quote": ("reply", "quoted you"),
    "quoted_update": ("pen", "changed what you quote"),
    "added_to_collection": ("people", "put you into a collection:"),
    "collection_update": ("people", "changed a collection that you are in:"),
    "status": ("home", "wrote"),
    "update": ("pen", "changed"),
    "poll": ("chart", "asked, and the poll is over:"),
    "admin.sign_up": ("people", "signed up here"),
    "admin.report": ("bell", "reported somebody to you"),
    "moderation_warning": ("bell", "heard from a moderator, who made a decision about this account"),
}


async def show(visit: Visit) -> Response:
    """Show what happened, newest first; what is shown is read."""
    found = await visit.call.node.db.read(
        reading.notification_page, visit.account_id, part(visit), Wanted(has_every_request=True)
    )
    if visit.unread and found:
        await visit.call.node.db.write(remembering.saw_notification, visit.account_id, found[0].id)
        visit.unread = await visit.call.node.db.read(remembering.unread, visit.account_id)
    shown = [read_status(one.status_json) for one in found if one.status_json is not None]
    where = await look(visit, shown, "notifications")
    notices = [(needs_answer(one), notice(one, where)) for one in found if not _is_hidden(one, where)]
    _, older = neighbours(visit, [one.id for one in found], "/notifications")
    page = Notices(
        answer=tuple(one for is_urgent, one in notices if is_urgent),
        know=tuple(one for is_urgent, one in notices if not is_urgent),
        older=older,
    )
    return visit.page("notifications", page, current="notifications")


def _is_hidden(one: Notification, where: Look) -> bool:
    if one.status_json is None:
        return False
    return verdict(read_status(one.status_json), where.context, where.reader_id).is_hidden


def needs_answer(one: Notification) -> bool:
    """Tell whether somebody waits; a report of what came of one's idea is news, not a question."""
    if one.kind not in _NEEDS_ANSWER:
        return False
    return one.status_json is None or read_status(one.status_json).learning_record is None


def notice(one: Notification, where: Look) -> Notice:
    """Return a notification as a sentence."""
    account = read_account(one.account_json)
    icon, words = _WORDS.get(one.kind, ("bell", "did something"))
    url, quote = page_of(account), ""
    if one.status_json is not None:
        status = read_status(one.status_json)
        record = record_of(status, where)
        if record is not None and one.kind == "mention":
            icon, words = _of_record(record, icon, words)
        url = f"/loops/{status.id}" if record else f"{page_of(status.account)}/{status.id}"
        found = verdict(status, where.context, where.reader_id)
        quote = f"Filtered: {found.warning}" if found.warning else _quote(status, record)
    if one.collection is not None:
        url, quote = f"/collections/{one.collection['id']}", one.collection["name"]
    if one.event is not None:
        icon, words, url = "people", _severed(one.event), "/notifications"
    person = person_of(account, where.site)
    when = moment(one.created_at, where.now, where.zone)
    answer = f"/notifications/requests/{account.id}" if one.kind == "follow_request" else ""
    return Notice(icon=icon, person=person, words=words, when=when, url=url, quote=quote, answer=answer)


def _severed(event: Severed) -> str:
    follows = (event.following_count, "of those followed"), (event.followers_count, "of those who follow")
    lost = " and ".join(f"{count} {words}" for count, words in follows if count)
    return f"lost {lost}: this node does not speak with {event.host} any more"


def _of_record(record: Record, icon: str, words: str) -> tuple[str, str]:
    if isinstance(record, LearningAction):
        return "branch", "tries your idea"
    return (icon, words) if isinstance(record, Learning) else ("chart", f"reports: {DECIDED[record.decision].lower()}")


def _quote(status: Status, record: Record | None) -> str:
    text = texts_of(record)[0] if record else status.spoiler_text or plain_text(status.content)
    return shortened(text, MAX_QUOTE_CHARS)


async def answer(visit: Visit) -> Response:
    """Let somebody follow, or refuse. Raises: 404 when they do not ask any more."""
    is_yes = visit.form.get("answer") == "accept"
    act = following.accept if is_yes else following.reject
    await visit.call.node.db.write(act, visit.account_id, visit.call.id())
    return visit.go("/notifications", "accepted" if is_yes else "refused")


routes = (
    Route("GET", "/notifications", signed_in(show)),
    Route("POST", "/notifications/requests/{id}", signed_in(answer)),
)
