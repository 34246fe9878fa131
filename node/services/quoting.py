"""One post quoting another: what a peer's post says of it, what a post of ours asks for, and what the quoted author says.

How it works. A quote is shown when its state is `accepted`: its author quotes themselves, the quoted author is ours and
allowed it (`approvals`), or the quoted author's word was found at its own address (`confirm`, by a job). Posts of servers
that know of no consent count as allowed where the quoted post is a peer's, is open, and says nothing against it.
"""

from collections.abc import Mapping
from typing import Any, Final

from federation import uris
from federation.audience import OPEN
from federation.vocab import policy
from federation.vocab import quote as vocab
from federation.vocab.approval import Approval
from federation.vocab.policy import Asking
from node.errors import Problem, not_found
from node.events import QuoteAccepted, QuoteEnded
from node.services import writing
from node.social.consent import quote_rule
from node.social.visibility import INSIDE
from node.store import accounts, approvals, arrivals, follows, jobs, quotes, statuses
from node.store.accounts import Account
from node.store.quotes import Quote
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

_PLURAL: Final = {"quote": "quote_authorizations", "reply": "reply_approvals"}


# ------------------------------------------------------------------ what peers' posts say


def received(unit: Unit, status: Status, said: vocab.Quote | None) -> None:
    """Keep what a peer's post, new or changed, says of what it quotes."""
    held = quotes.of(unit, status.id)
    if said is None or (held is not None and held.quoted_uri != said.uri and not said.is_gone):
        return
    if held is None:
        held = _new(unit, status, said)
        if not quotes.insert(unit, held):
            return
    if said.is_gone:
        _set(unit, held, state="deleted")
    elif said.authorization != held.authorization_uri:
        _word_changed(unit, held, said.authorization)
    settle(unit, status.id)
    writing.render(unit, status.id)


def _new(unit: Unit, status: Status, said: vocab.Quote) -> Quote:
    quoted = _quotable(unit, said.uri)
    return Quote(
        status_id=status.id,
        quoted_id=quoted.id if quoted is not None else None,
        quoted_uri=said.uri,
        state="pending",
        authorization_uri=said.authorization,
        request_uri=None,
        is_legacy=not said.asks,
        created_at=unit.now,
    )


def _word_changed(unit: Unit, held: Quote, authorization: str | None) -> None:
    """Look at a new word, and again at the old one when a version came without it: versions come in any order.

    A new word may follow one that was refused or taken back.
    """
    if authorization is not None:
        state = "pending" if held.state in ("rejected", "revoked") else held.state
        quotes.change(unit, held.status_id, authorization_uri=authorization, state=state)
        if held.state == "accepted" and held.authorization_uri is not None:
            _check_later(unit, held.status_id)
    elif held.state == "accepted":
        _check_later(unit, held.status_id)


def adopt(unit: Unit, status: Status) -> None:
    """Tie quotes that came before this post to it."""
    if status.boost_of_id is not None:
        return
    for status_id in quotes.adopt(unit, status.uri, status.id):
        settle(unit, status_id)
        writing.render(unit, status_id)


def settle(unit: Unit, status_id: int) -> None:
    """Decide about a quote that waits, as far as it can be decided here; have the rest looked up."""
    quote, status = quotes.of(unit, status_id), statuses.by_id(unit, status_id)
    if quote is None or status is None or quote.state != "pending":
        return
    quoted = statuses.by_id(unit, quote.quoted_id) if quote.quoted_id is not None else None
    if quoted is None:
        if quote.quoted_uri and not (unit.site.is_ours(quote.quoted_uri) or quotes.is_awaited(unit, status.uri)):
            _check_later(unit, status_id)
    elif quoted.account_id == status.account_id:
        accept(unit, status_id, None)
    elif quoted.is_local:
        _settle_ours(unit, status, quoted)
    elif status.is_local or quote.is_legacy:
        if quote.authorization_uri is None and _is_anybodys(quoted, status):
            accept(unit, status_id, None)
    elif quote.authorization_uri is not None:
        _check_later(unit, status_id)


