"""Our actors and posts as outgoing ActivityPub documents. Reads; sends nothing. What people do is in `composing`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from federation import compose
from federation.audience import OPEN, addressing_for
from federation.compose import (
    OutgoingActor,
    OutgoingHashtag,
    OutgoingMedia,
    OutgoingMention,
    OutgoingNote,
    OutgoingPoll,
)
from federation.compose.actors import OutgoingImage, OutgoingKey
from federation.records.context import context as record_context
from federation.vocab import policy
from node.entities.poll import is_over
from node.services.attaching import media_view
from node.social.references import with_reference
from node.social.site import Site
from node.store import accounts, groups, keys, media, polls, quotes, records, statuses, tags
from node.store.accounts import Account
from node.store.approvals import Approval
from node.store.quotes import Quote
from node.store.statuses import Status
from node.store.unit import Snapshot

Document = dict[str, Any]


def actor(snapshot: Snapshot, account: Account) -> Document:
    """Return the actor document of a local account."""
    return compose.actor(outgoing_actor(snapshot, account))


def outgoing_actor(snapshot: Snapshot, account: Account) -> OutgoingActor:
    """Return a local account as compose needs it."""
    site = snapshot.site
    return OutgoingActor(
        uri=account.uri,
        kind=account.kind,
        preferred_username=account.username,
        name=account.display_name or account.username,
        summary_html=account.note_html,
        url=account.url,
        inbox=account.inbox,
        outbox=account.outbox or f"{account.uri}/outbox",
        followers=account.followers_collection,
        following=account.following_uri or f"{account.uri}/following",
        shared_inbox=site.shared_inbox,
        keys=tuple(OutgoingKey(*key) for key in keys.published(snapshot, account.id)),
        handle=f"{account.username}@{site.handle_host}",
        published=account.created_at,
        icon=_picture(account.avatar, account.avatar_alt, site),
        image=_picture(account.header, account.header_alt, site),
        featured=featured_of(account),
        is_locked=account.is_locked,
        is_discoverable=account.is_discoverable,
        is_indexable=account.is_indexable,
        fields=tuple((str(f["name"]), str(f["value"])) for f in account.fields),
        also_known_as=tuple(account.also_known_as),
        moved_to=account.moved_to_uri,
        emojis=_emojis(account.emojis),
        moderators=f"{account.uri}/moderators" if account.kind == "group" else None,
        is_restricted=account.is_restricted,
    )


def _emojis(kept: Iterable[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((one["shortcode"], one["url"]) for one in kept)


def featured_of(account: Account) -> str | None:
    """Return where the pins of a local account stand; the server itself has none."""
    return None if account.kind == "application" else f"{account.uri}/collections/featured"


def _picture(blob: str | None, alt: str, site: Site) -> OutgoingImage | None:
    if blob is None:
        return None
    kind = "image/jpeg" if blob.endswith(".jpg") else f"image/{blob.rsplit('.', 1)[-1]}"
    return OutgoingImage(site.media_url(blob), kind, alt)


def note(snapshot: Snapshot, status: Status) -> OutgoingNote:
    """Return a local status as compose needs it."""
    site = snapshot.site
    author = account_of(snapshot, status.account_id)
    named, silent = _people(snapshot, status)
    followers = author.followers_collection
    addressing = addressing_for(
        status.visibility, followers=followers, mentioned=_addressed(snapshot, status, named, silent)
    )
    kept = records.of_status(snapshot, status.id)
    quote, said = quotes.of(snapshot, status.id), policy.from_kept(status.interaction_policy)
    return OutgoingNote(
        uri=status.uri,
        author_uri=author.uri,
        content_html=_content(snapshot, status, quote),
        published=status.created_at,
        updated=status.edited_at,
        to=addressing.to,
        cc=addressing.cc,
        url=status.url,
        language=status.language,
        summary=status.spoiler_text,
        is_sensitive=status.is_sensitive,
        in_reply_to=status.reply_to_uri,
        context=status.context_uri,
        mentions=tuple(OutgoingMention(a.uri, f"@{a.username}@{a.host or site.handle_host}") for a in named),
        hashtags=tuple(OutgoingHashtag(n, site.tag_url(n)) for n in tags.names_of(snapshot, status.id)),
        attachments=_attachments(snapshot, status),
        quote_uri=status.quote_uri,
        quote_authorization=quote.authorization_uri if quote is not None and quote.state == "accepted" else None,
        interaction_policy=policy.as_document(said, author=author.uri, followers=followers) if said else None,
        approved_by=status.approved_by,
        audience=next((group.uri for group in groups_of(snapshot, status)), None),
        replies_uri=f"{status.uri}/replies",
        poll=_poll(snapshot, status),
        emojis=_emojis(statuses.emojis_of(snapshot, status.id)),
        record=dict(kept.record) if kept else None,
        record_context=record_context(kept.record) if kept else None,
    )


def _addressed(snapshot: Snapshot, status: Status, named: Sequence[Account], silent: Sequence[Account]) -> list[str]:
    """Return who is addressed by id: those named, and of an open post whom it quotes."""
    people = [account.uri for account in (*named, *silent, *groups_of(snapshot, status))]
    quoted = quoted_author(snapshot, status) if status.visibility in OPEN else None
    return people if quoted is None else [*people, quoted.uri]


def groups_of(snapshot: Snapshot, status: Status) -> list[Account]:
    """Return the groups, ours and others', that an open post is for: those it names, or those its parent is in."""
    if status.visibility not in OPEN:
        return []
    ids = groups.with_status(snapshot, status.reply_to_id) if status.reply_to_id is not None else []
    found = accounts.by_ids(snapshot, ids or statuses.mention_ids(snapshot, status.id))
    return [account for account in found.values() if account.kind == "group"]


