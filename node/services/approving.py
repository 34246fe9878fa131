"""Consent: who may do what with our posts, what we asked of peers, and whether a post may be answered, boosted or liked."""

from collections.abc import Mapping

from federation.audience import OPEN
from federation.effects import Approve, AskedFact, DecideRequest, Disapprove, RevokeApproval
from federation.vocab import policy
from federation.vocab.approval import Approval, approval_from
from federation.vocab.policy import Act, Policy, Verdict
from node.errors import forbidden, invalid, not_found
from node.events import ApprovalRevoked, PolicyChanged, ReplyApproved, RequestDecided
from node.services import quoting, writing
from node.social import consent
from node.social.visibility import may_boost
from node.store import accounts, approvals, arrivals, follows, quotes, statuses
from node.store.accounts import Account
from node.store.quotes import Quote
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

_WORDS: dict[Act, str] = {"reply": "answer it", "boost": "boost it", "like": "favourite it", "quote": "quote it"}


# ------------------------------------------------------------------ peers ask


def decide(unit: Unit, asked: DecideRequest) -> None:
    """Decide about a peer's request by the policy of our post and answer it; again is answered the same."""
    status, asker = statuses.by_uri(unit, asked.target_uri), accounts.by_uri(unit, asked.actor_uri)
    if status is None or asker is None or not status.is_local:
        return
    if status.visibility not in OPEN and not statuses.visible_to_peer(unit, status, asker.id):
        return  # an answer would say that there is such a post
    held = approvals.of(unit, asked.act, status.id, asked.interaction_uri)
    made = None
    if _may(unit, asked.act, status, asker):
        made = quoting.approve(unit, asked.act, status, asker.uri, asked.interaction_uri, request_uri=asked.uri)
    decided = RequestDecided(
        account_id=status.account_id,
        asker_id=asker.id,
        kind=asked.kind,
        uri=asked.uri,
        target_uri=status.uri,
        interaction_uri=asked.interaction_uri,
        approval_uri=made.uri if made is not None else None,
        is_new=made is not None and held is None,
    )
    unit.record(decided)
    quoting_status = statuses.by_uri(unit, asked.interaction_uri)
    if made is not None and asked.act == "quote" and quoting_status is not None:
        quoting.settle(unit, quoting_status.id)


def _may(snapshot: Snapshot, act: Act, status: Status, asker: Account) -> bool:
    if not statuses.visible_to_peer(snapshot, status, asker.id) or asker.is_suspended:
        return False
    if follows.is_blocked_between(snapshot, status.account_id, asker.id):
        return False
    if act == "boost" and not may_boost(status.visibility, is_own=False):
        return False
    return verdict(snapshot, act, status, asker) == "automatic"


def verdict(snapshot: Snapshot, act: Act, status: Status, actor: Account) -> Verdict:
    """Return whether an account may do something with a post, by what its author says."""
    author = accounts.by_id(snapshot, status.account_id)
    if author is None:
        raise not_found()
    said = policy.from_kept(status.interaction_policy)
    rule = consent.quote_rule(said, status.visibility) if act == "quote" else said.rule(act) if said else None
    if act == "reply" and actor.id in statuses.mention_ids(snapshot, status.id):
        return "automatic"
    return policy.verdict(rule, quoting.asking(snapshot, actor, author))


def revoke(unit: Unit, account_id: int, status_id: int, quoting_id: int) -> None:
    """Take back that a post may quote one of the account's own. Raises: 404; 403 when the quoted post is another's."""
    quote, status = quotes.of(unit, quoting_id), statuses.visible(unit, status_id, account_id)
    if status is None or quote is None or quote.quoted_id != status_id:
        raise not_found()
    if status.account_id != account_id:
        raise forbidden("Only the author of a post decides who quotes it.")
    held = statuses.by_id(unit, quoting_id)
    approval = approvals.of(unit, "quote", status_id, held.uri) if held is not None else None
    if approval is not None and approval.revoked_at is None:
        approvals.revoke(unit, approval.id)
        arrivals.bury(unit, approval.uri, actor_uri=_uri_of(unit, account_id), kind="deleted")
        unit.record(ApprovalRevoked(approval.id))
    quoting.end(unit, quote, "revoked")


def set_policy(unit: Unit, account_id: int, status_id: int, word: str) -> None:
    """Change who may quote a post of one's own; what quotes it already stays. Raises: 404."""
    status = statuses.by_id(unit, status_id)
    if status is None or status.account_id != account_id or status.boost_of_id is not None:
        raise not_found()
    made = policy.as_kept(consent.policy_for(word, status.visibility))
    if made != status.interaction_policy:
        statuses.change(unit, status_id, {"interaction_policy": made})
        writing.render(unit, status_id)
        unit.record(PolicyChanged(status_id))


def policy_said(unit: Unit, status: Status, said: Policy | None) -> None:
    """Keep the policy that a newer version of a peer's post says."""
    kept = policy.as_kept(said)
    if kept != status.interaction_policy:
        statuses.change(unit, status.id, {"interaction_policy": kept})
        writing.render(unit, status.id)


# ------------------------------------------------------------------ we asked