def _settle_ours(unit: Unit, status: Status, quoted: Status) -> None:
    """Accept a quote of our own post if its author allowed just this one."""
    approval = approvals.of(unit, "quote", quoted.id, status.uri)
    author = accounts.by_id(unit, status.account_id)
    if approval is None or author is None or approval.revoked_at is not None:
        return
    if approval.actor_uri == author.uri:
        accept(unit, status.id, approval.uri)


def _is_anybodys(quoted: Status, status: Status) -> bool:
    """Tell whether a peer's post is open and its server says nothing of consent, or lets everybody quote it.

    Where everybody may, a post of the house quotes it without a word: to ask would tell that there is such a post.
    """
    if status.is_local and status.visibility not in INSIDE:
        said = policy.from_kept(quoted.interaction_policy)
        return quoted.visibility in OPEN and (said is None or said.quote is None)
    return needs_nobody(quoted)


def _check_later(unit: Unit, status_id: int) -> None:
    jobs.add(unit, "quote", str(status_id), status_id=status_id)


def _quotable(snapshot: Snapshot, uri: str) -> Status | None:
    found = statuses.by_uri(snapshot, uri) if uri else None
    return found if found is not None and found.boost_of_id is None else None


# ------------------------------------------------------------------ what becomes of it


def accept(unit: Unit, status_id: int, authorization: str | None, *, is_new: bool = False) -> None:
    """Show a quote from now on. `is_new`: its post has not gone out yet."""
    held = quotes.of(unit, status_id)
    if held is None or held.state in ("revoked", "deleted"):
        return
    _set(unit, held, state="accepted", authorization_uri=authorization or held.authorization_uri)
    if held.state != "accepted" or authorization not in (None, held.authorization_uri):
        unit.record(QuoteAccepted(status_id, is_new))


def end(unit: Unit, held: Quote, state: quotes.State, *, document: Mapping[str, Any] | None = None) -> None:
    """Show a quote no longer: it was rejected, or revoked by the activity `document`."""
    if held.state == state:
        return
    _set(unit, held, state=state)
    unit.record(QuoteEnded(held.status_id, document))


def confirm(unit: Unit, approval: Approval) -> int | None:
    """Believe an authorization that was found at its own address; return the quoting post if it is one of ours to know.

    Its author must be that of the quoted post.
    """
    status = statuses.by_uri(unit, approval.interaction_uri)
    held = quotes.of(unit, status.id) if status is not None else None
    if status is None or held is None or held.quoted_id is None:
        return None
    quoted = statuses.by_id(unit, held.quoted_id)
    author = accounts.by_id(unit, quoted.account_id) if quoted is not None else None
    is_word = author is not None and not author.is_local and author.uri == approval.author_uri
    is_for_it = approval.act == "quote" and approval.target_uri == held.quoted_uri
    if not (is_word and is_for_it) or approval.uri in arrivals.gone_by(unit, [approval.uri]):
        return None
    accept(unit, status.id, approval.uri)
    return status.id


def authorization_to_fetch(snapshot: Snapshot, status_id: int) -> str | None:
    """Return where the word for a quote lies, if it is worth asking: on the quoted author's host, and not on ours."""
    held = quotes.of(snapshot, status_id)
    quoted = statuses.by_id(snapshot, held.quoted_id) if held is not None and held.quoted_id is not None else None
    author = accounts.by_id(snapshot, quoted.account_id) if quoted is not None else None
    if held is None or author is None or author.is_local or held.state not in ("pending", "accepted"):
        return None
    uri = held.authorization_uri
    return uri if uri is not None and uris.is_same_origin(uri, author.uri) else None


def _set(unit: Unit, held: Quote, **values: Any) -> None:
    quotes.change(unit, held.status_id, **values)
    writing.render(unit, held.status_id)
    if held.quoted_id is not None:
        writing.render(unit, held.quoted_id)  # how often it is quoted


# ------------------------------------------------------------------ our posts