def quoted_author(snapshot: Snapshot, status: Status) -> Account | None:
    """Return whose post a post of ours quotes, unless it is the author's own."""
    quote = quotes.of(snapshot, status.id)
    quoted = statuses.by_id(snapshot, quote.quoted_id) if quote is not None and quote.quoted_id is not None else None
    is_other = quoted is not None and quoted.account_id != status.account_id
    return accounts.by_id(snapshot, quoted.account_id) if quoted is not None and is_other else None


def _content(snapshot: Snapshot, status: Status, quote: Quote | None) -> str:
    """Return the words of a post, with a line that leads to what it quotes for servers that show no quotes."""
    if quote is None or not quote.quoted_uri:
        return status.content_html
    quoted = statuses.by_id(snapshot, quote.quoted_id) if quote.quoted_id is not None else None
    url = quoted.url if quoted is not None else quote.quoted_uri
    return with_reference(status.content_html, {quote.quoted_uri, url}, url)


def _poll(snapshot: Snapshot, status: Status) -> OutgoingPoll | None:
    poll = polls.of_status(snapshot, status.id)
    if poll is None:
        return None
    is_shown = is_over(poll, snapshot.now) or not poll.hides_totals
    return OutgoingPoll(
        options=tuple(poll.options),
        tallies=tuple(poll.tallies) if is_shown else None,
        voters_count=poll.voters_count or 0,
        is_multiple=poll.is_multiple,
        ends_at=poll.ends_at,
        closed_at=poll.closed_at,
    )


def outgoing_approval(snapshot: Snapshot, held: Approval) -> compose.OutgoingApproval:
    """Return our people's word as compose needs it."""
    status = statuses.by_id(snapshot, held.status_id)
    if status is None:
        raise LookupError("an approval of nothing")
    author = account_of(snapshot, status.account_id)
    return compose.OutgoingApproval(held.uri, held.kind, author.uri, held.interaction_uri, status.uri)


def _attachments(snapshot: Snapshot, status: Status) -> tuple[OutgoingMedia, ...]:
    made = []
    for row in media.of_status(snapshot, status.id):
        shown = media_view(row, snapshot.site)
        made.append(
            OutgoingMedia(
                url=shown.url or "",
                media_type=row.content_type,
                description=shown.description,
                width=shown.width,
                height=shown.height,
                blurhash=shown.blurhash,
                focus=shown.focus if shown.kind == "image" else None,
                duration_s=shown.duration_s,
                poster_url=shown.preview_url if shown.kind in ("video", "audio", "gifv") else None,
            )
        )
    return tuple(made)


def _people(snapshot: Snapshot, status: Status) -> tuple[list[Account], list[Account]]:
    every = statuses.mention_ids(snapshot, status.id)
    loud = set(statuses.mention_ids(snapshot, status.id, with_silent=False))
    found = accounts.by_ids(snapshot, every)
    return [found[i] for i in every if i in loud], [found[i] for i in every if i not in loud]


def account_of(snapshot: Snapshot, account_id: int) -> Account:
    """Return an account that must be there. Raises: LookupError."""
    account = accounts.by_id(snapshot, account_id)
    if account is None:
        raise LookupError(f"account {account_id} is gone")
    return account
