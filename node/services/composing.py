"""What our people did, as outgoing activities. Reads; sends nothing. What they are about is made in `documents`."""

from collections.abc import Sequence

from federation import compose
from federation.audience import addressing_for
from federation.vocab import emoji
from node.events import RequestDecided
from node.services.documents import Document, account_of, featured_of, note, outgoing_approval, quoted_author
from node.store import favourites, follows, polls, statuses
from node.store.approvals import Approval
from node.store.columns import to_ms
from node.store.quotes import Quote
from node.store.reactions import Reaction
from node.store.statuses import Status
from node.store.unit import Snapshot


def create(snapshot: Snapshot, status: Status) -> Document:
    """Return the Create of a local status."""
    return compose.create(note(snapshot, status))


def update(snapshot: Snapshot, status: Status) -> Document:
    """Return the Update of a local status as it is now."""
    stamp = to_ms(status.edited_at or snapshot.now)
    return compose.update(note(snapshot, status), uri=f"{status.uri}#updates/{stamp}")


def renewal(snapshot: Snapshot, status: Status) -> Document:
    """Return the Update of a post that says what it said, but not by whose word it quotes."""
    stamp = to_ms(snapshot.now)
    return compose.update(note(snapshot, status), uri=f"{status.uri}#updates/{stamp}-consent")


def quote_request(snapshot: Snapshot, status: Status, quote: Quote) -> Document:
    """Return the request to the author of what a post of ours quotes."""
    author = quoted_author(snapshot, status)
    if author is None or quote.request_uri is None:
        raise LookupError("nobody to ask")
    ours = note(snapshot, status)
    return compose.quote_request(ours, uri=quote.request_uri, quoted_uri=quote.quoted_uri, to=author.uri)


def answer_request(snapshot: Snapshot, decided: RequestDecided) -> Document:
    """Return the Accept or Reject of a peer's request."""
    author, asker = account_of(snapshot, decided.account_id), account_of(snapshot, decided.asker_id)
    stamp = to_ms(snapshot.now)
    word = "rejects" if decided.approval_uri is None else "accepts"
    asked = compose.Asked(
        uri=decided.uri,
        kind=decided.kind,
        actor_uri=asker.uri,
        target_uri=decided.target_uri,
        interaction_uri=decided.interaction_uri,
    )
    uri = f"{author.uri}#{word}/requests/{asker.id}/{stamp}"
    return compose.answer(asked, actor=author.uri, uri=uri, approval_uri=decided.approval_uri)


def delete_approval(snapshot: Snapshot, held: Approval) -> Document:
    """Return the Delete of our people's word, for everybody who may see the post it was about, and who had it."""
    status = statuses.by_id(snapshot, held.status_id)
    ours = note(snapshot, status) if status is not None else None
    to, cc = (ours.to, ours.cc) if ours is not None else ((), ())
    made = outgoing_approval(snapshot, held)
    return compose.delete_approval(made, to=to, cc=(*cc, held.actor_uri))


def results(snapshot: Snapshot, status: Status) -> Document:
    """Return the Update that says how a local poll stands; it is no edit of what is asked."""
    stamp = to_ms(snapshot.now)
    return compose.update(note(snapshot, status), uri=f"{status.uri}#results/{stamp}")


def votes(snapshot: Snapshot, status: Status, account_id: int, choices: Sequence[int]) -> list[Document]:
    """Return what a local account chose in a peer's poll, one Create for each option."""
    account, author = account_of(snapshot, account_id), account_of(snapshot, status.account_id)
    poll = polls.of_status(snapshot, status.id)
    options = poll.options if poll is not None else []
    return [
        compose.vote(
            account.uri,
            options[choice],
            uri=f"{account.uri}#votes/{status.id}/{choice}",
            poll_uri=status.uri,
            author=author.uri,
        )
        for choice in choices
    ]