def waiting(snapshot: Snapshot, uri: str) -> list[AskedFact]:
    """Return what of ours waits for consent under an id, and what rests on the word that goes by it."""
    found = [_of_quote(snapshot, quote) for quote in quotes.named(snapshot, uri)]
    status = statuses.by_uri(snapshot, uri)
    if status is not None and status.is_local:
        own = quotes.of(snapshot, status.id)
        found += [_of_quote(snapshot, own)] if own is not None else []
        found += [_of_reply(snapshot, status)] if status.approval is not None else []
    found += [_of_reply(snapshot, reply) for reply in statuses.approved_by(snapshot, uri)]
    return [fact for fact in found if fact is not None]


def _of_quote(snapshot: Snapshot, quote: Quote) -> AskedFact | None:
    status = statuses.by_id(snapshot, quote.status_id)
    quoted = statuses.by_id(snapshot, quote.quoted_id) if quote.quoted_id is not None else None
    if status is None or quoted is None:
        return None
    accepted = quote.authorization_uri if quote.state == "accepted" else None
    return AskedFact("quote", status.uri, _uri_of(snapshot, quoted.account_id), quote.request_uri, accepted)


def _of_reply(snapshot: Snapshot, status: Status) -> AskedFact | None:
    if status.reply_to_account_id is None:
        return None
    return AskedFact("reply", status.uri, _uri_of(snapshot, status.reply_to_account_id), None, status.approved_by)


def granted(unit: Unit, word: Approve) -> None:
    """Let our post do what it waited to do: be shown as a quote, or be sent to everybody it is for."""
    status = statuses.by_uri(unit, word.interaction_uri)
    if status is None or not status.is_local:
        return
    if word.act == "quote":
        quoting.accept(unit, status.id, word.approval_uri)
    elif word.act == "reply":
        _reply_granted(unit, status, word.approval_uri)


def _reply_granted(unit: Unit, status: Status, approval_uri: str) -> None:
    if status.approval is not None and status.approval != "approved":
        statuses.change(unit, status.id, {"approval": "approved", "approved_by": approval_uri})
        unit.record(ReplyApproved(status.id))


def refused(unit: Unit, word: Disapprove) -> None:
    """Let our post not do what it asked for; a reply is from now on for its author and whom it names alone."""
    status = statuses.by_uri(unit, word.interaction_uri)
    if status is None or not status.is_local:
        return
    quote = quotes.of(unit, status.id)
    if word.act == "quote" and quote is not None:
        quoting.end(unit, quote, "revoked" if quote.state == "accepted" else "rejected")
    elif word.act == "reply" and status.approval is not None:
        _hide(unit, status)


def _hide(unit: Unit, status: Status) -> None:
    if status.reply_to_id is not None:
        statuses.count_reply(unit, status.reply_to_id, status.visibility, -1)
    statuses.change(unit, status.id, {"approval": "rejected", "approved_by": None, "visibility": "direct"})
    writing.render(unit, status.id)


def revoked(unit: Unit, word: RevokeApproval) -> None:
    """End what rests on a peer's word: a reply of ours is hidden; where a quoting post is ours, its audience hears of it."""
    for status in statuses.approved_by(unit, word.uri):
        _hide(unit, status)
    arrivals.bury(unit, word.uri, actor_uri=word.actor_uri, kind="deleted")
    for quote in quotes.named(unit, word.uri):
        if quote.authorization_uri == word.uri:
            quoting.end(unit, quote, "revoked", document=word.document)


def believe(unit: Unit, uri: str, document: Mapping[str, object]) -> int | None:
    """Take a word that `uri` answered with; return the post that rests on it now. Raises: PeerError when it is none."""
    approval = approval_from(document)
    return confirm(unit, approval) if approval.uri == uri else None


def confirm(unit: Unit, approval: Approval) -> int | None:
    """Believe a peer's word that was found at its own address; return our post, or the quoting one, that rests on it now."""
    if approval.act != "reply":
        return quoting.confirm(unit, approval)
    status = statuses.by_uri(unit, approval.interaction_uri)
    if status is None or not status.is_local or status.reply_to_account_id is None or status.approval is None:
        return None
    is_word = _uri_of(unit, status.reply_to_account_id) == approval.author_uri
    if not is_word or approval.target_uri not in (None, status.reply_to_uri):
        return None
    _reply_granted(unit, status, approval.uri)
    return status.id


# ------------------------------------------------------------------ we act


def reply_state(snapshot: Snapshot, author: Account, parent: Status | None) -> str | None:
    """Return `pending` when an answer must first be approved by whom it answers. Raises: 422 in words when it may not be."""
    if parent is None:
        return None
    found = check(snapshot, "reply", parent, author)
    return "pending" if found == "manual" and not parent.is_local else None


def check(snapshot: Snapshot, act: Act, status: Status, actor: Account) -> Verdict:
    """Check that an account may do something with a post. Raises: 422 in words."""
    found = verdict(snapshot, act, status, actor)
    if found == "denied":
        raise invalid(f"The author of this post lets nobody {_WORDS[act]}.", code="author-refuses")
    return found


def _uri_of(snapshot: Snapshot, account_id: int) -> str:
    found = accounts.by_id(snapshot, account_id)
    return found.uri if found is not None else ""
