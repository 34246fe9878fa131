"""Reactions to what is about consent: peers are asked, answered and told, and our people hear who quotes them."""

from node.events import (
    ApprovalRevoked,
    PolicyChanged,
    QuoteAccepted,
    QuoteEnded,
    ReplyApproved,
    RequestDecided,
    StatusEdited,
    StatusReady,
)
from node.reactions.deliver import to_audience
from node.services import composing, sending
from node.social.visibility import INSIDE
from node.store import accounts, approvals, notifications, quotes, statuses
from node.store.notifications import New
from node.store.statuses import Status
from node.store.unit import Unit

MAX_TOLD = 200


def ask_to_quote(unit: Unit, event: StatusReady) -> None:
    """Ask the author of a peer's post whether our post may quote it."""
    status, quote = statuses.by_id(unit, event.status_id), quotes.of(unit, event.status_id)
    if status is None or quote is None or quote.request_uri is None or status.visibility in INSIDE:
        return
    quoted = statuses.by_id(unit, quote.quoted_id) if quote.quoted_id is not None else None
    if quoted is not None and quote.authorization_uri is None:
        sending.to_people(unit, status.account_id, composing.quote_request(unit, status, quote), [quoted.account_id])


def quote_accepted(unit: Unit, event: QuoteAccepted) -> None:
    """Tell our author who is quoted; of our own quoting post, tell its audience whose word it has."""
    status, quote = statuses.by_id(unit, event.status_id), quotes.of(unit, event.status_id)
    if status is None or quote is None or quote.quoted_id is None:
        return
    quoted = statuses.by_id(unit, quote.quoted_id)
    if quoted is not None and quoted.is_local and not _is_told(unit, status, quoted):
        notifications.tell_quoted(unit, New(quoted.account_id, status.account_id, "quote", status.id))
    if _goes_out(status) and not event.is_new and quote.authorization_uri is not None:
        to_audience(unit, status, composing.renewal(unit, status))


def _is_told(unit: Unit, status: Status, quoted: Status) -> bool:
    """Tell whether the quoted author is the one who quotes, or hears of the post by the record that it carries."""
    return quoted.account_id == status.account_id or statuses.has_record(unit, status.id)


def quote_ended(unit: Unit, event: QuoteEnded) -> None:
    """Tell the audience of our quoting post that it may no longer quote, and pass on by whose word."""
    status, quote = statuses.by_id(unit, event.status_id), quotes.of(unit, event.status_id)
    if status is None or quote is None or not _goes_out(status):
        return
    if event.document is not None:
        to_audience(unit, status, dict(event.document), is_forwarded=True)
    if quote.authorization_uri is not None:
        to_audience(unit, status, composing.renewal(unit, status))


def answer(unit: Unit, event: RequestDecided) -> None:
    """Answer a peer that asked to do something with a post of ours, and tell our author who quotes them."""
    sending.to_people(unit, event.account_id, composing.answer_request(unit, event), [event.asker_id])
    if event.is_new and event.kind == "QuoteRequest":
        quoting = statuses.by_uri(unit, event.interaction_uri)
        if quoting is None:
            notifications.insert(unit, New(event.account_id, event.asker_id, "quote"))


def approval_revoked(unit: Unit, event: ApprovalRevoked) -> None:
    """Tell those who may hold it that what was allowed is no longer."""
    approval = approvals.by_id(unit, event.approval_id)
    status = statuses.by_id(unit, approval.status_id) if approval is not None else None
    acting = statuses.by_uri(unit, approval.interaction_uri) if approval is not None else None
    if approval is None or status is None or (acting is not None and acting.visibility in INSIDE):
        return
    asker = accounts.by_uri(unit, approval.actor_uri)
    document = composing.delete_approval(unit, approval)
    if asker is not None:
        sending.to_people(unit, status.account_id, document, [asker.id])
    if status.visibility not in INSIDE:
        to_audience(unit, status, document)


def policy_changed(unit: Unit, event: PolicyChanged) -> None:
    """Tell those who have a post who may quote it from now on."""
    status = statuses.by_id(unit, event.status_id)
    if status is not None and _goes_out(status):
        to_audience(unit, status, composing.renewal(unit, status))


def reply_approved(unit: Unit, event: ReplyApproved) -> None:
    """Send a reply to its whole audience, now that it may be seen."""
    status = statuses.by_id(unit, event.status_id)
    if status is not None and _goes_out(status):
        to_audience(unit, status, composing.create(unit, status))


def those_who_quoted(unit: Unit, event: StatusEdited) -> None:
    """Tell local people whose posts show an edited post."""
    quoted = statuses.by_id(unit, event.status_id)
    if quoted is None:
        return
    for status in statuses.all_of(unit, quotes.local_quoting(quoted.id, limit=MAX_TOLD)):
        notifications.insert(unit, New(status.account_id, quoted.account_id, "quoted_update", status.id))


def _goes_out(status: Status) -> bool:
    return status.is_local and status.visibility not in INSIDE