def delete(snapshot: Snapshot, status: Status) -> Document:
    """Return the Delete of a local status, addressed as the status was."""
    ours = note(snapshot, status)
    return compose.delete(ours.author_uri, status.uri, to=ours.to, cc=ours.cc)


def announce(snapshot: Snapshot, boost: Status) -> Document:
    """Return the Announce that a local boost is."""
    account = account_of(snapshot, boost.account_id)
    original = statuses.by_id(snapshot, boost.boost_of_id or 0)
    if original is None:
        raise LookupError("a boost of nothing")
    author = account_of(snapshot, original.account_id)
    followers = account.followers_collection
    addressing = addressing_for(boost.visibility, followers=followers, mentioned=[author.uri])
    return compose.announce(
        account.uri,
        original.uri,
        uri=boost.uri,
        published=boost.created_at,
        to=addressing.to,
        cc=addressing.cc,
    )


def pin(snapshot: Snapshot, status: Status, *, is_pinned: bool) -> Document:
    """Return the Add to (or Remove from) the pins of a local account, for those who may see the post."""
    author = account_of(snapshot, status.account_id)
    followers = author.followers_collection
    addressing = addressing_for(status.visibility, followers=followers)
    word, make = ("add", compose.add) if is_pinned else ("remove", compose.remove)
    uri = f"{author.uri}#{word}/{status.id}/{to_ms(snapshot.now)}"
    target = featured_of(author) or author.uri
    return make(author.uri, status.uri, target=target, uri=uri, to=addressing.to, cc=addressing.cc)


def like(snapshot: Snapshot, favourite: favourites.Favourite) -> Document:
    """Return the Like that a local favourite is."""
    account = account_of(snapshot, favourite.account_id)
    status = statuses.by_id(snapshot, favourite.status_id)
    if status is None:
        raise LookupError("a favourite of nothing")
    author = account_of(snapshot, status.account_id)
    uri = favourite.uri or f"{account.uri}#likes/{favourite.id}"
    return compose.like(account.uri, status.uri, uri=uri, author=author.uri)


def react(snapshot: Snapshot, reaction: Reaction) -> Document:
    """Return the Like that an emoji of a local account under a post is."""
    account = account_of(snapshot, reaction.account_id)
    status = statuses.by_id(snapshot, reaction.status_id)
    if status is None:
        raise LookupError("a reaction to nothing")
    put = emoji.Reaction(reaction.name, reaction.url)
    uri = f"{account.uri}#reactions/{reaction.id}"
    return compose.react(account.uri, status.uri, put, uri=uri, author=account_of(snapshot, status.account_id).uri)


def follow(snapshot: Snapshot, edge: follows.Follow) -> Document:
    """Return the Follow that asks for an edge."""
    account, target = account_of(snapshot, edge.account_id), account_of(snapshot, edge.target_id)
    return compose.follow(account.uri, target.uri, uri=edge.uri or f"{account.uri}#follows/{edge.id}")


def disown(snapshot: Snapshot, account_id: int, target_id: int) -> Document:
    """Return the Undo of a follow that there is not."""
    account, target = account_of(snapshot, account_id), account_of(snapshot, target_id)
    stamp = to_ms(snapshot.now)
    return compose.undo(compose.follow(account.uri, target.uri, uri=f"{account.uri}#follows/none/{target_id}/{stamp}"))


def answer_follow(snapshot: Snapshot, edge: follows.Follow, *, is_accepted: bool) -> Document:
    """Return the Accept or Reject of a follow of a local account."""
    account, target = account_of(snapshot, edge.account_id), account_of(snapshot, edge.target_id)
    word, make = ("accepts", compose.accept) if is_accepted else ("rejects", compose.reject)
    stamp = to_ms(snapshot.now)
    uri = f"{target.uri}#{word}/follows/{edge.id}/{stamp}"
    return make(target.uri, uri=uri, follow_uri=edge.uri, follower=account.uri)