def chosen(snapshot: Snapshot, author: Account, status_id: int) -> Status:
    """Return the post that an author wants to quote; of a boost what was boosted.

    Raises: 404 when they may not see it, or (in other words) may not quote it.
    """
    quoted = statuses.visible(snapshot, status_id, author.id)
    if quoted is not None and quoted.boost_of_id is not None:
        quoted = statuses.visible(snapshot, quoted.boost_of_id, author.id)
    if quoted is None:
        raise Problem(404, "not-found", "The post you quote is not there any more. Your text is kept.")
    if not may_quote(snapshot, author, quoted):
        raise Problem(
            404, "not-quotable", "The author of this post does not let you quote it.", field="quoted_status_id"
        )
    return quoted


def may_quote(snapshot: Snapshot, author: Account, quoted: Status) -> bool:
    """Tell whether an account may quote a post it sees, or at least ask to."""
    by = accounts.by_id(snapshot, quoted.account_id)
    if by is None or quoted.visibility in ("direct", "circle"):
        return False
    if by.id == author.id:
        return True
    if follows.is_blocked_between(snapshot, author.id, by.id):
        return False
    rule = quote_rule(policy.from_kept(quoted.interaction_policy), quoted.visibility)
    return policy.verdict(rule, asking(snapshot, author, by)) != "denied"


def needs_nobody(quoted: Status) -> bool:
    """Tell whether a post of the house may quote a post without asking anybody outside."""
    return quoted.is_local or (
        quoted.visibility in OPEN and policy.lets_anybody(policy.from_kept(quoted.interaction_policy), "quote")
    )


def asking(snapshot: Snapshot, actor: Account, author: Account) -> Asking:
    """Return how somebody stands to the author of a post."""
    there, back = follows.between(snapshot, actor.id, author.id), follows.between(snapshot, author.id, actor.id)
    return Asking(
        actor=actor.uri,
        author=author.uri,
        followers=author.followers_uri,
        following=author.following_uri,
        is_follower=there is not None and there.is_accepted,
        is_followed=back is not None and back.is_accepted,
    )


def begin(unit: Unit, status: Status, uri: str) -> None:
    """Keep that a new post of ours quotes another, and decide as far as that is up to us; peers are asked once it is out."""
    author = accounts.by_id(unit, status.account_id)
    if author is None:
        raise not_found()
    quoted = _quotable(unit, uri)
    by = accounts.by_id(unit, quoted.account_id) if quoted is not None else None
    is_asked = by is not None and not by.is_local and status.visibility not in INSIDE
    request_uri = f"{author.uri}/quote_requests/{status.id}" if is_asked else None
    new = Quote(
        status_id=status.id,
        quoted_id=quoted.id if quoted is not None else None,
        quoted_uri=uri,
        state="pending",
        authorization_uri=None,
        request_uri=request_uri,
        is_legacy=False,
        created_at=unit.now,
    )
    if not quotes.insert(unit, new):
        return
    if quoted is not None and by is not None and by.is_local and by.id != author.id:
        made = approve(unit, "quote", quoted, author.uri, status.uri)
        if made is not None:
            accept(unit, status.id, made.uri, is_new=True)
    else:
        settle(unit, status.id)
    writing.render(unit, status.id)


def approve(
    unit: Unit, act: str, status: Status, actor_uri: str, interaction_uri: str, *, request_uri: str | None = None
) -> approvals.Approval | None:
    """Write down that somebody may do something with a post of ours, once; None when its author took that back."""
    author = accounts.by_id(unit, status.account_id)
    if author is None:
        raise not_found()
    identifier = unit.new_id()
    uri = f"{author.uri}/{_PLURAL.get(act, 'approvals')}/{identifier}"
    made = approvals.Approval(identifier, uri, act, status.id, actor_uri, interaction_uri, request_uri, unit.now)
    if approvals.insert(unit, made):
        return made
    held = approvals.of(unit, act, status.id, interaction_uri)
    return held if held is not None and held.revoked_at is None and held.actor_uri == actor_uri else None
